"""The scene's lights as the direct renderer's numbers."""

import math

import numpy as np

MAX_LIGHTS = 8


def find(scene):
    """(suns, lamps): visible light objects, at most MAX_LIGHTS, strongest first."""
    lights = [o for o in scene.objects if o.type == 'LIGHT' and o.visible_get()
              and not o.hide_render and o.data.energy > 0.0]
    suns = [o for o in lights if o.data.type == 'SUN']
    lamps = [o for o in lights if o.data.type != 'SUN']
    suns = sorted(suns, key=lambda o: -o.data.energy)[:MAX_LIGHTS]
    lamps = sorted(lamps, key=lambda o: -o.data.energy)[:MAX_LIGHTS - len(suns)]
    return suns, lamps


def _strength(light):
    """Radiance reflected by a white matte surface that faces the light (a lamp: at a
    distance of one unit), per unit of its colour."""
    if light.type == 'SUN':
        return light.energy / math.pi
    if light.type == 'AREA':
        return light.energy / (4.0 * math.pi)
    return light.energy / (4.0 * math.pi * math.pi)


def pack(objects, view):
    """Float32 array (MAX_LIGHTS, 3, 4) in view space, one row of three each:

    place   xyz: towards a sun (unit), or where a lamp is; w: 1 for a lamp of an
            area, whose light falls off to its sides
    colour  linear RGB; w: cosine of a spot's outer edge, -2 for none
    aim     xyz: where a lamp points (unit); w: 1 / width of a spot's soft edge
    """
    out = np.zeros((MAX_LIGHTS, 3, 4), np.float32)
    turn = view.to_3x3()
    for row, obj in zip(out, objects):
        light, matrix = obj.data, obj.matrix_world
        back = (turn @ matrix.to_3x3().col[2]).normalized()
        strength = _strength(light)
        row[0, :3] = back if light.type == 'SUN' else view @ matrix.translation
        row[0, 3] = 1.0 if light.type == 'AREA' else 0.0
        row[1, :3] = [c * strength for c in light.color]
        row[1, 3] = -2.0
        row[2, :3] = -back
        row[2, 3] = 1.0
        if light.type == 'SPOT':
            outer = math.cos(light.spot_size / 2.0)
            row[1, 3] = outer
            row[2, 3] = 1.0 / max((1.0 - outer) * light.spot_blend, 1e-3)
    return out

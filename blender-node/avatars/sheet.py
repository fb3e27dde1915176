"""Stills of a character: rest, each coefficient at 1, and mixes."""

import os

import bpy
from mathutils import Euler, Matrix, Vector

COEFFICIENTS = (
    'jawOpen', 'mouthSmileLeft', 'mouthSmileRight', 'mouthFrownLeft',
    'mouthFrownRight', 'mouthStretchLeft', 'mouthStretchRight', 'mouthPucker', 'mouthFunnel',
    'mouthLeft', 'mouthRight', 'mouthUpperUpLeft', 'mouthUpperUpRight', 'mouthLowerDownLeft',
    'mouthLowerDownRight', 'eyeBlinkLeft', 'eyeBlinkRight', 'eyeSquintLeft', 'eyeSquintRight',
    'eyeWideLeft', 'eyeWideRight', 'browDownLeft', 'browDownRight', 'browInnerUp',
    'browOuterUpLeft', 'browOuterUpRight', 'cheekPuff', 'noseSneerLeft', 'noseSneerRight')


def both(name, value):
    return {name + 'Left': value, name + 'Right': value}


MIXES = {
    'mix-laugh': {'jawOpen': 0.7, **both('mouthSmile', 1.0), **both('eyeSquint', 0.7),
                  'browInnerUp': 0.4},
    'mix-oh': {'jawOpen': 0.7, 'mouthPucker': 0.9, **both('eyeWide', 0.8), 'browInnerUp': 0.8},
    'mix-angry': {**both('browDown', 1.0), **both('mouthFrown', 0.8),
                  **both('mouthLowerDown', 0.7), **both('mouthUpperUp', 0.5)},
    'mix-surprise': {'jawOpen': 1.0, **both('eyeWide', 1.0), 'browInnerUp': 1.0,
                     **both('browOuterUp', 1.0)},
    'mix-half-blink-turn': {**both('eyeBlink', 0.5), **both('mouthSmile', 0.6), 'headYaw': 0.5,
                            'headPitch': 0.1},
    'mix-turn-left': {'headYaw': -0.6, 'headPitch': 0.25, 'jawOpen': 0.3, 'mouthSmileLeft': 0.5},
    'mix-wink-roll': {'eyeBlinkLeft': 1.0, 'mouthSmileLeft': 1.0, 'mouthLeft': 0.4,
                      'browOuterUpRight': 0.8, 'headRoll': 0.25, 'headYaw': -0.35},
    'mix-closed-jaw': {'jawOpen': 1.0, 'mouthClose': 1.0},
    'mix-shut': {**both('eyeBlink', 1.0), 'jawOpen': 0.3, 'mouthFunnel': 0.7, 'headPitch': -0.25},
}


def read_map(path):
    """Bindings [(coefficient, kind, target, channel, gain)] of a map file."""
    bindings = []
    with open(path, encoding='utf-8') as text:
        for line in text:
            fields = line.split('#')[0].split()
            if fields:
                coefficient, kind, target, channel, gain = fields
                bindings.append((coefficient, kind, target, channel, float(gain)))
    return bindings


def _offsets(bindings, values):
    """Sum of the bound motions: {(kind, target): [rx, ry, rz, tx, ty, tz]}."""
    channels = ('rx', 'ry', 'rz', 'tx', 'ty', 'tz')
    result = {}
    for coefficient, kind, target, channel, gain in bindings:
        if kind != 'shape':
            motion = result.setdefault((kind, target), [0.0] * 6)
            motion[channels.index(channel)] += gain * values.get(coefficient, 0.0)
    return result


def pose(bindings, values, rest):
    """Put the character into the expression `values`."""
    for obj in bpy.data.objects:
        if obj.type == 'MESH' and obj.data.shape_keys:
            for key in obj.data.shape_keys.key_blocks[1:]:
                key.value = values.get(key.name, 0.0)
    for (kind, target), m in _offsets(bindings, values).items():
        turn, shift = Euler(m[:3]).to_matrix(), Vector(m[3:])
        if kind == 'bone':
            rig, bone = target.split('/')
            posed = bpy.data.objects[rig].pose.bones[bone]
            # World axes at rest, seen from the bone's own axes.
            own = posed.bone.matrix_local.to_3x3()
            posed.matrix_basis = Matrix.LocRotScale(
                own.inverted() @ shift, own.inverted() @ turn @ own, None)
        else:
            obj = bpy.data.objects[target]
            place, rotation = rest.setdefault(target, (obj.location.copy(),
                                                       obj.rotation_euler.to_matrix()))
            obj.location = place + shift
            obj.rotation_euler = (turn @ rotation).to_euler()


def render(folder, mapping, width, only=None):
    """Render every still as PNG, 4:3, `width` pixels wide, with EEVEE."""
    os.makedirs(folder, exist_ok=True)
    bindings, rest = read_map(mapping), {}
    scene = bpy.context.scene
    scene.render.engine = 'BLENDER_EEVEE'
    scene.eevee.taa_render_samples = 4
    scene.render.resolution_x, scene.render.resolution_y = width, width * 3 // 4
    stills = {'rest': {}, **{name: {name: 1.0} for name in COEFFICIENTS}, **MIXES}
    for number, (name, values) in enumerate(stills.items()):
        if only and name not in only:
            continue
        pose(bindings, values, rest)
        file = '%02d-%s.png' % (number, name)
        scene.render.filepath = os.path.join(os.path.abspath(folder), file)
        bpy.ops.render.render(write_still=True)
    pose(bindings, {}, rest)

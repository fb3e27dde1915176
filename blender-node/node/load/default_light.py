"""Light and background for a file that has none."""

import math

import bpy

# Name, pitch and yaw in degrees (from the front: 0, 0), strength, linear RGB.
LIGHTS = (('key', 35.0, -40.0, 2.6, (1.0, 0.95, 0.88)),
          ('fill', 10.0, 50.0, 0.9, (0.80, 0.90, 1.0)),
          ('rim', 40.0, 160.0, 2.2, (0.85, 0.92, 1.0)))
BACKGROUND = (0.10, 0.12, 0.16)


def _sun(scene, name, pitch, yaw, strength, colour):
    data = bpy.data.lights.new('Effigy.' + name, 'SUN')
    data.energy, data.color = strength, colour
    sun = bpy.data.objects.new(data.name, data)
    # A sun shines along its -Z; the character faces -Y.
    sun.rotation_euler = (math.radians(90.0 - pitch), 0.0, math.radians(yaw))
    scene.collection.objects.link(sun)


def ensure(scene):
    """Add three suns to a scene without lights, and a world to one without a world."""
    if not any(o.type == 'LIGHT' and o.visible_get() for o in scene.objects):
        for light in LIGHTS:
            _sun(scene, *light)
    if scene.world is None:
        scene.world = bpy.data.worlds.new('Effigy')
        scene.world.color = BACKGROUND
    bpy.context.view_layer.update()

"""The scene's camera, or one made for a file that has none."""

import math

import bpy
from mathutils import Vector

LENS = 50.0  # mm, on Blender's 36 mm sensor
MARGIN = 1.15


def _bounds(scene):
    """(lowest, highest) corner of all visible meshes, world axes."""
    corners = [o.matrix_world @ Vector(c) for o in scene.objects
               if o.type == 'MESH' and o.visible_get() for c in o.bound_box]
    return (Vector(map(min, zip(*corners))), Vector(map(max, zip(*corners))))


def ensure(scene):
    """Make a camera in front (at -Y) when the scene has none. Returns a warning
    or None."""
    if scene.camera is not None:
        return None
    low, high = _bounds(scene)
    data = bpy.data.cameras.new('Effigy')
    data.lens = LENS
    camera = bpy.data.objects.new('Effigy', data)
    size = max(high.x - low.x, high.z - low.z)
    distance = MARGIN * size / (36.0 / LENS)
    camera.location = ((low.x + high.x) / 2.0, low.y - distance, (low.z + high.z) / 2.0)
    camera.rotation_euler = (math.pi / 2.0, 0.0, 0.0)
    data.clip_end = 2.0 * distance + 2.0 * (high.y - low.y)
    data.clip_start = distance / 100.0
    scene.collection.objects.link(camera)
    scene.camera = camera
    bpy.context.view_layer.update()
    return 'the file has no camera; looking at everything from the front'

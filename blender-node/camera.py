"""The scene's camera, or one made for a file that has none: a portrait."""

import math

import bpy
import numpy as np
from mathutils import Vector

import names

LENS = 70.0  # mm, on Blender's 36 mm sensor
SENSOR = 36.0
# Of the height from the head's joint to its top: what the picture shows, and
# where its middle lies.
SHOWN, MIDDLE = 2.1, 0.38
# A picture is as high as this share of its width, at the least.
ASPECT = 9.0 / 16.0
MARGIN = 1.15
ENOUGH = 64  # points that tell where a face is
MOVED = 1e-3  # of the mesh's size: less is noise of a shape key


def _meshes(scene):
    return [o for o in scene.objects if o.type == 'MESH' and o.visible_get()]


def _bounds(points):
    return Vector(map(min, zip(*points))), Vector(map(max, zip(*points)))


def _corners(scene):
    return [o.matrix_world @ Vector(c) for o in _meshes(scene) for c in o.bound_box]


def _head_joint(scene):
    """Where the head's bone begins, world axes, or None."""
    for rig in scene.objects:
        if rig.type == 'ARMATURE':
            found = names.find_bone('head', [b.name for b in rig.pose.bones])
            if found:
                return rig.matrix_world @ rig.pose.bones[found].head
    return None


def _places(data):
    """Float32 array (n, 3) of a shape key's points."""
    out = np.empty(len(data) * 3, np.float32)
    data.foreach_get('co', out)
    return out.reshape(-1, 3)


def _face_points(scene):
    """The vertices that shape keys with a face's names move, world axes."""
    points = []
    for obj in _meshes(scene):
        keys = obj.data.shape_keys
        blocks = [b for b in keys.key_blocks[1:] if names.is_facial(b.name)] if keys else []
        if blocks:
            rest = _places(keys.reference_key.data)
            far = MOVED * max(np.ptp(rest, axis=0).max(), 1e-9)
            moved = np.zeros(len(rest), bool)
            for block in blocks:
                moved |= np.abs(_places(block.data) - rest).max(axis=1) > far
            points += [obj.matrix_world @ Vector(co) for co in rest[moved].tolist()]
    return points


def _subject(scene):
    """(middle of the picture, its height), world axes."""
    low, high = _bounds(_corners(scene))
    joint = _head_joint(scene)
    if joint is not None and joint.z < high.z:
        tall = high.z - joint.z
        return Vector((joint.x, joint.y, joint.z + MIDDLE * tall)), SHOWN * tall
    points = _face_points(scene)
    if len(points) >= ENOUGH:
        face_low, face_high = _bounds(points)
        middle = (face_low + face_high) / 2.0
        return middle, 2.2 * max(face_high.z - face_low.z, face_high.x - face_low.x)
    size = max(high.z - low.z, (high.x - low.x) * ASPECT)
    return (low + high) / 2.0, MARGIN * size


def ensure(scene):
    """Make a camera in front (at -Y) when the scene has none. Returns [warning]."""
    if scene.camera is not None:
        return []
    low, high = _bounds(_corners(scene))
    middle, height = _subject(scene)
    data = bpy.data.cameras.new('Effigy')
    data.lens, data.sensor_width, data.sensor_height = LENS, SENSOR, SENSOR
    data.sensor_fit = 'VERTICAL'
    distance = height * LENS / SENSOR
    camera = bpy.data.objects.new('Effigy', data)
    # In front of everything that stands in the way, such as hands.
    front = middle.y - distance
    camera.location = (middle.x, min(front, low.y - 0.1 * height), middle.z)
    data.lens = LENS * (middle.y - camera.location.y) / distance
    camera.rotation_euler = (math.pi / 2.0, 0.0, 0.0)
    data.clip_start = 0.01 * height
    data.clip_end = 4.0 * ((high - low).length + abs(middle.y - camera.location.y))
    scene.collection.objects.link(camera)
    scene.camera = camera
    bpy.context.view_layer.update()
    return ['the file has no camera; looking at the head from the front']

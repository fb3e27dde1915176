"""The scene camera, or one made for a file that has none: a portrait."""

import math

import bpy
import numpy as np
from mathutils import Vector

from bind import names

LENS = 70.0  # mm, on Blender's 36 mm sensor
SENSOR = 36.0
# Shares of the height from the head's joint to its top: the height of the image, and where its
# middle lies.
SHOWN, MIDDLE = 2.1, 0.38
# The same for the part of a face that moves: there is hair above it.
FACES, RAISED = 2.6, 0.15
# The least height of an image, as a share of its width.
ASPECT = 9.0 / 16.0
MARGIN = 1.15
ENOUGH = 64  # points that are enough to find a face
MOVED = 1e-3  # of the mesh's size: smaller motions of a shape key are noise


def _meshes(scene):
    return [o for o in scene.objects if o.type == 'MESH' and o.visible_get()]


def _bounds(points):
    return Vector(map(min, zip(*points))), Vector(map(max, zip(*points)))


def _corners(meshes):
    return [o.matrix_world @ Vector(c) for o in meshes for c in o.bound_box]


def _head(scene):
    """(where the head's bone begins, top of what its armature carries), world
    axes, or None."""
    for rig in scene.objects:
        bone = names.find_bone('head', rig.pose.bones.keys()) if rig.type == 'ARMATURE' else None
        if bone:
            joint = rig.matrix_world @ rig.pose.bones[bone].head
            carried = [o for o in _meshes(scene) if o.find_armature() == rig or o.parent == rig]
            top = max((c.z for c in _corners(carried)), default=joint.z)
            return (joint, top) if top > joint.z else None
    return None


def _places(data):
    """Float32 array (n, 3) of a shape key's points."""
    out = np.empty(len(data) * 3, np.float32)
    data.foreach_get('co', out)
    return out.reshape(-1, 3)


def _face_points(scene, coefficients):
    """The vertices that shape keys with a face's names move, world axes."""
    points = []
    for obj in _meshes(scene):
        keys = obj.data.shape_keys
        blocks = [b for b in keys.key_blocks[1:]
                  if names.is_facial(coefficients, b.name)] if keys else []
        if blocks:
            rest = _places(keys.reference_key.data)
            far = MOVED * max(np.ptp(rest, axis=0).max(), 1e-9)
            moved = np.zeros(len(rest), bool)
            for block in blocks:
                moved |= np.abs(_places(block.data) - rest).max(axis=1) > far
            points += [obj.matrix_world @ Vector(co) for co in rest[moved].tolist()]
    return points


def _subject(scene, coefficients):
    """(middle of the image, its height), world axes."""
    points = _face_points(scene, coefficients)
    if len(points) >= ENOUGH:
        low, high = _bounds(points)
        size = max(high.z - low.z, high.x - low.x)
        return (low + high) / 2.0 + Vector((0.0, 0.0, RAISED * size)), FACES * size
    head = _head(scene)
    if head:
        joint, top = head
        tall = top - joint.z
        return Vector((joint.x, joint.y, joint.z + MIDDLE * tall)), SHOWN * tall
    low, high = _bounds(_corners(_meshes(scene)))
    size = max(high.z - low.z, (high.x - low.x) * ASPECT)
    return Vector(((low.x + high.x) / 2.0, low.y, (low.z + high.z) / 2.0)), MARGIN * size


def ensure(scene, coefficients):
    """Make a scene camera in front (at -Y) when there is none. coefficients: the 52
    names. Returns [warning]."""
    if scene.camera is not None:
        return []
    low, high = _bounds(_corners(_meshes(scene)))
    middle, height = _subject(scene, coefficients)
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
    return ['the file has no scene camera; the head is shown from the front']

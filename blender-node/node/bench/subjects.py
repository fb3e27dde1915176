"""What moves in each measured frame: a character, or a mesh with shape keys or hooks.

Each function loads one and returns pose(frame), which changes every input.
"""

import math

import bpy
import numpy as np

from bench import tool
from bind import mapping

CONTROLS = 20
SMALL = 40  # vertices of a small hook
SEGMENTS, RINGS = 100, 81  # of a sphere of 8,002 vertices


def _wave(frame, control):
    return 0.5 + 0.5 * math.sin(0.37 * frame + control)


def character(options):
    """A character with all its inputs changing."""
    shown, _ = tool.load(options)
    more = len(mapping.MORE_INPUTS)
    count = len(shown.inputs) - more

    def pose(frame):
        face = [_wave(frame, k) for k in range(count)]
        shown.apply(face + [0.2 * math.sin(0.11 * frame + k) for k in range(more)])

    return pose


def _sphere():
    """The start-up scene with a sphere for its cube, and its points (n, 3)."""
    for obj in [o for o in bpy.context.scene.objects if o.type == 'MESH']:
        bpy.data.objects.remove(obj)
    bpy.ops.mesh.primitive_uv_sphere_add(segments=SEGMENTS, ring_count=RINGS, radius=2.0)
    obj = bpy.context.object
    points = np.empty(len(obj.data.vertices) * 3, np.float32)
    obj.data.vertices.foreach_get('co', points)
    return obj, points.reshape(-1, 3)


def _nearest(points, control, count):
    """Indices of the points nearest to the one that a control moves."""
    middle = points[control * len(points) // CONTROLS]
    return np.argsort(((points - middle) ** 2).sum(axis=1))[:count]


def shape_keys():
    """20 shape keys that move 40 vertices each."""
    obj, points = _sphere()
    obj.shape_key_add(name='Basis')
    blocks = []
    for control in range(CONTROLS):
        block = obj.shape_key_add(name='key %d' % control)
        moved = points.copy()
        moved[_nearest(points, control, SMALL)] *= 1.2
        block.data.foreach_set('co', moved.ravel())
        blocks.append(block)

    def pose(frame):
        for control, block in enumerate(blocks):
            block.value = _wave(frame, control)

    return pose


def hooks(count=None):
    """20 hooks on that many vertices each; None: on all."""
    obj, points = _sphere()
    handles = []
    for control in range(CONTROLS):
        handle = bpy.data.objects.new('hook %d' % control, None)
        bpy.context.scene.collection.objects.link(handle)
        hook = obj.modifiers.new(handle.name, 'HOOK')
        hook.object = handle
        chosen = _nearest(points, control, count or len(points))
        hook.vertex_indices_set([int(k) for k in chosen])
        handles.append(handle)

    def pose(frame):
        for control, handle in enumerate(handles):
            handle.location.z = 0.1 * _wave(frame, control)

    return pose

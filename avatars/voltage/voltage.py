"""Voltage, a character of the electric night, built by a script.

    blender -b --factory-startup --python voltage.py -- OUT.blend

One Blender unit is about 10 cm. The character faces -Y, +X is its left. Names
of bones, objects and shape keys are those `voltage.map` and the renderer use.
"""

import os
import sys

import bpy
from mathutils import Vector

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from voltage import arcs  # noqa: E402
from voltage import hair  # noqa: E402
from voltage import head  # noqa: E402
from voltage import outfit  # noqa: E402
from common import shapes  # noqa: E402
from voltage import skyline  # noqa: E402
from common import stage_set  # noqa: E402
from voltage import surface  # noqa: E402

# Bones: name, parent, head, tail. A bone turns about its head.
BONES = (
    ('shoulders', None, (0, 0.12, -2.8), (0, 0.12, -1.8)),
    ('neck', 'shoulders', (0, 0.12, -1.8), (0, 0.12, -1.05)),
    ('head', 'neck', (0, 0.12, -1.05), (0, 0.12, 0.6)),
    ('jaw', 'head', (0, 0.12, -0.22), (0, -0.6, -0.9)),
    ('eye.L', 'head', (surface.EYE_X, surface.EYE_Y, surface.EYE_Z),
     (surface.EYE_X, -1.0, surface.EYE_Z)),
    ('eye.R', 'head', (-surface.EYE_X, surface.EYE_Y, surface.EYE_Z),
     (-surface.EYE_X, -1.0, surface.EYE_Z)),
)


def add_hook(obj, rig, name):
    """Bind the vertex group 'tip' of `obj` to an empty on the head bone."""
    group = obj.vertex_groups['tip']
    members = [v.co for v in obj.data.vertices if any(g.group == group.index for g in v.groups)]
    empty = bpy.data.objects.new(name, None)
    empty.empty_display_size = 0.12
    empty.location = sum(members, Vector()) / len(members)
    bpy.context.scene.collection.objects.link(empty)
    shapes.parent_to_bone(empty, rig, 'head')
    bpy.context.view_layer.update()
    hook = obj.modifiers.new('Hook', 'HOOK')
    hook.object = empty
    hook.vertex_group = group.name
    hook.falloff_type = 'NONE'
    hook.matrix_inverse = empty.matrix_world.inverted() @ obj.matrix_world
    return empty


def build_character(rig):
    """Every part of the bust, parented to its bone."""
    mats = {**head.materials(), **outfit.materials()}
    parts = [(head.face(mats), 'head'), (outfit.neck(mats), 'neck'),
             (outfit.jacket(mats), 'shoulders'), (head.tongue(mats), 'jaw')]
    parts += [(arc, 'head') for arc in arcs.arcs()]
    upper, lower = head.teeth(mats)
    parts += [(upper, 'head'), (lower, 'jaw')]
    hooked = []
    for side, suffix in ((1, 'L'), (-1, 'R')):
        brow, ear = head.brow(mats, side), head.ear(mats, side)
        parts += [(brow, 'head'), (ear, 'head'), (head.eye(mats, side), 'eye.' + suffix)]
        hooked += [(brow, 'hook.browTip.' + suffix), (ear, 'hook.earTip.' + suffix)]
    body, forelock = hair.hair(mats)
    parts += [(body, 'head'), (forelock, 'head')]
    hooked.append((forelock, 'hook.forelock'))
    for obj, bone in parts:
        shapes.parent_to_bone(obj, rig, bone)
    bpy.context.view_layer.update()
    for obj, name in hooked:
        add_hook(obj, rig, name)


def light_scene():
    """Warm key from the upper left, cyan and magenta rims, blue ambient."""
    stage_set.add_sun('Key', '#fff0e0', 3.1, (0.55, 0.80, -0.55))
    stage_set.add_sun('Rim.cyan', '#30e8ff', 2.4, (-0.95, -0.45, -0.15))
    stage_set.add_sun('Rim.magenta', '#ff3fa0', 1.8, (0.95, -0.50, -0.05))
    stage_set.add_sun('Fill', '#7a6cff', 0.7, (-0.6, 0.75, 0.25))
    stage_set.set_world('#3a3480')


def build():
    """Build the whole scene."""
    scene = stage_set.clear()
    rig = stage_set.build_rig(BONES)
    build_character(rig)
    skyline.build()
    light_scene()
    stage_set.add_camera(scene, distance=8.9, height=0.10)


if __name__ == '__main__':
    build()
    stage_set.save()

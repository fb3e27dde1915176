"""Voltage, a character of the electric night, built from nothing.

    blender -b --factory-startup --python voltage.py -- OUT.blend

One Blender unit is about 10 cm. The character faces -Y, +X is its left. Names
of bones, objects and shape keys are those `voltage.map` and the renderer use.
"""

import argparse
import math
import os
import sys

import bpy
from mathutils import Vector

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import arcs  # noqa: E402
import hair  # noqa: E402
import head  # noqa: E402
import outfit  # noqa: E402
import shapes  # noqa: E402
import skyline  # noqa: E402
import surface  # noqa: E402

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


def build_rig():
    """The armature object `Rig`, posed in its rest position."""
    data = bpy.data.armatures.new('Rig')
    rig = bpy.data.objects.new('Rig', data)
    bpy.context.scene.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode='EDIT')
    for name, parent, start, end in BONES:
        bone = data.edit_bones.new(name)
        bone.head, bone.tail = start, end
        if parent:
            bone.parent = data.edit_bones[parent]
    bpy.ops.object.mode_set(mode='OBJECT')
    for bone in rig.pose.bones:
        bone.rotation_mode = 'QUATERNION'
    return rig


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
             (outfit.jacket(mats), 'shoulders'), (head.tongue(mats), 'jaw'),
             (arcs.arcs(), 'head')]
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


def add_sun(name, colour, strength, direction):
    """A sun shining along `direction`; no shadows, as in the live renderer."""
    light = bpy.data.lights.new(name, 'SUN')
    light.color = shapes.rgb(colour)[:3]
    light.energy = strength
    light.use_shadow = False
    obj = bpy.data.objects.new(name, light)
    obj.rotation_euler = Vector(direction).to_track_quat('-Z', 'Y').to_euler()
    obj.location = Vector(direction) * -6.0
    bpy.context.scene.collection.objects.link(obj)


def light_scene(scene):
    """Warm key from the upper left, cyan and magenta rims, blue ambient."""
    add_sun('Key', '#fff0e0', 3.1, (0.55, 0.80, -0.55))
    add_sun('Rim.cyan', '#30e8ff', 2.4, (-0.95, -0.45, -0.15))
    add_sun('Rim.magenta', '#ff3fa0', 1.8, (0.95, -0.50, -0.05))
    add_sun('Fill', '#7a6cff', 0.7, (-0.6, 0.75, 0.25))
    world = bpy.data.worlds.new('Night')
    world.use_nodes = True
    world.node_tree.nodes['Background'].inputs['Color'].default_value = shapes.rgb('#3a3480')
    world.node_tree.nodes['Background'].inputs['Strength'].default_value = 1.0
    world.color = shapes.rgb('#3a3480')[:3]
    scene.world = world


def add_camera(scene):
    """Portrait framing; the height is fixed, so 16:9 only shows more city."""
    data = bpy.data.cameras.new('Camera')
    data.lens, data.sensor_fit = 50.0, 'VERTICAL'
    data.sensor_height = 24.0
    data.clip_start, data.clip_end = 1.0, 60.0
    camera = bpy.data.objects.new('Camera', data)
    camera.location = (0.0, -10.0, 0.0)
    camera.rotation_euler = (math.radians(89.0), 0.0, 0.0)
    scene.collection.objects.link(camera)
    scene.camera = camera


def clear():
    """Start from an empty file, whatever the start-up file holds."""
    bpy.ops.wm.read_factory_settings(use_empty=True)


def build():
    """Build the whole scene."""
    clear()
    scene = bpy.context.scene
    scene.render.resolution_x, scene.render.resolution_y = 640, 480
    scene.view_settings.view_transform = 'Standard'
    rig = build_rig()
    build_character(rig)
    skyline.build()
    light_scene(scene)
    add_camera(scene)


def main():
    args = sys.argv[sys.argv.index('--') + 1:] if '--' in sys.argv else []
    parser = argparse.ArgumentParser(prog='voltage.py', description='Build the character Voltage.')
    parser.add_argument('blend', metavar='OUT.blend')
    options = parser.parse_args(args)
    build()
    bpy.context.preferences.filepaths.save_version = 0
    bpy.ops.wm.save_as_mainfile(filepath=os.path.abspath(options.blend), compress=True)


if __name__ == '__main__':
    main()

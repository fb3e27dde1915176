"""The parts of every character's scene: a rig, suns, surroundings, a scene camera."""

import math
import os
import sys

import bpy
from mathutils import Vector

from common import shapes


def build_rig(bones):
    """The armature object `Rig`, posed in its rest position.

    bones: (name, parent or None, head, tail) each.
    """
    data = bpy.data.armatures.new('Rig')
    rig = bpy.data.objects.new('Rig', data)
    bpy.context.scene.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode='EDIT')
    for name, parent, start, end in bones:
        bone = data.edit_bones.new(name)
        bone.head, bone.tail = start, end
        if parent:
            bone.parent = data.edit_bones[parent]
    bpy.ops.object.mode_set(mode='OBJECT')
    for bone in rig.pose.bones:
        bone.rotation_mode = 'QUATERNION'
    return rig


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


def set_world(colour):
    """Light of one colour from all around."""
    world = bpy.data.worlds.new('World')
    world.use_nodes = True
    world.node_tree.nodes['Background'].inputs['Color'].default_value = shapes.rgb(colour)
    world.node_tree.nodes['Background'].inputs['Strength'].default_value = 1.0
    world.color = shapes.rgb(colour)[:3]
    bpy.context.scene.world = world


def add_camera(scene, distance=10.0, height=0.0):
    """Portrait framing; the height is fixed, so 16:9 only shows more scenery."""
    data = bpy.data.cameras.new('Camera')
    data.lens, data.sensor_fit = 50.0, 'VERTICAL'
    data.sensor_height = 24.0
    data.clip_start, data.clip_end = 1.0, 60.0
    camera = bpy.data.objects.new('Camera', data)
    camera.location = (0.0, -distance, height)
    camera.rotation_euler = (math.radians(89.0), 0.0, 0.0)
    scene.collection.objects.link(camera)
    scene.camera = camera


def clear():
    """Start from an empty file, whatever the start-up file holds. Returns the scene."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.resolution_x, scene.render.resolution_y = 640, 480
    scene.view_settings.view_transform = 'Standard'
    return scene


def save():
    """Save as the script's only argument says: blender -b --python NAME.py -- OUT.blend"""
    bpy.context.preferences.filepaths.save_version = 0
    bpy.ops.wm.save_as_mainfile(filepath=os.path.abspath(sys.argv[-1]), compress=True)

"""Robot, a friendly machine whose face is moved by hooks, built from nothing.

    blender -b --factory-startup --python robot.py -- OUT.blend

One Blender unit is about 10 cm. The character faces -Y, +X is its left. There
is no shape key: lips, brows, nose and antenna are deformed by hooks, shutters,
cheeks and teeth are objects, the rest are bones. `robot.map` names them all.
"""

import argparse
import math
import os
import sys

import bpy
from mathutils import Vector

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import robot_body as body  # noqa: E402
import robot_eyes as eyes  # noqa: E402
import robot_face as face  # noqa: E402
import robot_plates as plates  # noqa: E402
import robot_sky  # noqa: E402
import shapes  # noqa: E402

# Bones: name, parent, head, tail. A bone turns about its head.
BONES = (
    ('shoulders', None, (0, 0.12, -3.0), (0, 0.12, -1.9)),
    ('neck', 'shoulders', (0, 0.12, -1.9), (0, 0.12, -1.15)),
    ('head', 'neck', (0, 0.12, -1.15), (0, 0.12, 0.6)),
    ('jaw', 'head', (0, -0.10, -0.10), (0, -0.7, -0.9)),
    ('eye.L', 'head', tuple(eyes.centre(1)), (eyes.EYE_X, -1.2, eyes.EYE_Z)),
    ('eye.R', 'head', tuple(eyes.centre(-1)), (-eyes.EYE_X, -1.2, eyes.EYE_Z)),
)
# Suns: colour, strength, direction.
SUNS = (('#fff0dc', 3.0, (0.55, 0.85, -0.60)), ('#ff8a5c', 1.5, (-0.95, -0.15, -0.05)),
        ('#5ad1ff', 1.4, (0.95, -0.35, -0.10)), ('#8a7bff', 0.8, (-0.5, 0.8, 0.45)))
AMBIENT = '#5a548c'


def build_rig():
    """The armature object `Rig`, posed in its rest position."""
    rig = bpy.data.objects.new('Rig', bpy.data.armatures.new('Rig'))
    bpy.context.scene.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode='EDIT')
    for name, parent, start, end in BONES:
        bone = rig.data.edit_bones.new(name)
        bone.head, bone.tail = start, end
        bone.parent = rig.data.edit_bones[parent] if parent else None
    bpy.ops.object.mode_set(mode='OBJECT')
    return rig


def build_character(rig):
    """Every part, parented to its bone; then the hooks."""
    mats = {'paint': shapes.material('Paint', '#ffffff', 0.5, painted=True),
            'lamp': shapes.material('Lamp', '#ffd76a', glow=1.0), 'eye': eyes.materials()}
    parts = [(body.helmet(mats), 'head'), (body.jaw(mats), 'jaw'), (body.neck(mats), 'neck'),
             (body.torso(mats), 'shoulders'), (face.teeth(mats, True), 'head'),
             (face.teeth(mats, False), 'jaw'), (face.tongue(mats), 'jaw')]
    hooked = [face.muzzle(mats), face.nose(mats), body.antenna(mats)]
    for side, suffix in ((1, 'L'), (-1, 'R')):
        hooked.append(face.brow(mats, side))
        parts += [(eyes.plate(mats, side), 'head'), (eyes.eye(mats, side), 'eye.' + suffix),
                  (eyes.shutter(mats, side, True), 'head'),
                  (eyes.shutter(mats, side, False), 'head'), (face.cheek(mats, side), 'head')]
    for obj, bone in parts + [(obj, 'head') for obj, _ in hooked]:
        shapes.parent_to_bone(obj, rig, bone)
    bpy.context.view_layer.update()
    for obj, hooks in hooked:
        for name, (bone, weights) in hooks.items():
            plates.add_hook(obj, rig, name, bone, weights)


def light_scene(scene):
    """Warm key from the upper left, the dusk and the night on the edges; no
    shadows, as in the live renderer."""
    for number, (colour, strength, direction) in enumerate(SUNS):
        light = bpy.data.lights.new('Sun%d' % number, 'SUN')
        light.color, light.energy, light.use_shadow = shapes.rgb(colour)[:3], strength, False
        obj = bpy.data.objects.new(light.name, light)
        obj.rotation_euler = Vector(direction).to_track_quat('-Z', 'Y').to_euler()
        obj.location = Vector(direction) * -6.0
        scene.collection.objects.link(obj)
    world = bpy.data.worlds.new('Dusk')
    world.use_nodes = True
    world.node_tree.nodes['Background'].inputs['Color'].default_value = shapes.rgb(AMBIENT)
    world.color = shapes.rgb(AMBIENT)[:3]
    scene.world = world


def add_camera(scene):
    """Portrait framing; the height is fixed, so 16:9 only shows more sky."""
    data = bpy.data.cameras.new('Camera')
    data.lens, data.sensor_fit, data.sensor_height = 50.0, 'VERTICAL', 24.0
    data.clip_start, data.clip_end = 1.0, 60.0
    camera = bpy.data.objects.new('Camera', data)
    camera.location = (0.0, -10.0, 0.0)
    camera.rotation_euler = (math.radians(89.0), 0.0, 0.0)
    scene.collection.objects.link(camera)
    scene.camera = camera


def build():
    """Build the whole scene."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.resolution_x, scene.render.resolution_y = 640, 480
    scene.view_settings.view_transform = 'Standard'
    build_character(build_rig())
    robot_sky.build()
    light_scene(scene)
    add_camera(scene)


def main():
    args = sys.argv[sys.argv.index('--') + 1:] if '--' in sys.argv else []
    parser = argparse.ArgumentParser(prog='robot.py', description='Build the character Robot.')
    parser.add_argument('blend', metavar='OUT.blend')
    options = parser.parse_args(args)
    build()
    bpy.context.preferences.filepaths.save_version = 0
    bpy.ops.wm.save_as_mainfile(filepath=os.path.abspath(options.blend), compress=True)


if __name__ == '__main__':
    main()

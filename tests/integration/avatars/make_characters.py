"""Runs inside Blender: makes the characters that test_avatar_*.py load.

    blender -b --factory-startup --python make_characters.py -- VOLTAGE.blend FOLDER
"""

import os
import sys
import time

import addon_utils
import bpy
import numpy
from mathutils import Matrix, Vector

VISEMES = {'aa': {'jawOpen': 0.8}, 'ih': {'mouthStretchLeft': 0.8, 'mouthStretchRight': 0.8},
           'ou': {'mouthPucker': 1.0}, 'ee': {'mouthUpperUpLeft': 0.6, 'mouthUpperUpRight': 0.6,
                                              'mouthStretchLeft': 0.4, 'mouthStretchRight': 0.4},
           'oh': {'mouthFunnel': 1.0, 'jawOpen': 0.3}}
SIDES = {'smile': {'mouthSmileLeft': 1.0, 'mouthSmileRight': 1.0},
         'frown': {'mouthFrownLeft': 1.0, 'mouthFrownRight': 1.0},
         'blink': {'eyeBlinkLeft': 1.0, 'eyeBlinkRight': 1.0}, 'left': {'eyeBlinkLeft': 1.0},
         'right': {'eyeBlinkRight': 1.0}, 'wide': {'eyeWideLeft': 1.0, 'eyeWideRight': 1.0},
         'up': {'browInnerUp': 1.0, 'browOuterUpLeft': 1.0, 'browOuterUpRight': 1.0},
         'down': {'browDownLeft': 1.0, 'browDownRight': 1.0},
         'lookup': {'eyeLookUpLeft': 1.0, 'eyeLookUpRight': 1.0},
         'lookdown': {'eyeLookDownLeft': 1.0, 'eyeLookDownRight': 1.0}}
MIXES = {**VISEMES, **SIDES}
MMD = {'あ': 'aa', 'い': 'ih', 'う': 'ou', 'え': 'ee', 'お': 'oh', 'にやり': 'smile', '口角下げ': 'frown',
       'まばたき': 'blink', 'ウィンク２': 'left', 'ｳｨﾝｸ２右': 'right', 'びっくり': 'wide', '上': 'up',
       '怒り': 'down'}
VROID = {'Fcl_MTH_A': 'aa', 'Fcl_MTH_I': 'ih', 'Fcl_MTH_U': 'ou', 'Fcl_MTH_E': 'ee',
         'Fcl_MTH_O': 'oh', 'Fcl_MTH_Fun': 'smile', 'Fcl_MTH_Down': 'frown',
         'Fcl_EYE_Close': 'blink', 'Fcl_EYE_Close_L': 'left', 'Fcl_EYE_Close_R': 'right',
         'Fcl_EYE_Spread': 'wide', 'Fcl_BRW_Surprised': 'up', 'Fcl_BRW_Angry': 'down'}
VRM = {'Mouth.A': 'aa', 'Mouth.I': 'ih', 'Mouth.U': 'ou', 'Mouth.E': 'ee', 'Mouth.O': 'oh',
       'Smiling': 'smile', 'Lids.left': 'left', 'Lids.right': 'right', 'Eyes': 'wide',
       'Look.up': 'lookup', 'Look.down': 'lookdown'}

voltage, folder = sys.argv[sys.argv.index('--') + 1:]


def path(name):
    return os.path.join(folder, name)


def save(name, compress=False):
    bpy.ops.wm.save_as_mainfile(filepath=path(name), compress=compress, copy=True)


def export(name, **options):
    # Blender 3.4's add-on uses a name that numpy 1.24 has dropped.
    numpy.bool = bool
    bpy.ops.export_scene.gltf(filepath=path(name), export_morph_normal=False, **options)


def open_voltage():
    bpy.ops.wm.open_mainfile(filepath=voltage)


def rename_keys(table):
    """Give all meshes keys of other names, each a mix of Voltage's own."""
    for obj in [o for o in bpy.data.objects if getattr(o.data, 'shape_keys', None)]:
        old = obj.data.shape_keys.key_blocks[1:]
        for name, mix in table.items():
            for block in old:
                block.value = MIXES[mix].get(block.name, 0.0)
            obj.shape_key_add(name=name, from_mix=True)
        for block in old:
            obj.shape_key_remove(block)


def add_arms():
    """Stretched out to the sides, as those of a VRM are."""
    rig = bpy.data.objects['Rig']
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode='EDIT')
    for name, side in (('arm.L', 1.0), ('arm.R', -1.0)):
        bone = rig.data.edit_bones.new(name)
        bone.head, bone.tail = (2.0 * side, 0.0, 0.0), (5.0 * side, 0.0, 0.0)
        bone.parent = rig.data.edit_bones['shoulders']
        hand = rig.data.edit_bones.new('hand' + name[-2:])
        hand.head, hand.tail = bone.tail, (6.0 * side, 0.0, 0.0)
        hand.parent = bone
    bpy.ops.object.mode_set(mode='OBJECT')


def make_names():
    for file, table in (('mmd.blend', MMD), ('vroid.blend', VROID), ('vrm.blend', VRM)):
        open_voltage()
        rename_keys(table)
        save(file)
        if file == 'vrm.blend':
            add_arms()
            export('expressions.glb')
    open_voltage()
    for obj in bpy.data.objects:
        for block in (obj.data.shape_keys.key_blocks[1:] if getattr(obj.data, 'shape_keys', None)
                      else ()):
            block.name = 'blendShape1.' + block.name[0].upper() + block.name[1:].replace(
                'Left', '_L').replace('Right', '_R')
    save('prefixed.blend')
    block = bpy.data.objects['Face'].data.shape_keys.key_blocks['blendShape1.JawOpen']
    block.slider_max, block.value = 0.2, 0.2
    save('range.blend')
    block.slider_max, block.value = 1.0, 0.0
    export('prefixed.glb')
    export('separate.gltf', export_format='GLTF_SEPARATE')


def make_wrong():
    open_voltage()
    for camera in [o for o in bpy.data.objects if o.type == 'CAMERA']:
        bpy.data.objects.remove(camera)
    save('nocamera.blend')
    save('zstd.blend', compress=True)
    for obj in bpy.data.objects:
        obj.animation_data_clear()
        obj.hide_viewport = obj.type == 'MESH'
    save('nomesh.blend')
    open_voltage()
    bpy.ops.mesh.primitive_grid_add(x_subdivisions=1000, y_subdivisions=1000, size=0.1,
                                    location=(0.0, 50.0, 0.0))
    save('million.blend', compress=True)


def make_hostile():
    """A file with Python that would create files."""
    open_voltage()
    text = bpy.data.texts.new('startup.py')
    text.write('import bpy\nopen(%r, "w").close()\nbpy.app.handlers.depsgraph_update_post.append('
               'lambda *a: open(%r, "w"))\n' % (path('touched-text'), path('touched-handler')))
    text.use_module = True
    face = bpy.data.objects['Face']
    driver = face.driver_add('location', 0).driver
    driver.type = 'SCRIPTED'
    driver.expression = "__import__('os').system('touch %s') * 0" % path('touched-driver')
    save('hostile.blend')


def make_bones():
    """Voltage without keys, with the bones of a game's skeleton."""
    open_voltage()
    for obj in bpy.data.objects:
        if getattr(obj.data, 'shape_keys', None):
            obj.shape_key_clear()
    bones = bpy.data.objects['Rig'].data.bones
    for old, new in (('head', 'mixamorig:Head'), ('neck', 'mixamorig:Neck'), ('jaw', 'Jaw_01'),
                     ('eye.L', 'LeftEye'), ('eye.R', 'RightEye')):
        bones[old].name = new
    save('bones.blend')
    # Both eyes track an empty in front of the face.
    rig = bpy.data.objects['Rig']
    target = bpy.data.objects.new('Target', None)
    bpy.context.scene.collection.objects.link(target)
    middle = sum((rig.matrix_world @ bones[name].head_local for name in ('LeftEye', 'RightEye')),
                 Vector()) / 2.0
    target.location = middle + Vector((0.0, -30.0, 0.0))
    for name in ('LeftEye', 'RightEye'):
        pose = rig.pose.bones[name]
        ahead = (rig.matrix_world.to_3x3() @ pose.bone.matrix_local.to_3x3()).inverted() @ Vector(
            (0.0, -1.0, 0.0))
        axis = max(range(3), key=lambda k: abs(ahead[k]))
        track = pose.constraints.new('DAMPED_TRACK')
        track.target = target
        track.track_axis = 'TRACK_%s%s' % ('NEGATIVE_' if ahead[axis] < 0 else '', 'XYZ'[axis])
    save('targets.blend')


def make_eyeballs():
    """Voltage whose eyeballs turn by shape keys, not only by bones."""
    open_voltage()
    for side, out in (('Left', 1.0), ('Right', -1.0)):
        ball = bpy.data.objects['Eye.' + side[0]]
        ball.shape_key_add(name='Basis')
        for way, axis, angle in (('Up', 'X', -0.3), ('Down', 'X', 0.3), ('Out', 'Z', 0.3 * out),
                                 ('In', 'Z', -0.3 * out)):
            turn = Matrix.Rotation(angle, 3, axis)
            for point in ball.shape_key_add(name='eyeLook' + way + side, from_mix=False).data:
                point.co = turn @ point.co
    save('eyeballs.blend')


def make_rigify():
    """A head under a rig that Rigify has generated."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    addon_utils.enable('rigify', default_set=True)
    bpy.ops.object.armature_human_metarig_add()
    metarig = bpy.context.object
    # Without limbs: Rigify takes long.
    bpy.ops.object.mode_set(mode='EDIT')
    for bone in list(metarig.data.edit_bones):
        if not bone.name.startswith('spine') and 'face' not in [
                b.name for b in [bone] + bone.parent_recursive]:
            metarig.data.edit_bones.remove(bone)
    bpy.ops.object.mode_set(mode='OBJECT')
    bpy.ops.pose.rigify_generate()
    rig = next(o for o in bpy.data.objects if o.type == 'ARMATURE' and o != metarig)
    bpy.data.objects.remove(metarig)
    bpy.ops.mesh.primitive_ico_sphere_add(subdivisions=6, radius=0.13, location=(0, -0.06, 1.86))
    head = bpy.context.object
    head.scale = (0.8, 0.95, 1.1)
    bpy.ops.object.transform_apply(scale=True)
    rig.select_set(True)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.parent_set(type='ARMATURE_AUTO')
    # Something to see where lips, lids, brows and pupils go; a pupil lies in front of its bone.
    for bone, colour in (('ORG-eye.L', 2), ('ORG-eye.R', 2), ('lips.L', 0), ('lips.R', 0),
                         ('lip.T', 0), ('lip.B', 0), ('lid.T.L.002', 1), ('lid.T.R.002', 1),
                         ('brow.T.L.003', 2), ('brow.T.L.001', 2)):
        bpy.ops.mesh.primitive_ico_sphere_add(subdivisions=2, radius=0.008)
        bead = bpy.context.object
        bead.name = 'bead.' + bone
        bead.parent, bead.parent_type, bead.parent_bone = rig, 'BONE', bone
        bead.location = (0.0, 0.055 if 'eye' in bone else -rig.data.bones[bone].length, 0.0)
        material = bpy.data.materials.new(bead.name)
        material.diffuse_color = ((1, 0.1, 0.1, 1), (0.1, 0.3, 1, 1), (0.1, 0.1, 0.1, 1))[colour]
        bead.data.materials.append(material)
    save('rigify.blend')


os.makedirs(folder, exist_ok=True)
for make in (make_names, make_wrong, make_hostile, make_bones, make_eyeballs,
             make_rigify):
    begin = time.monotonic()
    make()
    print('%s: %.1f s' % (make.__name__, time.monotonic() - begin))

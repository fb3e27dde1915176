"""Runs inside Blender: makes characters that name files outside their folder, in each way that
Blender supports.

    blender -b --factory-startup --python make_outsiders.py -- OUTSIDE INSIDE

OUTSIDE gets the secrets, INSIDE the characters. A secret that is shown is magenta.
"""

import os
import shutil
import subprocess
import sys
import wave

import bpy

outside, inside = sys.argv[sys.argv.index('--') + 1:]
MAGENTA = (1.0, 0.0, 1.0, 1.0)


def secret(name):
    return os.path.join(outside, name)


def empty_file():
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.context.scene.world = bpy.data.worlds.new('Grey')
    bpy.context.scene.world.color = (0.2, 0.2, 0.2)


def save(name, relative=False):
    bpy.ops.wm.save_as_mainfile(filepath=os.path.join(inside, name), relative_remap=relative)


def image_material(image, name='Screen'):
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    nodes.clear()
    texture, glow = nodes.new('ShaderNodeTexImage'), nodes.new('ShaderNodeEmission')
    output = nodes.new('ShaderNodeOutputMaterial')
    texture.image = image
    links.new(texture.outputs['Color'], glow.inputs['Color'])
    links.new(glow.outputs['Emission'], output.inputs['Surface'])
    return material


def screen(image):
    """A square that shows an image, in front of a scene camera."""
    bpy.ops.mesh.primitive_plane_add(size=2, rotation=(1.5708, 0, 0))
    bpy.context.object.data.materials.append(image_material(image))
    camera = bpy.data.objects.new('Camera', bpy.data.cameras.new('Camera'))
    camera.location, camera.rotation_euler = (0, -3, 0), (1.5708, 0, 0)
    bpy.context.collection.objects.link(camera)
    bpy.context.scene.camera = camera
    return bpy.context.object


def make_secrets():
    image = bpy.data.images.new('secret', 64, 64)
    image.generated_color = MAGENTA
    image.file_format = 'PNG'
    for name in ('secret.png', 'tile.1001.png', 'tile.1002.png', 'row0001.png', 'row0002.png',
                 'strip.png', 'world.png', 'clip0001.png', 'camera.png', 'empty.png', 'icon.png',
                 'brush.png', 'library-own.png'):
        image.filepath_raw = secret(name)
        image.save()
    shutil.copy(secret('secret.png'), os.path.join(inside, 'own.png'))
    subprocess.run(['ffmpeg', '-nostdin', '-v', 'error', '-y', '-f', 'lavfi', '-i',
                    'color=magenta:size=64x64:rate=25:duration=1', '-pix_fmt', 'yuv420p',
                    secret('film.mp4')], check=True)
    for name in ('strip.mp4', 'movieclip.mp4'):
        shutil.copy(secret('film.mp4'), secret(name))
    for name in ('sound.wav', 'strip.wav'):
        with wave.open(secret(name), 'wb') as file:
            file.setparams((1, 2, 8000, 0, 'NONE', ''))
            file.writeframes(bytes(8000))
    font = next(os.path.join(folder, f) for folder, _, files in os.walk('/usr/share/fonts')
                for f in files if f.endswith(('.ttf', '.otf')))
    shutil.copy(font, secret('font.ttf'))
    for name in ('cache.abc', 'volume.vdb', 'lamp.ies', 'script.osl', 'text.txt', 'mesh.mdd', 'ocean.png',
                 'node.osl'):
        with open(secret(name), 'w', encoding='ascii') as file:
            file.write('not for you\n')
    empty_file()
    screen(None)
    bpy.data.objects.remove(bpy.data.objects['Camera'])
    obj = bpy.context.scene.objects[0]
    obj.name = 'Linked'
    packed = bpy.data.images.load(secret('secret.png'))
    packed.pack()
    obj.data.materials[0] = image_material(packed)
    bpy.ops.wm.save_as_mainfile(filepath=secret('library.blend'))


def make_shown():
    """Characters that try to show the image, each in its own way. The first one is allowed to."""
    def one(name, path, relative=False, **more):
        empty_file()
        image = bpy.data.images.load(path)
        for key, value in more.items():
            setattr(image, key, value)
        screen(image)
        save(name, relative)

    one('own.blend', os.path.join(inside, 'own.png'), True)
    one('image.blend', secret('secret.png'))
    one('parent.blend', secret('secret.png'), True)
    one('film.blend', secret('film.mp4'))
    os.symlink(secret('secret.png'), os.path.join(inside, 'link.png'))
    one('link.blend', os.path.join(inside, 'link.png'))
    os.symlink(outside, os.path.join(inside, 'folder'))
    one('folder.blend', os.path.join(inside, 'folder', 'secret.png'))
    empty_file()
    image = bpy.data.images.load(secret('secret.png'))
    screen(image)
    image.filepath = '//..\\%s\\secret.png' % os.path.basename(outside)
    save('backslash.blend')
    empty_file()
    with bpy.data.libraries.load(secret('library.blend'), link=True) as (_, to):
        to.objects = ['Linked']
    screen(None).hide_viewport = True
    bpy.context.collection.objects.link(to.objects[0])
    save('library.blend')
    empty_file()
    with bpy.data.libraries.load(secret('library.blend'), link=False) as (_, to):
        to.objects = ['Linked']
    screen(None)
    bpy.context.scene.objects['Plane'].data.materials[0] = to.objects[0].data.materials[0]
    for packed in bpy.data.images:
        packed.filepath = secret('secret.png')
    save('packed.blend')


def add_modifiers(obj):
    cache = obj.modifiers.new('Cache', 'MESH_CACHE')
    cache.cache_format, cache.filepath = 'MDD', secret('mesh.mdd')
    obj.modifiers.new('Ocean', 'OCEAN').filepath = outside + os.sep
    if hasattr(bpy.types, 'CACHEFILE_OT_open'):  # Debian's Blender is built without Alembic
        bpy.ops.cachefile.open(filepath=secret('cache.abc'))
        sequence = obj.modifiers.new('Sequence', 'MESH_SEQUENCE_CACHE')
        sequence.cache_file, sequence.object_path = bpy.data.cache_files[0], '/Plane/Plane'
    obj.modifiers.new('Particles', 'PARTICLE_SYSTEM')
    particles = obj.particle_systems[-1].point_cache
    particles.use_external, particles.filepath = True, os.path.join(outside, 'points')
    fluid = obj.modifiers.new('Fluid', 'FLUID')
    fluid.fluid_type = 'DOMAIN'
    fluid.domain_settings.cache_directory = os.path.join(outside, 'fluid')


def add_strips():
    editor = bpy.context.scene.sequence_editor_create()
    strips = editor.strips if hasattr(editor, 'strips') else editor.sequences
    strips.new_image('Image', secret('strip.png'), 1, 1)
    strips.new_movie('Movie', secret('strip.mp4'), 2, 1)
    strips.new_sound('Sound', secret('strip.wav'), 3, 1)
    row = strips.new_image('Row', os.path.join(inside, 'own.png'), 4, 1)
    row.elements[0].filename = '../%s/secret.png' % os.path.basename(outside)


def add_nodes(obj):
    world = bpy.context.scene.world
    world.use_nodes = True
    sky = world.node_tree.nodes.new('ShaderNodeTexEnvironment')
    sky.image = bpy.data.images.load(secret('world.png'))
    world.node_tree.links.new(sky.outputs['Color'],
                              world.node_tree.nodes['Background'].inputs['Color'])
    nodes = obj.data.materials[0].node_tree.nodes
    lamp = nodes.new('ShaderNodeTexIES')
    lamp.mode, lamp.filepath = 'EXTERNAL', secret('lamp.ies')
    script = nodes.new('ShaderNodeScript')
    script.mode, script.filepath = 'EXTERNAL', secret('node.osl')


def add_blocks():
    scene = bpy.context.scene
    text = bpy.data.objects.new('Text', bpy.data.curves.new('Text', 'FONT'))
    text.data.font = bpy.data.fonts.load(secret('font.ttf'))
    scene.collection.objects.link(text)
    speaker = bpy.data.objects.new('Speaker', bpy.data.speakers.new('Speaker'))
    speaker.data.sound = bpy.data.sounds.load(secret('sound.wav'))
    scene.collection.objects.link(speaker)
    volume = bpy.data.objects.new('Volume', bpy.data.volumes.new('Volume'))
    volume.data.filepath = secret('volume.vdb')
    scene.collection.objects.link(volume)
    tiled = bpy.data.images.load(secret('tile.1001.png'))
    tiled.source = 'TILED'
    tiled.filepath = secret('tile.<UDIM>.png')
    row = bpy.data.images.load(secret('row0001.png'))
    row.source = 'SEQUENCE'
    empty = bpy.data.objects.new('Empty', None)
    empty.empty_display_type, empty.data = 'IMAGE', bpy.data.images.load(secret('empty.png'))
    scene.collection.objects.link(empty)
    behind = scene.camera.data.background_images.new()
    behind.image = bpy.data.images.load(secret('camera.png'))
    clip = scene.camera.data.background_images.new()
    clip.source, clip.clip = 'MOVIE_CLIP', bpy.data.movieclips.load(secret('movieclip.mp4'))
    rows = bpy.data.movieclips.load(secret('clip0001.png'))
    rows.use_fake_user = True
    words = bpy.data.texts.load(secret('text.txt'))
    words.use_fake_user = True
    texture = bpy.data.textures.new('Brush', 'IMAGE')
    texture.image = bpy.data.images.load(secret('brush.png'))
    texture.use_fake_user = True
    if hasattr(bpy.types.Brush, 'icon_filepath'):
        brush = bpy.data.brushes.new('Brush', mode='SCULPT')
        brush.use_fake_user = True
        brush.icon_filepath = secret('icon.png')
    for image in (tiled, row):
        image.use_fake_user = True


def make_everything():
    """One file with all ways at once, and one that names pipes and devices."""
    empty_file()
    obj = screen(bpy.data.images.load(secret('secret.png')))
    with bpy.data.libraries.load(secret('library.blend'), link=True) as (_, to):
        to.objects = ['Linked']
    bpy.context.collection.objects.link(to.objects[0])
    bpy.ops.mesh.primitive_cube_add(location=(0, 0, 5))
    add_modifiers(bpy.context.object)
    add_strips()
    add_nodes(obj)
    add_blocks()
    save('everything.blend')


os.makedirs(outside, exist_ok=True)
os.makedirs(inside, exist_ok=True)
make_secrets()
make_shown()
make_everything()

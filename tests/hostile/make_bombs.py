"""Runs inside Blender: makes characters that exceed the limits of a machine.

    blender -b --factory-startup --python make_bombs.py -- FOLDER
"""

import os
import sys

import bpy

folder, = sys.argv[sys.argv.index('--') + 1:]


def cube():
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.context.scene.world = bpy.data.worlds.new('White')
    bpy.context.scene.world.color = (0.8, 0.8, 0.8)
    bpy.ops.mesh.primitive_cube_add()
    obj = bpy.context.object
    material = bpy.data.materials.new('White')
    material.diffuse_color = (1.0, 1.0, 1.0, 1.0)
    obj.data.materials.append(material)
    obj.shape_key_add(name='Basis')
    obj.shape_key_add(name='jawOpen').data[0].co.z -= 1.0
    return obj


def save(name):
    # The file is saved before Blender evaluates it.
    bpy.ops.wm.save_as_mainfile(filepath=os.path.join(folder, name))


def write(name):
    """Saves without evaluating the scene, which would kill this Blender."""
    bpy.data.libraries.write(os.path.join(folder, name), {bpy.context.scene}, fake_user=True)
    for obj in bpy.data.objects:
        obj.animation_data_clear()
        obj.modifiers.clear()


def arrays(obj, counts):
    """Copies an object along each axis; counts: [(frame, copies)]."""
    for axis in range(3):
        modifier = obj.modifiers.new('Array', 'ARRAY')
        modifier.relative_offset_displace = [float(k == axis) for k in range(3)]
        for frame, count in counts:
            modifier.count = count
            if len(counts) > 1:
                modifier.keyframe_insert('count', frame=frame)
        modifier.count = counts[0][1]


def make_arrays():
    arrays(cube(), [(1, 200)])
    write('arrays.blend')


def make_late():
    """A character that is harmless for the first minute of the timeline."""
    obj = cube()
    scene = bpy.context.scene
    scene.frame_end = 120 * scene.render.fps
    arrays(obj, [(1, 1), (60 * scene.render.fps, 1), (60 * scene.render.fps + 1, 200)])
    for curve in obj.animation_data.action.fcurves:
        for point in curve.keyframe_points:
            point.interpolation = 'CONSTANT'
    write('late.blend')


def make_picture(name, picture):
    """A cube with an image that this Blender never opens."""
    obj = cube()
    image = bpy.data.images.new('Picture', 8, 8)
    image.source = 'FILE'
    image.filepath = '//' + picture
    material = obj.data.materials[0]
    material.use_nodes = True
    nodes = material.node_tree.nodes
    texture = nodes.new('ShaderNodeTexImage')
    texture.image = image
    material.node_tree.links.new(texture.outputs['Color'], nodes['Principled BSDF'].inputs[0])
    save(name)


def make_library():
    cube().name = 'Thing'
    save('thing.blend')
    cube()
    with bpy.data.libraries.load(os.path.join(folder, 'thing.blend'), link=True,
                                 relative=True) as (_, to):
        to.objects = ['Thing']
    bpy.context.scene.collection.objects.link(to.objects[0])
    save('library.blend')
    os.unlink(os.path.join(folder, 'thing.blend'))
    os.mkfifo(os.path.join(folder, 'thing.blend'))


cube()
save('cube.blend')
cube()
make_arrays()
make_late()
make_picture('picture.blend', 'bomb.png')
make_picture('pipe.blend', 'pipe.png')
os.mkfifo(os.path.join(folder, 'pipe.png'))
make_library()

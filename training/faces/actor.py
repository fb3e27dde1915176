"""A Figure (figure.py) as an object of Blender."""

import bpy
import numpy as np

import compat
from draw import backdrop

TO_BLENDER = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]], np.float32) * 0.1  # (x, -z, y), 10 cm


def _material(name, *, colour=(1, 1, 1), image=None, painted=False, roughness=0.5, specular=0.5,
              alpha=1.0, glow=0.0):
    made = bpy.data.materials.new(name)
    made.use_nodes = True
    nodes, links = made.node_tree.nodes, made.node_tree.links
    shader = nodes['Principled BSDF']
    shader.inputs['Base Color'].default_value = (*colour, 1.0)
    shader.inputs['Roughness'].default_value = roughness
    compat.socket(shader, *compat.SPECULAR).default_value = specular
    compat.socket(shader, *compat.EMISSION).default_value = (glow, glow, glow, 1.0)
    shader.inputs['Alpha'].default_value = alpha
    if image is not None:
        node = nodes.new('ShaderNodeTexImage')
        node.image = image
        links.new(node.outputs['Color'], shader.inputs['Base Color'])
    if painted:
        node = nodes.new('ShaderNodeVertexColor')
        node.layer_name = 'Paint'
        links.new(node.outputs['Color'], shader.inputs['Base Color'])
    if alpha < 1.0:
        made.blend_method = 'BLEND'
    return made


def image(name, rgb):
    """An image of Blender. rgb: linear (h, w, 3), the bottom row first."""
    h, w = rgb.shape[:2]
    made = bpy.data.images.new(name, w, h)
    rgba = np.concatenate((backdrop.encode(rgb), np.ones((h, w, 1))), axis=2)
    made.pixels.foreach_set(rgba.astype(np.float32).ravel())
    made.update()
    made.pack()
    return made


class Actor:
    """A Figure as a Blender object."""

    def __init__(self, fig):
        self.figure = fig
        person = fig.person
        mesh = bpy.data.meshes.new('Person')
        polygons = [[i for i in face if i >= 0] for face in fig.faces.tolist()]
        mesh.from_pydata((fig.points @ TO_BLENDER.T).tolist(), [], polygons)
        mesh.polygons.foreach_set('use_smooth', np.ones(len(polygons), bool))
        mesh.polygons.foreach_set('material_index', fig.slots.astype(np.int32))
        layer = mesh.uv_layers.new(name='UV')
        valid = fig.faces >= 0
        layer.data.foreach_set('uv', fig.uv[valid].astype(np.float32).ravel())
        paint = mesh.color_attributes.new('Paint', 'FLOAT_COLOR', 'POINT')
        paint.data.foreach_set('color', np.c_[fig.colours, np.ones(len(fig.colours))].astype(
            np.float32).ravel())
        shine = 0.7 - 0.35 * person.shine
        tint = person.glasses.tint if person.glasses else 0.0
        for made in (_material('Skin', image=image('Skin', fig.image), roughness=shine,
                               specular=0.35),
                     _material('Painted', painted=True, roughness=0.7, specular=0.2),
                     _material('Glossy', painted=True, roughness=0.12),
                     _material('Lash', colour=(0.01, 0.008, 0.006), alpha=person.lash),
                     _material('Lens', colour=(0.02, 0.02, 0.02), roughness=0.05,
                               alpha=0.04 + tint),
                     _material('Glint', glow=0.9, alpha=0.35)):
            mesh.materials.append(made)
        mesh.update()
        self.object = bpy.data.objects.new('Person', mesh)
        bpy.context.scene.collection.objects.link(self.object)

    def pose(self, pose):
        """Returns the marks (Figure.place) in Blender's axes."""
        points, marks = self.figure.place(pose)
        mesh = self.object.data
        mesh.vertices.foreach_set('co', np.ascontiguousarray(points @ TO_BLENDER.T).ravel())
        mesh.update()
        return marks @ TO_BLENDER.T

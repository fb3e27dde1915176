"""Small helpers: meshes from arrays, lofts, materials, parenting."""

import os
import sys

import bpy
import numpy as np
from mathutils import Matrix

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../blender-node/node'))

import compat  # noqa: E402


def rgb(text):
    """Linear RGBA of an sRGB '#rrggbb' colour."""
    c = np.array([int(text[i:i + 2], 16) for i in (1, 3, 5)]) / 255.0
    return np.append(np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4), 1.0)


def mix(a, b, t):
    """Blend colours `a` to `b` by `t` (n,); gives (n, 4)."""
    t = np.asarray(t)[..., None]
    return a * (1.0 - t) + b * t


def material(name, colour, roughness=0.5, glow=0.0, lift=0.0, painted=False):
    """A Principled material.

    glow     emission strength; the emission has the same colour
    lift     a little emission of the same colour, against grey in the shade
    painted  multiply by the colour attribute 'Col' (with `glow`, the emission). The
             base colour is then white: a renderer that multiplies base by 'Col' and
             Blender, which reads the linked attribute alone, show the same.
    """
    mat = bpy.data.materials.new(name)
    mat.use_nodes = True
    node = mat.node_tree.nodes['Principled BSDF']
    value = (1.0, 1.0, 1.0, 1.0) if painted else tuple(rgb(colour))
    emission = compat.socket(node, *compat.EMISSION)
    if glow > 0.0:
        emission.default_value = value
        node.inputs['Emission Strength'].default_value = glow
        value = (0.0, 0.0, 0.0, 1.0)
    elif lift > 0.0:
        emission.default_value = value
        node.inputs['Emission Strength'].default_value = lift
    node.inputs['Base Color'].default_value = value
    node.inputs['Roughness'].default_value = roughness
    specular = compat.socket(node, *compat.SPECULAR)
    specular.default_value = 0.3 if glow == 0.0 else 0.0
    mat.diffuse_color = tuple(rgb(colour))
    if painted:
        attribute = mat.node_tree.nodes.new('ShaderNodeVertexColor')
        attribute.layer_name = 'Col'
        mat.node_tree.links.new(attribute.outputs['Color'],
                                emission if glow > 0.0 else node.inputs['Base Color'])
    return mat


def mesh_object(name, verts, faces, materials, kinds=None, smooth=True):
    """Object from arrays; `kinds` gives a material index for each face."""
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata([tuple(map(float, v)) for v in verts], [],
                     [tuple(map(int, f)) for f in faces])
    for mat in materials:
        mesh.materials.append(mat)
    if kinds is not None:
        mesh.polygons.foreach_set('material_index', np.asarray(kinds, dtype=np.int32))
    mesh.polygons.foreach_set('use_smooth', [smooth] * len(mesh.polygons))
    mesh.update()
    obj = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(obj)
    return obj


def paint(obj, colours):
    """Write the vertex colours (n, 4) to the corner attribute 'Col'."""
    mesh = obj.data
    layer = mesh.color_attributes.new('Col', 'BYTE_COLOR', 'CORNER')
    corner = np.empty(len(mesh.loops), dtype=np.int32)
    mesh.loops.foreach_get('vertex_index', corner)
    layer.data.foreach_set('color', np.asarray(colours, dtype=np.float32)[corner].ravel())


def add_shape_keys(obj, offsets):
    """Add a shape key for each (name, offsets (n, 3))."""
    rest = np.empty(len(obj.data.vertices) * 3)
    obj.data.vertices.foreach_get('co', rest)
    obj.shape_key_add(name='Basis', from_mix=False)
    for name, offset in offsets:
        key = obj.shape_key_add(name=name, from_mix=False)
        key.data.foreach_set('co', rest + offset.ravel())
        # A mapping may go a little beyond, but not below rest, where one key undoes another.
        key.slider_min, key.slider_max = 0.0, 1.5
        key.value = 0.0


def bridge(rings, closed=True, base=0):
    """Quads between consecutive rows of equal length; ids start at `base`."""
    count = len(rings[0])
    faces = []
    for row in range(len(rings) - 1):
        for k in range(count if closed else count - 1):
            a, b = base + row * count + k, base + row * count + (k + 1) % count
            faces.append((a, b, b + count, a + count))
    return faces


def tube(path, widths, depths, side, sides=7):
    """Loft an elliptic section along `path` (n, 3); ends close to points.

    widths, depths  half sizes of each section along `side` and across it
    side            (3,) or (n, 3), made perpendicular to the path
    """
    path = np.asarray(path, dtype=float)
    tangent = np.gradient(path, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1)[:, None]
    side = np.broadcast_to(np.asarray(side, dtype=float), path.shape)
    side = side - (side * tangent).sum(axis=1)[:, None] * tangent
    side /= np.linalg.norm(side, axis=1)[:, None]
    up = np.cross(tangent, side)
    angle = np.linspace(0.0, 2.0 * np.pi, sides, endpoint=False)
    rings = [p + np.outer(np.cos(angle) * w, s) + np.outer(np.sin(angle) * d, n)
             for p, w, d, s, n in zip(path, widths, depths, side, up)]
    faces = bridge(rings)
    last = len(rings) * sides
    faces += [tuple(reversed(range(sides))), tuple(range(last - sides, last))]
    return np.concatenate(rings), faces


def curve(points, steps):
    """Catmull-Rom curve through `points` (n, k), `steps` pieces between two."""
    p = np.asarray(points, dtype=float)
    p = np.concatenate((2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]))
    t = np.linspace(0.0, 1.0, steps, endpoint=False)[:, None]
    parts = [0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t ** 2
                    + (3 * b - a - 3 * c + d) * t ** 3)
             for a, b, c, d in zip(p, p[1:], p[2:], p[3:])]
    return np.concatenate(parts + [p[-2:-1]])


class Pile:
    """Joins several pieces into one mesh with colours and materials."""

    def __init__(self):
        self.verts, self.faces, self.kinds, self.colours = [], [], [], []

    def add(self, verts, faces, colours=None, kind=0):
        """Append a piece; `colours` is (4,) or (n, 4). Returns its first id."""
        base = len(self.verts)
        self.verts.extend(verts)
        self.faces.extend(tuple(i + base for i in face) for face in faces)
        self.kinds.extend([kind] * len(faces))
        colours = np.ones(4) if colours is None else np.asarray(colours)
        self.colours.extend(np.broadcast_to(colours, (len(verts), 4)))
        return base

    def object(self, name, materials, painted=False, smooth=True):
        """The mesh object; its 'Col' layer is written when `painted`."""
        obj = mesh_object(name, self.verts, self.faces, materials, self.kinds, smooth)
        if painted:
            paint(obj, self.colours)
        return obj


def parent_to_bone(obj, rig, bone):
    """Parent to a bone so that the object's own channels stay world axes."""
    pose = rig.data.bones[bone]
    tail = Matrix.Translation((0.0, pose.length, 0.0))
    obj.parent, obj.parent_type, obj.parent_bone = rig, 'BONE', bone
    obj.matrix_parent_inverse = (rig.matrix_world @ pose.matrix_local @ tail).inverted()


def rect(x0, x1, z0, z1, y):
    """Four points of an upright rectangle at depth y."""
    return np.array(((x0, y, z0), (x1, y, z0), (x1, y, z1), (x0, y, z1)))


def disc(x, z, radius, y, steps=36):
    """Points of an upright circle at depth y."""
    turn = np.linspace(0.0, 2.0 * np.pi, steps, endpoint=False)
    return np.stack((x + radius * np.cos(turn), np.full(steps, y),
                     z + radius * np.sin(turn)), axis=1)

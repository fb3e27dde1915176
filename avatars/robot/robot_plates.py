"""Flat-shaded plates: a mesh whose faces each have one colour, and the pieces
that the robot is put together from."""

import bmesh
import bpy
import numpy as np

from common import shapes

# Front of the face: its half width, and its height above and below the middle.
FACE_WIDTH, FACE_UP, FACE_DOWN = 1.0, 1.05, 1.12
CORNER = 0.78  # of the outline: 1 is an ellipse, less is squarer


def front(x, z):
    """y of the mask's surface: bowed, with a muzzle round the mouth."""
    x, z = np.asarray(x, dtype=float), np.asarray(z, dtype=float)
    bow = 0.24 * x ** 2 + 0.16 * np.maximum(z, 0.0) ** 2 + 0.12 * np.minimum(z, 0.0) ** 2
    muzzle = 0.10 * np.exp(-np.square(x / 0.50) - np.square((z + 0.52) / 0.36))
    return -0.98 + bow - muzzle


def hammered(x, z):
    """Small dents, without which the facets of so flat a mask do not show."""
    return 0.032 * np.sin(23.0 * x + 5.0 * np.sin(17.0 * z)) * np.cos(19.0 * z + 3.0 * x)


def outline(angle, grow=1.0):
    """Points (n, 2), x and z, on the face's outline at those angles from +x."""
    c, s = np.cos(angle), np.sin(angle)
    height = np.where(s > 0.0, FACE_UP, FACE_DOWN)
    return np.stack((grow * FACE_WIDTH * np.sign(c) * np.abs(c) ** CORNER,
                     grow * height * np.sign(s) * np.abs(s) ** CORNER), axis=-1)


def inside(x, z):
    """True where a point lies within the outline."""
    height = np.where(z > 0.0, FACE_UP, FACE_DOWN)
    return np.abs(x / FACE_WIDTH) ** (2 / CORNER) + np.abs(z / height) ** (2 / CORNER) <= 1.0


def smooth(low, high, x):
    """Smooth step from 0 at `low` to 1 at `high`."""
    t = np.clip((np.asarray(x, dtype=float) - low) / (high - low), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


class Plates:
    """Joins pieces into one flat-shaded mesh, a colour to each face."""

    def __init__(self, seed=1, jitter=0.07):
        """jitter: how much the brightness differs from face to face."""
        self.verts, self.faces, self.kinds, self.colours, self.shade = [], [], [], [], []
        self._rng, self._jitter = np.random.default_rng(seed), jitter

    def add(self, verts, faces, colour, shade=1.0, kind=0):
        """Append a piece. colour: '#rrggbb', or one for each face; shade (n,):
        of each point, darkness where parts meet. Returns its first id."""
        base = len(self.verts)
        self.verts.extend(verts)
        self.faces.extend(tuple(i + base for i in face) for face in faces)
        self.kinds.extend([kind] * len(faces))
        self.shade.extend(np.broadcast_to(shade, len(verts)))
        texts = [colour] * len(faces) if isinstance(colour, str) else colour
        tone = 1.0 + self._jitter * (2.0 * self._rng.random(len(faces)) - 1.0)
        self.colours.extend(shapes.rgb(text)[:3] * t for text, t in zip(texts, tone))
        return base

    def object(self, name, materials, origin=(0.0, 0.0, 0.0)):
        """The mesh object; points are given relative to `origin`."""
        obj = shapes.mesh_object(name, self.verts, self.faces, materials, self.kinds, False)
        obj.location = origin
        mesh = obj.data
        layer = mesh.color_attributes.new('Col', 'BYTE_COLOR', 'CORNER')
        corners = [(*np.clip(colour * self.shade[i], 0.0, 1.0), 1.0)
                   for face, colour in zip(self.faces, self.colours) for i in face]
        layer.data.foreach_set('color', np.array(corners, dtype=np.float32).ravel())
        _face_outwards(mesh)
        return obj


def _face_outwards(mesh):
    mould = bmesh.new()
    mould.from_mesh(mesh)
    bmesh.ops.recalc_face_normals(mould, faces=mould.faces)
    mould.to_mesh(mesh)
    mould.free()


def ball(centre, radius, detail=2):
    """(verts, faces) of a faceted ball; radius: one, or one for each axis."""
    mould = bmesh.new()
    bmesh.ops.create_icosphere(mould, subdivisions=detail, radius=1.0)
    verts = np.array([v.co[:] for v in mould.verts]) * radius + np.asarray(centre)
    faces = [tuple(v.index for v in face.verts) for face in mould.faces]
    mould.free()
    return verts, faces


def box(low, high):
    """(verts, faces) of a box between two corners."""
    (x0, y0, z0), (x1, y1, z1) = low, high
    verts = [(x, y, z) for z in (z0, z1) for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))]
    return np.array(verts), [(3, 2, 1, 0), (4, 5, 6, 7), (0, 1, 5, 4), (1, 2, 6, 5),
                             (2, 3, 7, 6), (3, 0, 4, 7)]


def loft(rings, cap=(False, False), closed=True):
    """(verts, faces) through rings of equally many points; cap: close the ends."""
    count = len(rings[0])
    faces = shapes.bridge(rings, closed)
    last = (len(rings) - 1) * count
    if cap[0]:
        faces.append(tuple(reversed(range(count))))
    if cap[1]:
        faces.append(tuple(range(last, last + count)))
    return np.concatenate([np.asarray(r, dtype=float) for r in rings]), faces


def lathe(profile, axis, centre, sides):
    """A loft turned about the x ('x') or z ('z') axis. profile: (along, radius)
    pairs, from end to end; both ends are closed."""
    turn = (np.arange(sides) + 0.5) * 2.0 * np.pi / sides
    rings = []
    for along, radius in profile:
        a, b, c = np.full(sides, along), radius * np.cos(turn), radius * np.sin(turn)
        rings.append(np.stack((a, b, c) if axis == 'x' else (b, c, a), axis=1)
                     + np.asarray(centre))
    return loft(rings, (True, True))


def add_hook(obj, rig, name, bone, weights):
    """Bind the points of `obj` with a weight (n,) to a new empty on that bone."""
    group = obj.vertex_groups.new(name=name)
    members = [int(i) for i in np.flatnonzero(weights > 0.02)]
    for i in members:
        group.add([i], float(weights[i]), 'REPLACE')
    empty = bpy.data.objects.new(name, None)
    empty.empty_display_size = 0.1
    empty.location = obj.location + _centre(obj, members, weights)
    bpy.context.scene.collection.objects.link(empty)
    shapes.parent_to_bone(empty, rig, bone)
    bpy.context.view_layer.update()
    hook = obj.modifiers.new(name, 'HOOK')
    hook.object, hook.vertex_group, hook.falloff_type = empty, group.name, 'NONE'
    hook.matrix_inverse = empty.matrix_world.inverted() @ obj.matrix_world


def _centre(obj, members, weights):
    points = sum((obj.data.vertices[i].co * float(weights[i]) for i in members),
                 obj.data.vertices[0].co * 0.0)
    return points / float(sum(weights[i] for i in members))

"""A mesh in the direct renderer: buffers that never change, built once, and those
that are read again when Blender has deformed the mesh."""

import gpu
import numpy as np

from draw import area, looks, materials, topology
from draw.direct_corners import Corners, get

# Which of its faces a batch is drawn for.
FRONT, BACK, BOTH = range(3)
# Triangles below this size, times roughness squared, look as good shaded at their
# vertices as at each pixel (pixels^2): a rough surface has no small highlights.
DENSE_AREA = 1500.0


def _format(**attributes):
    made = gpu.types.GPUVertFormat()
    for name, width in attributes.items():
        made.attr_add(id=name, comp_type='F32', len=width, fetch_mode='FLOAT')
    return made


_SHAPE = _format(pos=3, nor=3)
_PAINT = _format(base=4, glow=4, gloss=4)
_PLACE = _format(uv=2)


def _area(on_screen):
    """The mean size of triangles (n, 3, 4), weighted by it, pixels^2."""
    at = on_screen[:, :, :2] / np.maximum(on_screen[:, :, 3:], 1e-6)
    a, b = at[:, 1] - at[:, 0], at[:, 2] - at[:, 0]
    area = 0.5 * np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
    return float((area * area).sum() / max(area.sum(), 1e-6))


def _paint_buffer(table, slot, paint):
    """The vertex buffer of base, glow and gloss. paint: linear RGBA (n, 4)."""
    rows = np.zeros((len(table), 12), np.float32)
    for row, m in zip(rows, table):
        row[:] = (*m.base.colour, m.alpha.colour[0], *m.glow.colour, 0.0,
                  *m.f0, max(m.roughness, 0.1))
    values = rows[slot]

    def multiply(columns, which, by):
        chosen = np.array([which(m) for m in table])[slot]
        values[chosen, columns] *= by[chosen]

    multiply(slice(0, 3), lambda m: m.base.attribute is not None, paint[:, :3])
    multiply(slice(4, 7), lambda m: m.glow.attribute is not None, paint[:, :3])
    multiply(slice(3, 4), lambda m: m.alpha.attribute is not None, paint[:, 3:])
    buffer = gpu.types.GPUVertBuf(_PAINT, len(values))
    for at, name in zip((0, 4, 8), ('base', 'glow', 'gloss')):
        buffer.attr_fill(name, np.ascontiguousarray(values[:, at:at + 4]))
    return buffer


def _place_buffer(uv):
    buffer = gpu.types.GPUVertBuf(_PLACE, len(uv))
    buffer.attr_fill('uv', uv)
    return buffer


class DirectMesh:
    """One mesh object on the graphics side."""

    def __init__(self, obj, mesh, table, to_pixels):
        """obj: the original object; mesh: its evaluated mesh; table: [Material]
        of its slots, at least one; to_pixels: array (4, 4), own axes to the
        screen (x, y and w of the result count)."""
        self.obj = obj
        corners = Corners(mesh, table)
        first, index = corners.merge()
        self._topology = self._count(mesh)
        self._vertex, self._normal = corners.vertex[first], corners.normal[first]
        self._flat = bool(len(first)) and int(self._normal.max()) >= len(mesh.vertices)
        self._co = get(mesh.vertices, 'co', np.float32, 3)
        faces = len(mesh.polygons) if self._flat else 0
        self._normals = np.empty((len(mesh.vertices) + faces, 3), np.float32)
        self._still = [_paint_buffer(table, corners.slot[first], corners.paint[first])]
        if any(materials.picture(m) is not None for m in table):
            self._still.append(_place_buffer(corners.uv[first]))
        self._indices = self._split(corners, index.reshape(-1, 3), table, to_pixels)
        self.batches = {}
        self.reads = 0
        self.read(mesh)

    def _looks(self, slot, triangles, table, to_pixels):
        """([Look], which of them each triangle has)."""
        of_slot = [looks.of(m) for m in table]
        dense = np.array([looks.may_be_dense(look) for look in of_slot])[slot]
        if dense.any():
            roughness = min(table[k].roughness for k in np.unique(slot[dense]))
            on_screen = (np.c_[self._co, np.ones(len(self._co))] @ to_pixels.T)[triangles]
            if _area(on_screen[dense]) < DENSE_AREA * roughness ** 2:
                of_slot = [look._replace(shade=looks.DENSE) if looks.may_be_dense(look) else look
                           for look in of_slot]
        distinct = list(dict.fromkeys(of_slot))
        return distinct, np.array([distinct.index(look) for look in of_slot])[slot]

    def _split(self, corners, index, table, to_pixels):
        """{(Look, faces): index buffer} of its triangles."""
        triangles, slot = corners.vertex.reshape(-1, 3), corners.slot[::3]
        distinct, which = self._looks(slot, triangles, table, to_pixels)
        # Back faces only of open parts without backface culling.
        culled = np.array([m.culled for m in table])[slot]
        behind = ~culled & ~topology.closed(triangles, self._co)
        groups = {}
        for k, look in enumerate(distinct):
            mine = which == k
            if look.shade == looks.UNLIT:
                groups[look, BOTH] = mine & ~culled
                groups[look, FRONT] = mine & culled
            else:
                groups[look, FRONT] = mine
                groups[look, BACK] = mine & behind
        return {key: gpu.types.GPUIndexBuf(type='TRIS', seq=np.ascontiguousarray(index[chosen]))
                for key, chosen in groups.items() if chosen.any()}

    @staticmethod
    def _count(mesh):
        return len(mesh.vertices), len(mesh.loops), len(mesh.polygons)

    def fits(self, mesh):
        """False when a modifier has changed how many points there are."""
        return self._count(mesh) == self._topology

    def read(self, mesh):
        """Read the shape that Blender has evaluated and upload it."""
        count = len(self._co)
        self.reads += 1
        mesh.vertices.foreach_get('co', self._co.ravel())
        mesh.vertex_normals.foreach_get('vector', self._normals[:count].ravel())
        if self._flat:
            mesh.polygon_normals.foreach_get('vector', self._normals[count:].ravel())
        self.bounds = area.bounds(self._co)
        # Drawing hands a buffer's memory to the driver: use a new buffer each time.
        shape = gpu.types.GPUVertBuf(_SHAPE, len(self._vertex))
        shape.attr_fill('pos', self._co[self._vertex])
        shape.attr_fill('nor', self._normals[self._normal])
        for key, indices in self._indices.items():
            batch = gpu.types.GPUBatch(type='TRIS', buf=shape, elem=indices)
            for buffer in self._still:
                batch.vertbuf_add(buffer)
            self.batches[key] = batch

    def centre(self):
        """The mean of its points, own axes."""
        return self._co.mean(axis=0) if len(self._co) else np.zeros(3, np.float32)

    def depths(self, modelview):
        """(nearest, farthest) distance of its points along the view's axis."""
        row = modelview[2]
        z = self._co @ np.array(row[:3], np.float32)
        return -row[3] - float(z.max()), -row[3] - float(z.min())

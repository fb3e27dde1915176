"""A mesh as the direct renderer holds it: what never changes, built once, and
what is read again when Blender has deformed it."""

import gpu
import numpy as np

import compat
import materials
import topology

# How a triangle is shaded: each pixel, each vertex, not at all; or as LIT, and
# seen through.
LIT, DENSE, UNLIT, BLENDED = range(4)
# Which of its faces a batch is drawn for.
FRONT, BACK, BOTH = range(3)
# Triangles below this size, times roughness squared, look as good shaded at their
# vertices as at each pixel (pixels^2): a rough surface has no small highlights.
DENSE_AREA = 1500.0

_SHAPE = gpu.types.GPUVertFormat()
_SHAPE.attr_add(id='pos', comp_type='F32', len=3, fetch_mode='FLOAT')
_SHAPE.attr_add(id='nor', comp_type='F32', len=3, fetch_mode='FLOAT')
_PAINT = gpu.types.GPUVertFormat()
for _name in ('base', 'glow', 'gloss'):
    _PAINT.attr_add(id=_name, comp_type='F32', len=4, fetch_mode='FLOAT')


def encode(colour):
    """sRGB of linear values, both 0..1; any shape."""
    c = np.clip(colour, 0.0, 1.0)
    return np.where(c <= 0.0031308, 12.92 * c, 1.055 * np.power(c, 1.0 / 2.4) - 0.055)


def _get(collection, name, dtype, width=1):
    out = np.empty(len(collection) * width, dtype)
    collection.foreach_get(name, out)
    return out.reshape(-1, width) if width > 1 else out


def _paint(mesh, name, corner_vertices):
    """Linear RGBA of each corner from a colour attribute, shape (corners, 4),
    or None without one."""
    attributes = mesh.color_attributes
    attribute = attributes.get(name) if name else attributes.active_color
    if attribute is None or len(attribute.data) == 0:
        return None
    values = _get(attribute.data, 'color', np.float32, 4)
    return values[corner_vertices] if attribute.domain == 'POINT' else values


class _Corners:
    """The corners of all triangles of a mesh, arrays of equal length."""

    def __init__(self, mesh, table):
        """table: [Material] of the mesh's slots."""
        mesh.calc_loop_triangles()
        triangles = mesh.loop_triangles
        loops = _get(triangles, 'loops', np.int32, 3).ravel()
        faces = np.repeat(_get(triangles, 'polygon_index', np.int32), 3)
        slots = np.repeat(_get(triangles, 'material_index', np.int32), 3)
        vertices = _get(mesh.loops, 'vertex_index', np.int32)
        self.vertex = vertices[loops]
        self.slot = np.minimum(slots, len(table) - 1)
        self.normal = self._normals(mesh, faces, loops)
        self.paint = self._paints(mesh, table, vertices, loops)

    def _normals(self, mesh, faces, loops):
        """Which normal each corner takes: a vertex's (its index) or a face's
        (number of vertices + its index)."""
        smooth = _get(mesh.polygons, 'use_smooth', bool)[faces]
        count = len(mesh.vertices)
        if not compat.has_split_normals(mesh):
            return np.where(smooth, self.vertex, count + faces)
        # Sharp edges and custom normals: whichever of the two is nearer.
        split = compat.split_normals(mesh, np)[loops]
        of_vertex = _get(mesh.vertex_normals, 'vector', np.float32, 3)[self.vertex]
        of_face = _get(mesh.polygon_normals, 'vector', np.float32, 3)[faces]
        smooth &= (split * of_vertex).sum(axis=1) >= (split * of_face).sum(axis=1) - 1e-3
        return np.where(smooth, self.vertex, count + faces)

    def _paints(self, mesh, table, vertices, loops):
        paint = np.ones((len(loops), 4), np.float32)
        for slot, material in enumerate(table):
            if material.attribute is None:
                continue
            values = _paint(mesh, material.attribute, vertices)
            if values is not None:
                mine = self.slot == slot
                paint[mine] = values[loops[mine]]
        return paint

    def merge(self):
        """(first corner of each distinct one, index of each corner's)."""
        paint = np.round(self.paint[:, :3] * 1023.0).astype(np.int64).clip(0, 1023)
        packed = paint[:, 0] << 20 | paint[:, 1] << 10 | paint[:, 2]
        rows = np.stack((self.vertex, self.normal, self.slot, packed), axis=1)
        _, first, index = np.unique(rows, axis=0, return_index=True, return_inverse=True)
        return first, index.ravel().astype(np.int32)


def _kinds(table):
    """Which of LIT, UNLIT, BLENDED each material belongs to."""
    return np.array([BLENDED if materials.is_seen_through(m) else
                     UNLIT if materials.is_unlit(m) else LIT for m in table])


def _area(on_screen):
    """The mean size of triangles (n, 3, 4), weighted by it, pixels^2."""
    at = on_screen[:, :, :2] / np.maximum(on_screen[:, :, 3:], 1e-6)
    a, b = at[:, 1] - at[:, 0], at[:, 2] - at[:, 0]
    area = 0.5 * np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
    return float((area * area).sum() / max(area.sum(), 1e-6))


def _paint_buffer(table, kinds, slot, paint):
    """The vertex buffer of base, glow and gloss."""
    rows = np.zeros((len(table), 12), np.float32)
    for row, m in zip(rows, table):
        row[:] = (*m.base, m.alpha, *m.glow, 0.0, *m.f0, max(m.roughness, 0.1))
    values = rows[slot]
    paints_glow = np.array([m.paints_glow for m in table])[slot]
    values[:, :3] *= paint[:, :3]
    values[paints_glow, 4:7] *= paint[paints_glow, :3]
    shining = kinds[slot] == UNLIT
    values[shining, :3] = encode(values[shining, 4:7])
    buffer = gpu.types.GPUVertBuf(_PAINT, len(values))
    for at, name in zip((0, 4, 8), ('base', 'glow', 'gloss')):
        buffer.attr_fill(name, np.ascontiguousarray(values[:, at:at + 4]))
    return buffer


class DirectMesh:
    """One mesh object on the graphics side."""

    def __init__(self, obj, mesh, table, to_pixels):
        """obj: the original object; mesh: its evaluated mesh; table: [Material]
        of its slots, at least one; to_pixels: array (4, 4), own axes to the
        screen (x, y and w of the result count)."""
        self.obj = obj
        self.textured = any(m.textured for m in table)
        corners = _Corners(mesh, table)
        first, index = corners.merge()
        kinds = _kinds(table)
        self._topology = self._count(mesh)
        self._vertex, self._normal = corners.vertex[first], corners.normal[first]
        self._flat = bool(len(first)) and int(self._normal.max()) >= len(mesh.vertices)
        self._co = _get(mesh.vertices, 'co', np.float32, 3)
        faces = len(mesh.polygons) if self._flat else 0
        self._normals = np.empty((len(mesh.vertices) + faces, 3), np.float32)
        self._paint = _paint_buffer(table, kinds, corners.slot[first], corners.paint[first])
        self._indices = self._split(corners, index.reshape(-1, 3), table, to_pixels)
        self.is_blended = any(kind == BLENDED for kind, _ in self._indices)
        self.batches = {}
        self.read(mesh)

    def _split(self, corners, index, table, to_pixels):
        """{(kind, faces): index buffer} of its triangles."""
        triangles = corners.vertex.reshape(-1, 3)
        on_screen = (np.c_[self._co, np.ones(len(self._co))] @ to_pixels.T)[triangles]
        slot = corners.slot[::3]
        kind = _kinds(table)[slot]
        is_lit = kind == LIT
        if is_lit.any():
            roughness = min(table[k].roughness for k in np.unique(slot[is_lit]))
            if _area(on_screen[is_lit]) < DENSE_AREA * roughness ** 2:
                kind[is_lit] = DENSE
        # From behind only what is open there, and not said to be unseen.
        culled = np.array([m.culled for m in table])[slot]
        behind = ~culled & ~topology.closed(triangles, self._co)
        groups = {(k, FRONT): kind == k for k in (LIT, DENSE, BLENDED)}
        groups.update({(k, BACK): (kind == k) & behind for k in (LIT, DENSE, BLENDED)})
        groups[(UNLIT, BOTH)] = kind == UNLIT
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
        mesh.vertices.foreach_get('co', self._co.ravel())
        mesh.vertex_normals.foreach_get('vector', self._normals[:count].ravel())
        if self._flat:
            mesh.polygon_normals.foreach_get('vector', self._normals[count:].ravel())
        # A buffer gives its memory to the driver when it is drawn: a new one each time.
        shape = gpu.types.GPUVertBuf(_SHAPE, len(self._vertex))
        shape.attr_fill('pos', self._co[self._vertex])
        shape.attr_fill('nor', self._normals[self._normal])
        for key, indices in self._indices.items():
            batch = gpu.types.GPUBatch(type='TRIS', buf=shape, elem=indices)
            batch.vertbuf_add(self._paint)
            self.batches[key] = batch

    def centre(self):
        """The mean of its points, own axes."""
        return self._co.mean(axis=0) if len(self._co) else np.zeros(3, np.float32)

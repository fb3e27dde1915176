"""The corners of a mesh's triangles, and which of them are one vertex to draw."""

import numpy as np

import compat
from draw import materials


def get(collection, name, dtype, width=1):
    """An attribute of all items as an array (n,) or (n, width)."""
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
    values = get(attribute.data, 'color', np.float32, 4)
    return values[corner_vertices] if attribute.domain == 'POINT' else values


def _uv(mesh, name):
    """(corners, 2) of a UV map, '' for the active one, or None without one."""
    layer = mesh.uv_layers.get(name) if name else mesh.uv_layers.active
    if layer is None or len(layer.data) == 0:
        return None
    return get(layer.data, 'uv', np.float32, 2)


class Corners:
    """The corners of all triangles of a mesh, arrays of equal length.

    vertex: index; slot: of the material; normal: see _normals; paint: linear
    RGBA; uv: (n, 2).
    """

    def __init__(self, mesh, table):
        """table: [Material] of the mesh's slots."""
        mesh.calc_loop_triangles()
        triangles = mesh.loop_triangles
        loops = get(triangles, 'loops', np.int32, 3).ravel()
        faces = np.repeat(get(triangles, 'polygon_index', np.int32), 3)
        slots = np.repeat(get(triangles, 'material_index', np.int32), 3)
        vertices = get(mesh.loops, 'vertex_index', np.int32)
        self.vertex = vertices[loops]
        self.slot = np.minimum(slots, len(table) - 1)
        self.normal = self._normals(mesh, faces, loops)
        self.paint = np.ones((len(loops), 4), np.float32)
        self.uv = np.zeros((len(loops), 2), np.float32)
        for slot, material in enumerate(table):
            mine = self.slot == slot
            name = materials.attribute(material)
            if name is not None:
                self._fill(self.paint, mine, loops, _paint(mesh, name, vertices))
            picture = materials.picture(material)
            if picture is not None:
                self._fill(self.uv, mine, loops, _uv(mesh, picture.uv))

    @staticmethod
    def _fill(to, mine, loops, values):
        if values is not None:
            to[mine] = values[loops[mine]]

    def _normals(self, mesh, faces, loops):
        """Which normal each corner takes: a vertex's (its index) or a face's
        (number of vertices + its index)."""
        smooth = get(mesh.polygons, 'use_smooth', bool)[faces]
        count = len(mesh.vertices)
        if not compat.has_split_normals(mesh):
            return np.where(smooth, self.vertex, count + faces)
        # Sharp edges and custom normals: whichever of the two is nearer.
        split = compat.split_normals(mesh, np)[loops]
        of_vertex = get(mesh.vertex_normals, 'vector', np.float32, 3)[self.vertex]
        of_face = get(mesh.polygon_normals, 'vector', np.float32, 3)[faces]
        smooth &= (split * of_vertex).sum(axis=1) >= (split * of_face).sum(axis=1) - 1e-3
        return np.where(smooth, self.vertex, count + faces)

    def merge(self):
        """(first corner of each distinct one, index of each corner's)."""
        paint = np.round(self.paint * 1023.0).astype(np.int64).clip(0, 1023)
        packed = paint[:, 0] << 30 | paint[:, 1] << 20 | paint[:, 2] << 10 | paint[:, 3]
        # UV coordinates may be far outside 0..1: 16 bits of fraction, which is finer than a pixel.
        place = np.round(self.uv * 65536.0).astype(np.int64)
        rows = np.stack((self.vertex, self.normal, self.slot, packed, place[:, 0], place[:, 1]),
                        axis=1)
        _, first, index = np.unique(rows, axis=0, return_index=True, return_inverse=True)
        return first, index.ravel().astype(np.int32)

"""The whole performer: all parts in one list of points, and their poses.

Each part is a grid of rows by columns, so normals are differences between
neighbours and are computed again for every frame.  The head is two grids that
meet at the line between the lips, which is how the mouth can open.
"""

import math

import numpy as np

from performer_head import (COLUMNS, LIP_Y, MOUTH_HALF, ROWS, SEAM,
                            brow_shapes, head_grid, jaw_weight, mouth_shapes,
                            smooth)
from performer_parts import (body_grid, ear_grid, eye_grid, hair_grid,
                             teeth_grid, tongue_grid)

# Material numbers, read by the shader.
FACE, SKIN, EYE, HAIR, CLOTH, TEETH, MOUTH = range(7)

JAW_HINGE = np.array((0.0, -2.0, 0.3))
JAW_ANGLE = math.radians(14.0)      # at jawOpen 1
NECK_PIVOT = np.array((0.0, -8.0, -2.0))
HIDDEN = -0.55          # z of a normal that no turn of the head makes visible


class Model:
    """All grids in one list of points, and how expressions move them."""

    def __init__(self):
        self.grids = []         # (first point, rows, columns)
        self.parts = {"rest": [], "coord": [], "info": [], "jaw": [],
                      "turn": []}
        self.shapes = {}
        self._count = 0
        self._build()
        parts = {key: np.concatenate(value).astype(np.float32)
                 for key, value in self.parts.items()}
        self.rest, self.coord = parts["rest"], parts["coord"]
        self.info, self.jaw, self.turn = (parts["info"], parts["jaw"],
                                          parts["turn"])

    def _add(self, points, material, coord=None, jaw=0.0, turn=1.0, uv=None):
        """Add a grid; `coord` is what the shader paints by."""
        rows, columns = points.shape[:2]
        count = rows * columns
        self.grids.append((self._count, rows, columns))
        self._count += count
        info = np.ones((count, 4))
        info[:, 1] = material
        info[:, 2:] = 0.0 if uv is None else uv.reshape(count, 2)
        coord = points if coord is None else coord
        self.parts["rest"].append(points.reshape(count, 3))
        self.parts["coord"].append(coord.reshape(count, 3))
        self.parts["info"].append(info)
        for key, value in (("jaw", jaw), ("turn", turn)):
            self.parts[key].append(
                np.broadcast_to(value, (rows, columns)).reshape(count))
        return slice(self._count - count, self._count)

    def _add_lip_wall(self, seam, jaw, sign):
        """The inside of one lip: the seam's row, rolled back into the head."""
        keep = np.flatnonzero((np.abs(seam[:, 0]) < MOUTH_HALF)
                              & (seam[:, 2] > 0.0))
        row = seam[keep]
        back = np.array((0.0, -0.12, -0.35, -0.8, -1.3))[:, None]
        lift = sign * np.array((0.0, -0.02, 0.06, 0.4, 1.0))[:, None]
        points = np.repeat(row[None], len(back), axis=0)
        points[..., 2] += back
        points[..., 1] += lift
        depth = np.zeros(points.shape[:2] + (2,))
        depth[..., 0] = back
        self._add(points, MOUTH, jaw=jaw[keep][None], uv=depth)
        return keep, len(back)

    def _build(self):
        """Make all parts; the two face grids come first."""
        head, angle = head_grid()
        seam = sum(ROWS[:SEAM])
        halves = (head[:seam + 1], head[seam:])
        weights = [jaw_weight(half, lower)
                   for half, lower in zip(halves, (False, True))]
        fields = []
        for half, weight in zip(halves, weights):
            self._add(half, FACE, jaw=weight)
            fields.append({**mouth_shapes(half), **brow_shapes(half)})
        walls = [self._add_lip_wall(halves[0][-1], weights[0][-1], 1.0),
                 self._add_lip_wall(halves[1][0], weights[1][0], -1.0)]
        for name in fields[0]:
            upper, lower = fields[0][name], fields[1][name]
            pieces = [upper.reshape(-1, 3), lower.reshape(-1, 3)]
            for (keep, count), edge in zip(walls, (upper[-1], lower[0])):
                pieces.append(np.tile(edge[keep], (count, 1)))
            self.shapes[name] = np.concatenate(pieces).astype(np.float32)
        self.seam_row = slice(seam * COLUMNS, (seam + 1) * COLUMNS)
        self._build_rest(halves[0], angle)

    def _build_rest(self, upper, angle):
        """Everything that is not the skin of the face."""
        for side in (-1.0, 1.0):
            points, coord = eye_grid(side)
            self._add(points, EYE, coord=coord,
                      uv=np.full(points.shape[:2] + (2,), side))
            self._add(ear_grid(side), SKIN)
        self._add(teeth_grid(-6.0, LIP_Y - 0.50), TEETH)
        self._add(teeth_grid(LIP_Y - 0.08, -8.2), TEETH, jaw=0.97)
        self._add(tongue_grid(), MOUTH, jaw=0.9)
        points, depth = hair_grid(upper, angle)
        strand = np.stack(np.broadcast_arrays(angle[None, :], depth), axis=-1)
        self._add(points, HAIR, uv=strand)
        body = body_grid()
        self._add(body, CLOTH, turn=smooth(-17.0, -10.0, body[..., 1]))

    def triangles(self):
        """Indices of the triangles, counter-clockwise seen from outside.

        Triangles that face away from the camera in every pose are left out,
        and the nearest come first, so that less is drawn.
        """
        result = []
        for first, rows, columns in self.grids:
            index = first + np.arange(rows * columns).reshape(rows, columns)
            a, b = index[:-1, :-1], index[:-1, 1:]
            c, d = index[1:, :-1], index[1:, 1:]
            for corners in ((a, c, b), (b, c, d)):
                result.append(np.stack(corners, -1).reshape(-1, 3))
        result = np.concatenate(result)
        facing = self.normals(self.rest)[result, 2].max(axis=1)
        result = result[facing > HIDDEN]
        nearest = np.argsort(-self.rest[result, 2].mean(axis=1))
        return np.ascontiguousarray(result[nearest], dtype=np.int32)

    def normals(self, points):
        """Unit normals of posed points, from neighbours in each grid."""
        result = np.empty_like(points)
        for first, rows, columns in self.grids:
            part = slice(first, first + rows * columns)
            grid = points[part].reshape(rows, columns, 3)
            across, down = np.empty_like(grid), np.empty_like(grid)
            across[:, 1:-1] = grid[:, 2:] - grid[:, :-2]
            across[:, 0] = grid[:, 1] - grid[:, 0]
            across[:, -1] = grid[:, -1] - grid[:, -2]
            down[1:-1] = grid[2:] - grid[:-2]
            down[0] = grid[1] - grid[0]
            down[-1] = grid[-1] - grid[-2]
            result[part] = np.cross(down, across).reshape(-1, 3)
        self._join_seam(result)
        length = np.linalg.norm(result, axis=1, keepdims=True)
        return result / np.maximum(length, 1e-9)

    def _join_seam(self, normals):
        """Make the two face grids' normals agree beside the mouth."""
        upper = self.seam_row
        lower = slice(upper.stop, upper.stop + COLUMNS)
        outside = np.abs(self.rest[upper, 0]) >= MOUTH_HALF * 0.98
        both = normals[upper] + normals[lower]
        for row in (upper, lower):
            normals[row][outside] = both[outside]

    def pose(self, values, rotation):
        """Points with the expressions `values` and the head's 3x3 rotation."""
        points = self.rest.copy()
        for name, field in self.shapes.items():
            if values.get(name):
                points[:len(field)] += np.float32(values[name]) * field
        angle = values.get("jawOpen", 0.0) * JAW_ANGLE
        if angle:
            sin, cos = math.sin(angle), math.cos(angle)
            opened = np.array(((1, 0, 0), (0, cos, -sin), (0, sin, cos)))
            arm = points - JAW_HINGE.astype(np.float32)
            moved = arm @ opened.T.astype(np.float32)
            points += self.jaw[:, None] * (moved - arm)
        arm = points - NECK_PIVOT.astype(np.float32)
        moved = arm @ np.asarray(rotation, dtype=np.float32).T
        points += self.turn[:, None] * (moved - arm)
        return points

"""Topology of the face: a triangulated half domain, mirrored, plus folds.

The half domain is filled by a constrained Delaunay triangulation, so lids,
lips and paint have crisp edges without any texture. Folds that the domain
cannot show (lid thickness, inside of the mouth) are strips of quads.
"""

from collections import namedtuple
from types import SimpleNamespace

import numpy as np
from mathutils import Vector
from mathutils.geometry import delaunay_2d_cdt

SKIN, LIP, INSIDE, MARK = range(4)
EYE_STEPS = 36
MOUTH_STEPS = 15

# A closed outline in the left half of the domain, the material index of its
# triangles, and the sides it is painted on: 1 left, -1 right.
Mark = namedtuple('Mark', 'outline kind sides')


def inside(polygon, u, v):
    """Which points (u, v) lie inside a closed polygon [(u, v), ...]."""
    result = np.zeros(np.shape(u), dtype=bool)
    for (u0, v0), (u1, v1) in zip(polygon, np.roll(polygon, -1, axis=0)):
        if v0 == v1:
            continue
        crosses = (v0 > v) != (v1 > v)
        result ^= crosses & (u < (u1 - u0) * (v - v0) / (v1 - v0) + u0)
    return result


class _Points:
    """Domain points; loose ones keep a distance from all before them."""

    def __init__(self):
        self.at = []
        self.edges = []

    def line(self, points, closed):
        """Add a polyline whose edges must exist in the triangulation."""
        first = len(self.at)
        self.at.extend((float(u), float(v)) for u, v in points)
        ids = list(range(first, len(self.at)))
        self.edges += list(zip(ids, ids[1:])) + ([(ids[-1], first)] if closed else [])
        return ids

    def loose(self, points, distance):
        """Add the points that are at least `distance` from every other."""
        for u, v in points:
            near = np.hypot(*(np.array(self.at) - (u, v)).T).min()
            if near >= distance:
                self.at.append((float(u), float(v)))


def _mouth_u(f):
    return f.MOUTH_WIDTH * np.sin(np.linspace(0.0, np.pi / 2.0, MOUTH_STEPS))


def lip_contours(f):
    """Half contours from the middle to the corner: inner and outer edges."""
    u = _mouth_u(f)
    gap = f.MOUTH_GAP * (1.0 - (u / f.MOUTH_WIDTH) ** 2)
    line = f.mouth_line(u)
    inner_up = np.stack((u, line + gap), axis=1)
    inner_low = np.stack((u, line - gap), axis=1)
    ou = u * (f.MOUTH_WIDTH + 0.03) / f.MOUTH_WIDTH
    outer_up = np.stack((ou, f.mouth_line(ou) + f.lip_height(ou, True)), axis=1)
    outer_low = np.stack((ou, f.mouth_line(ou) - f.lip_height(ou, False)), axis=1)
    return inner_up, inner_low, outer_up, outer_low


def _closed(upper, lower):
    """Join an upper and a lower half contour at the corner."""
    return np.concatenate((upper, lower[-2::-1]))


def _loose_rows(f, points):
    """Rows that follow lids and lips, then an even fill."""
    angles = np.linspace(0.0, 2.0 * np.pi, EYE_STEPS, endpoint=False)
    for grow, low in ((0.03, 0.026), (0.065, 0.028), (0.11, 0.034), (0.16, 0.04)):
        points.loose([p for p in zip(*f.eye_outline(angles, grow)) if p[0] > 0.02], low)
    u = _mouth_u(f)
    for part in (0.3, 0.65):
        for upper, sign in ((True, 1.0), (False, -1.0)):
            row = f.mouth_line(u) + sign * f.lip_height(u, upper) * part
            points.loose(zip(u[:-2], row[:-2]), 0.014)
    for grow in (0.035, 0.08, 0.13, 0.19):
        ou = np.linspace(0.0, f.MOUTH_WIDTH + 0.03 + grow, 17)
        q = np.sqrt(np.maximum(0.0, 1.0 - (ou / ou[-1]) ** 2))
        for upper, sign in ((True, 1.0), (False, -1.0)):
            row = f.mouth_line(ou) + sign * (f.lip_height(ou, upper) + grow * q)
            points.loose(zip(ou, row), 0.028)
    _fill(points, (0.0, 0.24), (-0.42, 0.10), 0.036)
    _fill(points, (0.0, 1.05), f.DOMAIN_V, 0.068)
    _fill(points, (0.0, f.DOMAIN_U), f.DOMAIN_V, 0.12)


def _fill(points, range_u, range_v, step):
    """Hexagonal grid with spacing `step`; its first column is on u = 0."""
    rows = np.arange(range_v[0] + step, range_v[1] - step * 0.5, step * 0.866)
    for row, v in enumerate(rows):
        us = np.arange(step * 0.5 * (row % 2), range_u[1] - step * 0.3, step)
        points.loose([(u, v) for u in us], step * 0.72)
        points.loose([(0.0, v)], step * 0.6)


def _half_domain(f, marks):
    """Points, triangles and the ids of margin and inner lip contour."""
    points = _Points()
    lo, hi = f.DOMAIN_V
    border = ([(0.0, v) for v in (lo, hi)]
              + [(u, hi) for u in np.linspace(0.12, f.DOMAIN_U, 14)]
              + [(f.DOMAIN_U, v) for v in np.linspace(hi, lo, 14)[1:-1]]
              + [(u, lo) for u in np.linspace(f.DOMAIN_U, 0.12, 14)])
    points.line(border, True)
    angles = np.linspace(0.0, 2.0 * np.pi, EYE_STEPS, endpoint=False)
    margin = points.line(list(zip(*f.eye_outline(angles))), True)
    inner_up, inner_low, outer_up, outer_low = lip_contours(f)
    lips = points.line(_closed(inner_up, inner_low), False)
    points.line(_closed(outer_up, outer_low), False)
    for mark in marks:
        points.line(mark.outline, True)
    _loose_rows(f, points)
    at, _, tris, source, _, _ = delaunay_2d_cdt(
        [Vector(p) for p in points.at], points.edges, [], 0, 1e-6)
    renumber = {old: new for new, olds in enumerate(source) for old in olds}
    return (np.array(at), np.array(tris), [renumber[i] for i in margin],
            [renumber[i] for i in lips])


def _without_holes(f, at, tris):
    """Triangles outside the eye opening and the mouth opening."""
    middle = at[tris].mean(axis=1)
    angles = np.linspace(0.0, 2.0 * np.pi, EYE_STEPS, endpoint=False)
    hole = inside(np.stack(f.eye_outline(angles), axis=1), *middle.T)
    inner_up, inner_low, _, _ = lip_contours(f)
    hole |= inside(_closed(inner_up, inner_low), *middle.T)
    return tris[~hole]


def _mirrored(at, tris, loops):
    """Whole domain from its half; vertices on u = 0 are shared."""
    at[np.abs(at[:, 0]) < 1e-6, 0] = 0.0
    twin = np.arange(len(at))
    moved = np.flatnonzero(at[:, 0] > 0.0)
    twin[moved] = len(at) + np.arange(len(moved))
    both = np.concatenate((at, at[moved] * (-1.0, 1.0)))
    return (both, np.concatenate((tris, twin[tris][:, ::-1])),
            [[twin[i] for i in loop] for loop in loops])


def _region(f, at, tris, marks):
    """Material index of each triangle, from where its middle lies."""
    u, v = at[tris].mean(axis=1).T
    _, _, outer_up, outer_low = lip_contours(f)
    kind = np.full(len(tris), SKIN)
    for mark in marks:
        for side in mark.sides:
            kind[inside(mark.outline, side * u, v)] = mark.kind
    kind[inside(_closed(outer_up, outer_low), np.abs(u), v)] = LIP
    return kind


class _Builder:
    """Collects vertices with their domain position, height and anchor."""

    def __init__(self, at, tris, kinds):
        self.u, self.v = list(at[:, 0]), list(at[:, 1])
        self.h = [0.0] * len(at)
        # The anchor decides how a vertex moves: folds follow their rim.
        self.anchor = list(range(len(at)))
        self.faces = [tuple(t) for t in tris]
        self.kinds = list(kinds)

    def ring(self, loop, place, kind):
        """Extrude `loop` to a ring; `place(id)` gives u, v, h. Returns ids."""
        ids = []
        for i in loop:
            u, v, h = place(i)
            ids.append(len(self.u))
            self.u.append(u)
            self.v.append(v)
            self.h.append(h)
            self.anchor.append(self.anchor[i])
        for k, i in enumerate(loop):
            j = (k + 1) % len(loop)
            self.faces.append((loop[j], i, ids[k], ids[j]))
            self.kinds.append(kind)
        return ids


def _lid_folds(f, build, loop):
    """Give the lid margin thickness and seal it against the eyeball."""
    side = np.sign(build.u[loop[0]])

    def toward_eye(drop, shrink):
        def place(i):
            u, v = build.u[i], build.v[i]
            cu, cv = side * f.EYE_U, f.EYE_V
            return u + (cu - u) * shrink, v + (cv - v) * shrink, build.h[i] - drop
        return place

    rim = build.ring(loop, toward_eye(0.030, 0.035), SKIN)
    build.ring(rim, toward_eye(0.055, 0.0), SKIN)


def _mouth_folds(f, build, loop):
    """Roll the lips inwards and hang the dark bag of the mouth behind them."""
    def bag(drop, spread, narrow):
        def place(i):
            u, v = build.u[build.anchor[i]], build.v[build.anchor[i]]
            line = f.mouth_line(u)
            sign = np.sign(v - line) if abs(v - line) > 1e-5 else 0.0
            return u * narrow, line + sign * spread, -drop
        return place

    rim = build.ring(loop, bag(0.045, 0.012, 1.0), LIP)
    rim = build.ring(rim, bag(0.080, 0.15, 1.02), INSIDE)
    rim = build.ring(rim, bag(0.30, 0.24, 0.98), INSIDE)
    rim = build.ring(rim, bag(0.60, 0.16, 0.8), INSIDE)
    for a, b in zip(range(0, len(rim) // 2), range(len(rim) - 1, len(rim) // 2, -1)):
        if b - a > 2:
            build.faces.append((rim[b], rim[b - 1], rim[a + 1], rim[a]))
            build.kinds.append(INSIDE)


def build_face(f, marks=()):
    """The face as arrays: u, v, h, anchor (n), faces, kinds, rims.

    f: the Features; marks: [Mark], painted shapes with crisp edges.
    """
    at, tris, margin, lips = _half_domain(f, marks)
    tris = _without_holes(f, at, tris)
    both, tris, (margin_r, lips_r) = _mirrored(at, tris, (margin, lips))
    build = _Builder(both, tris, _region(f, both, tris, marks))
    # Ends of the half contour lie on u = 0 and are shared with the mirror.
    mouth = list(lips) + list(reversed(lips_r))[1:-1]
    _lid_folds(f, build, list(reversed(margin)))
    _lid_folds(f, build, margin_r)
    _mouth_folds(f, build, mouth)
    return SimpleNamespace(
        u=np.array(build.u), v=np.array(build.v), h=np.array(build.h),
        anchor=np.array(build.anchor), faces=build.faces, kinds=build.kinds,
        surface_count=len(both), lids=(margin, margin_r), mouth=mouth)

"""Hair: a scalp cap and sculpted locks, coral to gold like a flame."""

import numpy as np

from common import shapes
from voltage import surface
from voltage.surface import VOLTAGE as f
from common.shapes import mix, rgb

ROOT, BODY, TIP = rgb('#5a0f5e'), rgb('#f5316f'), rgb('#ffb98c')

# Locks: root (u, v), direction the lock leaves in, tip offset, half width.
LOCKS = (
    # back row, the crown of the flame
    ((-1.25, 0.72), (-0.55, 0.10, 0.45), (-0.28, 0.35, 0.62), 0.26),
    ((-0.75, 1.00), (-0.35, 0.10, 0.60), (-0.02, 0.30, 0.78), 0.30),
    ((0.10, 1.18), (0.00, 0.10, 0.70), (0.34, 0.30, 0.82), 0.32),
    ((0.85, 1.02), (0.25, 0.10, 0.55), (0.62, 0.30, 0.62), 0.30),
    ((1.25, 0.74), (0.40, 0.10, 0.35), (0.62, 0.35, 0.38), 0.26),
    # front row, swept to image right
    ((-0.92, 0.72), (-0.30, -0.25, 0.40), (0.05, -0.10, 0.58), 0.24),
    ((-0.62, 0.90), (-0.25, -0.45, 0.45), (0.30, -0.30, 0.66), 0.25),
    ((-0.25, 0.95), (-0.15, -0.55, 0.45), (0.58, -0.30, 0.62), 0.26),
    ((0.15, 0.97), (0.00, -0.55, 0.40), (0.76, -0.22, 0.46), 0.25),
    ((0.52, 0.92), (0.12, -0.45, 0.30), (0.70, -0.05, 0.24), 0.22),
    ((0.88, 0.70), (0.25, -0.25, 0.15), (0.50, 0.10, 0.02), 0.18),
    # temples
    ((-1.22, 0.40), (-0.20, -0.10, 0.00), (-0.16, -0.02, -0.42), 0.15),
    ((1.22, 0.40), (0.20, -0.10, 0.00), (0.16, -0.02, -0.42), 0.15),
)
FORELOCK = ((-0.42, 0.92), (-0.35, -0.55, 0.20), (-0.50, -0.20, -0.42), 0.14)


def hairline(u):
    """Elevation of the hair's edge at azimuth `u`: temples, ears, nape."""
    au = np.abs(u)
    line = 0.90 - 0.40 * f.smooth(0.5, 1.15, au) - 0.55 * f.bump(au - 1.30, 0.12)
    return line - 1.05 * f.smooth(1.55, 2.2, au)


def _cap():
    """Scalp: a shell just above the skull, down to the hairline."""
    u = np.linspace(-np.pi, np.pi, 48, endpoint=False)
    rows = []
    for t, h in ((0.0, -0.03), (0.015, 0.03), (0.2, 0.06), (0.45, 0.07), (0.7, 0.07),
                 (0.93, 0.07)):
        v = hairline(u) + (np.pi / 2.0 - hairline(u)) * t
        rows.append(surface.point(u, v, h))
    verts = np.concatenate(rows + [surface.point(0.0, np.pi / 2.0, 0.07)])
    faces = shapes.bridge(rows)
    first, top = 48 * 5, 48 * 6
    faces += [(first + k, first + (k + 1) % 48, top) for k in range(48)]
    return verts, faces


def lock(root, lift, tip, width, steps=9, sides=7):
    """One lock: a flattened tapering tube on a Bezier curve."""
    start = surface.point(root[0], root[1], -0.17)[0]
    outward = surface.directions(np.array([root[0]]), np.array([root[1]]))[0]
    control, end = start + np.array(lift), start + np.array(tip) + outward * 0.10
    t = np.linspace(0.0, 1.0, steps)[:, None]
    path = (1 - t) ** 2 * start + 2 * t * (1 - t) * control + t ** 2 * end
    t = t[:, 0]
    size = width * (0.55 + 0.85 * f.smooth(0.0, 0.5, t)) * (1.0 - t ** 1.4) + 0.008
    side = np.cross(end - start, outward)
    verts, faces = shapes.tube(path, size, size * 0.55, side, sides)
    return verts, faces, np.repeat(t, sides)


def lock_colour(t):
    """Flame gradient from root to tip."""
    return mix(mix(ROOT, BODY, np.clip(t / 0.45, 0, 1)), TIP, np.clip((t - 0.5) / 0.5, 0, 1))


def hair(mats):
    """Rigid hair and the forelock, whose tip hangs on a hook."""
    pile = shapes.Pile()
    verts, faces = _cap()
    pile.add(verts, faces, mix(ROOT, BODY, np.clip((verts[:, 2] - 0.5) / 1.5, 0.0, 0.5)))
    for item in LOCKS:
        verts, faces, t = lock(*item)
        pile.add(verts, faces, lock_colour(t))
    body = pile.object('Hair', [mats['hair']], painted=True)
    verts, faces, t = lock(*FORELOCK)
    front = shapes.mesh_object('Hair.forelock', verts, faces, [mats['hair']])
    shapes.paint(front, lock_colour(t))
    tip = [int(i) for i in np.flatnonzero(t > 0.55)]
    front.vertex_groups.new(name='tip').add(tip, 1.0, 'REPLACE')
    return body, front

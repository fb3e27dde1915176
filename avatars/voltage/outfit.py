"""Neck, jacket, collar and their glowing piping."""

import numpy as np

from common import shapes
from common.shapes import mix, rgb

JACKET, JACKET_LIGHT, LINING = rgb('#151238'), rgb('#2d2a6e'), rgb('#ff5a5f')
SKIN, SKIN_DEEP = rgb('#4234b4'), rgb('#1f1270')

# Jacket from the neck down: height, half width, half depth.
PROFILE = ((-1.66, 0.56, 0.50), (-1.74, 0.80, 0.58), (-1.86, 1.16, 0.66), (-2.02, 1.46, 0.72),
           (-2.28, 1.62, 0.78), (-2.80, 1.66, 0.84), (-3.60, 1.50, 0.80))
SEAM = ((0.62, -0.44, -1.78), (0.98, -0.40, -1.86), (1.30, -0.36, -2.02), (1.50, -0.34, -2.30),
        (1.54, -0.34, -2.80))


def materials():
    """Materials of the clothes by name."""
    return {'cloth': shapes.material('Jacket', '#2d2a6e', 0.85, painted=True),
            'piping': shapes.material('Piping', '#35f2ff', glow=1.0),
            'zip': shapes.material('Zip', '#ff7a45', glow=1.0),
            'warm': shapes.material('Lining', '#ff7a45', 0.6, painted=True)}


def neck(mats):
    """Neck from inside the jacket to inside the head."""
    rows = ((-1.95, 0.10, 0.56, 0.50), (-1.62, 0.08, 0.45, 0.43), (-1.35, 0.08, 0.42, 0.42),
            (-1.05, 0.12, 0.42, 0.44), (-0.75, 0.26, 0.42, 0.30))
    turn = np.linspace(0.0, 2.0 * np.pi, 20, endpoint=False)
    verts = np.concatenate([np.stack((w * np.sin(turn), y - d * np.cos(turn),
                                      np.full(20, z)), axis=1) for z, y, w, d in rows])
    obj = shapes.mesh_object('Neck', verts, shapes.bridge(rows_of(verts, 20)), [mats['skin']])
    # Darker towards the chin: the head's shade.
    shapes.paint(obj, mix(SKIN, SKIN_DEEP, np.clip((verts[:, 2] + 1.75) / 0.40, 0.0, 1.0)))
    return obj


def rows_of(verts, count):
    """Split `verts` into rows of `count`."""
    return [verts[i:i + count] for i in range(0, len(verts), count)]


def jacket(mats):
    """Shoulders, an open standing collar, glowing lines and a zip."""
    pile = shapes.Pile()
    turn = np.linspace(0.0, 2.0 * np.pi, 32, endpoint=False)
    rows = shapes.curve(PROFILE, 2)
    square = np.abs(np.sin(turn)) ** 0.85 * np.sign(np.sin(turn))
    verts = np.concatenate([np.stack((w * square, 0.12 - d * np.cos(turn), np.full(32, z)),
                                     axis=1) for z, w, d in rows])
    # The rows run downwards, which turns the quads inside out.
    pile.add(verts, [q[::-1] for q in shapes.bridge(rows_of(verts, 32))],
             mix(JACKET, JACKET_LIGHT, np.clip((verts[:, 2] + 2.7) / 1.2, 0.0, 1.0)))
    _collar(pile)
    return pile.object('Jacket', [mats[k] for k in ('cloth', 'piping', 'warm', 'zip')], painted=True)


def _collar(pile):
    """Collar open in front: outside cloth, warm lining, glowing rim."""
    turn = np.linspace(0.42, 2.0 * np.pi - 0.42, 29)
    back = 0.5 - 0.5 * np.cos(turn)
    rise = 0.16 + 0.34 * back ** 0.8

    def row(radius, z):
        return np.stack((radius * np.sin(turn), 0.12 - radius * 0.92 * np.cos(turn), z),
                        axis=1)

    base, top = np.full(29, -1.80) - 0.16 * (1 - back), -1.72 + rise
    outside = [row(0.80, base), row(0.80, 0.5 * (base + top)), row(0.86, top)]
    lining = [row(0.82, top), row(0.74, 0.5 * (base + top)), row(0.70, base)]
    shade = np.repeat([0.0, 0.4, 1.0], 29)
    pile.add(np.concatenate(outside), shapes.bridge(outside, closed=False),
             mix(JACKET, JACKET_LIGHT, shade))
    pile.add(np.concatenate(lining), shapes.bridge(lining, closed=False),
             mix(LINING, rgb('#5a1248'), shade), kind=2)
    rim = row(0.84, top + 0.005)
    verts, faces = shapes.tube(rim, np.full(29, 0.026), np.full(29, 0.026), (0, 0, 1), 5)
    pile.add(verts, faces, kind=1)
    for side in (-1.0, 1.0):
        path = shapes.curve(SEAM, 3) * (side, 1.0, 1.0)
        verts, faces = shapes.tube(path, [0.03] * len(path), [0.03] * len(path), (0, 1, 0), 5)
        pile.add(verts, faces, kind=1)
    rows = shapes.curve(PROFILE, 2)[1:-2]
    path = np.stack((np.zeros(len(rows)), 0.11 - rows[:, 2], rows[:, 0]), axis=1)
    verts, faces = shapes.tube(path, [0.022] * len(path), [0.02] * len(path), (1, 0, 0), 5)
    pile.add(verts, faces, kind=3)

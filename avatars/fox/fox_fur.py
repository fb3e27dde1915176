"""Ears, ruffs and the tuft: rigid fur that bones move."""

import numpy as np

from common import shapes
from fox.fox_head import CREAM, DARK, ORANGE, RUST, SHADE, WHITE
from common.shapes import mix, rgb

EAR_ROOT = np.array((0.66, 0.12, 0.72))
RUFF_ROOT = np.array((0.92, 0.02, -0.38))
TUFT_ROOT = np.array((0.0, -0.20, 1.05))

# Half outline of an ear in its own plane, (out, up), from the inner foot round
# the tip to the outer foot.
EAR = ((-0.40, -0.34), (-0.47, 0.22), (-0.40, 0.58), (-0.26, 0.92), (-0.06, 1.20), (0.06, 1.26),
       (0.18, 1.12), (0.36, 0.80), (0.48, 0.44), (0.52, 0.10), (0.46, -0.42))


def ear(mats, side):
    """One large ear: dark tip, pale inside; it stands on EAR_ROOT."""
    outline = shapes.curve(EAR, 2) * (1.0, 0.92)
    n = len(outline)
    middle = np.array((0.02, 0.30))
    lean = np.radians(17.0)
    out = np.array((np.cos(lean), 0.22, -np.sin(lean)))
    up = np.array((np.sin(lean), 0.10, np.cos(lean)))
    front = np.cross(out, up)
    front *= -np.sign(front[1])

    def place(flat, lift):
        return EAR_ROOT + np.outer(flat[:, 0], out) + np.outer(flat[:, 1], up) + front * lift

    def shrunk(by):
        return middle + (outline - middle) * by

    rows = [place(shrunk(0.60), -0.24), place(shrunk(0.92), -0.13), place(outline, 0.0),
            place(shrunk((0.88, 0.90)), 0.035), place(shrunk((0.70, 0.76)), -0.03),
            place(shrunk((0.36, 0.44)), -0.12)]
    verts = np.concatenate(rows + [place(middle[None], -0.14), place(middle[None], -0.26)])
    faces = shapes.bridge(rows)
    last = 5 * n
    faces += [(last + k, last + (k + 1) % n, 6 * n) for k in range(n)]
    faces += [((k + 1) % n, k, 6 * n + 1) for k in range(n)]
    high = np.clip((np.tile(outline[:, 1], 6) - 0.62) / 0.10, 0.0, 1.0)
    fur = mix(ORANGE, DARK, high)
    inner = np.repeat([0.0, 0.0, 0.0, 0.0, 1.0, 1.0], n)
    deep = np.repeat([0.0, 0.0, 0.0, 0.0, 0.0, 1.0], n)
    colours = mix(fur, mix(CREAM, rgb('#d98a78'), deep), inner)
    colours = np.concatenate((colours, [rgb('#c9705f')], [RUST]))
    if side < 0:
        verts = verts * (-1.0, 1.0, 1.0)
    else:
        faces = [face[::-1] for face in faces]
    obj = shapes.mesh_object('Ear.' + ('L' if side > 0 else 'R'), verts, faces, [mats['fur']])
    shapes.paint(obj, colours)
    return obj


def spike(start, bend, end, width, thick, side, colours, sides=8):
    """A tapering tuft of fur on a Bezier curve; colours: at root and tip."""
    t = np.linspace(0.0, 1.0, 7)[:, None]
    path = (1 - t) ** 2 * np.array(start) + 2 * t * (1 - t) * np.array(bend)
    path = path + t ** 2 * np.array(end)
    t = t[:, 0]
    size = (0.75 + 0.6 * t) * (1.0 - t ** 1.7) + 0.012
    verts, faces = shapes.tube(path, width * size, thick * size, side, sides)
    return verts, faces, mix(*colours, np.repeat(t, sides))


# Tufts of the left ruff: start, bend, end, width.
RUFF = (((0.78, -0.02, -0.16), (1.18, 0.00, -0.12), (1.56, 0.10, -0.06), 0.26),
        ((0.78, -0.06, -0.40), (1.20, -0.08, -0.42), (1.60, 0.02, -0.50), 0.29),
        ((0.66, -0.06, -0.62), (1.02, -0.10, -0.74), (1.36, 0.00, -0.92), 0.27),
        ((0.44, -0.06, -0.76), (0.66, -0.10, -0.96), (0.92, -0.02, -1.14), 0.24))


def ruff(mats, side):
    """The fur of one cheek: white, its uppermost tuft orange."""
    pile = shapes.Pile()
    for number, (start, bend, end, width) in enumerate(RUFF):
        colours = (ORANGE, RUST) if number == 0 else (WHITE, mix(WHITE, SHADE, 0.35))
        verts, faces, paint = spike(start, bend, end, width, width * 0.55, (0, 0.3, 1), colours)
        if side < 0:
            verts, faces = verts * (-1.0, 1.0, 1.0), [face[::-1] for face in faces]
        pile.add(verts, faces, paint)
    return pile.object('Ruff.' + ('L' if side > 0 else 'R'), [mats['fur']], painted=True)


TUFT = (((0.02, -0.25, 0.98), (0.02, -0.62, 1.30), (0.34, -0.74, 1.40), 0.17),
        ((-0.12, -0.22, 0.98), (-0.20, -0.55, 1.34), (-0.02, -0.62, 1.62), 0.16),
        ((0.16, -0.22, 0.98), (0.22, -0.50, 1.18), (0.52, -0.55, 1.20), 0.14))


def tuft(mats):
    """Three locks between the ears."""
    pile = shapes.Pile()
    for start, bend, end, width in TUFT:
        pile.add(*spike(start, bend, end, width, width * 0.6, (1, 0, 0), (ORANGE, rgb('#ffb45a'))))
    return pile.object('Tuft', [mats['fur']], painted=True)

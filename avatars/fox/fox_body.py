"""Neck, chest and scarf of the fox."""

import numpy as np

from common import shapes
from fox.fox_fur import spike
from fox.fox_head import CREAM, ORANGE, RUST, SHADE, WHITE
from common.shapes import mix, rgb

TEAL, DEEP, STRIPE = rgb('#1590a0'), rgb('#0b4a66'), rgb('#ffd27a')
# Body from the neck down: height, half width, half depth.
PROFILE = ((-1.55, 0.60, 0.50), (-1.68, 0.92, 0.62), (-1.95, 1.16, 0.72),
           (-2.40, 1.34, 0.80), (-3.00, 1.40, 0.84), (-3.60, 1.36, 0.84))


def body(mats):
    """Orange shoulders and a white chest of fluff."""
    pile = shapes.Pile()
    turn = np.linspace(0.0, 2.0 * np.pi, 32, endpoint=False)
    rows = [np.stack((w * np.sin(turn), 0.16 - d * np.cos(turn), np.full(32, z)), axis=1)
            for z, w, d in shapes.curve(PROFILE, 2)]
    verts = np.concatenate(rows)
    pile.add(verts, [q[::-1] for q in shapes.bridge(rows)],
             mix(ORANGE, RUST, np.clip((-1.6 - verts[:, 2]) / 1.4, 0.0, 1.0)))
    for x, z, length, width in ((0.52, -1.95, 0.50, 0.20), (-0.52, -1.95, 0.50, 0.20),
                                (0.56, -2.25, 0.50, 0.20), (-0.56, -2.25, 0.50, 0.20),
                                (0.16, -2.05, 0.60, 0.24), (-0.16, -2.05, 0.60, 0.24),
                                (0.30, -2.40, 0.60, 0.24), (-0.30, -2.40, 0.60, 0.24),
                                (0.0, -2.40, 0.70, 0.26)):
        top = (x * 0.8, -0.46 - 0.25 * (-1.8 - z), z + 0.40)
        verts, faces, paint = spike(top, (x, top[1] - 0.22, z), (x * 1.5, top[1] - 0.16,
                                                                 z - length * 0.6),
                                    width, width * 0.5, (1, 0, 0), (WHITE, CREAM))
        pile.add(verts, faces, paint)
    return pile.object('Body', [mats['fur']], painted=True)


def neck(mats):
    """From inside the scarf to inside the head, in the head's shade."""
    turn = np.linspace(0.0, 2.0 * np.pi, 20, endpoint=False)
    rows = [np.stack((0.56 * np.sin(turn), 0.16 - 0.52 * np.cos(turn), np.full(20, z)), axis=1)
            for z in (-1.60, -1.10, -0.60)]
    obj = shapes.mesh_object('Neck', np.concatenate(rows), shapes.bridge(rows), [mats['fur']])
    front = np.tile(np.cos(turn), 3)
    shapes.paint(obj, mix(RUST, mix(SHADE, WHITE, 0.35), np.clip(0.5 + 2.0 * front, 0.0, 1.0)))
    return obj


def _loop(z, radius, size, tilt):
    """One turn of the scarf: (path, half widths)."""
    turn = np.linspace(np.pi, 3.0 * np.pi, 37)
    path = np.stack((radius * np.sin(turn), 0.14 - 0.92 * radius * np.cos(turn),
                     z + tilt * np.sin(turn) - 0.10 * np.cos(turn)), axis=1)
    return path, size * (1.0 + 0.10 * np.sin(5.0 * turn))


def scarf(mats):
    """Two loose turns about the neck and the knot."""
    pile = shapes.Pile()
    for z, radius, size, tilt, colours in ((-1.50, 0.84, 0.22, 0.04, (DEEP, TEAL)),
                                           (-1.22, 0.74, 0.19, -0.05, (DEEP, TEAL))):
        path, half = _loop(z, radius, size, tilt)
        verts, faces = shapes.tube(path, half, half * 0.85, (0, 0, 1), 10)
        around = np.clip((verts[:, 2] - z + size) / (2.0 * size), 0.0, 1.0)
        pile.add(verts, faces, mix(*colours, around))
    verts, faces = shapes.tube(((0.42, -0.56, -1.30), (0.42, -0.66, -1.36), (0.42, -0.74, -1.50),
                                (0.42, -0.66, -1.64), (0.42, -0.56, -1.68)),
                               (0.12, 0.20, 0.22, 0.20, 0.12), (0.08, 0.15, 0.18, 0.15, 0.08),
                               (1, 0, 0), 10)
    pile.add(verts, faces, TEAL)
    return pile.object('Scarf', [mats['cloth']], painted=True)


def scarf_end(mats):
    """The end that hangs from the knot, with two stripes and a fringe."""
    path = shapes.curve(((0.42, -0.68, -1.55), (0.50, -0.84, -1.85), (0.56, -0.92, -2.20),
                         (0.60, -0.94, -2.60)), 4)
    width = np.linspace(0.15, 0.27, len(path))
    verts, faces = shapes.tube(path, width, np.full(len(path), 0.055), (1, 0, 0), 10)
    row = np.repeat(np.arange(len(path)), 10)
    colours = mix(DEEP, TEAL, np.full(len(verts), 0.7))
    colours[(row == 7) | (row == 8) | (row == 10)] = STRIPE
    obj = shapes.mesh_object('Scarf.end', verts, faces, [mats['cloth']])
    shapes.paint(obj, colours)
    return obj

"""The robot's helmet, jaw guard, ears, antenna, neck and shoulders."""

import numpy as np

from robot import robot_plates as plates
from common import shapes
from robot.robot_eyes import CREAM, NAVY

SAND, ORANGE, ORANGE_DEEP, STEEL = '#e9d3ad', '#ff8a2b', '#d9611a', '#33456e'


def _arch(angles, y, grow, rise=0.0):
    xz = plates.outline(angles, grow)
    return np.stack((xz[:, 0], np.full(len(xz), y), xz[:, 1] + rise), axis=1)


def helmet(mats):
    """From the frame round the mask to the back of the head, with a crest."""
    angles = np.radians(np.linspace(-50.0, 230.0, 21))
    rows = ((-0.52, 0.95), (-0.80, 0.975), (-0.82, 1.06), (-0.62, 1.15), (-0.15, 1.22),
            (0.35, 1.18), (0.75, 0.92), (0.98, 0.45), (1.02, 0.05))
    arches = [_arch(angles, y, grow) for y, grow in rows]
    # Its ends tuck in at the jaw; the frame follows the bow of the mask.
    for arch in arches:
        arch[[0, -1]] *= (0.93, 1.0, 0.97)
    for k in range(4):
        arches[k][:, 1] += 0.14 * np.square(arches[k][:, 0]) - 0.02
    verts, faces = plates.loft(arches, closed=False)
    width = len(angles) - 1
    colours = []
    for row in range(len(rows) - 1):
        for k in range(width):
            crest = width // 2 - 1 <= k <= width // 2 and row >= 2
            colours.append(ORANGE if crest else SAND if row in (1, 3) else CREAM)
    pile = plates.Plates(31, 0.05)
    shade = np.repeat((0.35, 0.8, 1.0, 1.0, 1.0, 1.0, 0.9, 0.8, 0.8), len(angles))
    pile.add(verts, faces, colours, shade)
    # What is seen of the inside from below.
    _lining(pile, arches[3:])
    pile.add(*plates.ball((0.0, 0.18, -0.10), (0.88, 0.55, 0.88), 2), NAVY, 0.6)
    for angle in np.radians((-24.0, 24.0, 56.0, 124.0, 156.0, 204.0)):
        (x, y, z), = _arch(np.array([angle]), -0.82, 1.015)
        pile.add(*plates.ball((x, y + 0.14 * x * x - 0.02, z), 0.034, 1), ORANGE)
    for side in (-1, 1):
        _ear(pile, side)
    return pile.object('Helmet', [mats['paint'], mats['lamp']])


def _lining(pile, arches):
    """A dark lining under a shell."""
    verts, faces = plates.loft([a * (0.96, 1.0, 0.96) for a in arches], closed=False)
    pile.add(verts, [f[::-1] for f in faces], NAVY, 0.6)


def _ear(pile, side):
    """A drum over the jaw's hinge, with a light."""
    at = (0.0, -0.10, -0.05)
    drum = [(side * x, r) for x, r in ((1.05, 0.34), (1.30, 0.34), (1.38, 0.25), (1.34, 0.17))]
    pile.add(*plates.lathe(drum, 'x', at, 10), ORANGE, np.repeat((0.5, 0.95, 1.0, 0.7), 10))
    lamp = [(side * x, r) for x, r in ((1.30, 0.17), (1.37, 0.14))]
    pile.add(*plates.lathe(lamp, 'x', at, 10), '#ffffff', kind=1)
    fin = np.array(((1.16, -0.02, 0.22), (1.34, 0.0, 0.26), (1.42, 0.16, 0.86), (1.28, 0.16, 0.80)))
    inner, outer = fin * (side, 1, 1) - (0, 0.07, 0), fin * (side, 1, 1) + (0, 0.07, 0)
    pile.add(*plates.loft([inner, outer], (True, True)), NAVY, np.tile((0.9, 0.9, 1.6, 1.6), 2))


def jaw(mats):
    """The guard under the chin."""
    angles = np.radians(np.linspace(214.0, 326.0, 11))
    rows = ((-0.50, 0.93, 0.02), (-0.83, 0.955, 0.02), (-0.86, 1.08, 0.0), (-0.62, 1.18, 0.0),
            (-0.10, 1.22, 0.04), (0.15, 1.10, 0.10))
    arches = [_arch(angles, y, grow, rise) for y, grow, rise in rows]
    for k in range(4):
        arches[k][:, 1] += 0.14 * np.square(arches[k][:, 0]) - 0.02
    verts, faces = plates.loft(arches, closed=False)
    colours = [ORANGE if (k % 10) in (4, 5) and k // 10 in (2, 3) else
               SAND if k // 10 in (1, 3) else CREAM for k in range(len(faces))]
    pile = plates.Plates(37, 0.05)
    pile.add(verts, faces, colours, np.repeat((0.35, 0.8, 1.0, 0.95, 0.7, 0.5), 11))
    _lining(pile, arches[3:])
    return pile.object('Jaw', [mats['paint']])


def antenna(mats):
    """(object, hooks): a stem with a lamp whose tip swings."""
    path = shapes.curve(((0.0, 0.0, 1.16), (0.02, 0.0, 1.42), (0.10, 0.0, 1.62),
                         (0.24, 0.0, 1.78)), 2)
    pile = plates.Plates(41, 0.05)
    pile.add(*plates.lathe(((1.18, 0.17), (1.32, 0.15), (1.37, 0.08)), 'z', (0, 0, 0), 8),
             ORANGE, np.repeat((0.6, 1.0, 1.0), 8))
    radius = np.linspace(0.040, 0.026, len(path))
    pile.add(*shapes.tube(path, radius, radius, (0, 1, 0), 6), STEEL)
    pile.add(*plates.ball(path[-1], 0.115, 2), '#ffffff', kind=1)
    verts = np.array(pile.verts)
    tip = np.clip((verts[:, 2] - 1.32) / 0.43, 0.0, 1.0) ** 1.5
    return pile.object('Antenna', [mats['paint'], mats['lamp']]), {'hook.antenna': ('head', tip)}


def neck(mats):
    """Rings like a bellows, darker under the chin."""
    profile = [(-2.0, 0.46)]
    for k in range(6):
        z = -1.92 + 0.17 * k
        profile += [(z, 0.40), (z + 0.085, 0.47)]
    profile += [(-0.80, 0.40)]
    pile = plates.Plates(43, 0.05)
    verts, faces = plates.lathe(profile, 'z', (0.0, 0.12, 0.0), 12)
    pile.add(verts, faces, STEEL, 1.0 - 0.6 * plates.smooth(-1.6, -1.0, verts[:, 2]))
    return pile.object('Neck', [mats['paint']])


def _ring(half_width, half_depth, z, sides=14, y=0.12):
    turn = (np.arange(sides) + 0.5) * 2.0 * np.pi / sides
    square = np.abs(np.cos(turn)) ** 0.8 * np.sign(np.cos(turn))
    return np.stack((half_width * square, y + half_depth * np.sin(turn), np.full(sides, z)), axis=1)


def torso(mats):
    """Collar, breastplate with a light, round shoulders."""
    rows = ((0.50, 0.46, -1.74), (0.72, 0.58, -1.80), (1.12, 0.68, -1.96), (1.22, 0.76, -2.22),
            (1.15, 0.74, -2.60), (1.0, 0.7, -3.2))
    pile = plates.Plates(47, 0.05)
    verts, faces = plates.loft([_ring(*row) for row in rows], (True, True))
    pile.add(verts, faces, CREAM, np.repeat((0.4, 0.8, 1.0, 1.0, 0.9, 0.8), 14))
    collar = [_ring(0.50, 0.48, -1.86), _ring(0.66, 0.62, -1.88), _ring(0.68, 0.64, -1.72),
              _ring(0.58, 0.54, -1.62), _ring(0.50, 0.46, -1.72)]
    verts, faces = plates.loft(collar)
    pile.add(verts, faces, ORANGE, np.repeat((0.5, 0.7, 1.0, 1.1, 0.4), 14))
    for side in (-1, 1):
        pile.add(*plates.ball((side * 1.38, 0.14, -2.14), (0.42, 0.46, 0.42), 2), ORANGE)
        pile.add(*plates.ball((side * 1.62, 0.14, -2.75), (0.34, 0.36, 0.52), 2), STEEL)
    _heart(pile)
    return pile.object('Torso', [mats['paint'], mats['lamp']])


def _heart(pile):
    """The light in the breastplate."""
    def ring(radius, y):
        turn = np.arange(6) * np.pi / 3.0
        return np.stack((radius * np.cos(turn), np.full(6, y), -2.17 + radius * np.sin(turn)),
                        axis=1)

    pile.add(*plates.loft([ring(0.22, -0.45), ring(0.22, -0.70), ring(0.16, -0.74)], (True, True)),
             NAVY)
    pile.add(*plates.loft([ring(0.14, -0.70), ring(0.12, -0.76)], (True, True)), '#ffffff', kind=1)

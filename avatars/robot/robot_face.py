"""The parts of the robot's face that hooks move: muzzle with lips, brows, nose;
and the plates that move as they are: cheeks, teeth, tongue."""

import numpy as np

from robot import robot_eyes as eyes
from robot import robot_plates as plates
from robot.robot_plates import front, smooth

MOUTH_Z = -0.52
STEPS = 24
# Rings of the muzzle, from the throat outwards: half width, half height, depth
# behind the surface, darkness, share of the lips' motion.
RINGS = ((0.30, 0.18, 0.62, 0.30, 0.3), (0.45, 0.16, 0.16, 0.6, 0.8),
         (0.435, 0.000, 0.00, 0.7, 1.0), (0.475, 0.054, -0.060, 1.0, 1.0),
         (0.515, 0.104, 0.000, 0.7, 0.95), (0.625, 0.215, 0.000, 1.0, 0.50))
SKIN_SHARES = ((0.45, 0.18), (1.0, 0.0), (1.0, 0.0))  # on the way to the rim: how far, motion
DARK, LIP, LIP_DEEP = '#3a1030', '#ffae4a', '#f07a2c'
TEETH, TONGUE, BLUSH = '#fff6e6', '#ff8f87', '#ff8a6e'


def _lip_line(x):
    """Height of the line between the lips at rest: the hint of a smile."""
    return MOUTH_Z + 0.075 * np.minimum(np.abs(x) / 0.47, 1.2) ** 2


def _rim(angles):
    """The muzzle's rim: the seam above, the face's outline below."""
    far = eyes.boundary((0.0, MOUTH_Z), angles,
                        lambda x, z: (z <= eyes.SEAM_Z) & plates.inside(x, z))
    return far * np.cos(angles), MOUTH_Z + far * np.sin(angles)


def _muzzle_rings(angles):
    """[(points (STEPS, 3), darkness, motion)] from the throat to the rim."""
    c, s = np.cos(angles), np.sin(angles)
    rings = []
    for width, height, depth, dark, motion in RINGS:
        x = width * c
        z = _lip_line(x) + height * s * np.where(s < 0.0, 1.1, 1.0)
        rings.append((np.stack((x, front(x, z) + depth, z), axis=1), dark, motion))
    near, (rim_x, rim_z) = rings[-1][0], _rim(angles)
    for share, motion in SKIN_SHARES:
        x, z = near[:, 0] + share * (rim_x - near[:, 0]), near[:, 2] + share * (rim_z - near[:, 2])
        y = front(x, z) + (plates.hammered(x, z) if share < 1.0 else 0.0)
        rings.append((np.stack((x, y, z), axis=1), 1.0 - 0.25 * share, motion))
    # The rim goes on behind the mask's upper plates.
    rings[-1][0][:] += np.where((rim_z > eyes.SEAM_Z - 0.02)[:, None], (0.0, 0.05, 0.06),
                               (0.0, 0.10, 0.0))
    return rings


def _angles():
    """Directions round the mouth, among them the corners of the rim."""
    corner = np.arctan2(eyes.SEAM_Z - MOUTH_Z, 0.99)
    regular = np.linspace(0.0, 2.0 * np.pi, STEPS, endpoint=False)
    regular[np.argmin(np.abs(regular - corner))] = corner
    regular[np.argmin(np.abs(regular - (np.pi - corner)))] = np.pi - corner
    return regular


def muzzle(mats):
    """(object, {hook: (bone, weights)}) of the lower mask with lips and mouth."""
    angles = _angles()
    rings = _muzzle_rings(angles)
    verts, faces = plates.loft([r[0] for r in rings], (True, False))
    tones = (DARK, DARK, LIP_DEEP, LIP) + (eyes.TEAL,) * 4
    colours = [tone for tone in tones for _ in range(STEPS)] + [DARK]
    pile = plates.Plates(11, 0.15)
    pile.add(verts, faces, colours, np.repeat([r[1] for r in rings], STEPS))
    motion = np.repeat([r[2] for r in rings], STEPS)
    return (pile.object('Muzzle', [mats['paint']]),
            _lip_weights(np.tile(angles, len(rings)), motion, verts))


def _lip_weights(angle, motion, verts):
    """Which hook moves which points how far; (n,) each."""
    c, s = np.cos(angle), np.sin(angle)
    left = smooth(-0.30, 0.30, c)
    # The open mouth is half an ellipse; the chin keeps its shape.
    lips = np.where(s < 0.0, 0.24 - 0.76 * s, 0.24 * np.maximum(1.0 - s / 0.5, 0.0))
    hooks = {'hook.jaw': ('jaw', motion * lips + (1.0 - motion) * smooth(0.30, -0.60, s))}
    for suffix, share, toward in (('L', left, c), ('R', 1.0 - left, -c)):
        hooks['hook.corner.' + suffix] = 'head', motion * np.maximum(toward, 0.0) ** 3
        hooks['hook.side.' + suffix] = 'head', motion * np.maximum(toward, 0.0)
        hooks['hook.upper.' + suffix] = 'head', motion * share * np.maximum(s, 0.0)
        hooks['hook.lower.' + suffix] = 'head', motion * share * np.maximum(-s, 0.0)
        sign = 1.0 if suffix == 'L' else -1.0
        away = np.hypot(verts[:, 0] - sign * 0.62, verts[:, 2] + 0.48)
        outside = np.arange(len(verts)) >= STEPS * len(RINGS[:-1])
        hooks['hook.cheek.' + suffix] = 'head', outside * np.exp(-np.square(away / 0.26))
    return hooks


def brow(mats, side):
    """(object, hooks): a bar of facets whose two ends hooks move."""
    along = np.linspace(0.0, 1.0, 6)
    x = 0.17 + 0.66 * along
    z = 0.775 + 0.13 * np.sin(np.pi * (0.12 + 0.72 * along)) - 0.125
    thick = 0.066 - 0.030 * np.abs(along - 0.35)
    y = front(x, z) - 0.10
    rings = [[(side * a, b + 0.10, c - t), (side * a, b, c - t * 0.7),
              (side * a, b - 0.035, c + t * 0.2), (side * a, b + 0.02, c + t),
              (side * a, b + 0.12, c + t)]
             for a, b, c, t in zip(x, y, z, thick)]
    verts, faces = plates.loft(rings, (True, True))
    pile = plates.Plates(13, 0.12)
    pile.add(verts, faces, eyes.NAVY, np.tile((0.7, 1.0, 1.25, 1.5, 1.0), 6))
    suffix = 'RL'[side > 0]
    outer = np.repeat(smooth(0.05, 0.95, along), 5)
    return pile.object('Brow.' + suffix, [mats['paint']]), {
        'hook.browInner.' + suffix: ('head', 1.0 - outer),
        'hook.browOuter.' + suffix: ('head', outer)}


def nose(mats):
    """(object, hooks): a wedge with two wings."""
    points = ((0.0, 0.02), (0.13, -0.24), (0.0, -0.29), (-0.13, -0.24))
    verts = [(x, front(x, z) + 0.04, z) for x, z in points]
    verts += [(0.0, front(0.0, -0.2) - 0.15, -0.195)]
    pile = plates.Plates(17, 0.08)
    pile.add(np.array(verts), [(0, 1, 4), (1, 2, 4), (2, 3, 4), (3, 0, 4)], '#ffb02e',
             (1.0, 0.85, 0.8, 0.85, 1.0))
    wing = {'L': (0.0, 1.0, 0.3, 0.0, 0.3), 'R': (0.0, 0.0, 0.3, 1.0, 0.3)}
    return pile.object('Nose', [mats['paint']]), {
        'hook.nose.' + suffix: ('head', np.array(w)) for suffix, w in wing.items()}


def cheek(mats, side):
    """A plate that lifts with a smile."""
    at = np.array((side * 0.72, front(0.72, -0.39) - 0.02, -0.39))
    turn = np.linspace(0.0, 2.0 * np.pi, 6, endpoint=False)

    def ring(radius, out):
        x, z = radius * 1.15 * np.cos(turn), radius * 0.85 * np.sin(turn)
        return np.stack((x, 0.34 * side * x - out, z), axis=1)

    verts, faces = plates.loft([ring(0.135, -0.05), ring(0.135, 0.02), ring(0.085, 0.055)],
                               (True, True))
    pile = plates.Plates(19, 0.06)
    pile.add(verts, faces, BLUSH, np.repeat((0.6, 0.9, 1.05), 6))
    return pile.object('Cheek.' + 'RL'[side > 0], [mats['paint']], at)


def teeth(mats, upper):
    """A grille of seven plates behind the lips."""
    low, high = (-0.585, -0.40) if upper else (-0.68, -0.54)
    pile = plates.Plates(23, 0.03)
    edges = np.linspace(-0.42, 0.42, 8)
    for x0, x1 in zip(edges, edges[1:]):
        y = float(front((x0 + x1) / 2.0, MOUTH_Z)) + (0.12 if upper else 0.20)
        verts, faces = plates.box((x0 + 0.006, y, low), (x1 - 0.006, y + 0.06, high))
        pile.add(verts, faces, TEETH, np.repeat((1.0, 0.7) if upper else (0.7, 1.0), 4))
    return pile.object('Teeth.' + ('upper' if upper else 'lower'), [mats['paint']])


def tongue(mats):
    """A soft plate that rides on the jaw."""
    verts, faces = plates.ball((0.0, -0.64, -0.60), (0.23, 0.15, 0.085), 2)
    pile = plates.Plates(29, 0.04)
    pile.add(verts, faces, TONGUE)
    return pile.object('Tongue', [mats['paint']])

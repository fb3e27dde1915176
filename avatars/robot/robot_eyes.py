"""The robot's eyes: goggles in the mask, eyeballs, shutters, and the plates of
the mask round them."""

import numpy as np

from robot import robot_plates as plates
from common import shapes

EYE_X, EYE_Y, EYE_Z = 0.49, -0.42, 0.18
RIM = 0.335                 # radius of the opening
BALL, IRIS, PUPIL, GLINT = 0.478, 0.484, 0.490, 0.496
LOWER, UPPER = 0.511, 0.528  # radii of the shutters: the upper slides over the lower
UPPER_OPEN, LOWER_OPEN = np.radians(24.0), np.radians(-44.0)  # of their edges at rest
SEAM_Z = -0.15              # where the mask's upper plates meet the muzzle

TEAL, TEAL_DEEP, SHUTTER, EDGE = '#35b9ad', '#1f8f8b', '#2a9a93', '#132f4c'
CREAM, NAVY = '#fff0d6', '#1a2748'
TONES = ('#fff8ec', '#ff9d1c', '#ffd35c', '#141a3a', '#ffffff')


def centre(side):
    return np.array((side * EYE_X, EYE_Y, EYE_Z))


def boundary(at, angles, keep):
    """Distances from `at` (x, z), along each angle, to where keep(x, z) ends."""
    reach = np.linspace(0.05, 2.5, 500)[:, None]
    inside = keep(at[0] + reach * np.cos(angles), at[1] + reach * np.sin(angles))
    return reach[np.argmin(inside, axis=0), 0]


def plate(mats, side):
    """The upper half of the mask on one side: from the eye to the seams."""
    top = plates.outline(np.array([np.pi / 2]))[0, 1]
    corners = [(0.0, SEAM_Z), (0.0, top), (0.99, SEAM_Z)]
    angles = np.concatenate((np.linspace(-np.pi, np.pi, 18, endpoint=False),
                             [np.arctan2(z - EYE_Z, x - EYE_X) for x, z in corners]))
    angles = np.sort(angles)
    far = boundary((EYE_X, EYE_Z), angles,
                   lambda x, z: (x >= 0.0) & (z >= SEAM_Z) & plates.inside(x, z))
    # The hole's edge lies under the goggle; the last ring runs on behind the neighbours.
    rings, shade, hole = [], [], RIM + 0.04
    for share, deep, dark in ((0.0, 0.20, 0.25), (0.0, 0.0, 0.55), (0.38, 0.0, 1.0),
                              (0.72, 0.0, 1.0), (1.0, 0.0, 0.72), (1.05, 0.06, 0.7)):
        r = hole + share * (far - hole)
        x, z = EYE_X + r * np.cos(angles), EYE_Z + r * np.sin(angles)
        y = plates.front(x, z) + deep + (plates.hammered(x, z) if 0.0 < share < 1.0 else 0.0)
        rings.append(np.stack((side * x, y, z), axis=1))
        # Nothing darkens the middle of the face, where the two plates meet.
        shade.append(np.where((share >= 1.0) & (x < 0.03), 1.0, dark))
    pile = plates.Plates(3, 0.15)
    verts, faces = plates.loft(rings)
    pile.add(verts, faces, TEAL, np.concatenate(shade))
    _bezel(pile, side)
    return pile.object('Mask.' + 'RL'[side > 0], [mats['paint']])


def _bezel(pile, side):
    """The ring of a goggle, tilted with the mask."""
    turn = np.linspace(0.0, 2.0 * np.pi, 16, endpoint=False)
    profile = ((RIM, 0.28), (RIM, -0.04), (RIM + 0.035, -0.085), (RIM + 0.085, -0.06),
               (RIM + 0.105, 0.06))
    rings = []
    for radius, out in profile:
        at = EYE_X + 0.40 * np.cos(turn), EYE_Z + 0.40 * np.sin(turn)
        rings.append(np.stack((side * (EYE_X + radius * np.cos(turn)), plates.front(*at) + out,
                               EYE_Z + radius * np.sin(turn)), axis=1))
    verts, faces = plates.loft(rings)
    pile.add(verts, faces, CREAM, np.repeat((0.3, 0.85, 1.0, 1.0, 0.7), 16))


def _cap(radius, angle, sides, shift=(0.0, 0.0)):
    """A patch of the eyeball's front: half angle, and its middle's angles."""
    turn = np.linspace(0.0, 2.0 * np.pi, sides, endpoint=False)
    rings = []
    for part in (angle, 0.5 * angle):
        a, b = shift[0] + part * np.cos(turn), shift[1] + part * np.sin(turn)
        rings.append(radius * np.stack((np.sin(a) * np.cos(b), -np.cos(a) * np.cos(b),
                                        np.sin(b)), axis=1))
    return plates.loft(rings, (False, True))


def eye(mats, side):
    """Eyeball with iris, pupil and glints; it turns about its middle."""
    pile = plates.Plates(5, 0.0)
    verts, faces = plates.ball((0.0, 0.0, 0.0), BALL, 3)
    pile.add(verts, faces, TONES[0])
    for radius, angle, sides, kind in ((IRIS, 0.47, 12, 1), (IRIS + 0.003, 0.33, 12, 2),
                                       (PUPIL, 0.24, 10, 3)):
        pile.add(*_cap(radius, angle, sides), TONES[kind], kind=kind)
    pile.add(*_cap(GLINT, 0.095, 6, (-0.16, 0.17)), TONES[4], kind=4)
    pile.add(*_cap(GLINT, 0.045, 6, (0.15, -0.15)), TONES[4], kind=4)
    return pile.object('Eye.' + 'RL'[side > 0], mats['eye'], centre(side))


def shutter(mats, side, upper):
    """A lid: a band of a sphere that slides round the eyeball about x."""
    radius, start = (UPPER, UPPER_OPEN) if upper else (LOWER, LOWER_OPEN)
    along = np.concatenate(([0.0, 0.065], np.radians(np.linspace(18.0, 112.0, 8))))
    across = np.radians(np.linspace(-66.0, 66.0, 13))
    rings = []
    for step in along:
        up = start + (step if upper else -step)
        rings.append(radius * np.stack((np.sin(across), -np.cos(across) * np.cos(up),
                                        np.cos(across) * np.sin(up)), axis=1))
    verts, faces = plates.loft(rings, closed=False)
    row = len(across) - 1
    colours = [EDGE] * row + [SHUTTER if upper else TEAL_DEEP] * (len(faces) - row)
    pile = plates.Plates(7, 0.05)
    pile.add(verts, faces, colours)
    name = 'Shutter.%s.%s' % ('upper' if upper else 'lower', 'RL'[side > 0])
    return pile.object(name, [mats['paint']], centre(side))


def materials():
    """The eyeball's materials: it shines a little, its iris by itself; the pupil stays dark."""
    return [shapes.material('Eye', TONES[0], 0.35, lift=0.25),
            shapes.material('Iris', TONES[1], glow=1.0),
            shapes.material('Iris.inner', TONES[2], glow=1.0),
            shapes.material('Pupil', TONES[3], glow=1.0),
            shapes.material('Glint', TONES[4], glow=1.0)]

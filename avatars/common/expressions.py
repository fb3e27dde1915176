"""ARKit expressions as motions in the domain of a head's surface.

Each expression moves the anchor of a vertex by (du, dv, dh); the vertex is
then placed on the surface again. Only the jaw, which turns as a bone does, is
a motion in space. Left and right are the character's: left is +u.
"""

import numpy as np

from common.features import bump, smooth


class Field:
    """Anchors of a mesh and the weights that the expressions share."""

    def __init__(self, features, u, v, h):
        self.f = features
        self.u, self.v, self.h = (np.asarray(a, dtype=float) for a in (u, v, h))
        self.line = self.f.mouth_line(self.u)
        self.below = np.where(self.v < self.line, 1.0, 0.0)
        self.q = np.abs(self.u) / self.f.MOUTH_WIDTH

    def side(self, sign):
        """1 on the side of `sign`, 0 on the other, blended in the middle."""
        return smooth(-0.12, 0.12, self.u * sign)

    def mouth(self, width=0.28, height=0.26):
        """1 at the lips, fading over the skin around them."""
        out_u = np.maximum(np.abs(self.u) - self.f.MOUTH_WIDTH, 0.0)
        lip = np.where(self.below > 0.0, 0.11, 0.08)
        out_v = np.maximum(np.abs(self.v - self.line) - lip, 0.0)
        return bump(out_u, width) * bump(out_v, height)

    def corner(self, sign):
        """1 at one mouth corner, falling towards the middle and the cheek."""
        along = np.clip(self.q, 0.0, 1.0) ** 1.4
        return self.mouth(0.28, 0.28) * along * smooth(0.0, 0.10, self.u * sign)

    def eye(self, sign):
        """Coordinates about one eye: x, z in units of the opening."""
        x = (self.u * sign - self.f.EYE_U) / self.f.EYE_WIDTH
        z = self.v - self.f.EYE_V - self.f.EYE_TILT * (self.u * sign - self.f.EYE_U)
        return x, z / np.where(z > 0.0, self.f.EYE_UP, self.f.EYE_DOWN)

    def zeros(self):
        return np.zeros((len(self.u), 3))


def jaw_weight(field):
    """How far each point follows the jaw: 1 lower lip, 0 upper lip."""
    q = np.clip(field.q, 0.0, 1.0)
    opening = (1.0 - q ** 2) ** 0.60
    reach = np.clip(np.abs(field.v - field.line) / 0.34, 0.0, 1.0)
    reach = reach * reach * (3.0 - 2.0 * reach)
    # The upper lip hardly stretches; under the corners the skin all follows.
    split = np.maximum(opening, reach)
    weight = 0.5 + (field.below - 0.5) * split
    back = 1.0 - smooth(0.85, 1.5, np.abs(field.u))
    return weight * back


def turn_jaw(features, points, weight):
    """Turn `points` about the jaw's hinge, as far as jawOpen = 1 times `weight`."""
    _, py, pz = features.JAW_PIVOT
    a = features.JAW_ANGLE * weight
    y, z = points[:, 1] - py, points[:, 2] - pz
    out = points.copy()
    out[:, 1] = py + y * np.cos(a) - z * np.sin(a)
    out[:, 2] = pz + y * np.sin(a) + z * np.cos(a)
    return out


def push_lower_lid(fd, s, amount):
    """How far a cheek pushes the skin below the eye of side `s` up."""
    x, z = fd.eye(s)
    return amount * bump(x, 0.9) * bump(z + 1.0, 0.45) * (z < 0.0)


def _smile(fd, s):
    d, w = fd.zeros(), fd.corner(s)
    d[:, 0] = 0.115 * s * w
    d[:, 1] = 0.180 * w * np.clip(fd.q, 0.0, 1.0) ** 0.6
    cheek = bump(fd.u * s - 0.56, 0.22) * bump(fd.v + 0.30, 0.17)
    d[:, 2] = 0.085 * cheek - 0.03 * w
    d[:, 1] += 0.035 * cheek
    d[:, 1] += push_lower_lid(fd, s, 0.06)
    return d


def _frown(fd, s):
    d, w = fd.zeros(), fd.corner(s)
    d[:, 0] = 0.02 * s * w
    d[:, 1] = -0.215 * w
    d[:, 2] = 0.025 * w
    chin = fd.below * fd.mouth() * bump(fd.u, 0.3) * fd.side(s)
    d[:, 1] += 0.035 * chin
    d[:, 2] += 0.03 * chin
    return d


def _stretch(fd, s):
    d, w = fd.zeros(), fd.corner(s)
    d[:, 0] = 0.24 * s * w
    d[:, 1] = -0.055 * w
    thin = fd.mouth(0.2, 0.1) * fd.side(s)
    d[:, 1] -= 0.28 * (fd.v - fd.line) * thin
    return d


def _pucker(fd, _):
    d, w = fd.zeros(), fd.mouth(0.30, 0.20)
    d[:, 0] = -0.50 * fd.u * w
    # Fuller towards the corners: two round lips rather than a diamond.
    full = 0.30 - 0.35 * fd.below + 0.80 * fd.q.clip(0.0, 1.0) ** 2
    d[:, 1] = full * np.clip(fd.v - fd.line, -0.09, 0.07) * fd.mouth(0.2, 0.2)
    d[:, 1] += (fd.f.MOUTH_V - fd.line) * 0.8 * w
    d[:, 2] = 0.19 * fd.mouth(0.22, 0.10) * bump(fd.u, 0.36)
    return d


def _funnel(fd, _):
    d, w = fd.zeros(), fd.mouth(0.30, 0.20)
    d[:, 0] = -0.40 * fd.u * w
    sign = 1.0 - 2.0 * fd.below
    arch = np.sqrt(np.clip(1.0 - fd.q ** 2, 0.0, 1.0))
    d[:, 1] = sign * np.where(fd.below > 0, 0.145, 0.085) * arch * fd.mouth(0.2, 0.14)
    d[:, 1] += (fd.f.MOUTH_V - fd.line) * 0.6 * w
    d[:, 2] = 0.15 * w * bump(fd.u, 0.40)
    return d


def _sideways(fd, s):
    d, w = fd.zeros(), fd.mouth(0.40, 0.26)
    d[:, 0] = 0.30 * s * w
    d[:, 1] = 0.05 * w * fd.side(s) * fd.q.clip(0, 1)
    return d


def _upper_up(fd, s):
    d = fd.zeros()
    arch = np.clip(1.0 - fd.q ** 2, 0.0, 1.0) ** 0.5
    w = (1.0 - fd.below) * fd.side(s) * fd.mouth(0.2, 0.15) * arch
    d[:, 1] = 0.160 * w
    d[:, 2] = 0.02 * w
    return d


def _lower_down(fd, s):
    d = fd.zeros()
    arch = np.clip(1.0 - fd.q ** 2, 0.0, 1.0) ** 0.5
    w = fd.below * fd.side(s) * fd.mouth(0.2, 0.18) * arch
    d[:, 1] = -0.145 * w
    return d


def press_lids(fd, s, amount):
    """Move both lids towards the closed line; rows behind them follow."""
    d = fd.zeros()
    x, z = fd.eye(s)
    closed = fd.f.eye_closed_line(fd.u * s)
    # Where the same column crosses the margin of the opening.
    arch = np.clip(1.0 - np.abs(x) ** 2.1, 0.0, 1.0) ** 0.5
    base = fd.f.EYE_V + fd.f.EYE_TILT * (fd.u * s - fd.f.EYE_U)
    upper = z > 0.0
    edge = base + np.where(upper, fd.f.EYE_UP, -fd.f.EYE_DOWN) * arch
    travel = closed - edge + np.where(upper, -0.004, 0.004)
    away = np.where(upper, fd.v - edge, edge - fd.v)
    reach = np.where(upper, 0.145, 0.12) * (1.0 if amount > 0.0 else 1.6)
    follow = 1.0 - smooth(-0.01, 1.0, np.clip(away, 0.0, None) / reach)
    inside = bump(np.maximum(np.abs(x) - 1.0, 0.0), 0.12) * (np.abs(z) < 2.2)
    d[:, 1] = amount * travel * follow * inside * (fd.u * s > 0.0)
    return d


def _blink(fd, s):
    return press_lids(fd, s, 1.0)


def _squint(fd, s):
    d = press_lids(fd, s, 0.35)
    cheek = bump(fd.u * s - 0.50, 0.22) * bump(fd.v + 0.15, 0.13)
    d[:, 2] += 0.05 * cheek
    return d


def _wide(fd, s):
    d = press_lids(fd, s, -0.50)
    d[:, 1] += 0.05 * brow_weight(fd, s)
    return d


def lids_with_eye(upper, lower):
    """The motion of both lids that follow an eye up or down: shares of the way to where
    they meet."""
    def motion(fd, s):
        above = (fd.eye(s)[1] > 0.0)[:, None]
        return np.where(above, press_lids(fd, s, upper), press_lids(fd, s, lower))
    return motion


LOOK_UP, LOOK_DOWN = lids_with_eye(-0.30, 0.25), lids_with_eye(0.32, -0.35)


def brow_weight(fd, s, centre=0.40, width=0.40):
    """1 at the brow of side `s` around |u| = `centre`."""
    return (bump(fd.u * s - centre, width) * bump(fd.v - fd.f.BROW_V, 0.17)
            * smooth(-0.15, 0.12, fd.u * s) * smooth(-0.20, -0.08, fd.v - fd.f.BROW_V))


def lower_brow(fd, s, whole, more, centre):
    """The brow comes down by `whole`, its inner end at |u| = `centre` by `more` beside."""
    d = fd.zeros()
    inner = bump(fd.u * s - centre, 0.30)
    w = brow_weight(fd, s)
    d[:, 1] = -(whole + more * inner) * w
    d[:, 0] = -0.06 * s * w * inner
    d[:, 2] = 0.03 * w * inner
    return d


def _brow_down(fd, s):
    return lower_brow(fd, s, 0.055, 0.105, 0.10)


def _brow_inner_up(fd, _):
    d = fd.zeros()
    w = np.maximum(brow_weight(fd, 1, 0.10, 0.26), brow_weight(fd, -1, 0.10, 0.26))
    d[:, 1] = 0.160 * w
    d[:, 0] = 0.03 * np.tanh(fd.u / 0.05) * -w
    return d


def _brow_outer_up(fd, s):
    d, w = fd.zeros(), brow_weight(fd, s, 0.60, 0.34)
    d[:, 1] = 0.145 * w
    return d


def _cheek_puff(fd, _):
    d = fd.zeros()
    for s in (1, -1):
        d[:, 2] += 0.24 * bump(fd.u * s - 0.60, 0.23) * bump(fd.v + 0.40, 0.19)
    d[:, 2] *= 1.0 - 0.8 * fd.mouth(0.07, 0.05)
    # The lips hold the air in: small, pressed.
    w = fd.mouth(0.14, 0.12)
    d[:, 0] -= 0.22 * fd.u * w
    d[:, 2] += 0.05 * w
    return d


def _sneer(fd, s):
    d = fd.zeros()
    w = bump(fd.u * s - 0.14, 0.12) * bump(fd.v + 0.22, 0.12)
    d[:, 1] = 0.085 * w
    d[:, 2] = 0.040 * w
    # The lip and the skin beside the nose go with it.
    beside = bump(fd.u * s - 0.22, 0.14) * bump(fd.v + 0.38, 0.13) * (1.0 - fd.below)
    d[:, 1] += 0.050 * beside
    d[:, 2] += 0.030 * bump(fd.u * s - 0.26, 0.10) * bump(fd.v + 0.16, 0.10)
    return d


def _lips(fd, width=0.10, height=0.06):
    """Signed distance of the lips from their line, 0 elsewhere, and their weight."""
    weight = fd.mouth(width, height)
    return np.clip(fd.v - fd.line, -0.11, 0.085), weight


def _press(fd, s):
    d = fd.zeros()
    away, w = _lips(fd)
    w = w * fd.side(s)
    d[:, 1] = -0.50 * away * w + 0.03 * fd.corner(s)
    d[:, 0] = 0.05 * s * fd.corner(s)
    d[:, 2] = -0.035 * w
    return d


def _roll(fd, s):
    """s: 1 the upper lip, -1 the lower one."""
    d = fd.zeros()
    away, w = _lips(fd)
    arch = np.clip(1.0 - fd.q ** 2, 0.0, 1.0) ** 0.5
    w = w * arch * (fd.below if s < 0 else 1.0 - fd.below)
    d[:, 1] = -0.70 * away * w
    d[:, 2] = -0.055 * w * bump(np.abs(away), 0.06)
    return d


def _shrug(fd, s):
    """s: 1 pushes the upper lip out and up, -1 the lower one with the chin."""
    d, w = fd.zeros(), fd.mouth(0.20, 0.16) * bump(fd.u, 0.34)
    mine = fd.below if s < 0 else 1.0 - fd.below
    d[:, 1] = (0.085 if s < 0 else 0.055) * w
    d[:, 2] = 0.085 * w * (0.45 + 0.55 * mine)
    if s < 0:
        chin = bump(fd.u, 0.26) * bump(fd.v + 0.80, 0.12)
        d[:, 1] += 0.05 * chin
        d[:, 2] += 0.04 * chin
    return d


def _dimple(fd, s):
    d, w = fd.zeros(), fd.corner(s)
    d[:, 0] = 0.075 * s * w
    d[:, 1] = 0.045 * w
    dent = bump(fd.u * s - fd.f.MOUTH_WIDTH - 0.05, 0.09) * bump(fd.v - fd.line - 0.02, 0.10)
    d[:, 2] = -0.060 * dent
    return d


def _cheek_squint(fd, s):
    d = fd.zeros()
    cheek = bump(fd.u * s - 0.56, 0.24) * bump(fd.v + 0.26, 0.16)
    d[:, 1] = 0.060 * cheek
    d[:, 2] = 0.095 * cheek
    d[:, 1] += push_lower_lid(fd, s, 0.07)
    return d


def _jaw_sideways(fd, s):
    d = fd.zeros()
    d[:, 0] = 0.17 * s * jaw_weight(fd)
    return d


def _jaw_forward(fd, _):
    d = fd.zeros()
    w = jaw_weight(fd)
    d[:, 2] = 0.13 * w * bump(fd.u, 0.75)
    d[:, 1] = 0.03 * w
    return d


def _tongue_out(fd, _):
    """The lips make room; the tongue itself has its own shape key."""
    d = fd.zeros()
    arch = np.clip(1.0 - fd.q ** 2, 0.0, 1.0) ** 0.6
    w = fd.mouth(0.2, 0.18) * arch * bump(fd.u, 0.34)
    d[:, 1] = np.where(fd.below > 0.0, -0.115, 0.030) * w
    return d


def sided(**motions):
    """{name: (motion, side)} of the left and the right one of each motion."""
    return {name + word: (motion, side) for name, motion in motions.items()
            for word, side in (('Left', 1), ('Right', -1))}


MOTIONS = {'mouthPucker': (_pucker, 0), 'mouthFunnel': (_funnel, 0),
           **sided(mouth=_sideways), 'browInnerUp': (_brow_inner_up, 0),
           'cheekPuff': (_cheek_puff, 0), **sided(jaw=_jaw_sideways),
           'jawForward': (_jaw_forward, 0), 'tongueOut': (_tongue_out, 0),
           'mouthRollUpper': (_roll, 1), 'mouthRollLower': (_roll, -1),
           'mouthShrugUpper': (_shrug, 1), 'mouthShrugLower': (_shrug, -1),
           **sided(mouthSmile=_smile, mouthFrown=_frown, mouthStretch=_stretch,
                   mouthUpperUp=_upper_up, mouthLowerDown=_lower_down, eyeBlink=_blink,
                   eyeSquint=_squint, eyeWide=_wide, eyeLookUp=LOOK_UP, eyeLookDown=LOOK_DOWN,
                   browDown=_brow_down, browOuterUp=_brow_outer_up, noseSneer=_sneer, mouthPress=_press,
                   mouthDimple=_dimple, cheekSquint=_cheek_squint)}


def _opened(field, u, v, h):
    """Points of the skin with the jaw open. The mouth is rounder then: its
    corners come in, the upper lip lifts."""
    f = field.f
    shift = f.MOUTH_WIDTH * 0.16 * field.mouth(0.2, 0.2) * np.clip(field.q, 0, 1)
    lift = 0.03 * (1.0 - field.below) * field.mouth(0.2, 0.12)
    points = f.point(u - np.sign(field.u) * shift, v + lift, h)
    return turn_jaw(f, points, jaw_weight(field))


def shape_offsets(features, u, v, h, anchor_u, anchor_v, names, motions=MOTIONS):
    """Yield (name, offsets (n, 3)) of each expression that moves anything.

    motions: {name: (function (Field, side), side)}, the side 1, -1 or 0 for both.
    """
    field = Field(features, anchor_u, anchor_v, h)
    rest = features.point(u, v, h)
    for name in names:
        if name == 'jawOpen':
            offset = _opened(field, u, v, h) - rest
        elif name == 'mouthClose':
            weight = jaw_weight(field)
            still = (field.mouth(0.1, 0.05)
                     * np.clip(features.CLOSE_REACH - field.q, 0.0, 1.0))
            shut = turn_jaw(features, rest, weight - (weight - features.CLOSE_SHARE) * still)
            offset = shut - _opened(field, u, v, h)
        else:
            motion, side = motions[name]
            d = motion(field, side)
            moved = np.any(np.abs(d) > 1e-5, axis=1)
            offset = np.zeros_like(rest)
            offset[moved] = features.point(
                (u + d[:, 0])[moved], (v + d[:, 1])[moved], (h + d[:, 2])[moved])
            offset[moved] -= rest[moved]
        if np.abs(offset).max() > 1e-4:
            yield name, offset


NAMES = ('jawOpen', 'mouthClose') + tuple(MOTIONS)

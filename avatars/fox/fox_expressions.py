"""The fox's own motions, where a muzzle moves differently from a human face."""

import numpy as np

from common.expressions import MOTIONS as COMMON
from common.expressions import (brow_weight, lids_with_eye, lower_brow, press_lids, push_lower_lid,
                                sided)
from common.features import bump, smooth


def _smile(fd, s):
    """Corners up and back along the cheeks, which lift and push the lower lids."""
    d, w = fd.zeros(), fd.corner(s) * smooth(0.04, 0.16, -fd.v)
    d[:, 0] = 0.060 * s * w
    d[:, 1] = 0.135 * w * fd.q.clip(0.0, 1.0) ** 0.6
    cheek = bump(fd.u * s - 0.62, 0.24) * bump(fd.v + 0.18, 0.18)
    d[:, 2] = 0.085 * cheek - 0.02 * w
    d[:, 1] += 0.03 * cheek
    # Happy brows.
    d[:, 1] += 0.09 * brow_weight(fd, s)
    d[:, 1] += push_lower_lid(fd, s, 0.070)
    return d


def _cheek_puff(fd, _):
    """Round cheeks beside the muzzle; small lips hold the air in."""
    d = fd.zeros()
    for s in (1, -1):
        d[:, 2] += 0.33 * bump(fd.u * s - 0.70, 0.28) * bump(fd.v + 0.36, 0.26)
    w = fd.mouth(0.14, 0.12)
    d[:, 0] -= 0.10 * fd.u * w
    d[:, 2] += 0.07 * w
    return d


def _sneer(fd, s):
    """The muzzle wrinkles up beside the nose."""
    d = fd.zeros()
    w = bump(fd.u * s - 0.17, 0.14) * bump(fd.v + 0.14, 0.14)
    d[:, 1] = 0.075 * w
    d[:, 2] = 0.05 * w
    lip = (1.0 - fd.below) * fd.mouth(0.1, 0.10) * bump(fd.u * s - 0.18, 0.12)
    d[:, 1] += 0.05 * lip
    return d


def _stretch(fd, s):
    """Corners outwards, and the lips part over the teeth."""
    d, w = fd.zeros(), fd.corner(s)
    d[:, 0] = 0.11 * s * w
    d[:, 1] = -0.07 * w
    part = fd.mouth(0.1, 0.08) * (1.0 - fd.q.clip(0.0, 1.0) ** 4) * fd.side(s)
    d[:, 1] += (0.035 - 0.085 * fd.below) * part
    return d


def _frown(fd, s):
    """Corners down, the middle of the mouth up: an arch."""
    d, w = fd.zeros(), fd.corner(s) * smooth(0.02, 0.14, -fd.v)
    d[:, 0] = -0.03 * s * w
    d[:, 1] = -0.320 * w
    d[:, 1] += 0.045 * fd.mouth(0.1, 0.12) * bump(fd.u, 0.16) * fd.side(s)
    return d


def _brow_down(fd, s):
    """The brow's inner end comes down and the upper lid with it."""
    d = lower_brow(fd, s, 0.070, 0.125, 0.16)
    x, z = fd.eye(s)
    lid = (z > 0.0) * bump(np.maximum(np.abs(x) - 1.0, 0.0), 0.12) * bump(z - 1.0, 0.4)
    d[:, 1] -= (0.055 - 0.045 * x.clip(-1.0, 1.0)) * lid * (1.0 - np.abs(x).clip(0.0, 1.0) ** 4)
    return d


def _blink(fd, s):
    """The upper lid closes over the lower one, also where a smile lifts that."""
    d = press_lids(fd, s, 1.0)
    _, z = fd.eye(s)
    d[:, 2] += 0.52 * np.abs(d[:, 1]).clip(0.0, 0.20) * (z > 0.0)
    return d


def _squint(fd, s):
    """A happy one: the cheek lifts the lower lid, the upper hardly moves."""
    d = press_lids(fd, s, 1.0)
    _, z = fd.eye(s)
    d[:, 1] *= np.where(z > 0.0, 0.20, 0.95)
    d[:, 2] += 0.06 * bump(fd.u * s - 0.52, 0.22) * bump(fd.v + 0.12, 0.12)
    return d


# A lid that comes down far looks angry here.
_LOOK_UP, _LOOK_DOWN = lids_with_eye(-0.20, 0.15), lids_with_eye(0.16, -0.15)


def _upper_up(fd, s):
    """A modest one: a muzzle that bares its teeth looks fierce."""
    d = fd.zeros()
    arch = np.clip(1.0 - fd.q ** 2, 0.0, 1.0)
    w = (1.0 - fd.below) * fd.side(s) * fd.mouth(0.2, 0.13) * arch
    d[:, 1] = 0.095 * w
    d[:, 2] = 0.02 * w
    return d


def _sideways(fd, s):
    """The front of the muzzle and the mouth in it swing to one side."""
    d = fd.zeros()
    d[:, 0] = 0.19 * s * fd.mouth(0.34, 0.26)
    d[:, 1] = 0.03 * fd.mouth(0.3, 0.2) * fd.side(s) * fd.q.clip(0.0, 1.0)
    return d


def _round(fd, narrow):
    """Corners towards the middle, and level with it."""
    d, w = fd.zeros(), fd.mouth(0.34, 0.18)
    d[:, 0] = -narrow * fd.u * w
    d[:, 1] = (fd.f.MOUTH_V + 0.02 - fd.line) * 0.95 * w
    return d


def _pucker(fd, _):
    """Small thick lips, pushed forward."""
    d = _round(fd, 0.62)
    thick = bump(np.maximum(np.abs(fd.v - fd.line) - 0.035, 0.0), 0.04)
    d[:, 1] += 1.1 * (fd.v - fd.line) * thick * fd.mouth(0.1, 0.1)
    d[:, 2] = 0.13 * fd.mouth(0.22, 0.18) * bump(fd.u, 0.40)
    return d


def _funnel(fd, _):
    """An open ring of lips, pushed forward."""
    d = _round(fd, 0.50)
    arch = np.sqrt(np.clip(1.0 - fd.q ** 2, 0.0, 1.0))
    d[:, 1] += np.where(fd.below > 0.0, -0.15, 0.055) * arch * fd.mouth(0.2, 0.14)
    d[:, 2] = 0.10 * fd.mouth(0.22, 0.18) * bump(fd.u, 0.40)
    return d


MOTIONS = {**COMMON, 'cheekPuff': (_cheek_puff, 0), 'mouthPucker': (_pucker, 0),
           'mouthFunnel': (_funnel, 0),
           **sided(mouth=_sideways, mouthSmile=_smile, mouthFrown=_frown, mouthStretch=_stretch,
                   mouthUpperUp=_upper_up, eyeBlink=_blink, eyeSquint=_squint,
                   eyeLookUp=_LOOK_UP, eyeLookDown=_LOOK_DOWN,
                   browDown=_brow_down, noseSneer=_sneer)}

"""The head of Voltage as a surface (domain.py), and where its features lie on it."""

import numpy as np

from common.domain import Surface, cut, directions, ellipsoid, union  # noqa: F401
from common.features import Features

CENTRE = (0.0, 0.10, -0.10)
EYE_X, EYE_Y, EYE_Z = 0.405, -0.44, 0.09
EYE_RADIUS = 0.46
# Shape keys move a lid along a chord, so it must float this high to clear the
# eyeball half way through a blink.
LID_HEIGHT = 0.050


def head_distance(p):
    """Signed distance estimate to the head; the two sides are mirrored."""
    p = p.copy()
    p[:, 0] = np.abs(p[:, 0])
    d = ellipsoid(p, (0.0, 0.14, 0.30), (0.90, 1.02, 0.92))
    d = union(d, ellipsoid(p, (0.0, -0.20, -0.42), (0.66, 0.66, 0.66)), 0.45)
    d = union(d, ellipsoid(p, (0.0, -0.50, -0.98), (0.22, 0.26, 0.20)), 0.34)
    d = union(d, ellipsoid(p, (0.46, -0.44, -0.36), (0.24, 0.26, 0.22)), 0.28)
    d = union(d, ellipsoid(p, (0.0, -0.62, -0.60), (0.30, 0.22, 0.22)), 0.26)
    d = cut(d, ellipsoid(p, (0.42, -0.95, 0.06), (0.33, 0.16, 0.24)), 0.14)
    d = union(d, ellipsoid(p, (0.0, -0.86, 0.04), (0.075, 0.16, 0.28)), 0.16)
    d = union(d, ellipsoid(p, (0.0, -1.03, -0.25), (0.115, 0.16, 0.095)), 0.12)
    d = union(d, ellipsoid(p, (0.125, -0.91, -0.29), (0.075, 0.11, 0.065)), 0.06)
    lid = EYE_RADIUS + LID_HEIGHT
    d = union(d, ellipsoid(p, (EYE_X, EYE_Y, EYE_Z), (lid, lid, lid)), 0.05)
    return d


point = Surface(head_distance, CENTRE).point


class VoltageFeatures(Features):
    """Those of a human face, on this head."""

    point = staticmethod(point)


VOLTAGE = VoltageFeatures()

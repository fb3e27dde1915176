"""The fox's head as a surface, and where its features lie on it."""

import numpy as np

from common.domain import Surface, ellipsoid, union
from common.features import Features

CENTRE = (0.0, 0.10, -0.10)
EYE_X, EYE_Y, EYE_Z = 0.48, -0.42, 0.13
EYE_RADIUS = 0.52
# As surface.LID_HEIGHT: room for the straight way of a closing lid.
LID_HEIGHT = 0.060


def head_distance(p):
    """Signed distance estimate to the head; the two sides are mirrored."""
    p = p.copy()
    p[:, 0] = np.abs(p[:, 0])
    d = ellipsoid(p, (0.0, 0.14, 0.16), (1.16, 1.00, 0.96))
    d = union(d, ellipsoid(p, (0.60, -0.10, -0.42), (0.62, 0.58, 0.48)), 0.40)
    d = union(d, ellipsoid(p, (0.0, -0.70, -0.08), (0.18, 0.42, 0.30)), 0.30)
    d = union(d, ellipsoid(p, (0.0, -0.88, -0.42), (0.40, 0.52, 0.28)), 0.36)
    d = union(d, ellipsoid(p, (0.19, -1.06, -0.50), (0.27, 0.30, 0.20)), 0.32)
    d = union(d, ellipsoid(p, (0.0, -0.86, -0.72), (0.30, 0.34, 0.20)), 0.16)
    lid = EYE_RADIUS + LID_HEIGHT
    return union(d, ellipsoid(p, (EYE_X, EYE_Y, EYE_Z), (lid, lid, lid)), 0.08)


class FoxFeatures(Features):
    """Large eyes, and a wide mouth that runs round the muzzle."""

    EYE_U, EYE_V = 0.440, 0.200
    EYE_WIDTH = 0.275
    EYE_UP, EYE_DOWN = 0.235, 0.200
    EYE_TILT = 0.07
    EYE_CLOSED_V = -0.095

    MOUTH_V = -0.385
    MOUTH_WIDTH = 0.44
    MOUTH_GAP = 0.006

    JAW_ANGLE = 0.36
    CLOSE_SHARE, CLOSE_REACH = 0.25, 2.0

    BROW_INNER, BROW_OUTER = (0.20, 0.650), (0.64, 0.585)
    BROW_V = 0.60
    DOMAIN_U, DOMAIN_V = 2.0, (-1.22, 1.05)

    point = staticmethod(Surface(head_distance, CENTRE).point)

    def mouth_line(self, u):
        """Two arcs that meet under the nose, with corners that smile."""
        q = np.minimum(np.abs(u) / self.MOUTH_WIDTH, 1.3)
        return self.MOUTH_V + 0.095 * q ** 2.2 + 0.040 * np.exp(-np.square(q / 0.20))

    def lip_height(self, u, upper):
        """A fox's lips are no more than a dark line."""
        q = np.minimum(np.abs(u) / (self.MOUTH_WIDTH + 0.03), 1.0)
        return (1.0 - q ** 4) ** 0.75 * (0.020 if upper else 0.030)


FOX = FoxFeatures()

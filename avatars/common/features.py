"""Where the features of a face lie, in domain angles of its surface.

Curves are given for the character's left half (u >= 0); the right half is
its mirror image.
"""

import numpy as np


def bump(x, width):
    """Gaussian of `x`, 1 at 0."""
    return np.exp(-np.square(np.asarray(x) / width))


def smooth(low, high, x):
    """Smooth step from 0 at `low` to 1 at `high`."""
    t = np.clip((np.asarray(x, dtype=float) - low) / (high - low), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


class Features:
    """A human face's; the class of each character inherits them, changes what differs, and adds
    `point`, the surface that the domain lies on (domain.Surface.point)."""

    EYE_U, EYE_V = 0.385, 0.175
    EYE_WIDTH = 0.265          # half the opening
    EYE_UP, EYE_DOWN = 0.166, 0.170
    EYE_TILT = 0.13            # the outer corner sits higher than the inner one
    EYE_CLOSED_V = -0.060      # of the closed lids, above EYE_V

    MOUTH_V = -0.515
    MOUTH_WIDTH = 0.445        # half
    MOUTH_GAP = 0.007          # half, of the closed lips

    JAW_PIVOT = 0.0, 0.12, -0.22
    JAW_ANGLE = 0.42           # radians at jawOpen = 1

    # mouthClose: how far both lips follow the jaw, and how far out (of the half width).
    CLOSE_SHARE, CLOSE_REACH = 0.5, 1.3

    BROW_INNER, BROW_OUTER = (0.105, 0.435), (0.70, 0.500)
    BROW_V = 0.50              # the height where the skin moves with the brow
    DOMAIN_U, DOMAIN_V = 2.0, (-1.22, 0.95)

    # The two shapes that curves are made of.
    bump, smooth = staticmethod(bump), staticmethod(smooth)

    def mouth_line(self, u):
        """Elevation of the line between the closed lips: a slight smile."""
        q = np.minimum(np.abs(u) / self.MOUTH_WIDTH, 1.3)
        return self.MOUTH_V + 0.050 * q ** 2.2 - 0.012 * np.exp(-np.square(q / 0.18))

    def lip_height(self, u, upper):
        """Height of a lip; the upper one has a cupid's bow."""
        q = np.minimum(np.abs(u) / (self.MOUTH_WIDTH + 0.03), 1.0)
        body = (1.0 - q ** 2.2) ** 0.75
        if upper:
            return body * (0.070 - 0.018 * np.exp(-np.square(q / 0.10))
                           + 0.010 * np.exp(-np.square((q - 0.2) / 0.14)))
        return body * 0.098

    def eye_outline(self, angle, grow=0.0):
        """Domain points on the left lid margin, `grow` outwards, for `angle`."""
        c, s = np.cos(angle), np.sin(angle)
        up = np.where(s > 0.0, self.EYE_UP, self.EYE_DOWN)
        x = np.sign(c) * np.abs(c) ** 0.92 * (self.EYE_WIDTH + grow)
        z = np.sign(s) * np.abs(s) ** 0.95 * (up + grow)
        return self.EYE_U + x, self.EYE_V + z + self.EYE_TILT * x

    def eye_closed_line(self, u):
        """Elevation where upper and lower lid meet, for |u| of the left eye."""
        x = np.clip((u - self.EYE_U) / self.EYE_WIDTH, -1.0, 1.0)
        return (self.EYE_V + self.EYE_TILT * x * self.EYE_WIDTH
                + self.EYE_CLOSED_V * (1.0 - x * x))

"""Areas of the picture, in pixels from its lower left corner: where something may have changed."""

from collections import namedtuple

import numpy as np

# Pixels round the projected bounds: rounding, and triangles that touch a pixel's centre.
MARGIN = 2
# Depths from which on boxes are projected; nearer ones reach behind the camera.
NEAREST = 1e-3
# Which end each corner of a box takes of each axis: 0 the lower, 1 the higher.
_CORNERS = np.arange(8)[:, None] >> np.arange(3) & 1


class Area(namedtuple('Area', 'x y width height')):
    """width or height 0: nothing."""

    def is_empty(self):
        return self.width == 0 or self.height == 0

    def united(self, other):
        """The smallest area that holds both."""
        if self.is_empty() or other.is_empty():
            return other if self.is_empty() else self
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Area(x, y, max(self.x + self.width, other.x + other.width) - x,
                    max(self.y + self.height, other.y + other.height) - y)


NOTHING = Area(0, 0, 0, 0)


def whole(size):
    """All of a picture of (width, height)."""
    return Area(0, 0, *size)


def bounds(points):
    """The corners of the box round points (n, 3), homogeneous: (8, 4)."""
    columns = np.ascontiguousarray(points.T)  # along rows numpy takes ten times as long
    ends = np.stack((columns.min(axis=1), columns.max(axis=1)))
    corners = np.ones((8, 4), np.float32)
    corners[:, :3] = ends[_CORNERS, np.arange(3)]
    return corners


def covered(boxes, modelviews, projection, size):
    """The Area outside of which boxes are not seen. boxes: [corners (8, 4)], own axes;
    modelviews: [Matrix], from there to view space; size: (width, height), pixels."""
    if len(boxes) == 0:
        return NOTHING
    to_view = np.array([row[:] for matrix in modelviews for row in matrix]).reshape(-1, 4, 4)
    at = (np.array(boxes) @ to_view.transpose(0, 2, 1)).reshape(-1, 4) @ np.array(projection).T
    if not at[:, 3].min() >= NEAREST:  # or a point is nowhere: not a number
        return whole(size)
    at = (at[:, :2] / at[:, 3:] + 1.0) * (np.array(size) / 2.0)
    low = np.clip(np.floor(at.min(axis=0)) - MARGIN, 0, size).astype(int)
    high = np.clip(np.ceil(at.max(axis=0)) + MARGIN, 0, size).astype(int)
    return Area(*low.tolist(), *(high - low).tolist())

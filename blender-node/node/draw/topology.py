"""Finds the triangles of a mesh that can never be seen from behind. numpy only."""

import numpy as np


def components(triangles, count):
    """A label for each of `count` points; joined points have equal ones.

    triangles: int array (n, 3) of point indices.
    """
    labels = np.arange(count)
    ends = np.concatenate((triangles[:, (0, 1)], triangles[:, (1, 2)]))
    while True:
        low = np.minimum(labels[ends[:, 0]], labels[ends[:, 1]])
        after = labels.copy()
        np.minimum.at(after, ends[:, 0], low)
        np.minimum.at(after, ends[:, 1], low)
        after = after[after]  # long chains in few rounds
        if np.array_equal(after, labels):
            return labels
        labels = after


def _unpaired(triangles, count):
    """True for each triangle with an edge that no neighbour runs along the
    other way, or that more than one runs along."""
    a = triangles.astype(np.int64)
    b = np.roll(a, -1, axis=1)
    forth, back = (a * count + b).ravel(), (b * count + a).ravel()
    edges, times = np.unique(forth, return_counts=True)
    paired = np.isin(back, edges[times == 1]) & np.isin(forth, edges[times == 1])
    return ~paired.reshape(-1, 3).all(axis=1)


def closed(triangles, points):
    """True for each triangle of a closed part whose faces look outwards.

    triangles: int array (n, 3); points: float array (m, 3).
    """
    if len(triangles) == 0:
        return np.zeros(0, bool)
    label = components(triangles, len(points))[triangles[:, 0]]
    is_open = np.bincount(label, weights=_unpaired(triangles, len(points)),
                          minlength=len(points)) > 0
    corner = points[triangles].astype(np.float64)
    volume = (corner[:, 0] * np.cross(corner[:, 1], corner[:, 2])).sum(axis=1)
    outwards = np.bincount(label, weights=volume, minlength=len(points)) > 0
    return (outwards & ~is_open)[label]

"""Smooth surfaces that points can slide on.

A head is a smooth union of a few ellipsoids. A point on it is addressed by
two angles seen from inside the head, the *domain*:

    u   azimuth in radians, 0 = straight ahead (-Y), + towards +X
    v   elevation in radians, + up

and a height `h` above the surface. Expressions move points in the domain, so
skin slides over the skull and lids slide over the eyeballs instead of cutting
through them. One unit of length is about 10 cm of a real head.
"""

import numpy as np


def ellipsoid(p, centre, radii):
    """Distance estimate from points `p` (n, 3) to an ellipsoid."""
    q = np.abs(p - np.asarray(centre))
    radii = np.asarray(radii)
    k0 = np.linalg.norm(q / radii, axis=1)
    k1 = np.linalg.norm(q / radii ** 2, axis=1)
    return k0 * (k0 - 1.0) / np.maximum(k1, 1e-9)


def union(a, b, k):
    """Smooth minimum; `k` is the width of the blend."""
    h = np.maximum(k - np.abs(a - b), 0.0) / k
    return np.minimum(a, b) - h * h * k * 0.25


def cut(a, b, k):
    """Smoothly remove shape `b` from shape `a`."""
    return -union(-a, b, k)


def directions(u, v):
    """Unit vectors of domain points, shape (n, 3)."""
    return np.stack((np.sin(u) * np.cos(v), -np.cos(u) * np.cos(v), np.sin(v)), axis=1)


class Surface:
    """The outermost surface seen from `centre`."""

    def __init__(self, distance, centre):
        """distance: function of points (n, 3), signed distance estimates (n,)."""
        self._distance = distance
        self._centre = np.array(centre)

    def _radius(self, d):
        """Distance from the centre to the surface along directions `d`."""
        count = len(d)
        inner = np.zeros(count)
        outer = np.full(count, 2.2)
        found = np.zeros(count, dtype=bool)
        for r in np.linspace(2.15, 0.2, 60):
            inside = (self._distance(self._centre + d * r) < 0.0) & ~found
            inner[inside] = r
            outer[~found & ~inside] = r
            found |= inside
        for _ in range(14):
            middle = 0.5 * (inner + outer)
            inside = self._distance(self._centre + d * middle[:, None]) < 0.0
            inner = np.where(inside, middle, inner)
            outer = np.where(inside, outer, middle)
        return inner

    def point(self, u, v, h=0.0):
        """Positions (n, 3) of domain points `u`, `v`, lifted by `h`."""
        u, v, h = np.broadcast_arrays(np.atleast_1d(u).astype(float), v, h)
        d = directions(u, v)
        return self._centre + d * (self._radius(d) + h)[:, None]

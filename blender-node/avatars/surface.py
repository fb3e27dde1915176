"""The head as a smooth surface that points can slide on.

The head is a smooth union of a few ellipsoids. A point on it is addressed by
two angles seen from inside the head, the *domain*:

    u   azimuth in radians, 0 = straight ahead (-Y), + towards +X
    v   elevation in radians, + up

and a height `h` above the surface. Expressions move points in the domain, so
skin slides over the skull and lids slide over the eyeballs instead of cutting
through them. One unit of length is about 10 cm of a real head.
"""

import numpy as np

CENTRE = np.array((0.0, 0.10, -0.10))
EYE_X, EYE_Y, EYE_Z = 0.405, -0.44, 0.09
EYE_RADIUS = 0.46
# Shape keys move a lid along a chord, so it must float this high to clear the
# eyeball half way through a blink.
LID_HEIGHT = 0.050


def _ellipsoid(p, centre, radii):
    """Distance estimate from points `p` (n, 3) to an ellipsoid."""
    q = np.abs(p - np.asarray(centre))
    radii = np.asarray(radii)
    k0 = np.linalg.norm(q / radii, axis=1)
    k1 = np.linalg.norm(q / radii ** 2, axis=1)
    return k0 * (k0 - 1.0) / np.maximum(k1, 1e-9)


def _union(a, b, k):
    """Smooth minimum; `k` is the width of the blend."""
    h = np.maximum(k - np.abs(a - b), 0.0) / k
    return np.minimum(a, b) - h * h * k * 0.25


def _cut(a, b, k):
    """Smoothly remove shape `b` from shape `a`."""
    return -_union(-a, b, k)


def head_distance(p):
    """Signed distance estimate to the head; the two sides are mirrored."""
    p = p.copy()
    p[:, 0] = np.abs(p[:, 0])
    d = _ellipsoid(p, (0.0, 0.14, 0.30), (0.90, 1.02, 0.92))
    d = _union(d, _ellipsoid(p, (0.0, -0.20, -0.42), (0.66, 0.66, 0.66)), 0.45)
    d = _union(d, _ellipsoid(p, (0.0, -0.50, -0.98), (0.22, 0.26, 0.20)), 0.34)
    d = _union(d, _ellipsoid(p, (0.46, -0.44, -0.36), (0.24, 0.26, 0.22)), 0.28)
    d = _union(d, _ellipsoid(p, (0.0, -0.62, -0.60), (0.30, 0.22, 0.22)), 0.26)
    d = _cut(d, _ellipsoid(p, (0.42, -0.95, 0.06), (0.33, 0.16, 0.24)), 0.14)
    d = _union(d, _ellipsoid(p, (0.0, -0.86, 0.04), (0.075, 0.16, 0.28)), 0.16)
    d = _union(d, _ellipsoid(p, (0.0, -1.03, -0.25), (0.115, 0.16, 0.095)), 0.12)
    d = _union(d, _ellipsoid(p, (0.125, -0.91, -0.29), (0.075, 0.11, 0.065)), 0.06)
    lid = EYE_RADIUS + LID_HEIGHT
    d = _union(d, _ellipsoid(p, (EYE_X, EYE_Y, EYE_Z), (lid, lid, lid)), 0.05)
    return d


def directions(u, v):
    """Unit vectors of domain points, shape (n, 3)."""
    return np.stack((np.sin(u) * np.cos(v), -np.cos(u) * np.cos(v), np.sin(v)), axis=1)


def _radius(d):
    """Distance from CENTRE to the outermost surface along directions `d`."""
    count = len(d)
    inner = np.zeros(count)
    outer = np.full(count, 2.2)
    found = np.zeros(count, dtype=bool)
    for r in np.linspace(2.15, 0.2, 60):
        inside = (head_distance(CENTRE + d * r) < 0.0) & ~found
        inner[inside] = r
        outer[~found & ~inside] = r
        found |= inside
    for _ in range(14):
        middle = 0.5 * (inner + outer)
        inside = head_distance(CENTRE + d * middle[:, None]) < 0.0
        inner = np.where(inside, middle, inner)
        outer = np.where(inside, outer, middle)
    return inner


def point(u, v, h=0.0):
    """Positions (n, 3) of domain points `u`, `v`, lifted by `h`."""
    u, v, h = np.broadcast_arrays(np.atleast_1d(u).astype(float), v, h)
    d = directions(u, v)
    return CENTRE + d * (_radius(d) + h)[:, None]

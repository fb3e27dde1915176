"""The shape of the performer's head and face, computed by formulas.

Centimetres; x to the image's right (the performer's left), y up, z towards
the camera; the origin lies between the ears at the height of the eyes.  The
head is a stack of smooth slices; the face is a relief added towards the
camera.  Expressions are displacements of its points.
"""

import math

import numpy as np

EYE_X, EYE_Y, EYE_Z = 3.15, 0.0, 6.05
EYE_AXES = np.array((1.85, 1.42, 1.30))
LID_THICKNESS = 0.14
LID_BLEND = 0.9         # depth over which the lid merges with the socket
LIP_Y = -6.95
BROW_RAISE = 0.62       # cm; half as much more where both hills overlap
MOUTH_HALF = 2.5

# Horizontal slices of the head from crown to chin, without features:
# y, half width, z of the widest point, z of the front, z of the back.
SLICES = np.array((
    (12.10, 0.01, -1.0, -0.99, -1.01),
    (11.60, 3.40, -1.0, 3.0, -5.0),
    (10.30, 5.25, -1.0, 5.8, -7.4),
    (8.30, 6.50, -1.0, 7.8, -8.9),
    (5.80, 7.25, -0.8, 8.9, -9.7),
    (3.20, 7.30, -0.5, 9.3, -9.8),
    (1.20, 7.10, -0.2, 9.1, -9.6),
    (0.00, 7.00, 0.0, 8.95, -9.4),
    (-2.00, 6.90, 0.0, 9.0, -8.8),
    (-4.00, 6.70, 0.0, 9.1, -7.6),
    (-6.00, 6.25, -0.2, 9.15, -5.5),
    (LIP_Y, 5.92, 0.0, 9.15, -4.0),
    (-8.00, 5.45, 0.6, 9.1, -2.3),
    (-9.00, 4.85, 1.6, 8.95, -0.3),
    (-10.00, 4.05, 3.2, 8.85, 1.8),
    (-10.90, 2.95, 4.9, 8.45, 3.8),
    (-11.50, 1.70, 6.0, 7.7, 5.2),
    (-11.70, 0.01, 6.6, 6.61, 6.59),
))
# Grid rows between neighbouring slices: fine where the features are.
ROWS = (5, 6, 8, 12, 18, 22, 15, 25, 25, 25, 12, 13, 12, 11, 8, 5, 3)
COLUMNS = 241
SEAM = 11               # index of the slice between the lips

# Skin, nose along the middle: y, height (cm), half width (cm).
NOSE = np.array((
    (2.2, 0.00, 0.75), (1.2, 0.02, 0.70), (0.3, 0.35, 0.68),
    (-1.0, 1.00, 0.75), (-2.3, 1.75, 0.85), (-3.3, 2.40, 0.98),
    (-3.85, 2.60, 1.05), (-4.3, 2.35, 1.00), (-4.65, 1.35, 0.85),
    (-4.95, 0.45, 0.80), (-5.4, 0.08, 0.80), (-6.2, 0.0, 0.8),
))
# Bumps and hollows: x, y, height, spread across, spread down.  Those with
# x > 0 are mirrored.
BUMPS = (
    (2.70, 1.95, 0.42, 1.90, 0.62),     # brow ridge
    (0.00, 1.75, 0.18, 0.90, 0.70),     # between the brows
    (3.10, 0.05, -1.00, 1.75, 1.05),    # eye socket
    (1.15, 0.25, -0.55, 0.55, 0.90),    # beside the bridge
    (4.90, -2.30, 0.50, 1.50, 1.20),    # cheekbone
    (4.40, -5.20, -0.25, 1.30, 1.60),   # hollow of the cheek
    (1.28, -4.12, 0.95, 0.50, 0.52),    # wing of the nose
    (0.62, -4.78, -0.45, 0.26, 0.22),   # nostril
    (2.45, -5.00, 0.22, 0.70, 1.00),    # beside the mouth
    (0.00, -6.60, 0.40, 2.20, 1.50),    # teeth behind the lips
    (0.00, -5.70, -0.12, 0.22, 0.50),   # groove under the nose
    (2.75, -7.00, -0.25, 0.45, 0.45),   # corner of the mouth
    (0.00, -8.55, -0.38, 1.50, 0.45),   # under the lower lip
    (0.00, -10.10, 0.50, 1.35, 0.95),   # chin
    (5.90, 3.60, -0.20, 1.00, 2.00),    # temple
)


def smooth(low, high, x):
    """Smooth step of x from 0 at low to 1 at high."""
    t = np.clip((x - low) / (high - low), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def spline(knots, values, at):
    """Smooth curve through values (n, k) at increasing knots, read at `at`."""
    slopes = np.gradient(values, knots, axis=0)
    i = np.clip(np.searchsorted(knots, at, side="right") - 1, 0,
                len(knots) - 2)
    width = (knots[i + 1] - knots[i])
    t = ((at - knots[i]) / width)[:, None]
    width = width[:, None]
    a, b = values[i], values[i + 1]
    c, d = slopes[i] * width, slopes[i + 1] * width
    return (a * (1 + 2 * t) * (1 - t) ** 2 + c * t * (1 - t) ** 2
            + b * t * t * (3 - 2 * t) + d * t * t * (t - 1))


def hill(x, y, cx, cy, sx, sy):
    """Gaussian hill of height 1 at (cx, cy) with spreads sx and sy (cm)."""
    return np.exp(-((x - cx) / sx) ** 2 - ((y - cy) / sy) ** 2)


def lip_edges(x):
    """Height of the upper and depth of the lower lip at x (cm)."""
    t = np.clip(np.abs(x) / MOUTH_HALF, 0.0, 1.0)
    bow = 1.0 - 0.20 * np.exp(-(x / 0.28) ** 2)
    upper = 0.72 * bow * (1.0 - t ** 1.6)
    lower = 1.02 * np.sqrt(1.0 - t * t) * (1.0 - 0.25 * t)
    return upper, lower


def lip_relief(x, y):
    """How far the lips stand out (cm) at a point of the face."""
    upper, lower = lip_edges(x)
    inside = np.where(np.abs(x) < MOUTH_HALF, 1.0, 0.0)
    up = (y - LIP_Y) / np.maximum(upper, 0.05)
    down = (LIP_Y - y) / np.maximum(lower, 0.05)
    swell = np.where(y >= LIP_Y,
                     0.42 * upper * np.exp(-((up - 0.45) / 0.5) ** 2),
                     0.46 * lower * np.exp(-((down - 0.45) / 0.5) ** 2))
    crease = -0.16 * np.exp(-((y - LIP_Y) / 0.14) ** 2)
    fade = smooth(1.0, 0.75, np.abs(x) / MOUTH_HALF)
    return inside * (swell + crease * fade)


def features(x, y, front):
    """Relief of the face (cm towards the camera) over the plain slices."""
    z = np.zeros_like(x)
    for cx, cy, height, sx, sy in BUMPS:
        z += height * hill(x, y, cx, cy, sx, sy)
        if cx > 0.0:
            z += height * hill(x, y, -cx, cy, sx, sy)
    order = np.argsort(NOSE[:, 0])
    profile = spline(NOSE[order, 0], NOSE[order, 1:],
                     np.clip(y.ravel(), -6.2, 2.2))
    height, half = (profile[:, k].reshape(y.shape) for k in (0, 1))
    z += height * np.exp(-np.abs(x / half) ** 2.3)
    z += lip_relief(x, y)
    return z * front


def over_eyes(x, y, z):
    """Lift the skin over the eyeballs: what closed lids look like."""
    for side in (-1.0, 1.0):
        axes = EYE_AXES + LID_THICKNESS
        inside = (1.0 - ((x - side * EYE_X) / axes[0]) ** 2
                  - ((y - EYE_Y) / axes[1]) ** 2)
        lid = EYE_Z + axes[2] * np.sqrt(np.maximum(inside, 0.0))
        lid = np.where(inside > 0.0, lid, -99.0)
        gap = np.clip(0.5 + (lid - z) / LID_BLEND, 0.0, 1.0)
        bulge = 0.5 * LID_BLEND * gap * (1.0 - gap)
        z = np.where(inside > 0.0, z + (lid - z) * gap + bulge, z)
    return z


def head_grid():
    """The whole head: points (rows, columns, 3), angle of each column."""
    step = np.linalg.norm(np.diff(SLICES[:, :2], axis=0), axis=1)
    knots = np.concatenate(([0.0], np.cumsum(step)))
    at = np.concatenate([np.linspace(knots[k], knots[k + 1], n, endpoint=False)
                         for k, n in enumerate(ROWS)] + [knots[-1:]])
    y, width, middle, front, back = spline(knots, SLICES, at).T[:, :, None]
    t = np.linspace(-1.0, 1.0, COLUMNS)
    angle = math.pi * (0.42 * t + 0.58 * t ** 3)
    sin, cos = np.sin(angle)[None, :], np.cos(angle)[None, :]
    power = 0.92
    x = width * np.sign(sin) * np.abs(sin) ** power
    z = middle + np.where(cos > 0.0, front - middle, middle - back) \
        * np.sign(cos) * np.abs(cos) ** power
    y = np.broadcast_to(y, x.shape).copy()
    z = z + features(x, y, smooth(0.0, 0.4, np.broadcast_to(cos, x.shape)))
    z = np.where(cos > 0.0, over_eyes(x, y, z), z)
    return np.stack((x, y, z), axis=-1), angle


def jaw_weight(points, lower):
    """How much each point follows the jaw, 0 to 1; `lower`: below the lips.

    Both sides of the seam agree outside the mouth's corners, so only the
    mouth opens.
    """
    x, y, z = np.moveaxis(points, -1, 0)
    t = np.clip(np.abs(x) / MOUTH_HALF, 0.0, 1.0)
    corner = 0.42
    beside = corner * smooth(7.0, MOUTH_HALF, np.abs(x)) * smooth(0, 3, z)
    if lower:
        lip = corner + (0.97 - corner) * np.sqrt(1.0 - t ** 2.4)
        seam = np.where(np.abs(x) < MOUTH_HALF, lip, beside)
        below = smooth(0.0, 2.6, LIP_Y - y)
        return seam + (1.0 - seam) * below
    seam = np.where(np.abs(x) < MOUTH_HALF, corner * t ** 3.0, beside)
    return seam * np.exp(-((y - LIP_Y) / 1.7) ** 2) * smooth(-1.0, 2.0, z)


def shift(x, dx, dy, dz):
    """A field of displacements from three arrays or numbers."""
    return np.stack(np.broadcast_arrays(dx, dy, dz, x)[:3], axis=-1)


def mouth_shapes(points):
    """Displacements (cm at full expression) of what the lips can do."""
    x, y, z = np.moveaxis(points, -1, 0)
    front = smooth(0.0, 3.0, z)
    shapes = {}
    for name, side in (("mouthSmileLeft", 1.0), ("mouthSmileRight", -1.0)):
        sx = x * side
        corner = hill(sx, y, 2.7, LIP_Y, 1.75, 1.35) * smooth(-0.6, 1.6, sx)
        cheek = hill(sx, y, 4.0, -3.6, 1.5, 1.4)
        fold = hill(sx, y, 3.1, -5.4, 0.35, 1.1)
        shapes[name] = shift(
            x, side * front * 0.95 * corner,
            front * (0.85 * corner + 0.35 * cheek),
            front * (-0.55 * corner + 0.40 * cheek - 0.18 * fold))
    ring = hill(x, y, 0.0, LIP_Y, 3.0, 1.9) * front
    shapes["mouthPucker"] = shift(
        x, -0.50 * x * ring, 0.10 * (y - LIP_Y) * ring,
        0.85 * hill(x, y, 0.0, LIP_Y, 1.7, 1.3) * front)
    slide = 0.9 * hill(x, y, 0.0, LIP_Y - 0.3, 3.2, 1.8) * front
    shapes["mouthLeft"] = shift(x, slide, 0.0 * x, 0.0 * x)
    shapes["mouthRight"] = shift(x, -slide, 0.0 * x, 0.0 * x)
    return shapes


def brow_shapes(points):
    """Displacements (cm at full expression) of the brows and forehead."""
    x, y, z = np.moveaxis(points, -1, 0)
    above = smooth(0.55, 1.5, y) * smooth(0.0, 3.0, z)
    inner = hill(np.abs(x), y, 1.2, 2.4, 1.5, 1.5) * above
    shapes = {"browInnerUp": shift(x, 0.0 * x, BROW_RAISE * inner,
                                   0.08 * inner)}
    for suffix, side in (("Left", 1.0), ("Right", -1.0)):
        sx = x * side
        outer = hill(sx, y, 4.1, 2.4, 1.7, 1.5) * above
        low = hill(sx, y, 2.0, 2.0, 1.7, 1.2) * above
        knit = hill(sx, y, 0.9, 2.0, 0.8, 1.0) * above
        shapes["browOuterUp" + suffix] = shift(x, 0.0 * x, BROW_RAISE * outer,
                                               0.05 * outer)
        shapes["browDown" + suffix] = shift(
            x, -side * 0.35 * knit, -0.62 * low - 0.15 * knit, 0.12 * low)
    return shapes

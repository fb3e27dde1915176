"""The performer's body as plain numbers: grids of points, made by rule.

Centimetres; x to the image's right (the performer's left), y up, z towards
the camera; the origin lies between the ears at the height of the eyes.  Each
part is a grid of rows by columns, so normals are differences between
neighbours and can be made anew for every frame.  The head is two grids that
meet at the line between the lips, which is how the mouth can open.
"""

import math

import numpy as np

# Material numbers, read by the shader.
FACE, SKIN, EYE, HAIR, CLOTH, TEETH, MOUTH = range(7)

EYE_X, EYE_Y, EYE_Z = 3.15, 0.0, 6.05
EYE_AXES = np.array((1.72, 1.42, 1.30))
LID_THICKNESS = 0.14
LIP_Y = -6.95
MOUTH_HALF = 2.5
JAW_HINGE = np.array((0.0, -2.0, 0.3))
JAW_ANGLE = math.radians(14.0)
NECK_PIVOT = np.array((0.0, -8.0, -2.0))

# Horizontal slices of the head from crown to chin, without features:
# y, half width, z of the widest point, z of the front, z of the back.
SLICES = np.array((
    (12.10, 0.01, -1.0, -0.99, -1.01),
    (11.60, 3.70, -1.0, 3.0, -5.0),
    (10.30, 5.60, -1.0, 5.8, -7.4),
    (8.30, 6.75, -1.0, 7.8, -8.9),
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
    (3.10, 0.05, -1.20, 1.75, 1.05),    # eye socket
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
HAIRLINE = np.array((      # angle from the front (degrees), height of the line
    (0, 7.0), (20, 7.0), (35, 6.7), (48, 5.6), (58, 4.4), (66, 2.6),
    (73, 0.0), (79, -2.0), (85, -1.8), (92, 0.6), (104, 1.5), (114, -3.0),
    (130, -7.0), (180, -7.5),
))


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
        gap = np.clip(0.5 + (lid - z) / 0.5, 0.0, 1.0)
        z = np.where(inside > 0.0,
                     z + (lid - z) * gap + 0.25 * gap * (1.0 - gap), z)
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
    shapes = {"browInnerUp": shift(x, 0.0 * x, 0.90 * inner, 0.10 * inner)}
    for suffix, side in (("Left", 1.0), ("Right", -1.0)):
        sx = x * side
        outer = hill(sx, y, 4.1, 2.4, 1.7, 1.5) * above
        low = hill(sx, y, 2.0, 2.0, 1.7, 1.2) * above
        knit = hill(sx, y, 0.9, 2.0, 0.8, 1.0) * above
        shapes["browOuterUp" + suffix] = shift(x, 0.0 * x, 0.90 * outer,
                                               0.05 * outer)
        shapes["browDown" + suffix] = shift(
            x, -side * 0.35 * knit, -0.62 * low - 0.15 * knit, 0.12 * low)
    return shapes


def eye_grid(side):
    """One eyeball's front half: points and the shader's eye coordinates."""
    v, u = np.meshgrid(np.linspace(-1.45, 1.45, 41),
                       np.linspace(-1.5, 1.5, 41), indexing="ij")
    unit = np.stack((np.sin(u) * np.cos(v), -np.sin(v),
                     np.cos(u) * np.cos(v)), axis=-1)
    centre = np.array((side * EYE_X, EYE_Y, EYE_Z))
    return centre + unit * EYE_AXES, unit * EYE_AXES


def ear_grid(side):
    """One ear: a bowl with a rim, standing off the head."""
    radius = np.array((0.0, 0.2, 0.35, 0.5, 0.62, 0.72, 0.82, 0.92, 1.0,
                       1.03, 1.0, 0.8, 0.5))[:, None]
    lift = np.array((-.35, -.33, -.25, -.05, 0.18, 0.22, 0.30, 0.36, 0.28,
                     0.10, -0.1, -0.35, -0.8))[:, None]
    turn = np.linspace(0.0, 2.0 * math.pi, 49)[None, :]
    up, back = np.sin(turn), np.cos(turn)
    tall = np.where(up > 0.0, 2.7, 3.0)
    wide = 1.65 * (1.0 + 0.22 * up)
    axis_up = np.array((side * 0.10, 0.98, -0.18))
    axis_back = np.array((side * 0.50, -0.10, -0.85))
    out = np.array((side * 0.88, 0.0, 0.42))
    points = ((radius * up * tall)[..., None] * axis_up
              + (radius * back * wide)[..., None] * axis_back
              + (lift * np.ones_like(up))[..., None] * out)
    points = points[:, ::int(side)]
    return points + np.array((side * 7.25, -1.0, -1.1))


def teeth_grid(top, bottom):
    """A row of teeth between two heights (cm) along the dental arch."""
    t = np.linspace(-1.0, 1.0, 61)[None, :]
    v = np.linspace(0.0, 1.0, 6)[:, None]
    x = 2.6 * np.sin(1.35 * t) + 0.0 * v
    z = 5.0 + 3.55 * np.cos(1.35 * t) - 0.12 * (2.0 * v - 1.0) ** 2
    y = top + (bottom - top) * v + 0.0 * t
    return np.stack((x, y, z), axis=-1)


def tongue_grid():
    """The tongue: a flat ellipsoid on the floor of the mouth."""
    v, u = np.meshgrid(np.linspace(-1.5, 1.5, 15),
                       np.linspace(-math.pi, math.pi, 31), indexing="ij")
    unit = np.stack((np.sin(u) * np.cos(v), -np.sin(v),
                     np.cos(u) * np.cos(v)), axis=-1)
    return unit * (1.75, 0.55, 2.9) + (0.0, -8.15, 5.0)


def body_grid():
    """Neck, shoulders and chest in one piece."""
    slices = np.array((   # y, half width, z of front, z of back
        (-4.0, 5.3, 3.6, -7.0), (-8.0, 5.3, 3.6, -7.3),
        (-11.0, 5.4, 3.5, -7.3), (-14.0, 5.7, 3.7, -7.6),
        (-16.0, 6.7, 4.3, -8.0), (-17.6, 9.0, 5.0, -8.4),
        (-19.0, 12.8, 5.7, -8.8), (-20.4, 16.8, 6.3, -9.0),
        (-22.4, 19.8, 7.2, -9.2), (-25.5, 21.3, 8.4, -9.4),
        (-31.0, 22.0, 9.4, -9.6), (-40.0, 22.0, 9.8, -9.8)))
    step = np.linalg.norm(np.diff(slices, axis=0), axis=1)
    knots = np.concatenate(([0.0], np.cumsum(step)))
    y, width, front, back = spline(
        knots, slices, np.linspace(0.0, knots[-1], 90)).T[:, :, None]
    turn = np.linspace(-math.pi, math.pi, 97)[None, :]
    middle, depth = (front + back) / 2.0, (front - back) / 2.0
    x = width * np.sin(turn)
    z = middle + depth * np.cos(turn)
    y = y + 0.0 * turn
    # The two cords from behind the ears to the pit of the neck, and the
    # collar bones.
    cord_x = 1.0 + (y + 17.5) * 0.36
    cord = np.exp(-((np.abs(x) - cord_x) / 0.7) ** 2) * smooth(-7, -9, y)
    pit = hill(x, y, 0.0, -17.6, 0.9, 1.0)
    bone = np.exp(-((y + 18.2 - 0.08 * np.abs(x)) / 0.55) ** 2) \
        * smooth(1.0, 2.5, np.abs(x)) * smooth(11.0, 6.0, np.abs(x))
    z = z + np.where(np.cos(turn) > 0.2, 0.35 * cord - 0.5 * pit + 0.5 * bone,
                     0.0)
    return np.stack((x, y, z), axis=-1)


def hair_grid(head, angle):
    """Short hair over the head's upper grid; also how deep inside it is."""
    line = np.interp(np.abs(np.degrees(angle)), HAIRLINE[:, 0],
                     HAIRLINE[:, 1])[None, :]
    depth = head[..., 1] - line
    strand = np.sin(np.arange(COLUMNS) * 1.7) + np.sin(
        np.arange(COLUMNS) * 0.61 + 1.0)
    x, y, z = np.moveaxis(head, -1, 0)
    quiff = 0.9 * smooth(3.0, 9.0, y) * smooth(0.0, 6.0, z)
    thick = (0.10 + 0.95 * smooth(0.0, 3.0, depth) + quiff
             * smooth(0.0, 1.6, depth)) * (1.0 + 0.035 * strand[None, :])
    thick = np.where(depth < -0.6, -0.8, thick)
    centre = np.array((0.0, 1.0, -1.0))
    out = head - centre
    out /= np.linalg.norm(out, axis=-1, keepdims=True)
    return head + out * thick[..., None], depth


class Model:
    """All grids in one list of points, and how expressions move them."""

    def __init__(self):
        self.grids = []         # (first point, rows, columns)
        self.parts = {"rest": [], "coord": [], "info": [], "jaw": [],
                      "turn": []}
        self.shapes = {}
        self._count = 0
        self._build()
        parts = {key: np.concatenate(value).astype(np.float32)
                 for key, value in self.parts.items()}
        self.rest, self.coord = parts["rest"], parts["coord"]
        self.info, self.jaw, self.turn = (parts["info"], parts["jaw"],
                                          parts["turn"])

    def _add(self, points, material, coord=None, jaw=0.0, turn=1.0, uv=None):
        """Add a grid; `coord` is what the shader paints by."""
        rows, columns = points.shape[:2]
        count = rows * columns
        self.grids.append((self._count, rows, columns))
        self._count += count
        info = np.ones((count, 4))
        info[:, 1] = material
        info[:, 2:] = 0.0 if uv is None else uv.reshape(count, 2)
        coord = points if coord is None else coord
        self.parts["rest"].append(points.reshape(count, 3))
        self.parts["coord"].append(coord.reshape(count, 3))
        self.parts["info"].append(info)
        for key, value in (("jaw", jaw), ("turn", turn)):
            self.parts[key].append(
                np.broadcast_to(value, (rows, columns)).reshape(count))
        return slice(self._count - count, self._count)

    def _add_lip_wall(self, seam, jaw, sign):
        """The inside of one lip: the seam's row, rolled back into the head."""
        keep = np.flatnonzero((np.abs(seam[:, 0]) < MOUTH_HALF)
                              & (seam[:, 2] > 0.0))
        row = seam[keep]
        back = np.array((0.0, -0.12, -0.35, -0.8, -1.3))[:, None]
        lift = sign * np.array((0.0, -0.02, 0.06, 0.4, 1.0))[:, None]
        points = np.repeat(row[None], len(back), axis=0)
        points[..., 2] += back
        points[..., 1] += lift
        if sign < 0.0:
            points = points[::-1]
        depth = np.zeros(points.shape[:2] + (2,))
        depth[..., 0] = (back if sign > 0.0 else back[::-1])
        self._add(points[::-1], MOUTH, jaw=jaw[keep][None], uv=depth[::-1])
        return keep, len(back)

    def _build(self):
        """Make all parts; the two face grids come first."""
        head, angle = head_grid()
        seam = sum(ROWS[:SEAM])
        halves = (head[:seam + 1], head[seam:])
        weights = [jaw_weight(half, lower)
                   for half, lower in zip(halves, (False, True))]
        fields = []
        for half, weight in zip(halves, weights):
            self._add(half, FACE, jaw=weight)
            fields.append({**mouth_shapes(half), **brow_shapes(half)})
        walls = [self._add_lip_wall(halves[0][-1], weights[0][-1], 1.0),
                 self._add_lip_wall(halves[1][0], weights[1][0], -1.0)]
        for name in fields[0]:
            upper, lower = fields[0][name], fields[1][name]
            pieces = [upper.reshape(-1, 3), lower.reshape(-1, 3)]
            for (keep, count), edge in zip(walls, (upper[-1], lower[0])):
                pieces.append(np.tile(edge[keep], (count, 1)))
            self.shapes[name] = np.concatenate(pieces).astype(np.float32)
        self.seam_row = slice(seam * COLUMNS, (seam + 1) * COLUMNS)
        self._build_rest(halves[0], angle)

    def _build_rest(self, upper, angle):
        """Everything that is not the skin of the face."""
        for side in (-1.0, 1.0):
            points, coord = eye_grid(side)
            self._add(points, EYE, coord=coord,
                      uv=np.full(points.shape[:2] + (2,), side))
            self._add(ear_grid(side), SKIN)
        self._add(teeth_grid(-5.9, LIP_Y - 0.05), TEETH)
        self._add(teeth_grid(LIP_Y - 0.25, -8.2), TEETH, jaw=0.97)
        self._add(tongue_grid(), MOUTH, jaw=0.9)
        points, depth = hair_grid(upper, angle)
        strand = np.stack(np.broadcast_arrays(angle[None, :], depth), axis=-1)
        self._add(points, HAIR, uv=strand)
        body = body_grid()
        self._add(body, CLOTH, turn=smooth(-17.0, -10.0, body[..., 1]))

    def triangles(self):
        """Indices of all triangles, counter-clockwise seen from outside."""
        result = []
        for first, rows, columns in self.grids:
            index = first + np.arange(rows * columns).reshape(rows, columns)
            a, b = index[:-1, :-1], index[:-1, 1:]
            c, d = index[1:, :-1], index[1:, 1:]
            for corners in ((a, c, b), (b, c, d)):
                result.append(np.stack(corners, -1).reshape(-1, 3))
        return np.ascontiguousarray(np.concatenate(result), dtype=np.int32)

    def normals(self, points):
        """Unit normals of posed points, from neighbours in each grid."""
        result = np.empty_like(points)
        for first, rows, columns in self.grids:
            part = slice(first, first + rows * columns)
            grid = points[part].reshape(rows, columns, 3)
            across, down = np.empty_like(grid), np.empty_like(grid)
            across[:, 1:-1] = grid[:, 2:] - grid[:, :-2]
            across[:, 0] = grid[:, 1] - grid[:, 0]
            across[:, -1] = grid[:, -1] - grid[:, -2]
            down[1:-1] = grid[2:] - grid[:-2]
            down[0] = grid[1] - grid[0]
            down[-1] = grid[-1] - grid[-2]
            result[part] = np.cross(down, across).reshape(-1, 3)
        self._join_seam(result)
        length = np.linalg.norm(result, axis=1, keepdims=True)
        return result / np.maximum(length, 1e-9)

    def _join_seam(self, normals):
        """Make the two face grids' normals agree beside the mouth."""
        upper = self.seam_row
        lower = slice(upper.stop, upper.stop + COLUMNS)
        outside = np.abs(self.rest[upper, 0]) >= MOUTH_HALF * 0.98
        both = normals[upper] + normals[lower]
        for row in (upper, lower):
            normals[row][outside] = both[outside]

    def pose(self, values, rotation):
        """Points with the expressions `values` and the head's 3x3 rotation."""
        points = self.rest.copy()
        for name, field in self.shapes.items():
            if values.get(name):
                points[:len(field)] += np.float32(values[name]) * field
        angle = values.get("jawOpen", 0.0) * JAW_ANGLE
        if angle:
            sin, cos = math.sin(angle), math.cos(angle)
            opened = np.array(((1, 0, 0), (0, cos, -sin), (0, sin, cos)))
            arm = points - JAW_HINGE.astype(np.float32)
            moved = arm @ opened.T.astype(np.float32)
            points += self.jaw[:, None] * (moved - arm)
        arm = points - NECK_PIVOT.astype(np.float32)
        moved = arm @ np.asarray(rotation, dtype=np.float32).T
        points += self.turn[:, None] * (moved - arm)
        return points

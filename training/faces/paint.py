"""A person's complexion, painted in the UV square of FaceKit's face. numpy only."""

import numpy as np

SIZE = 512


def noise(rng, size, cells):
    """Smooth noise (size, size): random values of mean 0 on a grid, interpolated."""
    grid = rng.normal(size=(cells + 2, cells + 2))
    at = np.linspace(0.0, cells, size, endpoint=False)
    low = at.astype(int)
    part = at - low
    part = part * part * (3.0 - 2.0 * part)
    rows = grid[low] * (1.0 - part[:, None]) + grid[low + 1] * part[:, None]
    return rows[:, low] * (1.0 - part) + rows[:, low + 1] * part


def spline(points, closed, steps=8):
    """A Catmull-Rom curve through points (n, 2)."""
    p = np.asarray(points, float)
    if closed:
        p = np.concatenate((p[-1:], p, p[:2]))
    else:
        p = np.concatenate((2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]))
    t = np.linspace(0.0, 1.0, steps, endpoint=False)[:, None]
    parts = [0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t ** 2
                    + (3 * b - a - 3 * c + d) * t ** 3)
             for a, b, c, d in zip(p, p[1:], p[2:], p[3:])]
    return np.concatenate(parts + ([] if closed else [p[-2:-1]]))


class Canvas:
    """The UV square: u to the right, v up. Row 0 is the bottom, as Blender has it."""

    def __init__(self, size=SIZE):
        at = (np.arange(size) + 0.5) / size
        self.u, self.v = np.meshgrid(at, at)
        self.size = size

    def inside(self, polygon, soft):
        """1 inside a closed polygon (n, 2), 0 outside, soft that wide at its edge."""
        crossings = np.zeros(self.u.shape, bool)
        for (x0, y0), (x1, y1) in zip(polygon, np.roll(polygon, -1, axis=0)):
            if y0 == y1:
                continue
            rows = (self.v >= min(y0, y1)) & (self.v < max(y0, y1))
            crossings ^= rows & (self.u < x0 + (self.v - y0) * (x1 - x0) / (y1 - y0))
        far = self.distance(np.concatenate((polygon, polygon[:1])))
        return np.clip(0.5 + np.where(crossings, far, -far) / soft, 0.0, 1.0)

    def distance(self, line):
        """From each texel to the nearest point of a polyline (n, 2)."""
        best = np.full(self.u.shape, 9.0)
        for a, b in zip(line, line[1:]):
            step = b - a
            length = max(step @ step, 1e-12)
            t = np.clip(((self.u - a[0]) * step[0] + (self.v - a[1]) * step[1]) / length, 0.0, 1.0)
            best = np.minimum(best, (self.u - a[0] - t * step[0]) ** 2
                              + (self.v - a[1] - t * step[1]) ** 2)
        return np.sqrt(best)

    def spot(self, at, radius):
        """A soft round spot, 1 in its middle."""
        return np.exp(-((self.u - at[0]) ** 2 + (self.v - at[1]) ** 2) / (radius * radius))


def _mix(image, colour, share):
    image += (np.asarray(colour) - image) * share[..., None]


def _hairs(rng, canvas, image, colour, density, angle, length):
    """Short strokes: noise stretched along a direction, where density (map of 0..1) allows it."""
    c, s = np.cos(angle), np.sin(angle)
    along, across = canvas.u * c + canvas.v * s, canvas.v * c - canvas.u * s
    grain = rng.random((257, 257))
    texture = grain[(along / length * 40).astype(int) % 257, (across * 420).astype(int) % 257]
    _mix(image, colour, density * np.clip(2.2 * (texture - 1.0 + density), 0.0, 1.0))


def _brow(rng, canvas, image, person, points):
    """points: UV of five landmarks, from the outer end to the inner one."""
    line = spline(points, False)
    t = np.linspace(0.0, 1.0, len(line))
    shape = np.sin(np.pi * np.clip(t * 0.8 + 0.2, 0.0, 1.0))
    width = 0.022 * person.brow_height * (0.45 + 0.55 * shape)
    density = np.zeros(canvas.u.shape)
    for at, w in zip(line, width):
        density = np.maximum(density, np.clip(1.6 - 1.6 * np.hypot(
            (canvas.u - at[0]) / 1.3, canvas.v - at[1]) / w, 0.0, 1.0))
    density *= person.brow_weight
    _mix(image, person.brow, 0.75 * density)
    _hairs(rng, canvas, image, person.brow * 0.7, np.sqrt(density) * person.brow_weight,
           rng.uniform(-0.4, 0.4), 0.5)


def _lips(rng, canvas, image, person, uv):
    outer, inner = spline(uv[48:60], True), spline(uv[60:68], True)
    lips = canvas.inside(outer, rng.uniform(0.006, 0.02))
    tone = person.lips * (1.0 + 0.08 * noise(rng, canvas.size, 40)[..., None])
    _mix(image, tone, 0.9 * lips)
    _mix(image, person.lips * 0.35, np.clip(1.0 - canvas.distance(
        np.concatenate((inner, inner[:1]))) / 0.008, 0.0, 1.0) * 0.7)
    return lips


def _eyes(rng, canvas, image, person, uv):
    for ring in (uv[36:42], uv[42:48]):
        around = canvas.spot(ring.mean(axis=0), rng.uniform(0.06, 0.1))
        _mix(image, person.skin * [0.75, 0.68, 0.68], rng.uniform(0.0, 0.6) * around)
        above = ring[1:3].mean(axis=0)
        hollow = canvas.spot(above + [0.0, 0.022], rng.uniform(0.03, 0.06))
        _mix(image, person.skin * [0.42, 0.36, 0.36], 0.8 * person.socket * hollow)
        nose_side = ring[np.argmin(np.abs(ring[:, 0] - 0.5))]
        _mix(image, person.skin * [0.4, 0.34, 0.34],
             0.8 * person.socket * canvas.spot(nose_side + [0.0, 0.02], 0.04))
        fold = spline(ring[:4] + [0.0, rng.uniform(0.008, 0.026)], False)
        _mix(image, person.skin * [0.45, 0.36, 0.34], rng.uniform(0.0, 0.8) * np.clip(
            1.0 - canvas.distance(fold) / rng.uniform(0.005, 0.012), 0.0, 1.0))
        below = canvas.spot(ring.mean(axis=0) - [0.0, 0.05], 0.05)
        _mix(image, person.skin * [0.68, 0.6, 0.64], rng.uniform(0.0, 0.5) * below)
        line = spline(ring, True)
        edge = np.clip(1.0 - canvas.distance(np.concatenate((line, line[:1]))) / 0.012, 0.0, 1.0)
        _mix(image, person.skin * [0.45, 0.33, 0.3], rng.uniform(0.1, 0.5) * edge)
        upper = spline(ring[:4], False)
        lash = np.clip(1.0 - canvas.distance(upper) / rng.uniform(0.006, 0.014), 0.0, 1.0)
        _mix(image, [0.01, 0.008, 0.008], (0.2 + 0.7 * person.liner) * lash)


def _beard(rng, canvas, image, person, uv, lips):
    jaw = canvas.inside(spline(np.concatenate((uv[3:14], uv[[53, 33, 49]])), True), 0.06)
    above = canvas.spot((uv[33] + uv[51]) / 2, 0.07)
    area = np.clip(jaw * (canvas.v < uv[33][1]) + above, 0.0, 1.0) * (1.0 - lips)
    if person.stubble:
        _mix(image, person.skin * [0.55, 0.56, 0.6], 0.5 * person.stubble * area)
        _hairs(rng, canvas, image, person.brow * 0.7, 0.35 * person.stubble * area, 1.4, 0.2)
    if person.beard:
        _mix(image, person.brow, 0.6 * person.beard * area)
        _hairs(rng, canvas, image, person.brow * 0.5, person.beard * area, 1.5, 0.6)


def _flush(rng, canvas, image, person, uv):
    """Red cheeks, nose and ears; freckles; blotches."""
    red = person.skin * [1.0, 0.72, 0.7]
    for at, radius in ((uv[[2, 48]].mean(axis=0), 0.1), (uv[[14, 54]].mean(axis=0), 0.1),
                       (uv[30], 0.07)):
        _mix(image, red, rng.uniform(0.0, 0.6) * canvas.spot(at, radius))
    blotches = np.clip(noise(rng, canvas.size, 14) - 0.6, 0.0, 1.0)
    _mix(image, red, 0.25 * blotches)
    if person.freckles:
        dots = np.clip(noise(rng, canvas.size, 110) - 1.4, 0.0, 1.0) * (canvas.v > uv[48][1])
        _mix(image, person.skin * [0.6, 0.45, 0.35],
             person.freckles * np.clip(1.5 * dots, 0.0, 1.0))
    for at in (uv[32], uv[34]):
        _mix(image, person.skin * 0.2, 0.8 * canvas.spot(at + [0.0, 0.004], 0.014))


def _creases(rng, canvas, image, person, uv):
    """Lines that age leaves: forehead, beside the mouth, outside of the eyes."""
    age = rng.uniform(0.0, 1.0) ** 1.5
    dark = person.skin * [0.62, 0.52, 0.5]
    lines = [spline([uv[a] + [0.0, 0.01], (uv[a] + uv[b]) / 2 + [sign * 0.02, 0.01], uv[b]
                     + [sign * 0.03, 0.0]], False) for a, b, sign in ((31, 48, -1), (35, 54, 1))]
    for k in range(3):
        y = 0.87 + 0.03 * k
        lines.append(np.array([[0.36, y], [0.5, y + 0.008], [0.64, y]]))
    for line in lines:
        share = np.clip(1.0 - canvas.distance(line) / 0.009, 0.0, 1.0)
        _mix(image, dark, rng.uniform(0.1, 0.7) * age * share)


def face(person, uv):
    """Linear RGB (SIZE, SIZE, 3) of the face. uv: (68, 2), where its landmarks are."""
    rng = np.random.default_rng((11, person.seed))
    canvas = Canvas()
    image = np.empty((SIZE, SIZE, 3))
    mottle = 1.0 + 0.05 * noise(rng, SIZE, 6) + 0.03 * noise(rng, SIZE, 30) \
        + 0.03 * rng.normal(size=(SIZE, SIZE))
    image[:] = person.skin * mottle[..., None]
    _flush(rng, canvas, image, person, uv)
    _creases(rng, canvas, image, person, uv)
    _eyes(rng, canvas, image, person, uv)
    lips = _lips(rng, canvas, image, person, uv)
    _beard(rng, canvas, image, person, uv, lips)
    _brow(rng, canvas, image, person, uv[17:22])
    _brow(rng, canvas, image, person, uv[26:21:-1])
    return np.clip(image, 0.0, 1.0)

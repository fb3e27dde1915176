"""The performer's skin: a painted map of the face, and soft shadows.

The map is seen from the front: skin, lips, brows (drawn hair by hair), in
linear light, alpha = how glossy.  The soft shadows are those of a cloudy sky on
the resting face, one number per point.
"""

import numpy as np

from performer_head import LIP_Y, MOUTH_HALF, hill, lip_edges, smooth

MAP_LEFT, MAP_BOTTOM = -8.0, -12.5      # cm
MAP_WIDTH, MAP_HEIGHT = 16.0, 20.0      # cm
MAP_SCALE = 40                          # picture points per cm

SKIN = np.array((0.60, 0.345, 0.240))
RUDDY = np.array((0.55, 0.20, 0.15))
LIP = np.array((0.36, 0.085, 0.075))
BROW = np.array((0.045, 0.026, 0.018))
BROW_HAIRS = 900
SHADOW_RAYS = 24
SHADOW_REACH = 9.0                      # cm


def mix(a, b, amount):
    """Colour a turned into colour b where `amount` (an array) is 1."""
    return a + (b - a) * amount[..., None]


def brow_line(t):
    """A brow's middle line from nose (t = 0) to temple (1): x, y in cm."""
    return 1.25 + 4.05 * t, 1.72 + 0.95 * np.sin(2.15 * t) - 0.35 * t


def draw_brow(cover, side, rng):
    """Draw one brow's hairs into `cover` (0 bare, 1 covered)."""
    root = rng.random(BROW_HAIRS) ** 0.9
    across = rng.uniform(-1.0, 1.0, BROW_HAIRS)
    x, y = brow_line(root)
    half = 0.40 * np.minimum(1.0, 0.55 + 2.5 * root) * (1.06 - root) ** 0.55
    y = y + across * half
    lean = 1.25 - 1.15 * root - 0.35 * across      # slope of each hair
    length = rng.uniform(0.30, 0.55, BROW_HAIRS)
    norm = np.hypot(1.0, lean)
    for along in np.linspace(0.0, 1.0, 24):
        px = side * (x + length * along / norm)
        py = y + length * along * lean / norm * (1.0 - 0.45 * along)
        col = ((px - MAP_LEFT) * MAP_SCALE).astype(int)
        row = ((py - MAP_BOTTOM) * MAP_SCALE).astype(int)
        np.add.at(cover, (row, col), 0.34 * (1.15 - along))


def blur(field, passes):
    """Soften a picture by small averages, `passes` times."""
    for _ in range(passes):
        field = (np.roll(field, 1, 0) + 2 * field + np.roll(field, -1, 0)) / 4
        field = (np.roll(field, 1, 1) + 2 * field + np.roll(field, -1, 1)) / 4
    return field


def brows(shape, rng):
    """How much of each point brow hair covers, both brows."""
    cover = np.zeros(shape)
    for side in (1.0, -1.0):
        draw_brow(cover, side, rng)
    return np.clip(1.25 * blur(cover, 1), 0.0, 0.93)


def lips(x, y):
    """How much of each point belongs to the lips."""
    upper, lower = lip_edges(x)
    soft = 0.10
    inside = smooth(MOUTH_HALF + 0.05, MOUTH_HALF - 0.15, np.abs(x))
    up = smooth(upper + soft, upper - soft, y - LIP_Y)
    down = smooth(lower + soft, lower - soft, LIP_Y - y)
    return inside * np.where(y > LIP_Y, up, down)


def mottle(shape, rng):
    """Faint blotches and pores, around 0."""
    coarse = blur(rng.standard_normal(shape), 60)
    fine = blur(rng.standard_normal(shape), 2)
    return 0.030 * coarse / coarse.std() + 0.014 * fine / fine.std()


def face_map():
    """The painted face: (rows, columns, 4) float32, first row lowest."""
    rng = np.random.default_rng(7)
    shape = (int(MAP_HEIGHT * MAP_SCALE), int(MAP_WIDTH * MAP_SCALE))
    rows, cols = np.mgrid[0:shape[0], 0:shape[1]]
    x = (cols + 0.5) / MAP_SCALE + MAP_LEFT
    y = (rows + 0.5) / MAP_SCALE + MAP_BOTTOM
    ax = np.abs(x)
    colour = np.broadcast_to(SKIN, shape + (3,))
    rosy = (0.42 * hill(ax, y, 4.3, -3.2, 1.9, 1.6)
            + 0.40 * hill(x, y, 0.0, -4.0, 1.4, 1.0)
            + 0.20 * hill(x, y, 0.0, -10.0, 1.8, 1.2)
            + 0.30 * hill(ax, y, 3.1, -1.0, 1.6, 0.6)
            + 0.03 * hill(ax, y, 3.1, 0.8, 1.6, 0.6))
    colour = mix(colour, RUDDY, np.clip(rosy, 0.0, 1.0))
    beard = smooth(-5.2, -6.6, y) * smooth(1.0, 3.0, 9.0 - ax - 0.4 * (y + 7))
    colour = colour * (1.0 - 0.10 * beard[..., None])
    colour = colour * (1.0 + mottle(shape, rng))[..., None]
    under_brow = hill(ax, y, 3.1, 1.15, 1.7, 0.55)
    colour = colour * (1.0 + 0.36 * under_brow)[..., None]
    nostril = hill(ax, y, 0.66, -4.74, 0.34, 0.17)
    colour = colour * (1.0 - 0.85 * np.clip(1.5 * nostril, 0, 1))[..., None]
    lip = lips(x, y)
    colour = mix(colour, LIP * (1.0 + 0.10 * np.sin(34.0 * x))[..., None],
                 0.88 * lip)
    parting = np.exp(-((y - LIP_Y) / 0.09) ** 2) * smooth(2.75, 2.3, ax)
    colour = colour * (1.0 - 0.80 * parting)[..., None]
    hairs = brows(shape, rng)
    colour = mix(colour, BROW, hairs)
    gloss = 0.35 + 0.5 * lip + 0.15 * hill(x, y, 0.0, -2.5, 1.2, 3.0)
    gloss = gloss * (1.0 - hairs)
    return np.dstack((colour, gloss)).astype(np.float32)


def sky_directions(count):
    """Evenly spread unit vectors over the whole sphere."""
    k = np.arange(count) + 0.5
    turn = np.pi * (1.0 + 5.0 ** 0.5) * k
    y = 1.0 - 2.0 * k / count
    flat = np.sqrt(1.0 - y * y)
    return np.stack((flat * np.cos(turn), y, flat * np.sin(turn)), axis=-1)


def shadow_grid(points, normals, grid, tree):
    """Light reaching every second point of a grid, spread to all points."""
    first, rows, columns = grid
    index = first + np.arange(rows * columns).reshape(rows, columns)
    some = index[::2, ::2]
    light = np.ones(some.shape, dtype=np.float32)
    sky = sky_directions(2 * SHADOW_RAYS)
    for at in np.ndindex(some.shape):
        point, normal = points[some[at]], normals[some[at]]
        if normal[2] < -0.5:
            continue            # never seen by the camera
        facing = sky @ normal
        keep = facing > 0.08
        start = point + 0.05 * normal
        total = free = 0.0
        for ray, weight in zip(sky[keep], facing[keep]):
            total += weight
            hit = tree.ray_cast(start, ray, SHADOW_REACH)[3]
            free += weight * (1.0 if hit is None
                              else min(1.0, hit / SHADOW_REACH) ** 1.2)
        light[at] = free / max(total, 1e-6)
    row = np.minimum(np.arange(rows) / 2.0, some.shape[0] - 1.001)
    col = np.minimum(np.arange(columns) / 2.0, some.shape[1] - 1.001)
    i, j = row.astype(int)[:, None], col.astype(int)[None, :]
    u, v = (row[:, None] - i), (col[None, :] - j)
    full = ((light[i, j] * (1 - v) + light[i, j + 1] * v) * (1 - u)
            + (light[i + 1, j] * (1 - v) + light[i + 1, j + 1] * v) * u)
    for _ in range(2):
        full[1:-1] = (full[:-2] + 2 * full[1:-1] + full[2:]) / 4
        full[:, 1:-1] = (full[:, :-2] + 2 * full[:, 1:-1] + full[:, 2:]) / 4
    return full.reshape(-1)


def soft_shadows(model, tree, materials):
    """Write how much light reaches each point into model.info[:, 0]."""
    normals = model.normals(model.rest)
    for grid in model.grids:
        if int(model.info[grid[0], 1]) in materials:
            part = slice(grid[0], grid[0] + grid[1] * grid[2])
            model.info[part, 0] = shadow_grid(model.rest, normals, grid, tree)

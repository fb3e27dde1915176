"""Behind the robot: dusk on another world, a ringed planet, stars, table
mountains. All of it shines by itself, so it looks the same under any lights."""

import numpy as np

from common import shapes

SKY = ('#10143f', '#1b1f58', '#2c2a73', '#4a3788', '#74448f', '#a5528a', '#d5697c', '#f48c70')
FAR, SKY_LOW, SKY_HIGH = 14.0, -2.4, 5.0
QUAD = [(0, 1, 2, 3)]
# Table mountains: distance, foot of the tops, spread, colours of the lit and the dark side.
RANGES = ((12.0, -0.95, 0.75, '#8a3f78', '#6c3270'), (10.0, -1.60, 0.60, '#54265f', '#411f56'))


def _flat(pile, points, y, kind):
    verts = [(x, y, z) for x, z in points]
    pile.add(verts, [tuple(range(len(verts)))], kind=kind)


def _disc(x, z, radius, sides=24, squash=1.0, tilt=0.0):
    turn = np.linspace(0.0, 2.0 * np.pi, sides, endpoint=False)
    a, b = radius * np.cos(turn), radius * squash * np.sin(turn)
    return np.stack((x + a * np.cos(tilt) - b * np.sin(tilt),
                     z + a * np.sin(tilt) + b * np.cos(tilt)), axis=1)


def _glowing(name, tones):
    return [shapes.material(name + str(k), tone, glow=1.0) for k, tone in enumerate(tones)]


def sky(rng):
    """Slanted triangles in bands from night to dusk, and stars."""
    pile = shapes.Pile()
    edges = np.linspace(SKY_HIGH, SKY_LOW, len(SKY) + 1)
    edges[0], edges[-1] = 9.0, -9.0
    across = np.linspace(-18.0, 18.0, 15)
    for k in range(len(SKY)):
        top = edges[k] + (0.34 * rng.random(15) if k else np.zeros(15))
        low = np.full(15, edges[k + 1] - 0.2)
        y = FAR - 0.02 * k
        verts = [(x, y, z) for x, z in zip(across, top)] + [(x, y, z) for x, z in zip(across, low)]
        pile.add(verts, [(i, i + 1, i + 16, i + 15) for i in range(14)], kind=k)
    for _ in range(70):
        x, z = rng.uniform(-8.0, 8.0), rng.uniform(0.2, 4.4)
        _flat(pile, _disc(x, z, rng.choice((0.022, 0.032, 0.05)), 4), FAR - 0.5, len(SKY))
    return pile.object('Sky', _glowing('Sky', SKY + ('#fff1d0',)), smooth=False)


def planet():
    """Facets in three tones from the light to the dark side, and a ring."""
    pile, x, z, tilt = shapes.Pile(), 4.5, 2.25, 0.38
    for kind, radius, shift in ((0, 1.20, 0.0), (1, 1.05, 0.13), (2, 0.80, 0.30)):
        _flat(pile, _disc(x - shift, z + shift * 0.7, radius, 14), 13.0 - 0.03 * kind, kind)
    inner, outer = _disc(x, z, 1.50, 36, 0.20, tilt), _disc(x, z, 2.05, 36, 0.20, tilt)
    for k in range(36):
        n = (k + 1) % 36
        # The half behind the planet is drawn behind it.
        y = 13.1 if k < 18 else 12.8
        _flat(pile, (inner[k], outer[k], outer[n], inner[n]), y, 3)
    tones = ('#a8456f', '#e0706a', '#ffa36b', '#ffd9a0')
    return pile.object('Planet', _glowing('Planet', tones), smooth=False)


def mountains(rng):
    """Table mountains in two ranges, the nearer the darker."""
    pile, tones = shapes.Pile(), []
    for y, foot, spread, light, dark in RANGES:
        kind, x = len(tones), -10.0
        tones += [light, dark]
        while x < 10.0:
            width, top = rng.uniform(1.4, 3.4), foot + spread * rng.random()
            left, right = x + 0.22 * width, x + 0.80 * width
            split = x + 0.45 * width
            y -= 0.01
            _flat(pile, ((x - 0.3, -7), (split, -7), (split, top), (left, top)), y, kind)
            _flat(pile, ((split, -7), (x + width + 0.3, -7), (right, top - 0.06), (split, top)), y,
                  kind + 1)
            x += 0.85 * width
    return pile.object('Mountains', _glowing('Mountain', tones), smooth=False)


def build(seed=4):
    """Sky, planet and mountains; returns the objects."""
    rng = np.random.default_rng(seed)
    return [sky(rng), planet(), mountains(rng)]

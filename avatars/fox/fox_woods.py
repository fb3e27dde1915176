"""An autumn dusk behind the fox: sky, sun, hills and trees, all self-lit."""

import numpy as np

from common import shapes
from common.shapes import disc, mix, rect, rgb

SKY = ('#1b2450', '#2c2f68', '#47397e', '#6b438c', '#984f92', '#c65f8c', '#e97a7e', '#fb9d73',
       '#ffc27a', '#ffdf9a')
SKY_LOW, SKY_HIGH, SKY_Y = -1.6, 4.6, 13.0


def _sky(pile):
    edges = np.linspace(SKY_LOW, SKY_HIGH, 41)
    stops = np.array([rgb(c) for c in SKY[::-1]])
    at = np.linspace(0.0, len(stops) - 1.001, 40)
    low = at.astype(int)
    edges[0], edges[-1] = -9.0, 9.0
    for k, (i, t) in enumerate(zip(low, at - low)):
        pile.add(rect(-16.0, 16.0, edges[k], edges[k + 1], SKY_Y), [(0, 1, 2, 3)],
                 mix(stops[i], stops[i + 1], t))


def _round(pile, x, z, radius, y, colour, steps=28):
    pile.add(disc(x, z, radius, y, steps), [tuple(range(steps))], rgb(colour))


def _hills(pile, y, base, height, phase, colour):
    """A ridge across the image."""
    x = np.linspace(-14.0, 14.0, 45)
    z = base + height * (np.sin(0.55 * x + phase) + 0.5 * np.sin(1.27 * x + 2.0 * phase))
    top = np.stack((x, np.full(45, y), z), axis=1)
    rows = [top - (0.0, 0.0, 8.0), top]
    pile.add(np.concatenate(rows), shapes.bridge(rows, closed=False), rgb(colour))


def _fir(pile, x, foot, height, y, colour):
    """A fir: three stacked triangles."""
    for k in range(3):
        low, high = foot + height * (0.10 + 0.26 * k), foot + height * (0.52 + 0.24 * k)
        half = height * (0.24 - 0.055 * k)
        pile.add(np.array(((x - half, y, low), (x + half, y, low), (x, y, high))), [(0, 1, 2)],
                 rgb(colour))


def _maple(pile, rng, x, foot, size, y, tones):
    """A round tree: trunk, then crowns from dark to bright, up to the light."""
    pile.add(rect(x - 0.09 * size, x + 0.09 * size, foot, foot + 1.6 * size, y + 0.02),
             [(0, 1, 2, 3)], rgb('#2b1533'))
    for layer, tone in enumerate(tones):
        for _ in range(6 - layer):
            angle, far = rng.uniform(0, 2 * np.pi), rng.uniform(0.2, 0.75) * size
            shift = 0.16 * size * layer
            _round(pile, x - shift + far * np.cos(angle),
                   foot + 2.0 * size + shift + far * 0.75 * np.sin(angle),
                   size * rng.uniform(0.30, 0.50) * (1.0 - 0.18 * layer),
                   y - 0.02 * layer, tone, 12)


def _leaves(pile, rng, count=16):
    """Leaves in the air."""
    for _ in range(count):
        x, z = rng.uniform(1.4, 5.5) * rng.choice((-1, 1)), rng.uniform(-2.0, 3.0)
        turn, size = rng.uniform(0, np.pi), rng.uniform(0.07, 0.13)
        a = np.array((np.cos(turn), 0.0, np.sin(turn))) * size
        b = np.array((-np.sin(turn), 0.0, np.cos(turn))) * size * 0.45
        tone = rgb(('#ffb347', '#f2672e', '#ffd76a')[int(rng.integers(3))])
        pile.add(np.array((-a, -b, a, b)) + (x, 7.5, z), [(0, 1, 2, 3)], tone)


def _stars(pile, rng, count=14):
    """The first stars, small and high."""
    for _ in range(count):
        x, z, size = rng.uniform(-6.5, 6.5), rng.uniform(3.0, 4.4), rng.uniform(0.018, 0.035)
        _round(pile, x, z, size, 12.5, '#cfc4ff', 4)


def build(seed=5):
    """The object `Woods`."""
    rng = np.random.default_rng(seed)
    pile = shapes.Pile()
    _sky(pile)
    for radius, tone in ((1.75, '#f9a07e'), (1.45, '#ffbb84'), (1.15, '#fff0c0')):
        _round(pile, 4.0, 1.05, radius, 12.6 + 0.1 * radius, tone, 36)
    _stars(pile, rng)
    _hills(pile, 12.2, -0.35, 0.30, 0.4, '#9a4a86')
    _hills(pile, 11.4, -0.95, 0.28, 2.1, '#6a3476')
    for x in np.arange(-11.0, 11.0, 0.75):
        _fir(pile, x + rng.uniform(-0.25, 0.25), -1.9, rng.uniform(1.2, 2.1), 10.6, '#47265f')
    _hills(pile, 10.4, -1.75, 0.10, 1.0, '#47265f')
    warm = ('#6e1f3e', '#a8323a', '#dc5a2e', '#ff9238')
    for x, foot, size in ((-5.2, -2.4, 1.25), (5.4, -2.6, 1.15), (-7.6, -2.6, 1.4),
                          (7.8, -2.6, 1.4)):
        _maple(pile, rng, x, foot, size, 9.2, warm)
    _hills(pile, 8.6, -2.55, 0.08, 3.0, '#2b1740')
    _leaves(pile, rng)
    return pile.object('Woods', [shapes.material('Woods', '#c65f8c', glow=1.0, painted=True)],
                       painted=True, smooth=False)

"""The night city behind the bust: sky bands, moon, lit buildings.

All of it shines by itself, so it looks the same under any lights.
"""

import numpy as np

from common import shapes
from common.shapes import disc, mix, rect, rgb

SKY = ('#070720', '#0b0a2c', '#110e3a', '#191148', '#251556', '#351a64', '#4b2072',
       '#67277c', '#8a3083', '#b03d85')
SKY_Y, MOON_Y = 13.0, 12.8
SKY_LOW, SKY_HIGH = -3.2, 5.2
# Rows of buildings: distance, lowest and highest roof, mean width.
ROWS = ((12.0, -0.9, 1.1, 0.75), (10.5, -1.5, 0.4, 1.0), (9.0, -2.3, -0.9, 1.3))
QUAD = [(0, 1, 2, 3)]


def _hex(colour):
    """'#rrggbb' of a linear colour."""
    c = np.clip(colour[:3], 0.0, 1.0)
    s = np.where(c <= 0.0031308, c * 12.92, 1.055 * c ** (1 / 2.4) - 0.055)
    return '#%02x%02x%02x' % tuple(int(round(x * 255)) for x in s)


def sky():
    """Horizontal bands of the sky, many enough to read as a gradient."""
    count = 24
    stops = np.array([rgb(c) for c in SKY])
    at = np.linspace(len(stops) - 1.0, 0.0, count)
    low = np.minimum(at.astype(int), len(stops) - 2)
    colours = [mix(stops[i], stops[i + 1], t - i) for i, t in zip(low, at)]
    pile, mats = shapes.Pile(), []
    edges = np.linspace(SKY_LOW, SKY_HIGH, count + 1)
    edges[0], edges[-1] = -9.0, 9.0
    for k, colour in enumerate(colours):
        pile.add(rect(-16.0, 16.0, edges[k], edges[k + 1], SKY_Y), QUAD, kind=k)
        mats.append(shapes.material('Sky%02d' % k, _hex(colour), glow=1.0))
    return pile.object('Sky', mats)


def moon():
    """A neon moon with two soft rings."""
    pile = shapes.Pile()
    x, z = -4.35, 2.35
    tones = ('#2a1a66', '#4a2480', '#ffb36b', '#ffd9a0')
    for kind, radius in enumerate((1.75, 1.42, 1.10, 0.97)):
        shift = 0.06 if kind == 3 else 0.0
        round_ = disc(x - shift, z + shift, radius, MOON_Y - 0.05 * kind)
        pile.add(round_, [tuple(range(36))], kind=kind)
    return pile.object('Moon', [shapes.material('Moon%d' % k, t, glow=1.0)
                                for k, t in enumerate(tones)])


def _windows(pile, rng, x, width, top, y, bottom):
    """Lit windows on one front; each floor keeps to few colours."""
    columns = max(2, int(width / 0.26))
    pitch = width / columns
    for z in np.arange(top - 0.30, bottom, -0.27):
        for k in range(columns):
            if rng.random() > 0.42:
                continue
            left = x - width / 2 + (k + 0.24) * pitch
            kind = 3 + int(rng.choice(3, p=(0.58, 0.27, 0.15)))
            pane = rect(left, left + pitch * 0.52, z, z + 0.13, y - 0.02)
            pile.add(pane, QUAD, kind=kind)


def _mast(pile, x, foot, y, kind):
    """An antenna with its red light."""
    pile.add(rect(x - 0.02, x + 0.02, foot, foot + 0.5, y), QUAD, kind=kind)
    pile.add(disc(x, foot + 0.5, 0.05, y - 0.02, 6), [tuple(range(6))], kind=6)


def city(seed=11):
    """Three rows of buildings, the nearer the darker."""
    rng = np.random.default_rng(seed)
    pile = shapes.Pile()
    for layer, (y, low, high, wide) in enumerate(ROWS):
        x = -11.0
        while x < 11.0:
            width = wide * (0.75 + 0.6 * rng.random())
            # Lower behind the head, higher at the sides: the bust stays clear.
            rise = min(1.0, abs(x + width / 2) / 3.6)
            top = low + (high - low) * (0.25 + 0.75 * rng.random()) * (0.45 + 0.55 * rise)
            centre = x + width / 2
            pile.add(rect(x, x + width, -6.0, top, y), QUAD, kind=layer)
            if rng.random() < 0.45:
                _mast(pile, centre, top, y, layer)
            if layer > 0:
                _windows(pile, rng, centre, width, top, y, max(top - 2.6, -3.2))
            x += width + 0.04
    tones = ('#3a1f6a', '#1d1450', '#0d0a30', '#ffc069', '#4fe3ff', '#ff5fa8', '#ff3b4e')
    return pile.object('City', [shapes.material('City%d' % k, t, glow=1.0)
                                for k, t in enumerate(tones)])


def build():
    """Sky, moon and city; returns the objects."""
    return [sky(), moon(), city()]

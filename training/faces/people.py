"""People who never were: what a random person looks like, as numbers. numpy only."""

from collections import namedtuple

import numpy as np

# identity: coefficients of FaceKit. skin, lips, hair, brow, iris, cloth: linear RGB. brow_weight,
# stubble, freckles, liner, shine, socket (how dark it is about the eyes): 0..1. brow_drop: cm, from
# the inner to the outer end, that a brow lies below FaceKit's, which is high; brow_height: its
# thickness, 1 is common. hairline: cm of y where hair begins above the forehead.
# length: cm that hair hangs below the ears, 0 for short; fringe: it covers the forehead.
# glasses: None or Glasses. gains: (53,), what each expression is multiplied by on this face;
# resting: (53,), what it shows at rest.
Person = namedtuple('Person', 'identity skin lips hair brow iris cloth brow_weight brow_height '
                    'brow_drop stubble beard freckles lash liner socket shine hairline volume '
                    'length bald fringe glasses gains resting seed')
# rim: cm; colour: linear RGB; tint: how dark the lenses are, 0..1; round: exponent of the rim's
# superellipse.
Glasses = namedtuple('Glasses', 'width height rim colour tint round glint')

# sRGB of skin from very light to very dark, and of hair.
_SKINS = np.array([[246, 219, 200], [240, 200, 175], [226, 180, 150], [205, 155, 122],
                   [178, 125, 92], [146, 98, 68], [110, 72, 50], [78, 50, 37], [54, 36, 29]]) / 255
_HAIRS = np.array([[18, 14, 12], [40, 27, 20], [70, 46, 30], [110, 74, 45], [165, 120, 70],
                   [205, 170, 115], [150, 75, 40], [150, 150, 150], [215, 212, 205]]) / 255
_IRISES = np.array([[60, 36, 22], [85, 55, 32], [105, 80, 50], [95, 105, 75], [90, 120, 145],
                    [125, 150, 165], [110, 115, 115]]) / 255


def linear(srgb):
    """Linear values of sRGB, both 0..1."""
    c = np.asarray(srgb, float)
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def _between(rng, table, x):
    low = int(np.clip(np.floor(x), 0, len(table) - 2))
    mixed = table[low] + (table[low + 1] - table[low]) * (x - low)
    return np.clip(mixed * rng.uniform(0.93, 1.07, 3), 0.01, 0.98)


def _brow_drop(rng):
    inner = rng.uniform(0.0, 0.5) * np.linspace(1.0, 0.0, 5)
    return rng.uniform(-0.1, 0.8) + inner + rng.normal(0.0, 0.06, 5)


def _glasses(rng):
    dark = rng.random() < 0.6
    return Glasses(width=rng.uniform(4.6, 6.2), height=rng.uniform(3.0, 5.0),
                   rim=rng.choice([0.06, 0.12, 0.22, 0.3]),
                   colour=linear(rng.uniform(0.03, 0.2, 3) if dark else rng.uniform(0.3, 0.8, 3)),
                   tint=rng.uniform(0.6, 0.9) if rng.random() < 0.06 else rng.uniform(0.0, 0.08),
                   round=rng.uniform(2.0, 5.0), glint=rng.uniform(0.0, 1.0))


def person(seed, names):
    """The person of that seed. names: of FaceKit's expressions."""
    rng = np.random.default_rng((7, seed))
    tone = rng.uniform(0.0, len(_SKINS) - 1.0)
    skin = _between(rng, _SKINS, tone)
    # Dark skin rarely goes with light hair.
    hair = _HAIRS[rng.choice(len(_HAIRS), p=_shares(tone))] * rng.uniform(0.8, 1.15, 3)
    iris = _IRISES[rng.choice(2 if tone > 4.5 else len(_IRISES))] * rng.uniform(0.8, 1.2)
    bearded = rng.random() < 0.3
    lips = skin * rng.uniform([0.75, 0.5, 0.5], [0.98, 0.75, 0.8])
    if rng.random() < 0.15:  # lipstick
        lips = np.array([rng.uniform(0.4, 0.75), rng.uniform(0.05, 0.3), rng.uniform(0.1, 0.35)])
    gains = np.clip(rng.normal(1.0, 0.12, len(names)), 0.7, 1.25)
    for k, name in enumerate(names):
        if name.startswith('eyeBlink'):  # everybody can shut their eyes,
            gains[k] = rng.uniform(1.03, 1.09)
    gains[names.index('mouthClose')] = gains[names.index('jawOpen')]  # and their lips
    resting = np.where(rng.random(len(names)) < 0.25, rng.uniform(0.0, 0.12, len(names)), 0.0)
    for k, name in enumerate(names):
        if name.startswith(('eyeLook', 'eyeBlink', 'jaw', 'mouthFunnel', 'mouthClose',
                            'cheekPuff')):
            resting[k] = 0.0
    return Person(
        identity=np.clip(rng.normal(0.0, 0.9, 100), -2.2, 2.2),
        skin=linear(skin), lips=linear(np.clip(lips, 0.02, 1.0)),
        hair=linear(np.clip(hair, 0.0, 1.0)),
        brow=linear(np.clip(np.minimum(hair, 0.62 * skin) * rng.uniform(0.35, 0.95), 0.02, 1.0)),
        iris=linear(np.clip(iris, 0.0, 1.0)),
        cloth=linear(rng.uniform(0.03, 0.9, 3)),
        brow_weight=rng.uniform(0.5, 1.0), brow_height=rng.uniform(0.7, 2.0),
        brow_drop=_brow_drop(rng),
        stubble=rng.uniform(0.2, 0.9) if rng.random() < 0.35 else 0.0,
        beard=rng.uniform(0.6, 1.0) if bearded and rng.random() < 0.5 else 0.0,
        freckles=rng.uniform(0.2, 1.0) if rng.random() < 0.2 else 0.0,
        lash=rng.uniform(0.05, 0.5), liner=rng.uniform(0.0, 1.0) ** 2, socket=rng.uniform(0.0, 1.0), shine=rng.uniform(0.0, 1.0),
        hairline=rng.uniform(8.0, 11.0), volume=rng.uniform(0.4, 2.2),
        length=rng.uniform(6.0, 22.0) if rng.random() < 0.4 else 0.0,
        bald=rng.random() < 0.1, fringe=rng.random() < 0.25,
        glasses=_glasses(rng) if rng.random() < 0.3 else None,
        gains=gains, resting=resting, seed=seed)


def _shares(tone):
    shares = np.array([5, 6, 5, 4, 3, 2, 1, 2, 1], float)
    if tone > 4.0:
        shares = np.array([12, 6, 1, 0, 0.2, 0.2, 0, 1.5, 0.5])
    return shares / shares.sum()

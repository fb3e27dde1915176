"""What a person does before a camera, frame by frame: the truth of a take. numpy only.

Thirty frames a second. Durations are those of people: a blink takes 100 to 200 ms, a saccade one
or two frames, a viseme 70 to 150 ms, an expression 0.2 to 0.6 s to come and as long to go.
"""

from collections import namedtuple

import numpy as np

from figure import LOOK

FPS = 30
NEUTRAL = 8  # frames of rest, looking at the camera, at the start of each take

# weights: (frames, 53) of FaceKit's expressions; look: (frames, 2, 2), radians of the left and
# right eye relative to the head, to the subject's left and up; head: (frames, 3) yaw to the
# subject's left, pitch up, roll to the subject's left shoulder, radians; shift: (frames, 3) cm.
Take = namedtuple('Take', 'weights look head shift')

_BOTH = ('browDown browInnerUp browOuterUp cheekPuff cheekSquint eyeBlink eyeSquint eyeWide '
         'mouthDimple mouthFrown mouthLowerDown mouthPress mouthSmile mouthStretch mouthUpperUp '
         'noseSneer').split()
# What goes together on faces, at its strongest.
_MOUTHS = (
    {'mouthSmile': 0.9, 'cheekSquint': 0.6, 'eyeSquint': 0.3, 'mouthDimple': 0.3},
    {'mouthSmile': 1.0, 'cheekSquint': 0.8, 'eyeSquint': 0.4, 'jawOpen': 0.35,
     'mouthUpperUp': 0.3},
    {'mouthSmile': 0.8, 'mouthUpperUp': 0.4, 'mouthLowerDown': 0.3, 'mouthStretch': 0.2},
    {'mouthSmile': 0.6, 'mouthPress': 0.7, 'cheekSquint': 0.3},
    {'mouthSmile': 0.7, 'mouthShrugLower': 0.4},
    {'mouthFrown': 0.9, 'mouthShrugLower': 0.5},
    {'mouthFrown': 0.7, 'mouthPress': 0.5, 'mouthShrugUpper': 0.3},
    {'mouthPucker': 1.0}, {'mouthPucker': 0.8, 'mouthShrugLower': 0.6, 'mouthFrown': 0.3},
    {'mouthPucker': 0.6, 'mouthFunnel': 0.5}, {'mouthFunnel': 0.9, 'jawOpen': 0.3},
    {'mouthFunnel': 0.6, 'jawOpen': 0.6}, {'jawOpen': 0.9}, {'jawOpen': 0.5, 'mouthStretch': 0.5},
    {'jawOpen': 0.7, 'mouthClose': 0.6}, {'jawOpen': 0.4, 'mouthClose': 0.4},
    {'mouthRollLower': 0.9, 'mouthRollUpper': 0.9, 'mouthPress': 0.3},
    {'mouthRollLower': 0.9, 'jawOpen': 0.1}, {'mouthRollUpper': 0.8},
    {'mouthPress': 1.0}, {'mouthPress': 0.6, 'mouthStretch': 0.4, 'mouthDimple': 0.5},
    {'cheekPuff': 1.0, 'mouthPress': 0.3, 'mouthPucker': 0.2},
    {'mouthUpperUp': 0.9, 'noseSneer': 0.8}, {'mouthLowerDown': 0.9, 'mouthStretch': 0.3},
    {'mouthStretch': 0.9, 'mouthLowerDown': 0.4}, {'mouthShrugUpper': 0.8, 'mouthShrugLower': 0.8},
    {'mouthLeft': 0.9}, {'mouthRight': 0.9}, {'jawLeft': 0.9}, {'jawRight': 0.9},
    {'jawForward': 0.8}, {'mouthDimple': 0.9}, {'mouthLeft': 0.6, 'mouthPucker': 0.5},
    {'mouthRight': 0.6, 'mouthPucker': 0.5}, {'noseSneer': 0.9}, {})
_BROWS = ({'browInnerUp': 0.9, 'browOuterUp': 0.9, 'eyeWide': 0.4}, {'browInnerUp': 0.9},
          {'browInnerUp': 0.8, 'browDown': 0.4}, {'browDown': 0.9, 'eyeSquint': 0.3},
          {'browDown': 0.6}, {'browOuterUp': 0.9}, {'browDown': 0.9, 'noseSneer': 0.4},
          {'eyeWide': 0.8}, {'eyeSquint': 0.8, 'cheekSquint': 0.4}, {'eyeSquint': 0.5}, {}, {})
# Visemes of speech.
_SPEECH = ({'jawOpen': 0.45}, {'jawOpen': 0.3, 'mouthStretch': 0.3},
           {'mouthPucker': 0.6, 'jawOpen': 0.1},
           {'mouthFunnel': 0.6, 'jawOpen': 0.25}, {'mouthPress': 0.35, 'mouthRollLower': 0.15},
           {'mouthRollLower': 0.4, 'mouthUpperUp': 0.2}, {'jawOpen': 0.1, 'mouthLowerDown': 0.3},
           {'jawOpen': 0.15, 'mouthSmile': 0.3}, {'mouthShrugUpper': 0.2, 'mouthFunnel': 0.4},
           {'jawOpen': 0.2, 'mouthUpperUp': 0.25, 'mouthLowerDown': 0.3}, {}, {})


def _sided(rng, gesture, names):
    """A gesture as (53,), often stronger on one side, or on one side alone."""
    weights = np.zeros(len(names))
    kind = rng.random()
    sides = {'L': 1.0, 'R': 1.0}
    if kind < 0.2:
        sides[rng.choice(['L', 'R'])] = rng.uniform(0.0, 0.2)
    elif kind < 0.5:
        sides[rng.choice(['L', 'R'])] = rng.uniform(0.6, 0.95)
    for name, value in gesture.items():
        value *= rng.uniform(0.75, 1.1)
        for side in 'LR' if name in _BOTH else ('',):
            at = names.index(f'{name}_{side}' if side else name)
            weights[at] = value * sides.get(side, 1.0)
    return weights


def ease(frames):
    """The way from 0 to 1, both left out: slow, fast, slow."""
    t = (np.arange(frames) + 1.0) / (frames + 1.0)
    return t * t * (3.0 - 2.0 * t)


def _gestures(rng, frames, names, choices, rest, slow=1.0):
    """A track (frames, 53) that goes from one gesture to the next; rest: share that are none."""
    track, now, at = np.zeros((frames, len(names))), np.zeros(len(names)), 0
    while at < frames:
        goal = np.zeros(len(names))
        if rng.random() > rest:
            goal = _sided(rng, choices[rng.integers(len(choices))], names) * rng.uniform(0.25, 1.1)
        way = int(slow * rng.uniform(4, 16))
        hold = int(slow * rng.uniform(3, 26))
        part = np.concatenate((ease(way), np.ones(hold)))[:frames - at, None]
        track[at:at + len(part)] = now + (goal - now) * part
        now, at = goal, at + way + hold
    return track


def _speech(rng, frames, names):
    track, now, at = np.zeros((frames, len(names))), np.zeros(len(names)), 0
    loud = rng.uniform(0.5, 1.3)
    while at < frames:
        length = rng.integers(2, 6)
        goal = _sided(rng, _SPEECH[rng.integers(len(_SPEECH))], names) * loud
        part = ease(length)[:frames - at, None]
        track[at:at + len(part)] = now + (goal - now) * part
        now, at = goal, at + length
    return track


def _singles(rng, frames, names):
    """One or a few coefficients by themselves, for what no list of gestures has."""
    choices = []
    for _ in range(12):
        chosen = rng.choice(len(names), rng.integers(1, 4), replace=False)
        choices.append({names[k]: 1.0 for k in chosen if not names[k].startswith('eyeLook')})
    track, now, at = np.zeros((frames, len(names))), np.zeros(len(names)), 0
    while at < frames:
        goal = np.zeros(len(names))
        for name in choices[rng.integers(len(choices))]:
            goal[names.index(name)] = rng.uniform(0.2, 1.0)
        way, hold = rng.integers(3, 12), rng.integers(2, 18)
        part = np.concatenate((ease(way), np.ones(hold)))[:frames - at, None]
        track[at:at + len(part)] = now + (goal - now) * part
        now, at = goal, at + way + hold
    return track


def _blinks(rng, frames):
    """How far the left and right lid are closed by blinks and winks, (frames, 2)."""
    track, at = np.zeros((frames, 2)), rng.integers(5, 40)
    while at < frames:
        close, hold, open_ = rng.integers(1, 4), rng.integers(1, 4), rng.integers(2, 7)
        kind = rng.random()
        if kind < 0.15:
            hold = rng.integers(8, 30)
        shape = np.concatenate((ease(close), np.ones(hold), 1.0 - ease(open_)))
        depth = rng.uniform(0.85, 1.0) if rng.random() < 0.75 else rng.uniform(0.3, 0.85)
        sides = np.array([1.0, rng.uniform(0.92, 1.0)])
        if rng.random() < 0.22:
            sides = np.array([1.0, rng.uniform(0.0, 0.25)])
        shape = shape[:frames - at, None] * depth * rng.permutation(sides)
        track[at:at + len(shape)] = np.maximum(track[at:at + len(shape)], shape)
        at += len(shape) + rng.integers(10, 90)
    return track


def _wander(rng, frames, size, seconds):
    """A smooth random walk about 0 with that deviation and time."""
    keys = int(frames / (seconds * FPS)) + 3
    values = rng.normal(0.0, size, keys)
    at = np.linspace(0.0, keys - 2.0, frames, endpoint=False)
    low = at.astype(int)
    part = at - low
    part = part * part * (3.0 - 2.0 * part)
    return values[low] * (1.0 - part) + values[low + 1] * part


def _gaze(rng, frames, head):
    """Where both eyes look relative to the head, (frames, 2): saccades and, between them, the
    opposite of the head's turn."""
    track, at = np.zeros((frames, 2)), 0
    goal = np.zeros(2)
    while at < frames:
        length = min(rng.integers(5, 50), frames - at)
        if rng.random() < 0.25:  # at the camera
            goal = -head[at, :2]
        else:
            goal = rng.normal(0.0, [0.22, 0.16])
        follow = rng.random() < 0.6  # keeps looking at one place while the head turns
        for k in range(at, at + length):
            track[k] = goal - (head[k, :2] - head[at, :2]) * follow
        at += length
    jumps = np.r_[False, np.abs(np.diff(track, axis=0)).max(axis=1) > 0.03]
    track[jumps] = 0.5 * (track[jumps] + np.roll(track, 1, axis=0)[jumps])
    return np.clip(track, [-0.55, -0.45], [0.55, 0.4])


def take(rng, frames, names):
    """A Take of that many frames. names: of FaceKit's expressions."""
    still = rng.random() < 0.3
    turn = 0.12 if still else rng.uniform(0.15, 0.42)
    seconds = rng.uniform(0.5, 2.0)
    head = np.stack([_wander(rng, frames, share * turn, seconds) for share in (1.0, 0.55, 0.4)],
                    axis=-1)
    head = np.clip(head, [-0.75, -0.5, -0.5], [0.75, 0.5, 0.5])
    kind = rng.random()
    if kind < 0.35:
        mouth = _gestures(rng, frames, names, _MOUTHS, 0.15)
    elif kind < 0.6:
        mouth = np.maximum(_speech(rng, frames, names),
                           0.6 * _gestures(rng, frames, names, _MOUTHS[:8], 0.5, 2.0))
    elif kind < 0.85:
        mouth = _singles(rng, frames, names)
    else:
        mouth = np.zeros((frames, len(names)))
    brows = _gestures(rng, frames, names, _BROWS, 0.4)
    if rng.random() < 0.2:
        brows *= 0.0
    weights = np.maximum(mouth, brows)
    look = np.repeat(_gaze(rng, frames, head)[:, None], 2, axis=1)
    look[:, 0, 0] -= (meet := rng.uniform(0.0, 0.05))
    look[:, 1, 0] += meet
    rest = np.clip((np.arange(frames) - NEUTRAL) / 10.0, 0.0, 1.0)[:, None]
    weights, head = weights * rest, head * rest
    look *= rest[:, :, None]
    _lids(weights, look, _blinks(rng, frames) * rest, names)
    close, jaw = names.index('mouthClose'), names.index('jawOpen')
    weights[:, close] = np.minimum(weights[:, close], weights[:, jaw])
    shift = np.stack([_wander(rng, frames, 1.5, 2.0) for _ in range(3)], axis=-1) * rest
    return Take(np.clip(weights, 0.0, 1.0), look, head, shift)


def _lids(weights, look, blinks, names):
    """Lids follow the eyes and the blinks; a closed eye is not wide."""
    for eye, (side, out) in enumerate((('L', 1.0), ('R', -1.0))):
        left, up = look[:, eye, 0], look[:, eye, 1]
        for name, value in (('eyeLookOut', out * left / LOOK[0]),
                            ('eyeLookIn', -out * left / LOOK[0]),
                            ('eyeLookUp', up / LOOK[1]), ('eyeLookDown', -up / LOOK[1])):
            weights[:, names.index(f'{name}_{side}')] = np.clip(value, 0.0, 1.0)
        at = names.index(f'eyeBlink_{side}')
        weights[:, at] = np.maximum(weights[:, at], blinks[:, eye])
        open_ = 1.0 - weights[:, at]
        for name in ('eyeWide', 'eyeLookUp', 'eyeLookDown'):
            weights[:, names.index(f'{name}_{side}')] *= open_
        weights[:, names.index(f'eyeSquint_{side}')] *= 0.3 + 0.7 * open_

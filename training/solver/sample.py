"""Landmarks of people who never were, straight from FaceKit, without pictures: thousands of faces a
second, each with its truth. numpy only."""

import os
import subprocess
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../faces'))

import behaviour  # noqa: E402
import figure  # noqa: E402
import people  # noqa: E402

WIDE = 14.3  # cm between the sides of FaceKit's head: a width of the head
EVERY = 5  # of the frames that behaviour acts
# What a coefficient of 1 moves, in widths of the head: FaceKit's shapes, rounded.
SMILE_WIDTH, INNER_BROW, OUTER_BROW = 0.104, 0.033, 0.051
LEAST_BLINK = 0.45  # share of a blink that the tracker sees, at least
REST_SECONDS, FRAME_SECONDS = 0.15, 0.1

# Of training-sight.
SIGHT = np.dtype([('valid', '<f4'), ('straight', '<f4', (68, 2)), ('neutral', '<f4', (68, 2)),
                  ('angles', '<f4', 3), ('rest', '<f4', 3)])


class Noise:
    """Errors of a tracker's landmarks: of each person's within a film, as measured. Zero for the
    person's own rest, which the neutral face takes in."""

    def __init__(self, found, true, film, rank=40):
        """found, true: (n, 68, 2) pixels; film: (n,)."""
        error = upright(found - true, true)
        error = np.concatenate([error[film == k] - np.median(error[film == k], axis=0)
                                for k in np.unique(film)]).reshape(-1, 136)
        values, vectors = np.linalg.eigh(error.T @ error / len(error))
        self._modes = (vectors * np.sqrt(np.maximum(values, 0.0)))[:, ::-1][:, :rank]

    def draw(self, rng, frames):
        """(frames, 68, 2), in distances between the outer corners of the eyes; slow, as errors
        of a tracker are."""
        z = rng.normal(size=(frames, self._modes.shape[1]))
        for k in range(1, frames):
            z[k] = 0.6 * z[k - 1] + 0.8 * z[k]
        return (z @ self._modes.T).reshape(frames, 68, 2)


def upright(offset, points):
    """Offsets (n, 68, 2) of faces at points, turned upright, in distances between the outer
    corners of the eyes."""
    across = points[:, 45] - points[:, 36]
    wide = np.linalg.norm(across, axis=1)
    c, s = (across / wide[:, None] ** 2).T[:, :, None]
    x, y = offset[..., 0], offset[..., 1]
    return np.stack((c * x + s * y, c * y - s * x), axis=-1)


def _opening(points):
    """Heights of both eyes (..., 2): of the left one first."""
    def far(a, b):
        return np.linalg.norm(points[..., a, :] - points[..., b, :], axis=-1)

    return np.stack((far(43, 47) + far(44, 46), far(37, 41) + far(38, 40)), axis=-1)


def visible(points, rest):
    """What is seen of unturned faces (n, 68, 3) against the face at rest (68, 3), cm: a dict of
    closed, brow_inner, brow_outer (n, 2) and width (n,), as ef_appearance_t has them."""
    def moved(chosen, axis):
        return (points[:, chosen, axis] - rest[chosen, axis]).mean(axis=1) / WIDE

    return {'closed': 1.0 - _opening(points) / _opening(rest),
            'brow_inner': np.stack((moved([22, 23], 1), moved([20, 21], 1)), 1) / INNER_BROW,
            'brow_outer': np.stack((moved([24, 25, 26], 1), moved([17, 18, 19], 1)), 1) / OUTER_BROW,
            'width': (moved([54], 0) - moved([48], 0)) / SMILE_WIDTH}


def _film(rng, points, head, shift):
    """Pixels (n, 68, 2), y down, of a head that turns before some webcam."""
    turn = np.stack([figure.rotation(*angles) for angles in head])
    points = np.einsum('nij,nkj->nki', turn, points - figure.PIVOT) + figure.PIVOT + shift[:, None]
    points = points @ figure.rotation(rng.uniform(-0.12, 0.12), rng.uniform(-0.2, 0.2),
                                      rng.normal() * 0.05).T
    distance = rng.uniform(38.0, 90.0)
    focal = 480 * rng.uniform(0.24, 0.72) * distance / 22.0
    aside = np.array([rng.uniform(-6, 6), rng.uniform(-4, 4)])
    scale = focal / (distance - points[..., 2:])
    return [320, 240] + (points[..., :2] + aside) * scale * [1, -1]


SHUT_FIRST = 0.1  # share of people whose eyes are not open in the second in which they are to rest


def _first_second(rng, names):
    """(frames, 53) of the first second, from which the neutral face is learned."""
    weights = np.zeros((behaviour.NEUTRAL, len(names)))
    if rng.random() < SHUT_FIRST:
        shut = rng.uniform(0.2, 1.0)
        for side in 'LR':
            weights[:, names.index(f'eyeBlink_{side}')] = shut * rng.uniform(0.8, 1.0, len(weights))
    return weights


def take(kit, rng, seed, frames, noise):
    """One person's faces: (records for training-sight, truth). The first are at rest."""
    person = people.person(seed, kit.names)
    shapes = kit.expressions[:, kit.landmarks]
    bone = kit.neutral[kit.landmarks] + np.tensordot(
        person.identity.astype(np.float32), kit.identities[:, kit.landmarks], 1)
    acted = behaviour.take(rng, behaviour.NEUTRAL + frames * EVERY, kit.names)
    chosen = np.r_[np.arange(behaviour.NEUTRAL), behaviour.NEUTRAL + np.arange(frames) * EVERY]
    weights = acted.weights[chosen]
    weights[:behaviour.NEUTRAL] = _first_second(rng, kit.names)
    shown = np.clip(weights * person.gains + person.resting, 0.0, figure.MOST).astype(np.float32)
    points = bone + np.tensordot(shown, shapes, 1)
    # No tracker sees the whole of a blink.
    reach = rng.uniform(LEAST_BLINK, 1.0)
    seen = shown * np.where([name.startswith('eyeBlink') for name in kit.names], reach, 1.0)
    rest = bone + np.tensordot(person.resting.astype(np.float32), shapes, 1)
    seen = bone + np.tensordot(seen.astype(np.float32), shapes, 1)
    pixels = _film(rng, seen, acted.head[chosen], acted.shift[chosen])
    wide = np.linalg.norm(pixels[:, 36] - pixels[:, 45], axis=1).mean()
    error = rng.normal(0.0, rng.uniform(0.001, 0.006), pixels.shape) \
        + rng.normal(0.0, 0.012, (1, 68, 2)) \
        + rng.uniform(0.1, 0.6) * noise.draw(rng, len(pixels))
    n = len(pixels)
    records = np.zeros((n, 141), np.float32)
    records[0, 0], records[:, 1], records[:, 2], records[:, 3] = 1, 1, 640, 480
    records[:, 4] = np.where(np.arange(n) < behaviour.NEUTRAL, REST_SECONDS, FRAME_SECONDS)
    records[:, 5:] = (pixels + error * wide).reshape(n, -1)
    truth = {'weights': weights, 'look': acted.look[chosen], 'person': np.full(n, seed),
             'reach': np.full(n, reach),
             'neutral': np.arange(n) < behaviour.NEUTRAL, **visible(points, rest)}
    truth['closed_first'] = np.tile(np.median(truth['closed'][:behaviour.NEUTRAL], axis=0), (n, 1))
    return records, truth


def draw(kit, tool, seeds, frames, noise):
    """The sights and truth of many people, as two dicts of arrays; without faces at rest.
    tool: build/training-sight."""
    takes = [take(kit, np.random.default_rng((91, seed)), seed, frames, noise) for seed in seeds]
    sights = look(tool, np.concatenate([records for records, _ in takes]))
    truth = {key: np.concatenate([part[key] for _, part in takes]) for key in takes[0][1]}
    kept = (sights['valid'] > 0) & ~truth['neutral']
    return sights[kept], {key: value[kept] for key, value in truth.items()}


def look(tool, records):
    """Runs the normaliser's own geometry over records."""
    done = subprocess.run([tool], input=records.astype('<f4').tobytes(), stdout=subprocess.PIPE,
                          check=True)
    return np.frombuffer(done.stdout, SIGHT)

"""What films of modelled heads (filmed.Film) say of Effigy: leakage, truth, the closed loop. numpy only."""

from collections import namedtuple

import numpy as np

from filmed import NAMES, alone, arkit

POSE = ("yaw", "pitch", "roll")
MOST_OF_POSE, MOST_OF_ANOTHER = 0.12, 0.2  # the goals: what a leak may be
LEAST = 0.05  # deviation of the truth, over all films, that says something of a coefficient

# The least correlation with the truth, by how a coefficient's name begins.
GOALS = {
    0.95: "browDown browInnerUp eyeBlink eyeLook jawOpen mouthSmile yaw pitch roll",
    0.9: "browOuterUp mouthClose mouthFunnel mouthLeft mouthPucker mouthRight mouthRoll mouthStretch noseSneer",
    0.8: "cheekPuff jawLeft jawRight mouthFrown mouthLowerDown mouthPress mouthShrug mouthUpperUp"}

# rows, columns: names; values (rows, columns): what each column is told to do while only the row moves
# from 0 to 1, mean over the heads; worst: the same of the head on which the error is largest; expected: of
# an errorless watcher. NaN where the face was lost on every head.
Leakage = namedtuple("Leakage", "rows columns values worst expected")
# One coefficient, or a turn of the head (degrees), on all heads.
Told = namedtuple("Told", "name correlation error gain")


def tracks(film):
    """{name: (n,)} of everything told: coefficients, and the pose in shares of alone.TURN."""
    told = {name: film.coeff[:, k] for k, name in enumerate(film.told)}
    told.update((name, np.degrees(film.told_pose[:, k]) / alone.TURN[name])
                for k, name in enumerate(POSE))
    return told


def _moved(film, episode, columns):
    """(columns,): what each is told more at the end of the way than at rest; NaN: not tracked."""
    told = tracks(film)
    still, moved = ([frame for frame in frames if film.sure[frame]]
                    for frames in (episode.still, episode.moved))
    if not still or not moved:
        return np.full(len(columns), np.nan)
    return np.array([told[name][moved].mean() - told[name][still].mean() for name in columns])


def leakage(films, episodes):
    """The Leakage of films in which alone.take () was acted. episodes: with frames of the films."""
    told = tracks(films[0])
    columns = [name for name in (*dict.fromkeys(map(arkit, NAMES)), *POSE) if name in told]
    expected = np.array([[e.means.get(name, 0.0) for name in columns] for e in episodes])
    size = np.array([[max(map(abs, e.means.values()))] for e in episodes])
    each = np.array([[_moved(film, e, columns) for e in episodes] for film in films]) / size
    expected = expected / size
    off = np.nan_to_num(np.abs(each - expected)).argmax(axis=0)
    worst = np.take_along_axis(each, off[None], axis=0)[0]
    return Leakage([e.name for e in episodes], columns, np.nanmean(each, axis=0), worst, expected)


def leaks(found):
    """[(row, column, mean, worst head)] of what ought to stay still, the largest mean first."""
    rest = [(row, column, found.values[i, k], found.worst[i, k])
            for i, row in enumerate(found.rows) for k, column in enumerate(found.columns)
            if found.expected[i, k] == 0.0]
    return sorted(rest, key=lambda leak: -abs(leak[2]))


def gain(found, row):
    """The mean of what a row's own columns are told; None where none is told."""
    i = found.rows.index(row)
    own = found.expected[i] != 0.0
    return float((found.values[i] / np.where(own, found.expected[i], 1.0))[own].mean()) \
        if own.any() else None


def truth(film):
    """{name: (n,)}: what tracks () would be without error."""
    true = {}
    for k, name in enumerate(NAMES):
        true.setdefault(arkit(name), []).append(film.weights[:, k])
    true = {name: np.mean(values, axis=0) for name, values in true.items()}
    true.update((name, np.degrees(film.pose[:, k]) / alone.TURN[name])
                for k, name in enumerate(POSE))
    return true


def compare(pairs):
    """[Told] of pairs (true, told) of tracks with the same frames; the films count together."""
    rows = []
    for name in pairs[0][1]:
        true, told = (np.concatenate([pair[k][name] for pair in pairs]) for k in (0, 1))
        if true.std() < LEAST or name not in pairs[0][0]:
            continue
        unit = alone.TURN.get(name, 1.0)
        slope = np.cov(true, told)[0, 1] / true.var(ddof=1)
        correlation = np.corrcoef(true, told)[0, 1] if told.std() > 1e-6 else 0.0
        rows.append(Told(name, float(correlation), float(unit * np.abs(told - true).mean()),
                         float(slope)))
    return rows


def goal(name):
    """The least correlation that a coefficient ought to have; None where there is no goal."""
    return next((least for least, names in GOALS.items() if name.startswith(tuple(names.split()))), None)


def chosen(track, frames):
    return {name: values[frames] for name, values in track.items()}


def tracked(first, *films):
    """The frames from the first on in which the face was tracked in all films."""
    sure = np.flatnonzero(np.all([film.sure for film in films], axis=0))
    return sure[sure >= first]


PARTS = {"jaw": slice(0, 17), "brows": slice(17, 27), "nose": slice(27, 36), "eyes": slice(36, 48),
         "mouth": slice(48, 68)}


def apart(first, second):
    """How far landmarks (n, 68, 2) are apart, in distances between the eyes' outer corners: {part: mean},
    with "place" of the whole face; the parts once the faces lie on each other."""
    wide = np.linalg.norm(first[:, 36] - first[:, 45], axis=1)
    place = np.linalg.norm(first.mean(axis=1) - second.mean(axis=1), axis=1) / wide
    a, b = (points - points.mean(axis=1, keepdims=True) for points in (first, second))
    a, b = a[..., 0] + 1j * a[..., 1], b[..., 0] + 1j * b[..., 1]
    fit = (b.conj() * a).sum(axis=1) / (abs(b) ** 2).sum(axis=1)  # least squares of turn and size
    off = abs(a - fit[:, None] * b) / wide[:, None]
    return {"place": float(place.mean()), "all": float(off.mean()),
            **{name: float(off[:, part].mean()) for name, part in PARTS.items()}}

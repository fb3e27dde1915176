"""What the tracker saw of the films of training/faces, with their truth, as arrays. numpy only."""

import glob
import json
import os
import subprocess

import numpy as np

SIDE = 40
# As cut.c writes it.
RECORD = np.dtype([('tracked', '<f4'), ('pts', '<f4', (68, 2)), ('places', '<f4', (4, 4)),
                   ('patches', 'u1', (4, SIDE, SIDE))])
LEFT_EYE, RIGHT_EYE, MOUTH, FACE = range(4)
# Each landmark's index in a mirror.
MIRROR = np.array([*range(16, -1, -1), *range(26, 16, -1), 27, 28, 29, 30, 35, 34, 33, 32, 31, 45,
                   44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40, 54, 53, 52, 51, 50, 49, 48, 59, 58,
                   57, 56, 55, 64, 63, 62, 61, 60, 67, 66, 65])
# The landmarks that a reader is given: of the left eye, of the right one as in a mirror, the mouth,
# the face.
_EYE = np.array([22, 23, 24, 25, 26, 42, 43, 44, 45, 46, 47])
POINTS = (_EYE, MIRROR[_EYE], np.arange(48, 68), np.arange(68))
MISSED = 0.2  # mean error, in distances between the eyes, from which the tracker has lost the face
NEUTRAL = 8  # frames at the start of each film, as behaviour.py has it


def cut(tool, film):
    """Lets the tracker look at a film (path.mkv), once, and leaves what it saw in path.cut."""
    path = film[:-4] + '.cut'
    if not os.path.exists(path):
        with open(path + '.tmp', 'wb') as file, subprocess.Popen(
                ['ffmpeg', '-nostdin', '-v', 'error', '-i', film, '-pix_fmt', 'yuv420p', '-vsync',
                 'passthrough', '-f', 'yuv4mpegpipe', '-'], stdout=subprocess.PIPE) as decoder:
            subprocess.run([tool], stdin=decoder.stdout, stdout=file, check=True)
        os.rename(path + '.tmp', path)
    return path


def load(folders, tool):
    """Every frame in which the tracker found the face, as a dict of arrays of the same length:
    patches (n, 4, SIDE, SIDE), pts and marks (n, 68, 2): what the tracker found and the truth,
    places (n, 4, 4), irises (n, 2, 2), weights (n, 53), look (n, 2, 2), turn (n, 2), teeth
    (n,), size (n, 2) of the frame, film (n,): its number, neutral (n,): it shows the face at rest."""
    films = sorted(f for folder in folders for f in glob.glob(os.path.join(folder, '*.mkv')))
    parts = []
    for number, film in enumerate(films):
        seen = np.fromfile(cut(tool, film), RECORD)
        with open(film[:-4] + '.jsonl') as file:
            truth = [json.loads(line) for line in file][:len(seen)]
        if len(truth) == len(seen) > NEUTRAL:
            parts.append(_take(seen, truth, number))
    return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}


def _take(seen, truth, number):
    def of(key, *shape):
        rows = [row.get(key, np.full(shape, np.nan).ravel()) for row in truth]
        return np.array(rows, np.float32).reshape(len(truth), *shape)

    marks = of('marks', 68, 2)
    off = np.linalg.norm(seen['pts'] - marks, axis=2)[:, 17:].mean(axis=1)
    wide = np.linalg.norm(marks[:, 36] - marks[:, 45], axis=1)
    kept = (seen['tracked'] > 0) & (off < MISSED * wide)
    part = {'patches': seen['patches'], 'pts': seen['pts'], 'places': seen['places'],
            'marks': marks, 'irises': of('irises', 2, 2), 'weights': of('weights', 53),
            'look': of('look', 2, 2), 'teeth': of('teeth'),
            'turn': _turn(of('rotation', 3, 3), of('place', 3)),
            'size': np.stack((of('w'), of('h')), axis=1), 'film': np.full(len(seen), number),
            'neutral': np.arange(len(seen)) < NEUTRAL}
    return {key: value[kept] for key, value in part.items()}


def _turn(rotation, place):
    """Yaw and pitch (n, 2) relative to the line to the webcam, as face.pitch on the wire, of heads
    with that rotation at that place."""
    x, y, z = place.T
    # The rotation that takes the line from the head to the webcam to the z axis: about y, then x.
    about_y, about_x = np.arctan2(x, -z), np.arctan2(-y, np.hypot(x, z))
    c, s, zero, one = np.cos(about_y), np.sin(about_y), np.zeros_like(x), np.ones_like(x)
    first = np.array([[c, zero, s], [zero, one, zero], [-s, zero, c]]).transpose(2, 0, 1)
    c, s = np.cos(about_x), np.sin(about_x)
    second = np.array([[one, zero, zero], [zero, c, -s], [zero, s, c]]).transpose(2, 0, 1)
    bottom = (second @ first @ rotation)[:, 2]
    return np.stack((np.arcsin(np.clip(-bottom[:, 0], -1.0, 1.0)),
                     np.arctan2(bottom[:, 1], bottom[:, 2])), axis=1)


def to_patch(points, place, mirrored):
    """Points (n, k, 2) of the frame in the coordinates of patches at place (n, 4): -1..1 from side
    to side, y down; mirrored: x the other way round."""
    off = points - place[:, None, :2]
    c, s, half = (np.cos(place[:, 3])[:, None], np.sin(place[:, 3])[:, None],
                  place[:, 2][:, None] / 2)
    x, y = (c * off[..., 0] + s * off[..., 1]) / half, (c * off[..., 1] - s * off[..., 0]) / half
    return np.stack((-x if mirrored else x, y), axis=-1)


def from_patch(points, place, mirrored):
    """The inverse of to_patch."""
    x, y = (-points[..., 0] if mirrored else points[..., 0]), points[..., 1]
    c, s, half = (np.cos(place[:, 3])[:, None], np.sin(place[:, 3])[:, None],
                  place[:, 2][:, None] / 2)
    return np.stack((place[:, 0][:, None] + half * (c * x - s * y),
                     place[:, 1][:, None] + half * (s * x + c * y)), axis=-1)

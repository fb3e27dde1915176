"""What the readers make of films, as FILMS.npz: the landmarks that they moved (pts), the truth (marks)
and each frame's film; and how large the errors of each part of the face are.

    check_reader.py FILMS.npz STATE.pt TOOL FOLDER...
"""

import sys

import numpy as np
import torch

import films
import train_reader


# As tracker/read/face_reader.c has them: five points of the brow, then those of the eye; the mouth.
OFF = {films.LEFT_EYE: np.repeat([0.03, 0.06], [5, 6]), films.MOUTH: np.full(20, 0.02)}
OFF[films.RIGHT_EYE] = OFF[films.LEFT_EYE]


def moved(data, readers):
    """(n, 68, 2): the landmarks with brows, eyes and mouth moved as face_reader.c moves them."""
    pts = data['pts'].copy()
    for part, training in ((films.LEFT_EYE, readers['eye']), (films.RIGHT_EYE, readers['eye']),
                           (films.MOUTH, readers['mouth'])):
        mirrored, place = part == films.RIGHT_EYE, data['places'][:, part]
        patches, chosen = data['patches'][:, part], films.POINTS[part]
        found = films.to_patch(pts[:, chosen], place, mirrored).astype(np.float32)
        outputs, doubts = training.read(patches[:, :, ::-1] if mirrored else patches, found)
        shift = outputs[:, :2 * len(chosen)].reshape(found.shape)
        doubt = np.exp(np.log(doubts[:, :2 * len(chosen)]).reshape(found.shape).mean(axis=2))
        shift = shift / (1.0 + (doubt / OFF[part]) ** 2)[..., None]
        pts[:, chosen] = films.from_patch(found + shift, place, mirrored)
    return pts


def spread(pts, data):
    """(n, 68) distances from the truth, less what is the same in a whole film, in distances between
    the outer corners of the eyes."""
    marks, film = data['marks'], data['film']
    wide = np.linalg.norm(marks[:, 36] - marks[:, 45], axis=1)[:, None, None]
    error = (pts - marks) / wide
    for number in np.unique(film):
        error[film == number] -= np.median(error[film == number], axis=0)
    return np.linalg.norm(error, axis=2)


def main():
    output, trained, tool, *folders = sys.argv[1:]
    data = films.load(folders, tool)
    pts = moved(data, train_reader.restore(trained))
    before, after = spread(data['pts'], data), spread(pts, data)
    for name, part in (('brows', slice(17, 27)), ('eyes', slice(36, 48)), ('mouth', slice(48, 68))):
        print(f'{name}: error {before[:, part].mean():.4f}, now {after[:, part].mean():.4f}')
    np.savez_compressed(output, pts=pts, marks=data['marks'], film=data['film'])


if __name__ == '__main__':
    main()

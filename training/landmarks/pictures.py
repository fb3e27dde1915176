"""Annotated pictures from the films of training/faces: FOLDER/train.xml and FOLDER/test.xml in the form of
iBUG and dlib, with their pictures, one face each. Every TEST-th film is for the test.

    pictures.py FACEKIT.npz FOLDER FILMS... [--each N]

Each face is upright in a box like those of the tracker, and off by as much: it turns with the face that it
follows. Half of them are mirrored; light, sharpness, the shape of the face and what is around it are varied.
numpy only; ffmpeg decodes the films.
"""

import argparse
import glob
import json
import os
import struct
import subprocess
import zlib

import numpy as np

from convention import MIRROR, Convention

BOX, MARGIN = 100, 45  # pixels: side of the box, and of what is around it
SIDE = BOX + 2 * MARGIN
TEST = 15
# dlib's detector's box on modelled faces, in root mean square distances of the landmarks from their
# middle: how far its middle lies below theirs, and its side.
DETECTED = (-0.1, 2.95)
# How far boxes are off: middle and size in boxes, radians. A box of the detector is off by 0.03 sideways,
# 0.045 up and down, 0.1 in size, and does not know how the head is tilted; that of a followed face is off
# by less.
DETECTED_OFF, FOLLOWED_OFF = (0.03, 0.045, 0.1, 0.2), (0.02, 0.02, 0.04, 0.04)
# By how much a face is stretched and, here and there, shifted, in boxes: nobody looks quite like FaceKit.
STRETCH, WARP = 0.06, 0.012


def read_film(path, truth):
    """(n, h, w) grey."""
    size = truth[0]['h'], truth[0]['w']
    raw = subprocess.run(['ffmpeg', '-nostdin', '-v', 'error', '-i', path, '-vsync', 'passthrough',
                          '-f', 'rawvideo', '-pix_fmt', 'gray', '-'], check=True,
                         stdout=subprocess.PIPE).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, *size)


def write_png(path, grey):
    """grey: (h, w) uint8."""
    def chunk(kind, data):
        body = kind + data
        return struct.pack('>I', len(data)) + body + struct.pack('>I', zlib.crc32(body))

    h, w = grey.shape
    rows = np.concatenate((np.zeros((h, 1), np.uint8), grey), axis=1).tobytes()
    with open(path, 'wb') as file:
        file.write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', w, h, 8, 0, 0, 0, 0))
                   + chunk(b'IDAT', zlib.compress(rows, 1)) + chunk(b'IEND', b''))


def _complex(points):
    return points[..., 0] + 1j * points[..., 1]


def mean_shape(faces):
    """(68,) complex: the mean of faces (n, 68) that are moved, scaled and turned onto each other; it is
    upright, symmetric, about 0, with a root mean square of 1."""
    mean = faces[0] - faces[0].mean()
    for _ in range(5):
        fits = (faces - faces.mean(axis=1, keepdims=True)) / (_turn(mean, faces) + 1e-9)[:, None]
        mean = fits.mean(axis=0)
        mean = (mean - mean[MIRROR].conj()) / 2
        mean /= np.sqrt((np.abs(mean) ** 2).mean())
    return mean


def _turn(mean, faces):
    """Scale and turn, as a complex number, that take mean to faces (..., 68)."""
    away = faces - faces.mean(axis=-1, keepdims=True)
    return (away * mean.conj()).sum(axis=-1) / (np.abs(mean) ** 2).sum()


def _sample(image, at):
    """Pixels of image at complex places, bilinear; what is beyond it is as its edge."""
    h, w = image.shape
    x, y = np.clip(at.real, 0, w - 1.001), np.clip(at.imag, 0, h - 1.001)
    left, top = x.astype(int), y.astype(int)
    fx, fy = x - left, y - top
    return ((1 - fy) * ((1 - fx) * image[top, left] + fx * image[top, left + 1])
            + fy * ((1 - fx) * image[top + 1, left] + fx * image[top + 1, left + 1]))


def _square(pixels):
    """(pixels, pixels) complex: the middles of the pixels of the square -1/2..1/2."""
    steps = (np.arange(pixels) + 0.5) / pixels - 0.5
    return steps[None, :] + 1j * steps[:, None]


def _cut(image, pixels, to_image):
    """(pixels, pixels): the square -1/2..1/2 as to_image maps it to a picture. Each pixel is the mean of
    as many samples as it covers."""
    fine = int(np.clip(np.ceil(abs(to_image(0.5) - to_image(-0.5)) / pixels), 1, 4))
    seen = _sample(image, to_image(_square(pixels * fine)))
    return seen.reshape(pixels, fine, pixels, fine).mean(axis=(1, 3))


def _waves(rng, at, count, longest):
    """A random smooth function of complex places, about -1..1."""
    total = 0.0
    for _ in range(count):
        wave = np.exp(2j * np.pi * rng.random()) * rng.uniform(0.3, 1.0) * 2 * np.pi * longest
        total = total + np.cos((at * wave).real + rng.uniform(0, 2 * np.pi))
    return total / np.sqrt(count)


def _clutter(rng, grey, places):
    """Edges around the head, which FaceKit's rooms lack."""
    at = _square(SIDE) * SIDE + SIDE / 2 * (1 + 1j)
    middle = places[27]
    away = at - middle
    head = np.hypot(away.real / 0.85, np.where(away.imag > 0, away.imag / 1.05, away.imag / 0.95)) / BOX
    for _ in range(rng.integers(0, 7)):
        corner = rng.uniform(0, SIDE) + 1j * rng.uniform(0, SIDE)
        inside = (at - corner) * np.exp(1j * rng.uniform(0, 2 * np.pi))
        shape = ((np.abs(inside.real) < rng.uniform(2, 50)) & (np.abs(inside.imag) < rng.uniform(2, 50))
                 & (head > rng.uniform(0.9, 1.2)))
        grey = np.where(shape, rng.uniform(0, 255) + 40 * _waves(rng, at / SIDE, 3, 8), grey)
    return grey


def _spoil(rng, grey):
    """Light, contrast and noise of another webcam."""
    at = _square(SIDE)
    grey = np.clip(grey / 255, 0, 1) ** rng.uniform(0.6, 1.6)
    grey = grey * (1 + rng.normal(0, 0.4) * at.real + rng.normal(0, 0.3) * at.imag
                   + rng.uniform(0, 0.2) * _waves(rng, at, 4, 3))
    grey = grey * rng.uniform(0.5, 1.1) + rng.uniform(0, 0.2)
    grey = grey + rng.normal(0, 1, grey.shape) * rng.choice([0, 0.01, 0.03])
    return np.clip(grey * 255, 0, 255).astype(np.uint8)


def picture(rng, image, marks, mean):
    """(picture (SIDE, SIDE), marks (68,) complex in its pixels) of a face. marks: (68,) complex."""
    turn = _turn(mean, marks)
    middle = marks.mean() + 1j * DETECTED[0] * turn
    box = DETECTED[1] * turn
    x, y, size, roll = rng.normal(0, DETECTED_OFF if rng.random() < 0.5 else FOLLOWED_OFF)
    middle = middle + box * (x + 1j * y)
    box = box * np.exp(size + 1j * roll)
    stretch = np.exp(rng.normal(0, STRETCH))
    seeds = rng.integers(0, 1 << 30, 2)

    def warp(at):
        """From the square to the face as it is: both about 0, in boxes."""
        x, y = [_waves(np.random.default_rng(seed), at, 4, 1.5) for seed in seeds]
        return at.real * stretch + 1j * at.imag / stretch + WARP * (x + 1j * y)

    # As sharp as a face of so many pixels; a small one is enlarged.
    size = SIDE / BOX
    wide = int(min(SIDE, max(40, abs(box) * rng.uniform(0.5, 1.5)) * size))
    grey = _cut(image, wide, lambda at: middle + box * warp(at * size))
    if wide < SIDE:
        grey = _cut(grey, SIDE, lambda at: (at + 0.5 + 0.5j) * wide - 0.5 - 0.5j)
    straight = (marks - middle) / box
    places = straight
    for _ in range(4):
        places = places + straight - warp(places)
    places = places * BOX + SIDE / 2 * (1 + 1j) - 0.5 * (1 + 1j)
    grey = _clutter(rng, grey, places)
    if rng.random() < 0.5:
        grey, places = grey[:, ::-1], (SIDE - 1 - places.conj())[MIRROR]
    return _spoil(rng, grey), places


def choose(truth, count):
    """Numbers of frames that show all turns of the head alike."""
    yaw = np.array([row['rotation'][2] for row in truth]) + 1e-6 * np.arange(len(truth))
    wanted = np.linspace(yaw.min(), yaw.max(), count)
    return np.unique(np.abs(yaw[:, None] - wanted).argmin(axis=0))


def xml(name, places):
    parts = ''.join('<part name="%02d" x="%d" y="%d"/>' % (i, round(p.real), round(p.imag))
                    for i, p in enumerate(places))
    return ('<image file="%s"><box top="%d" left="%d" width="%d" height="%d">%s</box></image>\n'
            % (name, MARGIN, MARGIN, BOX, BOX, parts))


def read_films(folders, each, move):
    """[(path, truth, numbers of the chosen frames, their marks (68,) complex)]"""
    films = []
    for path in sorted(path for folder in folders for path in glob.glob(folder + '/*.mkv')):
        with open(path[:-4] + '.jsonl') as file:
            truth = [json.loads(line) for line in file]
        chosen = choose(truth, each)
        marks = [_complex(move(np.reshape(truth[i]['marks'], (68, 2)), np.array(truth[i]['weights']),
                               np.reshape(truth[i]['rotation'], (3, 3)))) for i in chosen]
        films.append((path, truth, chosen, marks))
    return films


def write(folder, films):
    """Pictures of films, as read_films has them, and their XML."""
    mean = mean_shape(np.concatenate([marks for *_, marks in films]))
    images = {'train': [], 'test': []}
    for number, (path, truth, chosen, marks) in enumerate(films):
        film = read_film(path, truth)
        rng = np.random.default_rng((29, number))
        for i, of in zip(chosen, marks):
            if i < len(film):
                name = '%04d-%03d.png' % (number, i)
                grey, places = picture(rng, film[i], of, mean)
                write_png(os.path.join(folder, name), grey)
                images['test' if number % TEST == 0 else 'train'].append(xml(name, places))
    for kind, lines in images.items():
        with open(os.path.join(folder, kind + '.xml'), 'w') as file:
            file.write('<dataset><images>\n' + ''.join(lines) + '</images></dataset>\n')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('facekit')
    parser.add_argument('folder')
    parser.add_argument('films', nargs='+')
    parser.add_argument('--each', type=int, default=14, help='pictures of each film')
    args = parser.parse_args()
    films = read_films(args.films, args.each, Convention(args.facekit).move)
    if not films:
        raise SystemExit('pictures.py: no films (*.mkv) in ' + ', '.join(args.films))
    os.makedirs(args.folder, exist_ok=True)
    write(args.folder, films)


if __name__ == '__main__':
    main()

"""Films people who never were, inside Blender, by Effigy's own direct renderer.

    xvfb-run -a blender --factory-startup -noaudio -p 0 0 64 64 \\
        --python film.py -- FACEKIT.npz FOLDER --people FIRST:LAST [--takes N] [--frames N]
        [--every N] [--acted]

What the people do is behaviour.py's, or with --acted that of FOLDER/PERSON-TAKE.npz (weights, look,
head and shift, as behaviour.Take has them). Each take is FOLDER/PERSON-TAKE.mkv, MJPEG as a webcam sends it, and FOLDER/PERSON-TAKE.jsonl, its
truth: one object a frame with

    w, h      pixels
    weights   53, FaceKit's expressions, 0..1
    look      left and right eye: radians to the subject's left, and up, relative to the head
    rotation  3x3 by rows, of the head as the camera sees it: x right in the picture, y up, z to
              the camera
    place     of the head's pivot, cm, the same axes
    marks     68 x, y: where the landmarks are, pixels
    irises    2 x, y: where the middles of the left and right iris are, pixels, seen or not
    teeth     the share of the front teeth that stands between the lips, 0..1
"""

import argparse
import json
import os
import subprocess
import sys
import time

import bpy
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path[:0] = [HERE, os.path.join(HERE, '../../blender-node/node')]

import actor  # noqa: E402
import behaviour  # noqa: E402
import facekit  # noqa: E402
import figure  # noqa: E402
import people  # noqa: E402
import room  # noqa: E402
import start  # noqa: E402
from draw import direct, evaluate, offscreen  # noqa: E402


def _filters(rng):
    """What a webcam does to a picture, as a filter of ffmpeg, and the quality of its JPEGs."""
    parts = []
    if rng.random() < 0.5:
        parts.append('gblur=sigma=%.2f' % rng.uniform(0.3, 1.3))
    gamma, contrast = rng.uniform(0.65, 1.4), rng.uniform(0.75, 1.2)
    parts.append('eq=gamma=%.2f:contrast=%.2f:brightness=%.2f:saturation=%.2f' % (
        gamma, contrast, rng.uniform(-0.08, 0.08), rng.uniform(0.5, 1.2)))
    if rng.random() < 0.8:
        parts.append('noise=alls=%d:allf=t' % rng.integers(1, 16))
    if rng.random() < 0.25:
        parts.append('unsharp=5:5:%.2f' % rng.uniform(0.3, 1.0))
    return ','.join(parts), int(rng.integers(2, 9))


SIZES = ((640, 480),) * 5 + ((320, 240), (480, 360), (800, 600), (640, 360), (1280, 720))


def _shown(points, polygon):
    """The share of points (n, 2) inside a polygon (m, 2)."""
    inside = np.zeros(len(points), bool)
    for (x0, y0), (x1, y1) in zip(polygon, np.roll(polygon, -1, axis=0)):
        if y0 != y1:
            beside = points[:, 0] < x0 + (points[:, 1] - y0) * (x1 - x0) / (y1 - y0)
            inside ^= (points[:, 1] >= min(y0, y1)) & (points[:, 1] < max(y0, y1)) & beside
    return inside.mean()


class Film:
    """One take as FOLDER/NAME.mkv (MJPEG) and FOLDER/NAME.jsonl, its truth."""

    def __init__(self, path, rng, width, height, rate):
        filters, quality = _filters(rng)
        self._truth = open(path + '.jsonl', 'w')
        self._encoder = subprocess.Popen(
            ['ffmpeg', '-v', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'rgba', '-s',
             f'{width}x{height}', '-r', str(rate), '-i', '-', '-vf', 'vflip,' + filters,
             '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-q:v', str(quality), path + '.mkv'],
            stdin=subprocess.PIPE)

    def write(self, pixels, truth):
        self._encoder.stdin.write(pixels)
        self._truth.write(json.dumps(truth) + '\n')

    def close(self):
        self._truth.close()
        self._encoder.stdin.close()
        if self._encoder.wait() != 0:
            raise RuntimeError('ffmpeg failed')


def _numbers(array, digits):
    return np.round(np.asarray(array, float), digits).ravel().tolist()


def _acted(path):
    with np.load(path + '.npz') as data:
        return behaviour.Take(*(data[name] for name in behaviour.Take._fields))


def shoot(kit, seed, take, args):
    """Film a take of the person of that seed. Returns frames a second."""
    room.clear()
    path = os.path.join(args.folder, f'{seed:04d}-{take}')
    rng = np.random.default_rng((23, seed, take))
    width, height = SIZES[rng.integers(len(SIZES))]
    person = people.person(seed, kit.names)
    who = actor.Actor(figure.Figure(kit, person))
    camera = room.Camera(room.furnish(rng, person.skin), width, height)
    target = offscreen.Offscreen(width, height)
    renderer = direct.Direct(target, evaluate.Evaluation(), lambda *args: None)
    acted = _acted(path) if args.acted \
        else behaviour.take(rng, args.frames * args.every, kit.names)
    acted = [track[::args.every] for track in acted]
    film = Film(path, rng, width, height, behaviour.FPS / args.every)
    begun = time.perf_counter()
    for weights, look, head, shift in zip(*acted):
        turn = figure.rotation(*head)
        marks = who.pose(figure.Pose(weights, look, turn, shift))
        renderer.render()
        rotation, place = camera.head(turn, shift)
        marks = camera.pixels(marks)
        film.write(target.pixels(), {
            'w': width, 'h': height, 'weights': _numbers(weights, 3), 'look': _numbers(look, 4),
            'rotation': _numbers(rotation, 5), 'place': _numbers(place, 2),
            'marks': _numbers(marks[:68], 2), 'irises': _numbers(marks[figure.IRISES], 2),
            'teeth': round(float(_shown(marks[figure.TEETH], marks[60:68])), 3)})
    film.close()
    target.free()
    bpy.app.handlers.frame_change_post.clear()
    return len(acted[0]) / (time.perf_counter() - begun)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('facekit')
    parser.add_argument('folder')
    parser.add_argument('--people', default='0:4')
    parser.add_argument('--takes', type=int, default=2)
    parser.add_argument('--frames', type=int, default=150)
    parser.add_argument('--every', type=int, default=1, help='film every Nth frame')
    parser.add_argument('--acted', action='store_true')
    args = parser.parse_args(start.arguments())
    kit = facekit.FaceKit(args.facekit)
    first, last = map(int, args.people.split(':'))
    os.makedirs(args.folder, exist_ok=True)
    for seed in range(first, last):
        for take in range(args.takes):
            rate = shoot(kit, seed, take, args)
            print('person %d, take %d: %.1f pictures a second' % (seed, take, rate), flush=True)
    return 0


if __name__ == '__main__':
    start.register(main)

"""Packs a checkout of ICT-FaceKit (https://github.com/ICT-VGL/ICT-FaceKit) as facekit.npz, which
README.md describes.

    pack_facekit.py CHECKOUT FACEKIT.npz

CHECKOUT: the repository, or its folder FaceXModel, whose OBJ files are read: each expression and
each identity is the whole head, and counts by how it differs from the neutral one. numpy only.
"""

import os
import pathlib
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))

from expressions import NAMES  # noqa: E402

NEUTRAL = 'generic_neutral_mesh.obj'
VERTICES = 26719  # facekit.py knows which are the teeth, the eyes and so on
STEP = 0.0005  # cm: of displacements
IDENTITIES = 100
# The vertex of each of the 68 landmarks, as FaceKit's README lists them.
LANDMARKS = (
    1225, 1888, 1052, 367, 1719, 1722, 2199, 1447, 966, 3661, 4390, 3927, 3924, 2608, 3272, 4088,
    3443, 268, 493, 1914, 2044, 1401, 3615, 4240, 4114, 2734, 2509, 978, 4527, 4942, 4857, 1140, 2075,
    1147, 4269, 3360, 1507, 1542, 1537, 1528, 1518, 1511, 3742, 3751, 3756, 3721, 3725, 3732, 5708,
    5695, 2081, 0, 4275, 6200, 6213, 6346, 6461, 5518, 5957, 5841, 5702, 5711, 5533, 6216, 6207,
    6470, 5517, 5966)


def _fail(text):
    raise SystemExit(f'pack_facekit.py: {text}')


def _numbers(lines, width, path):
    try:
        return np.array([line.split()[1:1 + width] for line in lines], float).reshape(-1, width)
    except ValueError as error:
        _fail(f'{path} is not an OBJ file that can be read: {error}')


def _points(path):
    """The vertices (VERTICES, 3) of an OBJ file, cm."""
    with open(path) as file:
        points = _numbers([line for line in file if line.startswith('v ')], 3, path)
    if len(points) != VERTICES:
        _fail(f'{path} has {len(points)} vertices, not {VERTICES}: another version of ICT-FaceKit?')
    return points


def _displacements(path, neutral):
    """(VERTICES, 3) in steps of STEP, from the neutral head."""
    steps = np.round((_points(path) - neutral) / STEP)
    if not np.abs(steps).max() <= 32767:
        _fail(f'{path} differs from {NEUTRAL} by more than {32767 * STEP:.0f} cm')
    return steps.astype(np.int16)


def _corners(line, path):
    """(vertices, UVs) of a face's three or four corners, from 0; -1 in the fourth place of a
    triangle."""
    corners = [corner.split('/') for corner in line.split()[1:]]
    try:
        pairs = [(int(corner[0]) - 1, int(corner[1]) - 1) for corner in corners]
    except (ValueError, IndexError):
        _fail(f'{path} has a face whose corners are not VERTEX/UV: {line.strip()}')
    if len(pairs) not in (3, 4) or min(min(pair) for pair in pairs) < 0:
        _fail(f'{path} has a face that is no triangle and no quad: {line.strip()}')
    return zip(*(pairs + [(-1, -1)] * (4 - len(pairs))))


def _surface(path):
    """faces, faces_uv, uv, face_material, materials of the neutral head."""
    faces, corners, used, uv, material = [], [], [], [], None
    with open(path) as file:
        for line in file:
            if line.startswith('vt '):
                uv.append(line)
            elif line.startswith('usemtl '):
                material = line.split()[1]
            elif line.startswith('f '):
                vertices, places = _corners(line, path)
                faces.append(vertices)
                corners.append(places)
                used.append(material)
    if not faces or None in used:
        _fail(f'{path} has no faces with materials (usemtl)')
    materials = sorted(set(used))
    return {'faces': np.array(faces, np.int32), 'faces_uv': np.array(corners, np.int32),
            'uv': _numbers(uv, 2, path).astype(np.float32),
            'face_material': np.array([materials.index(name) for name in used], np.uint8),
            'materials': np.array(materials)}


def _folder(checkout):
    """The folder of the OBJ files, when nothing is missing there."""
    folder = checkout if (checkout / NEUTRAL).exists() else checkout / 'FaceXModel'
    if not (folder / NEUTRAL).exists():
        _fail(f'{checkout} is no checkout of ICT-FaceKit: neither {NEUTRAL} nor '
              f'FaceXModel/{NEUTRAL} is there. git clone https://github.com/ICT-VGL/ICT-FaceKit')
    wanted = _files()
    missing = [name for name in wanted if not (folder / name).exists()]
    if missing:
        more = f' and {len(missing) - 5} more' if len(missing) > 5 else ''
        _fail(f'{folder} lacks {len(missing)} of the {len(wanted) + 1} files of ICT-FaceKit: '
              f'{", ".join(missing[:5])}{more}. Is the checkout complete?')
    return folder


def _files():
    return [f'{name}.obj' for name in NAMES] + [f'identity{k:03d}.obj' for k in range(IDENTITIES)]


def pack(checkout):
    """The arrays of facekit.npz. checkout: pathlib.Path."""
    folder = _folder(checkout)
    neutral = _points(folder / NEUTRAL)
    shapes = np.array([_displacements(folder / name, neutral) for name in _files()])
    return {'neutral': neutral.astype(np.float32), 'step_cm': STEP, 'expression_names': np.array(NAMES),
            'expressions': shapes[:len(NAMES)], 'identities': shapes[len(NAMES):],
            'landmarks68': np.array(LANDMARKS), **_surface(folder / NEUTRAL)}


def main():
    if len(sys.argv) != 3:
        _fail('CHECKOUT FACEKIT.npz are needed')
    np.savez_compressed(sys.argv[2], **pack(pathlib.Path(sys.argv[1])))


if __name__ == '__main__':
    main()

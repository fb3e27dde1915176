"""A contact sheet: stills of the character in one PNG, each with its name."""

import struct
import zlib

import blf
import gpu
import numpy as np
from mathutils import Matrix

TILE = 256, 192
COLUMNS = 6
TEXT = 13  # pixels

MIXES = {
    'laugh': {'jawOpen': 0.7, 'mouthSmileLeft': 1.0, 'mouthSmileRight': 1.0,
              'eyeSquintLeft': 0.7, 'eyeSquintRight': 0.7, 'browInnerUp': 0.4},
    'oh': {'jawOpen': 0.6, 'mouthFunnel': 0.8, 'eyeWideLeft': 0.8, 'eyeWideRight': 0.8,
           'browInnerUp': 0.8},
    'angry': {'browDownLeft': 1.0, 'browDownRight': 1.0, 'mouthFrownLeft': 0.8,
              'mouthFrownRight': 0.8},
    'surprise': {'jawOpen': 1.0, 'eyeWideLeft': 1.0, 'eyeWideRight': 1.0, 'browInnerUp': 1.0,
                 'browOuterUpLeft': 1.0, 'browOuterUpRight': 1.0},
    'wink': {'eyeBlinkLeft': 1.0, 'mouthSmileLeft': 1.0, 'headYaw': -0.3, 'headRoll': 0.2},
}
TURN = 0.4  # radians, of the stills of the head's pose


def stills(bound):
    """{name: {input: value}}: rest, each bound input, mixes. bound: [input]."""
    single = {name: {name: TURN if name.startswith('head') else 1.0} for name in bound}
    mixes = {name: m for name, m in MIXES.items() if any(k in bound for k in m)}
    return {'rest': {}, **single, **mixes}


def _label(offscreen, text):
    """Write into the picture's lower left corner, and read it back."""
    with offscreen.target.bind():
        with gpu.matrix.push_pop(), gpu.matrix.push_pop_projection():
            gpu.matrix.load_matrix(Matrix.Identity(4))
            gpu.matrix.load_projection_matrix(
                Matrix(((2.0 / TILE[0], 0, 0, -1), (0, 2.0 / TILE[1], 0, -1), (0, 0, -1, 0),
                        (0, 0, 0, 1))))
            gpu.state.depth_test_set('NONE')
            gpu.state.blend_set('ALPHA')
            blf.size(0, TEXT)
            blf.enable(0, blf.SHADOW)
            blf.shadow(0, 3, 0.0, 0.0, 0.0, 1.0)
            blf.color(0, 1.0, 1.0, 1.0, 1.0)
            blf.position(0, 6, 7, 0)
            blf.draw(0, text)
            blf.disable(0, blf.SHADOW)
            gpu.state.blend_set('NONE')
        offscreen.read(gpu.state.active_framebuffer_get())


def _tile(offscreen):
    """Array (height, width, 3), the top row first."""
    pixels = np.frombuffer(offscreen.pixels(), np.uint8)
    return pixels.reshape(TILE[1], TILE[0], 4)[::-1, :, :3]


def _chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack(
        '>I', zlib.crc32(kind + data))


def write_png(path, pixels):
    """pixels: uint8 array (height, width, 3)."""
    height, width = pixels.shape[:2]
    # Each row begins with its filter: none.
    rows = np.zeros((height, 1 + 3 * width), np.uint8)
    rows[:, 1:] = pixels.reshape(height, -1)
    with open(path, 'wb') as file:
        file.write(b'\x89PNG\r\n\x1a\n' + _chunk(
            b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0)) + _chunk(
                b'IDAT', zlib.compress(rows.tobytes(), 6)) + _chunk(b'IEND', b''))


def draw(path, offscreen, renderer, pose, bound):
    """Draw the sheet. offscreen: of TILE's size; pose: function ({input: value})."""
    tiles = []
    for name, values in stills(bound).items():
        pose(values)
        renderer.render()
        _label(offscreen, name)
        tiles.append(_tile(offscreen))
    pose({})
    while len(tiles) % COLUMNS:
        tiles.append(np.zeros_like(tiles[0]))
    rows = [np.concatenate(tiles[k:k + COLUMNS], axis=1) for k in range(0, len(tiles), COLUMNS)]
    write_png(path, np.concatenate(rows))

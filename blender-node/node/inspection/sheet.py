"""A contact sheet: one image of a character in many labelled poses: rest, each
coefficient at 1, and mixes."""

import blf
import gpu
import numpy as np
from mathutils import Matrix

from draw import offscreen
from inspection import png

# Pixels of a square tile: the middle of a 4:3 image, drawn twice as large and averaged, which
# smooths its edges.
TILE = 192
LABEL_HEIGHT = 16
FONT_SIZE = 12
COLUMNS = 10
# Radians or head widths of a single input of the head.
HEAD = 0.4

# What the normaliser measures. A sheet shows these first, then others that are bound.
COEFFICIENTS = (
    'jawOpen', 'mouthSmileLeft', 'mouthSmileRight', 'mouthFrownLeft',
    'mouthFrownRight', 'mouthStretchLeft', 'mouthStretchRight', 'mouthPucker', 'mouthFunnel',
    'mouthLeft', 'mouthRight', 'mouthUpperUpLeft', 'mouthUpperUpRight', 'mouthLowerDownLeft',
    'mouthLowerDownRight', 'eyeBlinkLeft', 'eyeBlinkRight', 'eyeSquintLeft', 'eyeSquintRight',
    'eyeWideLeft', 'eyeWideRight', 'eyeLookUpLeft', 'eyeLookUpRight', 'eyeLookDownLeft',
    'eyeLookDownRight', 'eyeLookInLeft', 'eyeLookInRight', 'eyeLookOutLeft', 'eyeLookOutRight', 'browDownLeft', 'browDownRight', 'browInnerUp',
    'browOuterUpLeft', 'browOuterUpRight', 'cheekPuff', 'noseSneerLeft', 'noseSneerRight')


def both(name, value):
    """{coefficient: value} of the left and the right one."""
    return {name + 'Left': value, name + 'Right': value}


MIXES = {
    'laugh': {'jawOpen': 0.7, **both('mouthSmile', 1.0), **both('eyeSquint', 0.7),
              'browInnerUp': 0.4},
    'smile': {**both('mouthSmile', 0.8), **both('eyeSquint', 0.3), 'headRoll': 0.12},
    'oh': {'jawOpen': 0.7, 'mouthPucker': 0.9, **both('eyeWide', 0.8), 'browInnerUp': 0.8},
    'angry': {**both('browDown', 1.0), **both('mouthFrown', 0.8), **both('mouthLowerDown', 0.7),
              **both('mouthUpperUp', 0.5)},
    'surprise': {'jawOpen': 1.0, **both('eyeWide', 1.0), 'browInnerUp': 1.0,
                 **both('browOuterUp', 1.0)},
    'half blink, turned': {**both('eyeBlink', 0.5), **both('mouthSmile', 0.6), 'headYaw': 0.5,
                           'headPitch': 0.1},
    'turned away': {'headYaw': -0.6, 'headPitch': 0.25, 'jawOpen': 0.3, 'mouthSmileLeft': 0.5},
    'wink, roll': {'eyeBlinkLeft': 1.0, 'mouthSmileLeft': 1.0, 'mouthLeft': 0.4,
                   'browOuterUpRight': 0.8, 'headRoll': 0.25, 'headYaw': -0.35},
    'jaw open, lips shut': {'jawOpen': 1.0, 'mouthClose': 1.0},
    'looks aside': {'eyeLookOutLeft': 1.0, 'eyeLookInRight': 1.0},
    'looks up': both('eyeLookUp', 1.0),
    'looks down': both('eyeLookDown', 1.0),
    'eyes shut, head back': {**both('eyeBlink', 1.0), 'jawOpen': 0.3, 'mouthFunnel': 0.7,
                             'headPitch': -0.25},
}


def stills(names, bound):
    """[(label, inputs)]: rest, single inputs, mixes.

    names: of all inputs, in order; bound: indices of those that move something.
    """
    moving = [n for k, n in enumerate(names) if k in bound]
    values = {'rest': {}}
    for name in sorted(moving, key=lambda n: n not in COEFFICIENTS):
        values[name] = {name: HEAD if name.startswith('head') else 1.0}
    values.update(MIXES)
    return [(label, [float(face.get(n, 0.0)) for n in names]) for label, face in values.items()]


def _label(text, target):
    """The text as pixels, uint8 (LABEL_HEIGHT, TILE, 4), bottom row first."""
    with target.target.bind():
        framebuffer = gpu.state.active_framebuffer_get()
        framebuffer.clear(color=(0.06, 0.06, 0.08, 1.0))
        with gpu.matrix.push_pop(), gpu.matrix.push_pop_projection():
            # Pixels of the strip to -1..1.
            gpu.matrix.load_matrix(Matrix.Identity(4))
            gpu.matrix.load_projection_matrix(
                Matrix.Translation((-1.0, -1.0, 0.0))
                @ Matrix.Diagonal((2.0 / target.width, 2.0 / target.height, 1.0, 1.0)))
            gpu.state.depth_test_set('NONE')
            gpu.state.blend_set('ALPHA')
            blf.size(0, FONT_SIZE)
            blf.color(0, 0.9, 0.92, 1.0, 1.0)
            blf.position(0, 5.0, 4.0, 0.0)
            blf.draw(0, text)
            gpu.state.blend_set('NONE')
        target.read(framebuffer)
    return png.pixels(target)


def _shrink(pixels):
    """The middle of an image of `size()`, averaged to a tile."""
    left = (pixels.shape[1] - pixels.shape[0]) // 2
    middle = pixels[:, left:left + 2 * TILE]
    return middle.reshape(TILE, 2, TILE, 2, 4).mean(axis=(1, 3)).astype(np.uint8)


def size():
    """(width, height) of the Offscreen that `write` wants."""
    return 8 * TILE // 3, 2 * TILE


def write(character, renderer, target, poses, path):
    """Draw each pose and save all of them, labelled, as one PNG.

    renderer: draws into `target`, an Offscreen of `size()`; poses: [(label, inputs)],
    inputs as Character.apply takes them.
    """
    strip = offscreen.Offscreen(TILE, LABEL_HEIGHT)
    columns = min(COLUMNS, len(poses))
    rows = -(-len(poses) // columns)
    cell = TILE + LABEL_HEIGHT
    picture = np.zeros((rows * cell, columns * TILE, 4), np.uint8)
    for k, (label, inputs) in enumerate(poses):
        character.apply(inputs)
        renderer.render()
        x, y = k % columns * TILE, (rows - 1 - k // columns) * cell
        picture[y:y + LABEL_HEIGHT, x:x + TILE] = _label(label, strip)
        picture[y + LABEL_HEIGHT:y + cell, x:x + TILE] = _shrink(png.pixels(target))
    strip.free()
    png.save(picture, path)

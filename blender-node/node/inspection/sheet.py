"""A contact sheet: one labelled picture of a character in many poses.

    xvfb-run -a blender --factory-startup -noaudio -p 0 0 64 64 \\
        --python sheet.py -- AVATAR.blend OUT.png [--library FILE] [--map FILE] [--only LABEL ...]

Rest, each coefficient at 1 and mixes, drawn by the direct renderer, as users see it.
"""

import argparse
import os
import sys
import traceback

import blf
import bpy
import gpu
import numpy as np
from mathutils import Matrix

NODE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
sys.path.insert(0, NODE)

# Pixels of a square tile: the middle of a 4:3 picture, drawn twice as large and
# averaged, which smooths its edges.
TILE = 192
LABEL_HEIGHT = 16
FONT_SIZE = 12
COLUMNS = 10
# Radians, or head widths, shown for one input of the head.
HEAD = 0.4

# What the normaliser can measure; a character shows these, and more if it binds them.
COEFFICIENTS = (
    'jawOpen', 'mouthSmileLeft', 'mouthSmileRight', 'mouthFrownLeft',
    'mouthFrownRight', 'mouthStretchLeft', 'mouthStretchRight', 'mouthPucker', 'mouthFunnel',
    'mouthLeft', 'mouthRight', 'mouthUpperUpLeft', 'mouthUpperUpRight', 'mouthLowerDownLeft',
    'mouthLowerDownRight', 'eyeBlinkLeft', 'eyeBlinkRight', 'eyeSquintLeft', 'eyeSquintRight',
    'eyeWideLeft', 'eyeWideRight', 'browDownLeft', 'browDownRight', 'browInnerUp',
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
    return _array(target)


def _array(target):
    return np.frombuffer(target.pixels(), np.uint8).reshape(target.height, target.width, 4)


def _shrink(pixels):
    """The middle of a picture of `size()`, averaged to a tile."""
    left = (pixels.shape[1] - pixels.shape[0]) // 2
    middle = pixels[:, left:left + 2 * TILE]
    return middle.reshape(TILE, 2, TILE, 2, 4).mean(axis=(1, 3)).astype(np.uint8)


def size():
    """(width, height) of the Offscreen that `write` wants."""
    return 8 * TILE // 3, 2 * TILE


def write(rig, renderer, offscreen, poses, path):
    """Draw each pose and save all of them, labelled, as one PNG.

    rig: Rig; renderer: draws into `offscreen`, an Offscreen of `size()`;
    poses: [(label, inputs)], inputs as Rig.apply takes them.
    """
    from draw import offscreen as buffers
    strip = buffers.Offscreen(TILE, LABEL_HEIGHT)
    columns = min(COLUMNS, len(poses))
    rows = -(-len(poses) // columns)
    cell = TILE + LABEL_HEIGHT
    picture = np.zeros((rows * cell, columns * TILE, 4), np.uint8)
    for k, (label, inputs) in enumerate(poses):
        rig.apply(inputs)
        renderer.render()
        x, y = k % columns * TILE, (rows - 1 - k // columns) * cell
        picture[y:y + LABEL_HEIGHT, x:x + TILE] = _label(label, strip)
        picture[y + LABEL_HEIGHT:y + cell, x:x + TILE] = _shrink(_array(offscreen))
    strip.free()
    picture[:, :, 3] = 255
    _save(picture, path)


def _save(pixels, path):
    """uint8 (h, w, 4), bottom row first, as a PNG."""
    height, width = pixels.shape[:2]
    image = bpy.data.images.new('sheet', width, height)
    image.pixels.foreach_set(pixels.astype(np.float32).ravel() / 255.0)
    image.filepath_raw = os.path.abspath(path)
    image.file_format = 'PNG'
    image.save()
    bpy.data.images.remove(image)


def make(options):
    """Load the character as the stage does, and write its sheet."""
    import character
    import compat
    from draw import direct
    from draw import evaluate
    from load import loader
    from bind import mapping
    from draw import offscreen
    from bind import rig as rigs
    import wire
    compat.prepare()
    for warning in loader.load(options.avatar):
        print(warning)
    coefficients = wire.coefficient_names(wire.load(options.library))
    names = coefficients + mapping.MORE_INPUTS
    bindings = character.find_bindings(options.map, coefficients, print)
    poses = stills(names, {b.source for b in bindings})
    if options.only:
        poses = [(label, inputs) for label, inputs in poses if label in options.only]
    rig = rigs.Rig(bindings, print)
    target = offscreen.Offscreen(*size())
    renderer = direct.Direct(target, evaluate.Evaluation(), lambda level, text: print(text))
    write(rig, renderer, target, poses, options.out)


def main():
    """Timer function: writes the sheet, never returns."""
    parser = argparse.ArgumentParser(prog='sheet.py')
    parser.add_argument('avatar', metavar='AVATAR.blend')
    parser.add_argument('out', metavar='OUT.png')
    parser.add_argument('--map', help='mapping text')
    parser.add_argument('--library', default=os.path.join(NODE, '../../build/libeffigy_node.so'))
    parser.add_argument('--only', metavar='LABEL', nargs='*', help='these stills')
    status = 1
    try:
        make(parser.parse_args(sys.argv[sys.argv.index('--') + 1:]))
        status = 0
    except SystemExit as leave:
        print(leave.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    # Blender's own way out takes time, and may crash in the driver.
    os._exit(status)


if __name__ == '__main__':
    bpy.app.timers.register(main, persistent=True)

"""One moment of a character as each renderer draws it, with the time that it takes.

    xvfb-run -a blender --factory-startup -noaudio -p 0 0 64 64 \\
        --python stills.py -- AVATAR.blend OUT_PREFIX [--map FILE] [--library FILE]

Writes OUT_PREFIX-WAY.png, 640x480, and OUT_PREFIX-WAY.txt, one line for a label, for the
WAYs direct, view3d and eevee. The time is the median from setting a pose to its pixels.
"""

import argparse
import ctypes
import os
import shutil
import statistics
import sys
import time
import traceback

import bpy
import numpy as np

NODE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
sys.path.insert(0, NODE)

SIZE = 640, 480
SAMPLES = 8  # of EEVEE
POSE = {'mouthSmileLeft': 0.8, 'mouthSmileRight': 0.8, 'jawOpen': 0.3, 'browInnerUp': 0.4,
        'cheekSquintLeft': 0.4, 'cheekSquintRight': 0.4, 'headYaw': 0.22, 'headRoll': 0.06}


def take(rig, names, frames, draw):
    """Draw the pose that many times, another between. Returns the median, ms."""
    times = []
    for k in range(2 * frames):
        share = 1.0 if k % 2 else 0.9
        before = time.perf_counter()
        rig.apply([share * POSE.get(name, 0.0) for name in names])
        draw()
        times.append(1e3 * (time.perf_counter() - before))
    return statistics.median(times[1:])


def write(path, pixels):
    """Write sRGB bytes (H, W, 4), the bottom row first, as PNG."""
    picture = bpy.data.images.new('still', *SIZE)
    opaque = pixels.astype(np.float32) / 255.0
    opaque[..., 3] = 1.0
    picture.pixels.foreach_set(opaque.ravel())
    picture.filepath_raw, picture.file_format = path, 'PNG'
    picture.save()
    bpy.data.images.remove(picture)


def label(prefix, way, text, took):
    with open('%s-%s.txt' % (prefix, way), 'w', encoding='utf-8') as file:
        file.write('%s   %s\n' % (text, '%.1f ms' % took if took < 100.0 else '%.0f ms' % took))


def by_direct(rig, names, target, evaluation, library, prefix):
    """As the stage draws it, with its edges smoothed."""
    from draw import direct
    renderer = direct.Direct(target, evaluation, lambda level, text: None)
    smooth, luma = np.empty((*SIZE[::-1], 4), np.uint8), np.empty(SIZE[::-1], np.uint8)

    def draw():
        renderer.render()
        library.ef_antialias(ctypes.c_void_p(target.address), *SIZE,
                             ctypes.c_void_p(luma.ctypes.data), ctypes.c_void_p(smooth.ctypes.data))

    label(prefix, 'direct', 'direct', take(rig, names, 40, draw))
    write(prefix + '-direct.png', smooth)


def by_view3d(rig, names, target, evaluation, prefix):
    from draw import view3d
    renderer = view3d.View3D(target, evaluation, 'MATERIAL', 1)
    label(prefix, 'view3d', 'view3d, material', take(rig, names, 4, renderer.render))
    write(prefix + '-view3d.png',
          np.frombuffer(target.pixels(), np.uint8).reshape(*SIZE[::-1], 4))


def by_eevee(rig, names, prefix):
    import compat
    scene = bpy.context.scene
    scene.render.engine = compat.eevee()
    scene.eevee.taa_render_samples = SAMPLES
    scene.render.resolution_x, scene.render.resolution_y = SIZE
    scene.render.resolution_percentage = 100
    scene.render.image_settings.file_format = 'PNG'
    scene.render.filepath = prefix + '-eevee.png'
    took = take(rig, names, 1, lambda: bpy.ops.render.render(write_still=True))
    label(prefix, 'eevee', 'EEVEE, %d samples' % SAMPLES, took)


def stills(options):
    import character
    import compat
    from draw import evaluate
    from load import loader
    from bind import mapping
    from draw import offscreen
    from bind import rig as rigs
    import wire
    compat.prepare()
    loader.load(options.avatar)
    library = wire.load(options.library)
    coefficients = wire.coefficient_names(library)
    names = coefficients + mapping.MORE_INPUTS
    rig = rigs.Rig(character.find_bindings(options.map, coefficients, print), print)
    target, evaluation = offscreen.Offscreen(*SIZE), evaluate.Evaluation()
    by_direct(rig, names, target, evaluation, library, options.prefix)
    by_view3d(rig, names, target, evaluation, options.prefix)
    by_eevee(rig, names, options.prefix)


def main():
    """Timer function: draws, writes, never returns."""
    parser = argparse.ArgumentParser(prog='stills.py')
    parser.add_argument('avatar', metavar='AVATAR.blend')
    parser.add_argument('prefix', metavar='OUT_PREFIX')
    parser.add_argument('--map', help='mapping text')
    parser.add_argument('--library', default=os.path.join(NODE, '../../build/libeffigy_node.so'))
    status = 1
    try:
        stills(parser.parse_args(sys.argv[sys.argv.index('--') + 1:]))
        status = 0
    except SystemExit as leave:
        status = leave.code if isinstance(leave.code, int) else 1
        if status and not isinstance(leave.code, int):
            print(leave.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    shutil.rmtree(bpy.app.tempdir, ignore_errors=True)
    os._exit(status)


if __name__ == '__main__':
    bpy.app.timers.register(main, persistent=True)

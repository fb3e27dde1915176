"""One pose of a character drawn by each renderer, with the time that each takes.

    xvfb-run -a blender --factory-startup -noaudio -p 0 0 64 64 \\
        --python stills.py -- AVATAR OUT_PREFIX

Writes OUT_PREFIX-WAY.png, 640x480, and OUT_PREFIX-WAY.txt, one line for a label, for the
WAYs direct, view3d and eevee. The time is the median from setting a pose to its pixels.
"""

import ctypes
import os
import statistics
import sys
import time

import bpy
import numpy as np

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import compat  # noqa: E402
import wire  # noqa: E402
from bench import tool  # noqa: E402
from draw import direct, evaluate, offscreen, view3d  # noqa: E402
from inspection import png  # noqa: E402

SIZE = 640, 480
SAMPLES = 8  # of EEVEE
POSE = {'mouthSmileLeft': 0.8, 'mouthSmileRight': 0.8, 'jawOpen': 0.3, 'browInnerUp': 0.4,
        'cheekSquintLeft': 0.4, 'cheekSquintRight': 0.4, 'headYaw': 0.22, 'headRoll': 0.06}


def take(character, frames, draw):
    """Draw the pose `frames` times, alternating with another. Returns the median, ms."""
    times = []
    for k in range(2 * frames):
        share = 1.0 if k % 2 else 0.9
        before = time.perf_counter()
        character.pose({name: share * value for name, value in POSE.items()})
        draw()
        times.append(1e3 * (time.perf_counter() - before))
    return statistics.median(times[1:])


def label(prefix, way, text, took):
    with open('%s-%s.txt' % (prefix, way), 'w', encoding='utf-8') as file:
        file.write('%s   %s\n' % (text, '%.1f ms' % took if took < 100.0 else '%.0f ms' % took))


class Unsmoothed(ctypes.Structure):
    """ef_unsmoothed_t."""

    _fields_ = [('rgba', ctypes.c_void_p), ('luma', ctypes.c_void_p),
                ('w', ctypes.c_int), ('h', ctypes.c_int)]


def smoothed(target, library):
    """What the stage makes of the pixels of an Offscreen: array (height, width, 4)."""
    pixels = png.pixels(target)
    out, luma = np.empty_like(pixels), np.empty(pixels.shape[:2], np.uint8)
    picture = Unsmoothed(pixels.ctypes.data, luma.ctypes.data, *target.size)
    library.ef_antialias_luma(ctypes.c_void_p(picture.rgba), ctypes.c_size_t(luma.size),
                              ctypes.c_void_p(picture.luma))
    library.ef_antialias(ctypes.byref(picture), wire.Area(0, 0, *target.size),
                         ctypes.c_void_p(out.ctypes.data))
    return out


def by_direct(character, target, evaluation, library, prefix):
    """As the stage draws it, with smoothed edges."""
    renderer = direct.Direct(target, evaluation, lambda level, text: None)
    label(prefix, 'direct', 'direct', take(character, 40, renderer.render))
    png.save(smoothed(target, library), prefix + '-direct.png')


def by_view3d(character, target, evaluation, prefix):
    renderer = view3d.View3D(target, evaluation, 'MATERIAL')
    label(prefix, 'view3d', 'view3d, material', take(character, 4, renderer.render))
    png.save(png.pixels(target), prefix + '-view3d.png')


def by_eevee(character, prefix):
    scene = bpy.context.scene
    scene.render.engine = compat.eevee()
    scene.eevee.taa_render_samples = SAMPLES
    scene.render.resolution_x, scene.render.resolution_y = SIZE
    scene.render.resolution_percentage = 100
    scene.render.image_settings.file_format = 'PNG'
    scene.render.filepath = prefix + '-eevee.png'
    took = take(character, 1, lambda: bpy.ops.render.render(write_still=True))
    label(prefix, 'eevee', 'EEVEE, %d samples' % SAMPLES, took)


def stills(options, loaded):
    character, library = loaded
    target, evaluation = offscreen.Offscreen(*SIZE), evaluate.Evaluation()
    by_direct(character, target, evaluation, library, options.prefix)
    by_view3d(character, target, evaluation, options.prefix)
    by_eevee(character, options.prefix)


if __name__ == '__main__':
    tool.register('stills.py', [('prefix', {'metavar': 'OUT_PREFIX'})], tool.load, stills)

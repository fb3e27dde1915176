"""Measures one way of getting pixels out of Blender.

    xvfb-run -a blender --factory-startup -noaudio -p 0 0 64 64 \\
        --python bench_render.py -- AVATAR WAY OUT.json [--size WxH] [--picture OUT.png] [--memory]

Measures from setting the pose, in which every input changes, to the pixels or the file in
memory; what is drawn before the pose is known does not count. One way per process, so that
none warms up another. Writes

    {"way": "direct", "cold_ms": 41.0, "p50_ms": 6.1, "p95_ms": ..., "p99_ms": ...,
     "frames": ..., "parts": {...}, "rss_kib": [...]}

cold_ms: making the renderer and the first frame. p*_ms: the frames after. parts: medians
of direct's steps, ms. rss_kib: the process's memory every 100 frames, with --memory.
"""

import json
import os
import shutil
import sys
import tempfile
import time

import bpy

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import compat  # noqa: E402
from bench import subjects, tool, ways  # noqa: E402
from inspection import png  # noqa: E402

FULL = 640, 480
# Of the ways that have a size of their own.
SIZES = {'direct_half': (320, 240), 'direct_quarter': (160, 120), 'direct_1280x720': (1280, 720)}
FRAMES, SECONDS = 600, 5.0
MEMORY_FRAMES, MEMORY_EVERY = 20000, 100
PICTURED = 17  # the pose of --picture
WARM = 3  # frames after the cold one that do not count, unless it took a second

# By name: function (size, folder, parts) that returns draw() and prepare(), see ways.py.
WAYS = {
    'view3d_solid': lambda size, folder, parts: ways.by_view3d(size, 'SOLID'),
    'view3d_material': lambda size, folder, parts: ways.by_view3d(size, 'MATERIAL'),
    'view3d_rendered': lambda size, folder, parts: ways.by_view3d(size, 'RENDERED'),
    'render_opengl': lambda size, folder, parts: ways.by_opengl(size, folder, 'TIFF'),
    'render_opengl_png': lambda size, folder, parts: ways.by_opengl(size, folder, 'PNG'),
    'render_cycles': lambda size, folder, parts: ways.by_render(size, folder, 'CYCLES', 'TIFF'),
}
for _name in ('direct', *SIZES):
    WAYS[_name] = lambda size, folder, parts: ways.by_direct(size, parts)
for _engine in ('EEVEE', 'WORKBENCH'):
    _name = 'render_' + _engine.lower()
    WAYS.update({
        _name: lambda size, folder, parts, e=_engine: ways.by_render(size, folder, e, 'TIFF'),
        _name + '_png': lambda size, folder, parts, e=_engine: ways.by_render(
            size, folder, e, 'PNG'),
        _name + '_memory': lambda size, folder, parts, e=_engine: ways.by_viewer(size, folder, e),
        _name + '_sequencer': lambda size, folder, parts, e=_engine: ways.by_sequencer(
            size, folder, e)})
# A generated mesh of 8,000 vertices instead of the character, by direct.
SUBJECTS = {'keys': subjects.shape_keys, 'hooks_all': subjects.hooks,
            'hooks_small': lambda: subjects.hooks(subjects.SMALL)}


def quantile(values, q):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


def resident_kib():
    """This process's memory."""
    with open('/proc/self/statm', encoding='ascii') as file:
        return int(file.read().split()[1]) * os.sysconf('SC_PAGESIZE') // 1024


def measure(make, pose, memory):
    """make: function () that returns draw() and prepare(). The times of `frames` frames."""
    begin = time.perf_counter()
    draw, prepare = make()
    pose(0)
    draw()
    result = {'cold_ms': round(1e3 * (time.perf_counter() - begin), 2)}
    for frame in range(1, 1 + (WARM if result['cold_ms'] < 1e3 else 0)):
        pose(frame)
        draw()
    times, resident, begin = [], [], time.perf_counter()
    frames, seconds = (MEMORY_FRAMES, 1e9) if memory else (FRAMES, SECONDS)
    while len(times) < frames and (len(times) < 2 or time.perf_counter() - begin < seconds):
        before = time.perf_counter()
        pose(len(times) + 1 + WARM)
        draw()
        times.append(1e3 * (time.perf_counter() - before))
        prepare()
        if memory and len(times) % MEMORY_EVERY == 0:
            resident.append(resident_kib())
    for name, q in (('p50_ms', 0.5), ('p95_ms', 0.95), ('p99_ms', 0.99)):
        result[name] = round(quantile(times, q), 3)
    result['frames'] = len(times)
    if memory:
        result['rss_kib'] = resident
    return result


def bench(options, pose):
    folder = tempfile.mkdtemp(
        prefix='effigy-bench-', dir='/dev/shm' if os.access('/dev/shm', os.W_OK) else None)
    parts, way = {}, WAYS.get(options.way, WAYS['direct'])

    def make():
        return way(options.size or SIZES.get(options.way, FULL), folder, parts)

    try:
        result = measure(make, pose, options.memory)
        if options.picture:
            # By another renderer, so that it does not depend on how many frames were drawn.
            draw, _ = make()
            pose(PICTURED)
            png.save(png.pixels(draw()), options.picture)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    result['parts'] = {name: round(quantile(part, 0.5), 3) for name, part in parts.items()}
    return {'way': options.way, 'opengl': compat.renderer_name(),
            'blender': bpy.app.version_string, **result}


def load(options):
    """pose() of what is drawn."""
    return SUBJECTS[options.way]() if options.way in SUBJECTS else subjects.character(options)


def main(options, pose):
    result = bench(options, pose)
    with open(options.out, 'w', encoding='utf-8') as file:
        json.dump(result, file)
        file.write('\n')


def size(text):
    width, height = text.split('x')
    return int(width), int(height)


if __name__ == '__main__':
    tool.register('bench_render.py', [
        ('way', {'choices': [*WAYS, *SUBJECTS]}), ('out', {'metavar': 'OUT.json'}),
        ('--size', {'type': size, 'metavar': 'WxH', 'help': 'default: the way\'s own'}),
        ('--picture', {'metavar': 'OUT.png', 'help': 'one of direct or view3d'}),
        ('--memory', {'action': 'store_true', 'help': '20,000 frames, memory sampled'})],
        load, main)

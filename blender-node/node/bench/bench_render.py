"""Measures one way of getting pixels out of Blender.

    xvfb-run -a blender --factory-startup -noaudio -p 0 0 64 64 \\
        --python bench_render.py -- AVATAR WAY OUT.json [--memory]

Measures from setting the pose, in which every input changes, to the pixels or the file in
memory. One way per process, so that none warms up another. Writes

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

FULL, HALF, QUARTER, HD = (640, 480), (320, 240), (160, 120), (1280, 720)
FRAMES, SECONDS = 600, 5.0
MEMORY_FRAMES, MEMORY_EVERY = 20000, 100
WARM = 3  # frames after the cold one that do not count, unless it took a second

# By name: function (folder, parts) that prepares it and returns draw().
WAYS = {
    'direct': lambda folder, parts: ways.by_direct(FULL, parts),
    'direct_half': lambda folder, parts: ways.by_direct(HALF, parts),
    'direct_quarter': lambda folder, parts: ways.by_direct(QUARTER, parts),
    'direct_1280x720': lambda folder, parts: ways.by_direct(HD, parts),
    'view3d_solid': lambda folder, parts: ways.by_view3d(FULL, 'SOLID'),
    'view3d_material': lambda folder, parts: ways.by_view3d(FULL, 'MATERIAL'),
    'view3d_rendered': lambda folder, parts: ways.by_view3d(FULL, 'RENDERED'),
    'render_opengl': lambda folder, parts: ways.by_opengl(FULL, folder, 'TIFF'),
    'render_opengl_png': lambda folder, parts: ways.by_opengl(FULL, folder, 'PNG'),
    'render_cycles': lambda folder, parts: ways.by_render(FULL, folder, 'CYCLES', 'TIFF'),
}
for _engine in ('EEVEE', 'WORKBENCH'):
    _name = 'render_' + _engine.lower()
    WAYS.update({
        _name: lambda folder, parts, e=_engine: ways.by_render(FULL, folder, e, 'TIFF'),
        _name + '_png': lambda folder, parts, e=_engine: ways.by_render(FULL, folder, e, 'PNG'),
        _name + '_memory': lambda folder, parts, e=_engine: ways.by_viewer(FULL, folder, e),
        _name + '_sequencer': lambda folder, parts, e=_engine: ways.by_sequencer(
            FULL, folder, e)})
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
    """make: function () that returns draw(). The times of `frames` frames."""
    begin = time.perf_counter()
    draw = make()
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
        if memory and len(times) % MEMORY_EVERY == 0:
            resident.append(resident_kib())
    for name, q in (('p50_ms', 0.5), ('p95_ms', 0.95), ('p99_ms', 0.99)):
        result[name] = round(quantile(times, q), 3)
    result['frames'] = len(times)
    if memory:
        result['rss_kib'] = resident
    return result


def bench(options):
    folder = tempfile.mkdtemp(
        prefix='effigy-bench-', dir='/dev/shm' if os.access('/dev/shm', os.W_OK) else None)
    parts = {}
    try:
        if options.way in SUBJECTS:
            pose = SUBJECTS[options.way]()
        else:
            pose = subjects.character(options.avatar)
        way = WAYS.get(options.way, WAYS['direct'])
        result = measure(lambda: way(folder, parts), pose, options.memory)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    result['parts'] = {name: round(quantile(part, 0.5), 3) for name, part in parts.items()}
    return {'way': options.way, 'opengl': compat.renderer_name(),
            'blender': bpy.app.version_string, **result}


def main(options):
    result = bench(options)
    with open(options.out, 'w', encoding='utf-8') as file:
        json.dump(result, file)
        file.write('\n')


if __name__ == '__main__':
    tool.register('bench_render.py', [
        ('way', {'choices': [*WAYS, *SUBJECTS]}), ('out', {'metavar': 'OUT.json'}),
        ('--memory', {'action': 'store_true', 'help': '20,000 frames, memory sampled'})], main)

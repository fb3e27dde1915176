"""Times the ways of getting pixels out of Blender, on one character.

    xvfb-run -a blender --factory-startup -noaudio -p 0 0 64 64 \\
        --python bench_render.py -- AVATAR.blend OUT.json [--library FILE] [--map FILE]

Every bound input changes each frame; 640x480; from setting the pose to having
the pixels (direct, view3d) or the file, in memory (the others). Writes

    {"direct": {"p50_ms": 6.1, "p95_ms": ..., "frames": ..., "parts": {...}},
     "view3d": {...}, "render_opengl": {...}, "render_eevee": {...}}

parts: medians of direct's steps, ms.
"""

import argparse
import json
import math
import os
import shutil
import sys
import tempfile
import time
import traceback

import bpy

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, HERE)

SIZE = 640, 480
WARM = 3
# Frames measured, and seconds after which no more are begun.
PLAN = {'direct': (300, 30.0), 'view3d': (30, 15.0), 'render_opengl': (20, 10.0),
        'render_eevee': (5, 20.0)}


def quantile(values, q):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


def poses(count):
    """Endless inputs, each different from the one before in every value."""
    frame = 0
    while True:
        frame += 1
        face = [0.5 + 0.5 * math.sin(0.37 * frame + k) for k in range(count - 7)]
        more = [0.2 * math.sin(0.11 * frame + k) for k in range(7)]
        yield face + more


def measure(name, step):
    """Run step until the plan's frames or seconds are used. {'p50_ms', ...}."""
    frames, seconds = PLAN[name]
    for _ in range(WARM if seconds > 20.0 else 1):
        step()
    times, begin = [], time.perf_counter()
    while len(times) < frames and time.perf_counter() - begin < seconds:
        before = time.perf_counter()
        step()
        times.append(1e3 * (time.perf_counter() - before))
    return {'p50_ms': round(quantile(times, 0.5), 3), 'p95_ms': round(quantile(times, 0.95), 3),
            'frames': len(times)}


def bench_direct(rig, inputs, target, evaluation):
    import direct
    renderer = direct.Direct(target, evaluation, lambda level, text: None)
    parts = {'pose': [], 'evaluate_upload': [], 'draw_read': []}

    def step():
        times = [time.perf_counter()]
        rig.apply(next(inputs))
        times.append(time.perf_counter())
        depsgraph = renderer.update()
        times.append(time.perf_counter())
        renderer.draw(depsgraph)
        times.append(time.perf_counter())
        for part, a, b in zip(parts.values(), times, times[1:]):
            part.append(1e3 * (b - a))

    result = measure('direct', step)
    result['parts'] = {name: round(quantile(p, 0.5), 3) for name, p in parts.items()}
    return result


def bench_view3d(rig, inputs, target, evaluation):
    import view3d
    renderer = view3d.View3D(target, evaluation, 'MATERIAL')

    def step():
        rig.apply(next(inputs))
        renderer.render()

    return measure('view3d', step)


def prepare_files(folder):
    """Uncompressed TIFF of the bench's size, in that folder."""
    scene = bpy.context.scene
    scene.render.resolution_x, scene.render.resolution_y = SIZE
    scene.render.resolution_percentage = 100
    scene.render.image_settings.file_format = 'TIFF'
    scene.render.image_settings.tiff_codec = 'NONE'
    scene.render.filepath = os.path.join(folder, 'frame')
    scene.render.use_file_extension = True


def bench_opengl(rig, inputs):
    import compat
    space, region = compat.view3d_space()
    space.shading.type = 'SOLID'
    space.region_3d.view_perspective = 'CAMERA'
    window = bpy.context.window_manager.windows[0]
    area = next(a for a in window.screen.areas if a.spaces.active == space)

    def step():
        rig.apply(next(inputs))
        with bpy.context.temp_override(window=window, area=area, region=region):
            bpy.ops.render.opengl(write_still=True, view_context=True)

    return measure('render_opengl', step)


def bench_eevee(rig, inputs):
    scene = bpy.context.scene
    engines = {e.identifier for e in scene.render.bl_rna.properties['engine'].enum_items}
    scene.render.engine = 'BLENDER_EEVEE' if 'BLENDER_EEVEE' in engines else 'BLENDER_EEVEE_NEXT'
    scene.eevee.taa_render_samples = 1

    def step():
        rig.apply(next(inputs))
        bpy.ops.render.render(write_still=True)

    return measure('render_eevee', step)


def bench(options):
    import camera
    import compat
    import evaluate
    import mapping
    import match
    import offscreen
    import rig as rigs
    import wire
    compat.prepare()
    problem = compat.open_file(options.avatar)
    if problem:
        raise SystemExit('cannot load %s: %s' % (options.avatar, problem))
    camera.ensure(bpy.context.scene)
    names = wire.coefficient_names(wire.load(options.library))
    bindings = mapping.parse(options.map, names + mapping.MORE_INPUTS)[0] if options.map else []
    rig = rigs.Rig(bindings + match.by_name(names, bindings), print)
    inputs = poses(len(names) + len(mapping.MORE_INPUTS))
    target, evaluation = offscreen.Offscreen(*SIZE), evaluate.Evaluation()
    memory = '/dev/shm' if os.access('/dev/shm', os.W_OK) else None
    folder = tempfile.mkdtemp(prefix='effigy-bench-', dir=memory)
    try:
        prepare_files(folder)
        return {'opengl': compat.renderer_name(), 'blender': bpy.app.version_string,
                'direct': bench_direct(rig, inputs, target, evaluation),
                'view3d': bench_view3d(rig, inputs, target, evaluation),
                'render_opengl': bench_opengl(rig, inputs),
                'render_eevee': bench_eevee(rig, inputs)}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    """Timer function: measures, writes, never returns."""
    parser = argparse.ArgumentParser(prog='bench_render.py')
    parser.add_argument('avatar', metavar='AVATAR.blend')
    parser.add_argument('out', metavar='OUT.json')
    parser.add_argument('--map', help='mapping text')
    parser.add_argument('--library', default=os.path.join(HERE, '../build/libeffigy_node.so'))
    status = 1
    try:
        options = parser.parse_args(sys.argv[sys.argv.index('--') + 1:])
        result = bench(options)
        with open(options.out, 'w', encoding='utf-8') as file:
            json.dump(result, file, indent=1)
            file.write('\n')
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

"""Runs inside Blender, for the tests of characters: loads file after file in one process.

    xvfb-run -a blender ... --python inside_blender.py -- JOB.json RESULT.json

JOB: [{"file": PATH, "poses": {NAME: {INPUT: VALUE}} or absent}]; with "pictures": FOLDER, the
pictures are kept. RESULT, for each: {"trouble"}, or {"warnings",
"bindings": [[input, kind, target, part, channel, gain, where]],
"left": counts of data blocks, "fall": {BONE: how far an arm's bone goes down, of its length},
"moved": {NAME: [pixels that differ from rest, x, y of their middle, 0..1]}}.
"""

import json
import os
import pathlib
import sys
import traceback

import bpy

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / 'blender-node/node'))
SIZE = 320, 240


def picture(np, rig, renderer, target, inputs):
    """Pixels as an array (240, 320, 3), the bottom row first."""
    rig.apply(inputs)
    renderer.render()
    return np.frombuffer(target.pixels(), np.uint8).reshape(*SIZE[::-1], 4)[:, :, :3].astype(int)


def motions(job, names, bindings):
    """Where the picture differs from rest, pose by pose."""
    from draw import direct
    from draw import evaluate
    import numpy as np
    from draw import offscreen
    from bind import rig as rigs
    target = offscreen.Offscreen(*SIZE)
    renderer = direct.Direct(target, evaluate.Evaluation(), lambda level, text: None)
    rig = rigs.Rig(bindings, lambda text: None)
    rest = picture(np, rig, renderer, target, [0.0] * len(names))
    out = {}
    for name, values in job.get('poses', {}).items():
        shown = picture(np, rig, renderer, target, [values.get(n, 0.0) for n in names])
        ys, xs = np.nonzero(np.abs(shown - rest).max(axis=2) > 12)
        middle = [float(xs.mean() / SIZE[0]), float(ys.mean() / SIZE[1])] if len(xs) else [0, 0]
        out[name] = [len(xs), *middle]
        if 'pictures' in job:
            save(job['pictures'], name, shown)
    if 'pictures' in job:
        save(job['pictures'], 'rest', rest)
    target.free()
    return out


def save(folder, name, shown):
    """For whoever looks: a PPM."""
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name + '.ppm'), 'wb') as file:
        file.write(b'P6 %d %d 255\n' % SIZE + bytes(shown[::-1].astype('uint8')))


def one(job):
    from load import loader
    from bind import mapping
    from bind import match
    from bind import names
    inputs = names.ARKIT + mapping.MORE_INPUTS
    out = {'warnings': loader.load(job['file'])}
    bindings = match.by_name(names.ARKIT, [])
    out['bindings'] = [[inputs[b.source], b.kind, b.target, b.part, b.channel, b.gain, b.where]
                       for b in bindings]
    out['fall'] = {b.name: (a.matrix_world.to_3x3() @ (b.head - b.tail)).normalized().z
                   for a in match.armatures() for b in a.pose.bones if b.name.startswith('arm.')}
    out['left'] = [len(bpy.data.objects), len(bpy.data.meshes), len(bpy.data.images)]
    out['moved'] = motions(job, inputs, bindings) if 'poses' in job else {}
    return out


def main():
    from trouble import Trouble
    jobs, result = sys.argv[sys.argv.index('--') + 1:]
    status, done = 1, []
    try:
        import compat
        compat.prepare()
        for job in json.loads(pathlib.Path(jobs).read_text()):
            try:
                done.append(one(job))
            except Trouble as trouble:
                done.append({'trouble': str(trouble)})
        pathlib.Path(result).write_text(json.dumps(done))
        status = 0
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    os._exit(status)


if __name__ == '__main__':
    bpy.app.timers.register(main, persistent=True)

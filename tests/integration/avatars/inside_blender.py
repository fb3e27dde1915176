"""Runs inside Blender, for the tests of characters: loads one file after the other in one process.

    xvfb-run -a blender ... --python inside_blender.py -- JOB.json RESULT.json

JOB: [{"file": PATH, "poses": {NAME: {INPUT: VALUE}} or absent}]; with "pictures": FOLDER, the
images are kept. RESULT, for each: {"trouble"}, or {"warnings",
"bindings": [[input, kind, target, part, channel, gain, where]],
"left": counts of data blocks, "fall": {BONE: how far an arm's bone goes down, of its length},
"moved": {NAME: [pixels that differ from rest, x, y of their middle, 0..1]},
"shift": {NAME: [x, y]}: from the middle of the pixels that are brighter than at rest to that of
those that are darker, which is where dark pupils have gone, 0..1}. A mapping text beside a file
counts.
"""

import json
import os
import pathlib
import sys

import bpy
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.dont_write_bytecode = True
sys.path[:0] = [str(ROOT / 'blender-node/node'), str(ROOT / 'tests/integration')]

import arkit  # noqa: E402
import character  # noqa: E402
import compat  # noqa: E402
import start  # noqa: E402
from bind import mapping, match, rig as rigs  # noqa: E402
from draw import direct, evaluate, offscreen  # noqa: E402
from inspection import png  # noqa: E402
from load import loader  # noqa: E402
from trouble import Trouble  # noqa: E402

SIZE = 320, 240


def picture(rig, renderer, target, inputs):
    """Pixels as an array (240, 320, 3), the bottom row first."""
    rig.apply(inputs)
    renderer.render()
    return png.pixels(target)[:, :, :3].astype(int)


def motions(job, names, bindings):
    """Where the image differs from rest, for each pose: "moved" and "shift"."""
    target = offscreen.Offscreen(*SIZE)
    renderer = direct.Direct(target, evaluate.Evaluation(), lambda level, text: None)
    rig = rigs.Rig(bindings, lambda text: None)
    # Smooth scenery, what never moved, is the same only once everything has moved.
    for share in (0.1, 0.0, 0.0):
        rest = picture(rig, renderer, target, [share] * len(names))
    moved, shift = {}, {}
    for name, values in job.get('poses', {}).items():
        shown = picture(rig, renderer, target, [values.get(n, 0.0) for n in names])
        different = np.abs(shown - rest).max(axis=2) > 12
        moved[name] = [int(different.sum()), *middle(different)]
        light = (shown - rest).sum(axis=2)
        shift[name] = [b - a for a, b in zip(middle(light > 60), middle(light < -60))]
        if 'pictures' in job:
            save(job['pictures'], name, shown)
    if 'pictures' in job:
        save(job['pictures'], 'rest', rest)
    target.free()
    return moved, shift


def middle(mask):
    """[x, y] of the middle of the pixels that are true, 0..1; 0 without any."""
    ys, xs = np.nonzero(mask)
    return [float(xs.mean() / SIZE[0]), float(ys.mean() / SIZE[1])] if len(xs) else [0.0, 0.0]


def save(folder, name, shown):
    """Save a PPM, for a person to look at."""
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name + '.ppm'), 'wb') as file:
        file.write(b'P6 %d %d 255\n' % SIZE + bytes(shown[::-1].astype('uint8')))


def one(job):
    inputs = arkit.NAMES + mapping.MORE_INPUTS
    out = {'warnings': loader.load(job['file'], arkit.NAMES)}
    bindings = character.find_bindings(loader.map_beside(job['file']), arkit.NAMES, print)
    out['bindings'] = [[inputs[b.source], b.kind, b.target, b.part, b.channel, b.gain, b.where]
                       for b in bindings]
    out['fall'] = {b.name: (a.matrix_world.to_3x3() @ (b.head - b.tail)).normalized().z
                   for a in match.armatures() for b in a.pose.bones if b.name.startswith('arm.')}
    out['left'] = [len(bpy.data.objects), len(bpy.data.meshes), len(bpy.data.images)]
    out['moved'], out['shift'] = motions(job, inputs, bindings) if 'poses' in job else ({}, {})
    return out


def main():
    jobs, result = start.arguments()
    compat.prepare()
    done = []
    for job in json.loads(pathlib.Path(jobs).read_text()):
        try:
            done.append(one(job))
        except Trouble as trouble:
            done.append({'trouble': str(trouble)})
    pathlib.Path(result).write_text(json.dumps(done))
    return 0


start.register(main)

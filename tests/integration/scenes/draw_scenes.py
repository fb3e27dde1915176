"""Runs inside Blender: draws each scene of direct_scenes.py by the direct renderer and by EEVEE.

    blender ... --python draw_scenes.py -- OUT.npz

OUT.npz contains NAME.direct, uint8 (H, W, 3), the top row first; NAME.more where a scene is drawn
again after changes; NAME.eevee unless EEVEE draws the scene differently.
"""

import ctypes
import math
import os
import sys

import bpy
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path[:0] = [HERE, os.path.join(HERE, "../../../blender-node/node")]

import compat  # noqa: E402
import start  # noqa: E402
from direct_scenes import OURS, SCENES, SIZE, empty  # noqa: E402
from draw import direct, evaluate, offscreen, opengl  # noqa: E402
from inspection import png  # noqa: E402


def picture(target):
    """(H, W, 3) of what was drawn, the top row first."""
    return png.pixels(target)[::-1, :, :3].copy()


def eevee():
    """(H, W, 3) of the scene drawn by EEVEE."""
    here = bpy.context.scene
    here.render.engine = "BLENDER_EEVEE" if bpy.app.version < (4, 2) else "BLENDER_EEVEE_NEXT"
    here.eevee.taa_render_samples = 4
    path = os.path.join(bpy.app.tempdir, "eevee.png")
    here.render.filepath = path
    bpy.ops.render.render(write_still=True)
    loaded = bpy.data.images.load(path)
    flat = np.empty(SIZE[0] * SIZE[1] * 4, np.float32)
    loaded.pixels.foreach_get(flat)
    bpy.data.images.remove(loaded)
    return (flat.reshape(SIZE[1], SIZE[0], 4)[::-1, :, :3] * 255.0 + 0.5).astype(np.uint8)


def draw(name, target):
    """{'direct': ..., 'more': ..., 'eevee': ...} of a scene."""
    empty()
    changes = SCENES[name]() or []
    renderer = direct.Direct(target, evaluate.Evaluation(), lambda level, text: None)
    renderer.render()
    pictures = {"direct": picture(target)}
    for change in changes:
        change()
        for _ in range(3):  # until the scenery is kept
            renderer.render()
        pictures["more"] = picture(target)
    if name not in OURS:
        pictures["eevee"] = eevee()
    return pictures


def left_behind(target):
    """How many Python objects 200 frames of a moving mesh leak."""
    empty()
    SCENES["modifiers"]()
    renderer = direct.Direct(target, evaluate.Evaluation(), lambda level, text: None)
    before = 0
    for frame in range(250):
        bpy.data.objects["Hook"].location.z = 0.01 * frame
        renderer.render()
        if frame == 49:
            before = sys.getallocatedblocks()
    return sys.getallocatedblocks() - before


def film(target, in_parts):
    """The still_behind_what_moves scene while a cube flies through the picture and out of it: yields
    each picture (H, W, 4), put together from what is read, and the share that was read."""
    empty()
    SCENES["still_behind_what_moves"]()
    cube = bpy.data.objects["Cube"]
    target.forget()
    renderer = direct.Direct(target, evaluate.Evaluation(), lambda level, text: None)
    whole = np.zeros((*SIZE[::-1], 4), np.uint8)
    is_available = opengl.is_available
    try:
        opengl.is_available = is_available if in_parts else lambda: False
        for frame in range(40):
            cube.location = (-6 + 0.3 * frame, 0.1 * frame - 2, math.sin(0.4 * frame))
            renderer.render()
            x, y, w, h = target.changed
            part = ctypes.string_at(target.address, 4 * w * h)
            whole[y:y + h, x:x + w] = np.frombuffer(part, np.uint8).reshape(h, w, 4)
            if frame % 3:
                renderer.prepare()
            yield whole.copy(), w * h / whole[..., 0].size
    finally:
        opengl.is_available = is_available


def parts(target):
    """How many pictures of the film differ when they are drawn and read in parts, and the median of
    the share that is read."""
    wanted = [picture for picture, _ in film(target, False)]
    made, shares = zip(*film(target, True))
    return [sum((a != b).any() for a, b in zip(wanted, made)), np.median(shares)]


def read_with_a_point_nowhere(target):
    """The Area that is read when a point of a moving mesh is not a number."""
    empty()
    SCENES["still_behind_what_moves"]()
    cube = bpy.data.objects["Cube"]
    renderer = direct.Direct(target, evaluate.Evaluation(), lambda level, text: None)
    for frame in range(5):
        cube.location.x = 0.1 * frame
        renderer.render()
    cube.data.vertices[0].co.x = math.nan
    cube.data.update()
    renderer.render()
    return target.changed


def main():
    compat.prepare()
    target = offscreen.Offscreen(*SIZE)
    pictures = {}
    for name in SCENES:
        for kind, pixels in draw(name, target).items():
            pictures[f"{name}.{kind}"] = pixels
    pictures["left_behind"] = np.array([left_behind(target)])
    pictures["parts"] = np.array(parts(target))
    pictures["nowhere"] = np.array(read_with_a_point_nowhere(target))
    np.savez(start.arguments()[0], **pictures)
    return 0


start.register(main)

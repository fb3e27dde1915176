"""Render the performer, Effigy's test face, which follows a known script.

    xvfb-run -a blender --factory-startup --python performer.py -- OUT_DIR
        [--size 640x480] [--fps 30] [--frames FIRST:END]

Writes OUT_DIR/performer.mp4 and OUT_DIR/performer.json, the ground truth: the
value of every expression in every frame of the whole clip.  Needs a window
for Blender's gpu module (hence Xvfb, not -b), numpy, and ffmpeg on the PATH.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import time

import bpy
import gpu
import numpy as np
from mathutils import Matrix
from mathutils.bvhtree import BVHTree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import performer_model as model         # noqa: E402
import performer_paint as paint         # noqa: E402
import performer_script as script       # noqa: E402
import performer_shader as shader       # noqa: E402
from performer_head import EYE_AXES     # noqa: E402

OVERSAMPLE = 1.5            # drawn this much larger, then averaged: no stairs
CAMERA = (0.0, -3.0, 82.0)  # cm, place of the scene camera
VIEW_HEIGHT = 39.0          # cm seen from top to bottom at the head's middle
VIEW_CENTRE = -3.6          # y (cm) in the image's middle
CRF = "16"
SQUARE = ((0, 0), (1, 0), (1, 1), (0, 0), (1, 1), (0, 1))


def options():
    """The options after Blender's own `--`."""
    given = sys.argv[sys.argv.index("--") + 1:] if "--" in sys.argv else []
    parser = argparse.ArgumentParser(prog="performer.py",
                                     description=__doc__.splitlines()[0])
    parser.add_argument("out_dir", help="folder to write to")
    parser.add_argument("--size", default="640x480", type=size_option,
                        help="WIDTHxHEIGHT of the clip (default: 640x480)")
    parser.add_argument("--fps", default=30, type=int,
                        help="frames a second (default: 30)")
    parser.add_argument("--frames", default=None, type=frames_option,
                        help="FIRST:END, to render these frames only")
    return parser.parse_args(given)


def pair(text, separator, form):
    """Two integers in the given form, such as 640x480."""
    try:
        first, second = (int(part) for part in text.split(separator))
    except ValueError:
        raise argparse.ArgumentTypeError(
            "must be %s in whole numbers, not %s" % (form, text)) from None
    return first, second


def size_option(text):
    """WIDTHxHEIGHT, both even (yuv420p), as a pair of ints."""
    width, height = pair(text, "x", "WIDTHxHEIGHT")
    if width < 64 or height < 64 or width % 2 or height % 2:
        raise argparse.ArgumentTypeError(
            "WIDTH and HEIGHT must be even and at least 64, not " + text)
    return width, height


def frames_option(text):
    """FIRST:END as a pair of ints."""
    first, end = pair(text, ":", "FIRST:END")
    if not 0 <= first < end:
        raise argparse.ArgumentTypeError(
            "FIRST must be at least 0 and less than END, not " + text)
    return first, end


def make_shader(name, vertex, fragment, inputs, smooth, uniforms, textures):
    """Compile one shader from its source and lists of (type, name)."""
    info = gpu.types.GPUShaderCreateInfo()
    between = gpu.types.GPUStageInterfaceInfo(name + "_between")
    for kind, label in smooth:
        between.smooth(kind, label)
    for slot, (kind, label) in enumerate(inputs):
        info.vertex_in(slot, kind, label)
    for kind, label in uniforms:
        info.push_constant(kind, label)
    for slot, label in enumerate(textures):
        info.sampler(slot, "FLOAT_2D", label)
    info.vertex_out(between)
    info.fragment_out(0, "VEC4", "out_colour")
    info.vertex_source(vertex)
    info.fragment_source(fragment)
    return gpu.shader.create_from_info(info)


def camera_matrix(size):
    """World (cm) to clip space, as a Matrix."""
    distance = CAMERA[2]
    near, far = distance - 45.0, distance + 45.0
    half = VIEW_HEIGHT / 2.0 / distance
    wide = half * size[0] / size[1]
    rise = (VIEW_CENTRE - CAMERA[1]) / distance     # lens shift, no tilt
    depth = (far + near) / (near - far)
    project = Matrix(((1 / wide, 0, 0, 0),
                      (0, 1 / half, rise / half, 0),
                      (0, 0, depth, 2 * far * near / (near - far)),
                      (0, 0, -1, 0)))
    return project @ Matrix.Translation([-c for c in CAMERA])


def rotation(values):
    """The head's 3x3 rotation: nod, then turn, then tilt."""
    return np.array(Matrix.Rotation(values["headRoll"], 3, "Z")
                    @ Matrix.Rotation(values["headYaw"], 3, "Y")
                    @ Matrix.Rotation(values["headPitch"], 3, "X"))


def gaze(values, side):
    """Where the iris of an eye lies on its ball: cm to the image's right and up."""
    out = (values["eyeLookOut" + side] - values["eyeLookIn" + side]) * script.LOOK_SIDE
    up = (values["eyeLookUp" + side] - values["eyeLookDown" + side]) * script.LOOK_UP
    return (EYE_AXES[0] * math.sin(out if side == "Left" else -out), EYE_AXES[1] * math.sin(up))


class Stage:
    """Everything the GPU needs to draw the performer, made once."""

    def __init__(self, size):
        self.size = tuple(round(side * OVERSAMPLE) for side in size)
        self.model = model.Model()
        triangles = self.model.triangles()
        tree = BVHTree.FromPolygons(self.model.rest.tolist(),
                                    triangles.tolist(), all_triangles=True)
        paint.soft_shadows(self.model, tree,
                           (model.FACE, model.SKIN, model.CLOTH))
        self.index = gpu.types.GPUIndexBuf(type="TRIS", seq=triangles)
        self.buffer = gpu.types.GPUOffScreen(*self.size)
        self.camera = camera_matrix(size)
        self.body = make_shader(
            "performer", shader.VERTEX, shader.FRAGMENT,
            (("VEC3", "pos"), ("VEC3", "nrm"), ("VEC3", "coord"),
             ("VEC4", "info")),
            (("VEC3", "v_point"), ("VEC3", "v_normal"), ("VEC3", "v_coord"),
             ("VEC4", "v_info")),
            (("MAT4", "u_camera"), ("VEC4", "u_eye"), ("VEC2", "u_lids"),
             ("VEC4", "u_gaze")), ("u_face",))
        self.wall = make_shader("wall", shader.WALL_VERTEX,
                                shader.WALL_FRAGMENT, (("VEC2", "pos"),),
                                (("VEC2", "v_place"),), (), ())
        self.face = self._texture(paint.face_map())
        self.format = gpu.types.GPUVertFormat()
        for name, count in (("pos", 3), ("nrm", 3), ("coord", 3),
                            ("info", 4)):
            self.format.attr_add(id=name, comp_type="F32", len=count,
                                 fetch_mode="FLOAT")
        self.wall_batch = self._wall_batch()
        self.pixels = gpu.types.Buffer(
            "UBYTE", self.size[0] * self.size[1] * 4)

    @staticmethod
    def _texture(picture):
        """A float picture (rows, columns, 4) as a texture."""
        rows, columns = picture.shape[:2]
        data = gpu.types.Buffer("FLOAT", picture.size, picture.ravel())
        return gpu.types.GPUTexture((columns, rows), format="RGBA16F",
                                    data=data)

    @staticmethod
    def _wall_batch():
        """Two triangles over the whole picture."""
        layout = gpu.types.GPUVertFormat()
        layout.attr_add(id="pos", comp_type="F32", len=2, fetch_mode="FLOAT")
        points = gpu.types.GPUVertBuf(layout, len(SQUARE))
        points.attr_fill("pos", SQUARE)
        return gpu.types.GPUBatch(type="TRIS", buf=points)

    def _batch(self, values):
        """The posed performer, ready to draw."""
        points = self.model.pose(values, rotation(values))
        filled = gpu.types.GPUVertBuf(self.format, len(points))
        filled.attr_fill("pos", np.ascontiguousarray(points))
        filled.attr_fill("nrm", np.ascontiguousarray(
            self.model.normals(points)))
        filled.attr_fill("coord", self.model.coord)
        filled.attr_fill("info", self.model.info)
        return gpu.types.GPUBatch(type="TRIS", buf=filled, elem=self.index)

    def draw(self, values):
        """Draw one frame; returns its RGBA bytes, lowest row first."""
        batch = self._batch(values)
        with self.buffer.bind():
            screen = gpu.state.active_framebuffer_get()
            screen.clear(color=(0.3, 0.3, 0.3, 1.0), depth=1.0)
            gpu.state.depth_test_set("LESS_EQUAL")
            gpu.state.depth_mask_set(True)
            gpu.state.blend_set("NONE")
            self.body.bind()
            self.body.uniform_float("u_camera", self.camera)
            self.body.uniform_float("u_eye", (*CAMERA, 0.0))
            self.body.uniform_float("u_lids", (values["eyeBlinkLeft"],
                                               values["eyeBlinkRight"]))
            self.body.uniform_float("u_gaze", (*gaze(values, "Left"), *gaze(values, "Right")))
            self.body.uniform_sampler("u_face", self.face)
            batch.draw(self.body)
            self.wall.bind()
            self.wall_batch.draw(self.wall)
            screen.read_color(0, 0, *self.size, 4, 0, "UBYTE",
                              data=self.pixels)
        return self.pixels


def encoder(path, drawn, size, fps):
    """An ffmpeg child that takes raw RGBA frames, lowest row first."""
    command = ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo",
               "-pix_fmt", "rgba", "-s", "%dx%d" % drawn, "-r", str(fps),
               "-i", "-", "-vf",
               "vflip,scale=%d:%d:flags=area:out_color_matrix=bt601" % size,
               "-c:v", "libx264", "-preset", "fast", "-crf", CRF,
               "-pix_fmt", "yuv420p", "-movflags", "+faststart", path]
    return subprocess.Popen(command, stdin=subprocess.PIPE)


def render(wanted):
    """Render the clip and write its ground truth."""
    started = time.monotonic()
    os.makedirs(wanted.out_dir, exist_ok=True)
    truth = script.ground_truth(wanted.fps, wanted.size)
    first, end = wanted.frames or (0, truth["frames"])
    if end > truth["frames"]:
        raise ValueError("--frames %d:%d: the clip has only %d frames" % (
            first, end, truth["frames"]))
    stage = Stage(wanted.size)
    print("performer: head made in %.1f s, drawing with %s" % (
        time.monotonic() - started, gpu.platform.renderer_get()), flush=True)
    path = os.path.join(wanted.out_dir, "performer.mp4")
    # This process's own name: another may render at the same time.
    unfinished = os.path.join(wanted.out_dir, "unfinished-%d.mp4" % os.getpid())
    child = encoder(unfinished, stage.size, wanted.size, wanted.fps)
    for frame in range(first, end):
        values = {name: curve[frame]
                  for name, curve in truth["curves"].items()}
        child.stdin.write(stage.draw(values))
        done, whole = frame + 1 - first, end - first
        if done * 10 // whole != (done - 1) * 10 // whole:
            print("performer: %3d %%, frame %d of %d, %.1f s" % (
                100 * done // whole, done, whole,
                time.monotonic() - started), flush=True)
    child.stdin.close()
    if child.wait() != 0:
        raise RuntimeError("ffmpeg failed with exit status %d while writing %s"
                           % (child.returncode, unfinished))
    with open(os.path.join(wanted.out_dir, "performer.json"), "w",
              encoding="utf-8") as out:
        json.dump(truth, out)
        out.write("\n")
    os.replace(unfinished, path)    # last: a clip is never without its truth


def main():
    """Run once Blender has a window (the gpu module needs its context)."""
    status = 1
    try:
        render(options())
        status = 0
    except SystemExit as stop:          # from argparse
        status = stop.code or 0
    except Exception as error:          # one line instead of a traceback
        print("performer: cannot render: %s: %s"
              % (type(error).__name__, error), file=sys.stderr)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)                # Blender would not exit by itself


if __name__ == "__main__":
    bpy.app.timers.register(main, first_interval=0.1)

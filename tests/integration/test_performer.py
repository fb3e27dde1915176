"""The performer of the demo: its eyes, in its known curves and in its pictures."""

import json
import math
import subprocess

import numpy
import pytest
from conftest import PERFORMER

WIDTH, HEIGHT = 640, 480
# Around each eye, in pixels: left, right, top, bottom.
EYES = ((252, 302, 176, 206), (338, 388, 176, 206))
DARK = 90
# Radians of an eye at 1, sideways, and up or down.
SIDE, UP = math.radians(30), math.radians(25)


@pytest.fixture(scope="module")
def truth():
    return json.loads(PERFORMER.with_suffix(".json").read_text())


@pytest.fixture(scope="module")
def curves(truth):
    return {name: numpy.array(values) for name, values in truth["curves"].items()}


def part(truth, name):
    """The frames of a part of the script."""
    there = next(s for s in truth["segments"] if s["name"] == name)
    return slice(there["from"], there["to"])


def test_both_eyes_look_the_same_way(curves):
    assert (curves["eyeLookOutLeft"] == curves["eyeLookInRight"]).all()
    assert (curves["eyeLookInLeft"] == curves["eyeLookOutRight"]).all()
    for way, other in (("Up", "Down"), ("Out", "In")):
        assert (curves[f"eyeLook{way}Left"] * curves[f"eyeLook{other}Left"] == 0).all()
    for way in ("Up", "Down"):
        assert (curves[f"eyeLook{way}Left"] == curves[f"eyeLook{way}Right"]).all()


def test_eyes_stay_on_the_camera_while_the_head_turns(truth, curves):
    side = SIDE * (curves["eyeLookOutLeft"] - curves["eyeLookInLeft"])
    down = UP * (curves["eyeLookDownLeft"] - curves["eyeLookUpLeft"])
    for name in ("neutral", "yaw", "pitch", "roll", "talking"):
        assert numpy.abs((side + curves["headYaw"])[part(truth, name)]).max() < 1e-4
        assert numpy.abs((down + curves["headPitch"])[part(truth, name)]).max() < 1e-4


def pupils(frame):
    """Where the dark of both eyes is in one frame of the clip: [(x, y)] in pixels."""
    data = subprocess.check_output(
        ["ffmpeg", "-nostdin", "-v", "error", "-i", PERFORMER, "-vf", f"select='eq(n,{frame})'",
         "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "gray", "-"])
    luma = numpy.frombuffer(data, numpy.uint8).reshape(HEIGHT, WIDTH)
    found = []
    for left, right, top, bottom in EYES:
        ys, xs = numpy.nonzero(luma[top:bottom, left:right] < DARK)
        assert len(xs) > 20
        found.append((xs.mean(), ys.mean()))
    return numpy.array(found)


@pytest.mark.parametrize("name, right, down", [
    ("eyeLookOutLeft", 1, 0), ("eyeLookInLeft", -1, 0), ("eyeLookUpLeft", 0, -1),
    ("eyeLookDownLeft", 0, 1)])
def test_pupils_of_the_clip_go_where_its_curves_say(name, right, down, truth, curves):
    gaze = part(truth, "gaze")
    frame = gaze.start + int(numpy.argmax(curves[name][gaze])) + 2
    assert curves[name][frame] > 0.6
    for x, y in pupils(frame) - pupils(10):
        assert right * x + down * y > (4 if right else 1)
        assert abs(down * x + right * y) < 1.5

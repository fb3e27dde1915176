"""Do the coefficients tell the truth? On modelled heads that no network was trained on: the normaliser as a
stage, fed with what the tracker found and read on films of them (truth/README.md)."""

import json
import math
import pathlib
import subprocess
import sys

import msgpack
import numpy
import pytest
import zmq
from conftest import BIN, ROOT

sys.path.insert(0, str(ROOT / "training"))

from expressions import NAMES  # noqa: E402

DATA = pathlib.Path(__file__).parent / "truth" / "heads.npz"
REST = 8  # frames
REPEATS = 5  # of the frames at rest, so that they last more than a second
READ = (("lids", 2), ("gaze", 4), ("brows", 4), ("mouth", 2), ("sure", 3))


def face(data, k, seq, t):
    """The k-th frame as a message. Each head is another source: learning starts again."""
    read, numbers = {}, data["read"][k].astype(float).tolist()
    for name, count in READ:
        read[name], numbers = numbers[:count], numbers[count:]
    w, h = data["size"][k].tolist()
    return msgpack.packb({
        "v": 1, "k": "face", "seq": seq, "t": t, "src": f"head{data['head'][k]}", "trace": [],
        "w": w, "h": h, "state": "tracked", "n": 1, "box": [0.0, 0.0, 1.0, 1.0], "score": 1.0,
        "pts": (data["pts"][k] / 10).tolist(), "read": read,
        "pitch": float(data["pitch"][k])}, use_single_float=True)


def send(endpoint, data):
    """Sends every head's frames. Returns the index of the frame of each message, -1: at rest."""
    push = zmq.Context.instance().socket(zmq.PUSH)
    push.connect(endpoint)
    shown, t = [], 0
    for head in numpy.unique(data["head"]):
        frames = numpy.flatnonzero(data["head"] == head)
        rest = frames[data["frame"][frames] < REST]
        moved = frames[data["frame"][frames] >= REST]
        for k in [*numpy.tile(rest, REPEATS), *moved]:
            shown.append(k if data["frame"][k] >= REST else -1)
            t += 133_000_000
            push.send(face(data, k, len(shown), t))
    push.send(msgpack.packb({"v": 1, "k": "end", "seq": len(shown) + 1, "t": t, "src": "head",
                             "trace": []}))
    push.close(linger=20000)
    return numpy.array(shown)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """(data, expressions) of the frames that are not at rest."""
    folder = tmp_path_factory.mktemp("truth")
    data = dict(numpy.load(DATA))
    endpoint, out = f"ipc://{folder}/faces", folder / "data.jsonl"
    stage = subprocess.Popen([BIN / "effigy-normaliser", "--in", endpoint, "--out", "none",
                              "--data", out, "--policy", "all"])
    shown = send(endpoint, data)
    assert stage.wait(60) == 0
    lines = [json.loads(line)["expression"] for line in out.read_text().splitlines()]
    assert len(lines) == len(shown)
    kept = shown >= 0
    return ({key: value[shown[kept]] for key, value in data.items()},
            [line for line, keep in zip(lines, kept) if keep])


def compared(told, name):
    """Truth, what is told, and its certainty, of a coefficient, both sides together: (3, n)."""
    data, lines = told
    return numpy.concatenate([
        (data["weights"][:, NAMES.index(ours)] / 255,
         [line["coeff"][name + side] for line in lines], [line["sure"][name + side] for line in lines])
        for ours, side in (((name + "_L", "Left"), (name + "_R", "Right"))
                           if name + "_L" in NAMES else ((name, ""),))], axis=1)


@pytest.mark.parametrize("name, least", [
    ("eyeBlink", 0.45), ("mouthSmile", 0.68), ("mouthUpperUp", 0.5), ("mouthFunnel", 0.6),
    ("jawOpen", 0.75), ("noseSneer", 0.68)])
def test_coefficients_follow_the_truth(name, least, told):
    true, shown, _ = compared(told, name)
    assert numpy.corrcoef(true, shown)[0, 1] > least


def test_what_is_certain_is_nearer_to_the_truth(told):
    ratios = []
    for name in ("eyeBlink", "browDown", "browOuterUp", "jawOpen", "mouthSmile", "mouthFunnel",
                 "mouthStretch", "mouthRollLower"):
        true, shown, sure = compared(told, name)
        certain = sure > numpy.median(sure)
        error = (shown - true) ** 2
        ratios.append(error[certain].mean() / error[~certain].mean())
    assert numpy.mean(ratios) < 0.75


def test_gaze_follows_the_truth(told):
    data, lines = told
    left = [line["coeff"]["eyeLookOutLeft"] - line["coeff"]["eyeLookInLeft"] for line in lines]
    up = [line["coeff"]["eyeLookUpLeft"] - line["coeff"]["eyeLookDownLeft"] for line in lines]
    true = data["look"].astype(float)
    assert numpy.corrcoef(left, true[:, 0])[0, 1] > 0.75
    assert numpy.corrcoef(up, true[:, 1])[0, 1] > 0.5


def angles(line):
    """Yaw and pitch, radians, of an expression's head."""
    x, y, z, w = line["head"]["q"]
    return (math.asin(max(-1, min(1, 2 * (w * y - x * z)))),
            math.atan2(2 * (w * x + y * z), 1 - 2 * (x * x + y * y)))


def test_the_head_turns_as_the_truth(told):
    data, lines = told
    yaw, pitch = numpy.array([angles(line) for line in lines]).T
    rotation = data["rotation"].astype(float)
    assert abs(numpy.corrcoef(yaw, rotation[:, 2])[0, 1]) > 0.92
    assert abs(numpy.corrcoef(pitch, rotation[:, 5])[0, 1]) > 0.82


def test_every_coefficient_is_a_share(told):
    for line in told[1]:
        assert all(0 <= value <= 1 for value in line["coeff"].values())
        assert all(0 <= value <= 1 for value in line["sure"].values())
        assert list(line["sure"]) == list(line["coeff"])

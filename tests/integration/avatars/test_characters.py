"""Checks each built character: every coefficient moves visible vertices, lids close, eyes look
where the person looks."""

import functools
import json
import subprocess
import tempfile

import pytest
from conftest import ROOT

AVATARS = sorted((ROOT / "build" / "avatars").glob("*.blend"))
PROBE = ROOT / "tests" / "integration" / "avatars" / "characters_probe.py"
# Of all meshes, and of those that change shape and are sent to the GPU in each frame.
VERTICES, MORPHING = 12_000, 6_000
# Vertices of a sample of about 200.
VISIBLE = 6


@functools.lru_cache(maxsize=None)
def probe(avatar):
    """What the probe measured of a .blend."""
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            ["blender", "-b", "--factory-startup", "-noaudio", "--python-exit-code", "1",
             "--python", PROBE, "--", avatar, avatar.with_suffix(".map"), f"{folder}/out.json"],
            capture_output=True, text=True, timeout=60)
        assert run.returncode == 0, run.stdout + run.stderr
        with open(f"{folder}/out.json", encoding="utf-8") as file:
            return json.load(file)


@pytest.fixture(params=AVATARS, ids=lambda path: path.stem)
def character(request):
    return probe(request.param)


def test_characters_are_built():
    assert {"voltage", "fox"} <= {path.stem for path in AVATARS}, "make avatars first"


def test_each_coefficient_is_bound_and_every_line_finds_its_target(character):
    assert not character["problems"]
    expected = set(character["seen"]) | {"headPitch", "headYaw", "headRoll", "breath"}
    assert len(character["seen"]) == 37
    assert not expected - set(character["bound"])


def test_each_coefficient_moves_visible_vertices(character):
    weak = {name: count for name, count in character["seen"].items() if count < VISIBLE}
    assert not weak


def test_closed_lids_cover_the_whole_eye_from_all_sides(character):
    eyes = character["eyes"]
    for turn in ("ahead", "left", "right", "up", "down"):
        opened, half, shut = (eyes[f"{turn} {lids}"] for lids in ("0", "0.5", "1"))
        assert opened > 300, turn
        assert 0.1 * opened < half < 0.8 * opened, turn
        # A ray may slip between two triangles.
        assert shut <= opened // 400, turn


@pytest.mark.parametrize("way, right, up", [
    ("right", 1, 0), ("left", -1, 0), ("up", 0, 1), ("down", 0, -1), ("half right", 0.5, 0),
    ("half up", 0, 0.5), ("right up", 1, 1), ("left down", -1, -1)])
def test_both_eyes_look_that_way_and_show_their_pupils(character, way, right, up):
    ends, eyes = character["gaze"], character["gaze"][way]
    for side, (seen, moved_right, moved_up) in eyes.items():
        # In a corner of the opening the lids cover more.
        assert seen >= (0.5 if right and up else 0.9), side
        # In radii of the ball: as far as a person's eye looks, or somewhat less.
        assert moved_right == pytest.approx(right * ends["right"][side][1], abs=0.04)
        assert moved_up == pytest.approx(up * abs(ends["up" if up > 0 else "down"][side][2]),
                                         abs=0.04)
    assert 0.3 < ends["right"]["L"][1] < 0.55 and 0.2 < ends["up"]["L"][2] < 0.45
    assert eyes["L"][1:] == pytest.approx(eyes["R"][1:], abs=0.01)


@pytest.mark.parametrize("way", ["ahead", "right", "left", "up", "down", "right up", "left down"])
def test_closed_lids_stay_closed_wherever_the_eyes_look(character, way):
    assert character["eyes"]["shut " + way] <= character["eyes"]["ahead 0"] // 400


def test_head_neck_and_shoulders_turn_by_different_shares(character):
    gains = [character["gains"][part] for part in ("head", "neck", "shoulders")]
    assert gains[0] > gains[1] > gains[2] > 0
    assert sum(gains) == pytest.approx(1.0, abs=0.05)


def test_vertices_are_finite_and_not_too_many(character):
    assert character["finite"]
    assert character["vertices"] <= VERTICES
    assert character["morphing"] <= MORPHING

"""Idle motion while the face is lost: breath and rare blinks, faded in and out, deterministic."""

import sys

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "blender-node/node"))

import idle  # noqa: E402

NAMES = ["eyeBlinkLeft", "eyeBlinkRight", "jawOpen", "headPitch", "headYaw", "headRoll", "breath"]
RATE = 30


def run(seconds, lost, life=None, start=0.0):
    """The inputs of each frame of that time."""
    life = life or idle.Idle(NAMES)
    frames = []
    for k in range(int(seconds * RATE)):
        values = [0.0] * len(NAMES)
        life.add(values, start + k / RATE, lost)
        frames.append(dict(zip(NAMES, values)))
    return frames


def blinks(frames):
    """How many times the lids came together."""
    shut = [frame["eyeBlinkLeft"] > 0.8 for frame in frames]
    return sum(now and not before for before, now in zip(shut, shut[1:]))


def test_tracked_face_has_no_idle_motion():
    assert all(value == 0 for frame in run(20, lost=False) for value in frame.values())


def test_lost_face_breathes_and_blinks_rarely():
    frames = run(60, lost=True)
    assert 8 <= blinks(frames) <= 14
    assert all(f["eyeBlinkLeft"] == f["eyeBlinkRight"] for f in frames)
    breath = [f["breath"] for f in frames[3 * RATE:]]
    assert min(breath) < 0.02 and max(breath) > 0.98
    assert max(abs(a - b) for a, b in zip(breath, breath[1:])) < 0.05
    assert 0.03 < max(abs(f["headYaw"]) for f in frames) < 0.06
    assert all(f["jawOpen"] == 0 for f in frames)


def test_idle_motion_fades_in_and_out():
    life = idle.Idle(NAMES)
    first = run(0.2, True, life)
    assert max(f["breath"] for f in first) < 0.05
    run(10, True, life, 0.2)
    back = run(idle.FADE_OUT + 0.1, False, life, 10.2)
    assert back[0]["breath"] > 0 or back[0]["headYaw"] != 0
    assert all(value == 0 for value in back[-1].values())


def test_a_renderer_that_gets_every_second_expression_shows_the_same():
    """Where several share the work, the share of idle motion comes with the expression."""
    shares = [min(1.0, k / 45) for k in range(60)] + [max(0.0, 1 - k / 12) for k in range(30)]

    def shown(every):
        life, frames = idle.Idle(NAMES), {}
        for k in range(0, len(shares), every):
            values = [0.0] * len(NAMES)
            life.add(values, k / RATE, k < 60, shares[k])
            frames[k] = values
        return frames

    alone = shown(1)
    assert all(alone[k] == pytest.approx(values, abs=1e-9) for k, values in shown(3).items())


def test_same_clip_gives_the_same_and_a_loop_is_harmless():
    assert run(30, True) == run(30, True)
    life = idle.Idle(NAMES)
    run(30, True, life)
    again = run(1, True, life, 0.0)  # the clip begins anew, its clock too
    assert all(0 <= f["breath"] <= 1 and 0 <= f["eyeBlinkLeft"] <= 1 for f in again)


@pytest.mark.parametrize("stretch", range(40))
def test_each_interval_has_one_whole_blink(stretch):
    times = [stretch * idle.BLINK_EVERY + k / 100 for k in range(int(100 * idle.BLINK_EVERY))]
    lids = [idle.blink(t) for t in times]
    assert max(lids) == 1 and lids[0] == 0 and lids[-1] == 0

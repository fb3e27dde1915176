"""The same recording gives the same output: the normaliser alone, on landmarks of the bundled performer.

With EFFIGY_RECORD=1 the two recordings beside this file are made anew; do that after a change of the
tracker, the normaliser or models/."""

import os
import pathlib

import pytest
from conftest import PERFORMER, pack, recorded

HERE = pathlib.Path(__file__).parent
FACES = HERE / "performer-faces.msgpack.zst"
EXPRESSIONS = HERE / "performer-expressions.msgpack.zst"
COUNT = 180
# Bytes are the same on one machine. Another processor may round the last bit of expf() and the like in
# another way (glibc chooses its code by the processor), and the filter carries that on.
ROUNDING = 1e-4


@pytest.fixture
def play(start, runtime):
    """play(path): sends the faces through a normaliser, and records there what it sends."""

    def run(path):
        recorder = start("record", "--edge", "expressions", path)
        normaliser = start("normaliser", "--policy", "all", "--out", "none",
                           "--tap", f"ipc://{runtime}/expressions.tap")
        replay = start("replay", "--policy", "all", "--speed", "max", FACES)
        for stage in (replay, normaliser, recorder):
            assert stage.wait() == 0, stage.log()
        return recorded(path)

    return run


@pytest.mark.skipif("EFFIGY_RECORD" not in os.environ, reason="only with EFFIGY_RECORD=1")
def test_record_anew(start, runtime, play):
    recorder = start("record", "--edge", "faces", FACES)
    tracker = start("tracker", "--policy", "all", "--out", "none",
                    "--tap", f"ipc://{runtime}/faces.tap")
    capture = start("capture", "--policy", "all", "--frames", COUNT, PERFORMER)
    for stage in (capture, tracker, recorder):
        assert stage.wait() == 0, stage.log()
    play(EXPRESSIONS)
    FACES.chmod(0o644)
    EXPRESSIONS.chmod(0o644)


def without_trace(messages):
    """The bytes of each message without its trace."""
    return [pack({key: value for key, value in message.items() if key != "trace"})
            for message in messages]


def test_two_runs_differ_in_the_trace_alone(play, tmp_path):
    first, second = play(tmp_path / "first"), play(tmp_path / "second")
    assert without_trace(first) == without_trace(second)
    assert [message["seq"] for message in first] == list(range(COUNT))
    assert {message["state"] for message in first} == {"tracked"}
    assert {tuple(hop[0] for hop in message["trace"]) for message in first} == {("replay", "normaliser")}
    assert first != second  # the times in their traces


def test_the_output_is_the_one_that_was_recorded(play, tmp_path):
    wanted = recorded(EXPRESSIONS)
    for told, now in zip(wanted, play(tmp_path / "expressions"), strict=True):
        assert (told["seq"], told["t"], told["state"]) == (now["seq"], now["t"], now["state"])
        for part in (told["coeff"], now["coeff"]), (told["sure"], now["sure"]), (told["head"], now["head"]):
            assert part[0].keys() == part[1].keys()
        assert now["coeff"] == pytest.approx(told["coeff"], abs=ROUNDING)
        assert now["sure"] == pytest.approx(told["sure"], abs=ROUNDING)
        for key in ("q", "t"):
            assert now["head"][key] == pytest.approx(told["head"][key], abs=ROUNDING)
    assert len(wanted) == COUNT
    # The performer opens her mouth and smiles there.
    assert max(message["coeff"]["jawOpen"] for message in wanted) > 0.5
    assert max(message["coeff"]["mouthSmileLeft"] for message in wanted) > 0.4

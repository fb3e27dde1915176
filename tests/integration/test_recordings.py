"""Record an edge, replay it into one stage alone."""

import json
import subprocess

import msgpack
from conftest import BIN, PERFORMER, clip, wait_for


def expressions_of(path):
    """seq -> expression of a --data file."""
    return {line["seq"]: line["expression"]
            for line in map(json.loads, path.read_text().splitlines())}


def test_replayed_faces_give_the_same_expressions(start, runtime):
    source = clip("speech/brbk7n.mpg")
    first, second = runtime / "first.jsonl", runtime / "second.jsonl"
    recorder = start("record", "--tap", f"ipc://{runtime}/faces.tap", runtime / "recording")
    normaliser = start("normaliser", "--policy", "all", "--out", "none", "--data", first)
    start("tracker", "--policy", "all", "--tap", f"ipc://{runtime}/faces.tap")
    start("capture", "--policy", "all", source)
    assert normaliser.wait(60) == 0
    assert recorder.wait(10) == 0
    with open(runtime / "recording", "rb") as recording:
        messages = list(msgpack.Unpacker(recording))
    assert [message["seq"] for message in messages] == list(range(len(messages)))
    assert {message["k"] for message in messages} == {"face"}

    normaliser = start("normaliser", "--policy", "all", "--out", "none", "--data", second)
    replay = start("replay", "--policy", "all", "--speed", "max", runtime / "recording")
    assert normaliser.wait(20) == 0
    assert replay.wait(20) == 0
    assert expressions_of(first) == expressions_of(second)
    assert len(expressions_of(first)) == len(messages) > 70


def test_record_and_replay_of_what_runs(effigy, runtime, tmp_path):
    effigy("up", "-d", EFFIGY_INPUT=str(PERFORMER), EFFIGY_LOOP="1", EFFIGY_SIZE="160x120",
           EFFIGY_RENDER_SIZE="160x120", EFFIGY_OUTPUT=str(tmp_path / "out.y4m"))
    wait_for(lambda: (runtime / "faces.tap").exists(), what="tap")
    recording = tmp_path / "faces.msgpack"
    process = subprocess.Popen([BIN / "effigy-record", "--count", "40", recording],
                               stderr=subprocess.DEVNULL)
    assert process.wait(30) == 0
    with open(recording, "rb") as file:
        assert len(list(msgpack.Unpacker(file))) == 40
    assert effigy("replay", recording, "normaliser", "--speed", "max").returncode == 0
    assert effigy("replay", recording, "capture", check=False).returncode == 2
    assert effigy("record", "nothing", recording, check=False).returncode == 2


def test_a_broken_recording_is_one_line(runtime, tmp_path):
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x81\xa1")
    result = subprocess.run([BIN / "effigy-replay", broken], capture_output=True, text=True,
                            check=False)
    assert result.returncode == 1
    assert str(broken) in result.stderr

"""Recording an edge, and replaying the recording into one stage."""

import json
import signal
import subprocess
import time

import msgpack
import pytest
from conftest import BIN, PATIENCE_S, PERFORMER, ROOT, clip, heed_interrupts, recorded, wait_for


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
    assert normaliser.wait() == 0
    assert recorder.wait() == 0
    messages = recorded(runtime / "recording")
    assert [message["seq"] for message in messages] == list(range(len(messages)))
    assert {message["k"] for message in messages} == {"face"}

    normaliser = start("normaliser", "--policy", "all", "--out", "none", "--data", second)
    replay = start("replay", "--policy", "all", "--speed", "max", runtime / "recording")
    assert normaliser.wait() == 0
    assert replay.wait() == 0
    assert expressions_of(first) == expressions_of(second)
    assert len(expressions_of(first)) == len(messages) > 70


@pytest.fixture
def faces(start, runtime):
    """A recording of the performer's first 60 faces: its path and its messages."""
    path = runtime / "recording"
    recorder = start("record", "--tap", f"ipc://{runtime}/faces.tap", path)
    normaliser = start("normaliser", "--policy", "all", "--out", "none")
    start("tracker", "--policy", "all", "--tap", f"ipc://{runtime}/faces.tap")
    start("capture", "--policy", "all", "--frames", "60", PERFORMER)
    assert normaliser.wait() == 0
    assert recorder.wait() == 0
    messages = recorded(path)
    assert len(messages) == 60
    return path, messages


def test_live_replay_delivers_or_counts_every_message(start, runtime, faces):
    path, messages = faces
    wanted, live = runtime / "wanted.jsonl", runtime / "live.jsonl"
    normaliser = start("normaliser", "--policy", "all", "--out", "none", "--data", wanted)
    assert start("replay", "--policy", "all", "--speed", "max", path).wait() == 0
    assert normaliser.wait() == 0
    wanted = expressions_of(wanted)
    assert list(wanted) == [message["seq"] for message in messages]

    normaliser = start("normaliser", "--out", "none", "--data", live)
    wait_for((runtime / "faces").exists, what="socket")
    replay = start("replay", path)
    assert replay.wait() == 0
    assert replay.stats()["out"] == len(messages)
    # Waits for the last message.
    wait_for(lambda: live.exists() and f'"seq":{messages[-1]["seq"]},' in live.read_text(),
             what="last frame")
    assert normaliser.stop() == 0
    got = expressions_of(live)
    first = min(got)
    # Under the policy latest, messages sent before the stages are connected are lost, and a busy machine
    # may drop some, which are counted. The others arrive in the order of the recording.
    assert list(got) == sorted(got) and set(got) <= set(wanted)
    assert len(got) + normaliser.stats()["dropped"] == len(messages) - first
    faces = {message["seq"]: message for message in recorded(path)}
    for line in map(json.loads, live.read_text().splitlines()):
        assert line["t"] == faces[line["seq"]]["t"]
        assert line["face"]["state"] == faces[line["seq"]]["state"]
        assert line["face"].get("pts") == pytest.approx(faces[line["seq"]].get("pts"), abs=0.01)


def said_of_a_recorder(path):
    """effigy record says once whose data this is; the header has the settings of the pipeline."""
    with subprocess.Popen([ROOT / "effigy", "record", "faces", path], text=True, stderr=subprocess.PIPE,
                          preexec_fn=heed_interrupts) as recorder:
        wait_for(lambda: path.exists() and path.stat().st_size > 2000, what="recording")
        recorder.send_signal(signal.SIGINT)
        assert recorder.stderr.read().count("personal data") == 1
    assert recorder.returncode == 0
    told = subprocess.run([ROOT / "effigy", "recording", "info", path], text=True, capture_output=True,
                          check=True).stdout
    assert "edge       faces" in told and "end        complete" in told
    assert f"EFFIGY_INPUT={PERFORMER}\n" in told and "EFFIGY_LOOP=1\n" in told
    assert "EFFIGY_RUNTIME" not in told


def test_record_and_replay_of_a_running_pipeline(effigy, runtime, sockets, tmp_path):
    effigy("up", "-d", EFFIGY_INPUT=str(PERFORMER), EFFIGY_LOOP="1", EFFIGY_SIZE="160x120",
           EFFIGY_RENDER_SIZE="160x120", EFFIGY_OUTPUT=str(tmp_path / "out.y4m"))
    wait_for(lambda: (runtime / "faces.tap").exists(), what="tap")
    recording = tmp_path / "faces.msgpack"
    process = subprocess.Popen([BIN / "effigy-record", "--count", "40", recording],
                               stderr=subprocess.DEVNULL)
    assert process.wait(PATIENCE_S) == 0
    said_of_a_recorder(tmp_path / "more")
    told = {message["seq"]: message["t"] for message in recorded(recording)}
    assert len(told) == 40
    tap = sockets.listen("expressions")
    msgpack.unpackb(tap.recv())  # the tap is connected
    assert effigy("replay", recording, "normaliser").returncode == 0
    ended, replayed = time.monotonic_ns(), []
    while tap.poll(2000):
        message = msgpack.unpackb(tap.recv())
        if message["trace"][0][0] == "replay":
            assert [hop[0] for hop in message["trace"]] == ["replay", "normaliser"]
            replayed.append((message["seq"], message["t"]))
        elif message["trace"][-1][3] > ended:
            break  # from the webcam, after the replay
    # Each at most once and in order. Under the policy latest, older ones may be dropped.
    assert replayed == sorted(set(replayed)) and set(replayed) <= set(told.items())
    assert len(replayed) > 5
    assert effigy("replay", recording, "capture", check=False).returncode == 2
    assert effigy("record", "nothing", recording, check=False).returncode == 2

"""A replay owns its edge: alone, from the moment on at which it is known that the recording fits."""

import json
import signal
import subprocess
import time

import msgpack
import pytest
from conftest import PATIENCE_S, PERFORMER, ROOT, face, pack, wait_for


@pytest.fixture
def recording(tmp_path):
    """Thirty faces, 40 ms each."""
    path = tmp_path / "faces.msgpack"
    path.write_bytes(b"".join(pack(face(seq)) for seq in range(30)))
    return path


@pytest.fixture
def live(effigy, runtime, tmp_path):
    """A running pipeline; state(stage) is what status tells of a stage."""
    effigy("up", "-d", EFFIGY_INPUT=str(PERFORMER), EFFIGY_LOOP="1", EFFIGY_SIZE="160x120",
           EFFIGY_RENDER_SIZE="160x120", EFFIGY_OUTPUT=str(tmp_path / "out.y4m"))

    def state(stage):
        told = json.loads(effigy("status", "--json").stdout)["stages"]
        return next(each for each in told if each["stage"] == stage)

    wait_for((runtime / "faces.tap").exists, what="tap")
    wait_for(lambda: state("tracker")["state"] == "RUNNING", what="tracker")
    wait_for((runtime / "faces").exists, what="normaliser")
    return state


@pytest.fixture
def replay():
    """replay(words): starts effigy replay; what still runs at the end is stopped."""
    started = []

    def run(*words):
        started.append(subprocess.Popen([ROOT / "effigy", "replay", *map(str, words)], text=True,
                                        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE))
        return started[-1]

    yield run
    for process in started:
        process.terminate()
        process.communicate(timeout=PATIENCE_S)


def source(tap):
    """The stage from which the next expression comes."""
    while tap.poll(0):
        tap.recv()
    return msgpack.unpackb(tap.recv())["trace"][0][0]


def test_a_recording_that_does_not_fit_stops_nothing(live, effigy, tmp_path, recording):
    before = live("tracker")["pid"]
    newer, render = tmp_path / "newer", tmp_path / "render"
    newer.write_bytes(pack({"recording": 2}) + recording.read_bytes())
    render.write_bytes(pack({"recording": 1, "edge": "render"}) + recording.read_bytes())
    for path in (newer, render, tmp_path / "none", tmp_path):
        result = effigy("replay", path, "normaliser", check=False)
        assert result.returncode == 1 and len(result.stderr.splitlines()) == 1, result.stderr
    assert live("tracker")["pid"] == before


@pytest.mark.parametrize("words", [["--speed", "fast"], ["--speed", "0"], ["--from", "x"], ["--from", "-1"],
                                   ["--from", "2", "--to", "1"], ["--to"], ["--backwards"]])
def test_a_wrong_option_is_one_line(words, effigy, runtime, recording):
    result = effigy("replay", recording, "normaliser", *words, check=False)
    assert result.returncode == 2 or "nothing is up" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_of_two_replays_one_gets_the_edge(live, effigy, replay, recording, sockets):
    both = [replay(recording, "normaliser", "--loop") for _ in range(2)]
    loser = wait_for(lambda: next((each for each in both if each.poll() is not None), None), what="loser")
    assert loser.returncode == 1 and "already replaced tracker" in loser.communicate()[1]
    winner = both[1 - both.index(loser)]
    assert winner.poll() is None
    assert str(winner.pid) in live("tracker")["comment"]
    # Killed, and another one at once: the tracker does not run between them, and runs after them.
    winner.kill()
    tap = sockets.listen("expressions")
    last = replay(recording, "normaliser", "--loop")
    wait_for(lambda: f"process {last.pid}" in live("tracker")["comment"], what="third replay")
    assert live("tracker")["state"] == "STOPPED"
    assert {source(tap) for _ in range(20)} == {"replay"}
    last.send_signal(signal.SIGTERM)
    assert last.wait(PATIENCE_S) == 130
    wait_for(lambda: source(tap) == "capture", what="live face")


def test_down_ends_a_replay_and_up_starts_its_own_stages(live, effigy, replay, recording):
    process = replay(recording, "normaliser", "--loop")
    wait_for(lambda: live("tracker")["state"] == "STOPPED", what="replay")
    effigy("down")
    assert process.wait(PATIENCE_S) == 1
    assert process.communicate()[1].splitlines()[-1].endswith("effigy was stopped, so the replay stops, too")
    time.sleep(1)
    assert effigy("status", check=False).returncode == 1

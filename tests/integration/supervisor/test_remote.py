"""The tracker on another machine: a network namespace behind a veth pair."""

import ipaddress
import os
import subprocess
import sys

import msgpack
import pytest
from conftest import BIN, PATIENCE_S, PERFORMER, processes_of, wait_for
from test_live import LIVE, status

# Different for each process, because other test runs may run at the same time. Each gets four
# addresses of 10.64.0.0/12.
PLACE = 4 * (os.getpid() % (1 << 18))
HERE, BOX = (str(ipaddress.ip_address("10.64.0.0") + PLACE + host) for host in (1, 2))
NAME = f"ef{os.getpid()}"


def run(*words):
    """Runs a command that must succeed."""
    subprocess.run(words, check=True, capture_output=True)


@pytest.fixture
def box():
    """The other machine: a namespace called NAME, with the address BOX."""
    near, far = NAME + "a", NAME + "b"
    try:
        run("ip", "netns", "add", NAME)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no network namespaces here (needs root and iproute2): {error}")
    try:
        run("ip", "link", "add", near, "type", "veth", "peer", "name", far)
        run("ip", "link", "set", far, "netns", NAME)
        run("ip", "addr", "add", f"{HERE}/30", "dev", near)
        run("ip", "link", "set", near, "up")
        for words in (["addr", "add", f"{BOX}/30", "dev", far],
                      ["link", "set", far, "up"], ["link", "set", "lo", "up"]):
            run("ip", "-n", NAME, *words)
        yield
    finally:
        subprocess.run(["ip", "netns", "del", NAME], check=False)
        subprocess.run(["ip", "link", "del", near], check=False, capture_output=True)


def test_tracker_on_another_machine(box, effigy, runtime, tmp_path):
    log = tmp_path / "tracker.log"
    with open(log, "wb") as file:
        tracker = subprocess.Popen(
            ["ip", "netns", "exec", NAME, BIN / "effigy-tracker", "--in",
             f"tcp://{BOX}:5551", "--out", f"tcp://{HERE}:5552", "--insecure-plaintext"],
            stderr=file, env={**os.environ, "EFFIGY_RUNTIME": str(tmp_path / "box")})
    try:
        settings = {**LIVE, "EFFIGY_FRAMES": f"tcp://{BOX}:5551",
                    "EFFIGY_FACES": f"tcp://{HERE}:5552",
                    "EFFIGY_OUTPUT": str(tmp_path / "out.y4m")}
        effigy("up", "-d", **{**settings, "EFFIGY_INSECURE_PLAINTEXT": "1"})
        # The normaliser receives faces from the other machine.
        rows = wait_for(lambda: faces_come(effigy, settings), what="faces from the other machine")
        assert rows["tracker"][0] == "UNKNOWN"  # there is no agent
        assert not any("effigy-tracker" in c for c in processes_of(runtime).values())
        assert "not encrypted" in log.read_text()
        assert "not encrypted" in effigy("logs", "capture", **settings).stdout
    finally:
        tracker.terminate()
        assert tracker.wait(PATIENCE_S) == 0


# Receives ten frames on the box, and prints what they are.
RECEIVER = """
import msgpack, sys, zmq
socket = zmq.Context().socket(zmq.PULL)
socket.bind(sys.argv[1])
for _ in range(10):
    frame = msgpack.unpackb(socket.recv())
    print(frame["fmt"], frame["w"], frame["h"], len(frame["data"]), flush=True)
"""


def test_frames_for_another_machine_are_small_and_those_of_the_tap_whole(box, start, runtime, sockets):
    receiver = subprocess.Popen(["ip", "netns", "exec", NAME, sys.executable, "-c", RECEIVER,
                                 f"tcp://{BOX}:5551"], stdout=subprocess.PIPE, text=True)
    start("capture", PERFORMER, "--loop", "--out", f"tcp://{BOX}:5551", "--insecure-plaintext",
          "--tap", f"ipc://{runtime}/frames.tap")
    tap = sockets.listen("frames")
    received = [line.split() for line in receiver.communicate(timeout=PATIENCE_S)[0].splitlines()]
    assert len(received) == 10
    for kind, w, h, size in received:
        assert (kind, w, h) == ("MJPG", "640", "480") and int(size) < 40_000
    whole = msgpack.unpackb(tap.recv())
    assert whole["fmt"] == "I420" and len(whole["data"]) == 640 * 480 * 3 // 2


def faces_come(effigy, settings):
    """The rows of effigy status once normaliser and sink have a frame rate, else False."""
    rows = status_of(effigy, settings)
    return all(rows.get(name, (0, 0, 0))[2] > 0 for name in ("normaliser", "sink")) and rows


def status_of(effigy, settings):
    """The rows of effigy status with these settings."""
    return status(lambda *command, check: effigy(*command, check=check, **settings))


def test_unencrypted_tcp_is_refused_by_default(effigy, runtime, tmp_path):
    settings = {**LIVE, "EFFIGY_FRAMES": f"tcp://{BOX}:5551",
                "EFFIGY_OUTPUT": str(tmp_path / "out.y4m")}
    result = effigy("up", "-d", check=False, **settings)
    assert result.returncode == 1
    assert "EFFIGY_INSECURE_PLAINTEXT" in result.stderr
    assert not processes_of(runtime)

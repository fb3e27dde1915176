"""The tracker on another machine: a network namespace behind a veth pair."""

import ipaddress
import os
import subprocess
import sys

import msgpack
import pytest
from conftest import BIN, PATIENCE_S, PERFORMER, ROOT, processes_of, wait_for
from keyrings import key_of, keys
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


@pytest.fixture
def there(box, effigy, tmp_path):
    """effigy on the other machine."""
    def run_there(*words, check=True, **settings):
        return subprocess.run(["ip", "netns", "exec", NAME, ROOT / "effigy", *words], check=check, text=True,
                              capture_output=True, env={**os.environ, "EFFIGY_BIN": str(BIN), **settings,
                                                        "EFFIGY_RUNTIME": str(tmp_path / "box")})

    (tmp_path / "box").mkdir(mode=0o700)
    yield run_there
    run_there("down", check=False)


def exchange_keys(tmp_path):
    """Settings with keys for the other machine and for this one, each of which knows the other."""
    there, here = tmp_path / "box.keys", tmp_path / "desk.keys"
    for folder in (there, here):
        keys(folder, "--new")
    keys(there, f"--allow={HERE}", f"--key={key_of(here)}")
    keys(here, f"--allow={BOX}", f"--key={key_of(there)}")
    return {"EFFIGY_KEYS": str(there)}, {"EFFIGY_KEYS": str(here)}


@pytest.mark.parametrize("faces_there, faces_here", [
    ("", ""),  # only the box is reached
    (f"tcp://{HERE}:5552", "tcp://*:5552"),
])
@pytest.mark.parametrize("keyed", [True, False])
def test_tracker_on_another_machine(keyed, faces_there, faces_here, there, effigy, runtime, tmp_path):
    plain = {"EFFIGY_INSECURE_PLAINTEXT": "1"}
    box, desk = exchange_keys(tmp_path) if keyed else (plain, plain)
    there("stage", "tracker", "-d", EFFIGY_FACES=faces_there, **box)
    settings = {**LIVE, "EFFIGY_FRAMES": f"tcp://{BOX}:5551", "EFFIGY_FACES": faces_here,
                "EFFIGY_OUTPUT": str(tmp_path / "out.y4m")}
    effigy("up", "-d", **settings, **desk)
    # The normaliser receives faces from the other machine.
    rows = wait_for(lambda: faces_come(effigy, settings), what="faces from the other machine")
    # So do the figures of the tracker, from its agent. The keys are those of the running pipeline.
    wait_for(lambda: status(effigy)["tracker"][2] > 0, what="figures of the tracker")
    assert not any("effigy-tracker" in c for c in processes_of(runtime).values())
    assert ("not encrypted" in there("logs", "tracker").stdout) != keyed
    assert ("not encrypted" in effigy("logs", "capture", **settings).stdout) != keyed
    assert list(status(there)) == ["tracker"]
    if not faces_here:
        listening = subprocess.run(["ss", "-Hltn", "sport = :5552"], check=True, capture_output=True, text=True).stdout
        assert listening == ""
    # The box is off the network, and comes again.
    before = rows["normaliser"][1]
    run("ip", "-n", NAME, "link", "set", NAME + "b", "down")
    wait_for(lambda: status_of(effigy, settings)["normaliser"][2] == 0, what="silence")
    run("ip", "-n", NAME, "link", "set", NAME + "b", "up")
    assert wait_for(lambda: faces_come(effigy, settings), what="faces again")["normaliser"][1] == before


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
    assert result.stderr.count("\n") == 1 and "needs keys" in result.stderr
    assert not processes_of(runtime)

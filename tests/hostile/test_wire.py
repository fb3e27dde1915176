"""Hostile peers: bytes that are not messages, multipart messages, floods, silence."""

import os
import pathlib
import random
import socket
import subprocess
import time

import msgpack
import pytest
import zmq
import zmtp
from conftest import AVATAR, EDGES, GOOD, PERFORMER, STAGES, head, pack, wait_for

# make test-hostile FRAMES=1000000 runs the long form.
FRAMES = int(os.environ.get("EFFIGY_TEST_FRAMES", 20000))
NEXT = {"tracker": "faces", "normaliser": "expressions", "blender-node": "render"}


def free_port():
    """A TCP port on which no process listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def control(seq):
    """A control message: one program reads the virtual camera."""
    return {**head("control", seq), "demand": 1}


def good_for(name, seq):
    """A message that the stage accepts."""
    return control(seq) if name == "capture" else GOOD[name](seq)


def resident_mb(pid):
    """The peak memory of the process in megabytes."""
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(text.split("VmHWM:")[1].split()[0]) // 1024


class Target:
    """A stage whose input is at an endpoint of the test, and a check that it works."""

    def __init__(self, name, start, sockets, context, runtime, endpoint, policy="latest"):
        self.name = name
        self.context = context
        self.endpoint = endpoint
        self.out = runtime / "out.y4m"
        self.output = sockets.pull(NEXT.get(name, "frames")) if name != "sink" else None
        arguments = {
            "capture": ["--on-demand", endpoint, "--loop", PERFORMER],
            "sink": ["--in", endpoint, "--policy", policy, "--size", "64x48", self.out],
            "blender-node": ["--in", endpoint, "--policy", policy, "--avatar", AVATAR, "--size",
                             "64x48"],
        }.get(name, ["--in", endpoint, "--policy", policy])
        self.stage = start(name, *arguments)
        self.socket = context.socket(zmq.PUSH)
        self.socket.connect(endpoint)

    def serves(self, seconds=120):
        """Sends valid messages until the stage sends one."""
        if self.output is None:
            before = self.stage.stats().get("in", 0)
            self._until(lambda: self.stage.stats().get("in", 0) > before, seconds)
            return
        while self.output.poll(0):
            self.output.recv()
        self._until(lambda: self.output.poll(20), seconds)
        self.output.recv()

    def _until(self, condition, seconds):
        deadline = time.monotonic() + seconds
        seq = 1000
        while not condition():
            assert self.stage.process.poll() is None, self.stage.log()
            assert time.monotonic() < deadline, f"no answer\n{self.stage.log()[-2000:]}"
            seq += 1
            try:
                self.socket.send(pack(good_for(self.name, seq)), zmq.DONTWAIT)
            except zmq.Again:
                pass
            time.sleep(0.02)


@pytest.fixture
def target(start, sockets, context, runtime):
    """Starts a stage as a target."""
    return lambda name, endpoint, policy="latest": Target(name, start, sockets, context, runtime,
                                                          endpoint, policy)


@pytest.mark.parametrize("name", STAGES)
def test_five_bytes_do_not_stop_a_stage(name, target):
    port = free_port()
    stage = target(name, f"tcp://127.0.0.1:{port}")
    stage.serves()
    for data in (b"\x01\x00\x02\x01\x41", b"\x01\x00\x02\x01\x41\x02\x01\x41\x02\x00\x41"):
        with zmtp.connect(port) as peer:
            peer.sendall(data)
            time.sleep(0.2)
    with zmtp.connect(port) as peer:
        zmtp.shake_hands(peer)
        peer.sendall(zmtp.part(b"A", more=True) * 3)
        time.sleep(0.2)
    stage.serves()
    assert stage.stage.stop() == 0


@pytest.mark.parametrize("name", STAGES)
def test_multipart_message_is_refused_and_does_not_stop_a_stage(name, target, runtime):
    stage = target(name, f"ipc://{runtime}/{EDGES.get(name, 'control')}")
    stage.serves()
    good = pack(good_for(name, 1))
    for parts in ([b"A", b"B"], [good, good], [b"", good], [b"x"] * 50, [b"junk", good]):
        for _ in range(5):
            stage.socket.send_multipart(parts)
    stage.serves()
    if name != "capture":
        wait_for(lambda: stage.stage.stats().get("bad", 0) >= 25, what="count of refusals")
    wait_for(lambda: "more than one part" in stage.stage.log(), what="line of why")
    assert stage.stage.stop() == 0


@pytest.mark.parametrize("name", STAGES)
def test_random_connections_and_frames_do_not_stop_a_stage(name, target):
    port = free_port()
    stage = target(name, f"tcp://127.0.0.1:{port}")
    stage.serves()
    good = pack(good_for(name, 5))
    seed = random.randrange(2**32)
    print("seed", seed)  # shown when the test fails
    for i in range(FRAMES // 10000):
        zmtp.attack(port, good, seed + i, connections=40, frames=500)
        assert stage.stage.process.poll() is None, stage.stage.log()[-2000:]
    stage.serves()
    if name != "capture":
        # Most of them reach the decoder.
        wait_for(lambda: stage.stage.stats().get("bad", 0) > FRAMES // 10, 20, "count of refusals")
    # At most one log line a second.
    assert stage.stage.log().count("\n") < 60 + FRAMES // 100
    assert stage.stage.stop() == 0


@pytest.mark.parametrize("name", ["tracker", "normaliser", "sink"])
def test_pings_after_a_full_queue_do_not_stop_a_stage(name, target):
    """libzmq 4.3.4 answers them when the queue has room again, on a closed connection."""
    port = free_port()
    stage = target(name, f"tcp://127.0.0.1:{port}")
    stage.serves()
    ping = b"\x04\x07\x04PING\x00\x0a"
    for _ in range(100):
        try:
            with zmtp.connect(port) as peer:
                zmtp.shake_hands(peer)
                peer.sendall((zmtp.part(b"") + ping) * 3000)
        except OSError:
            pass
    stage.serves()
    assert stage.stage.stop() == 0


@pytest.mark.parametrize("name", ["tracker", "sink"])
def test_unfinished_messages_use_bounded_memory(name, target):
    port = free_port()
    stage = target(name, f"tcp://127.0.0.1:{port}")
    stage.serves()
    before = resident_mb(stage.stage.process.pid)
    peers = []
    for _ in range(20):
        peer = zmtp.connect(port)
        peer.settimeout(1)
        try:
            zmtp.shake_hands(peer)
            peer.sendall(b"\x02" + (60 << 20).to_bytes(8, "big"))
            for _ in range(59):
                peer.sendall(bytes(1 << 20))
        except OSError:
            pass
        peers.append(peer)
    stage.serves()
    assert resident_mb(stage.stage.process.pid) - before < 8 * 64
    for peer in peers:
        peer.close()
    assert stage.stage.stop() == 0


def test_large_message_of_a_small_kind_is_refused(target):
    port = free_port()
    stage = target("normaliser", f"tcp://127.0.0.1:{port}")
    stage.serves()
    with zmtp.connect(port) as peer:
        zmtp.shake_hands(peer)
        with pytest.raises(OSError):
            for _ in range(100):
                peer.sendall(b"\x02" + (128 << 20).to_bytes(8, "big") + bytes(1 << 20))
    stage.serves()
    assert resident_mb(stage.stage.process.pid) < 200
    assert stage.stage.stop() == 0


def test_silent_peer_is_disconnected(target):
    port = free_port()
    stage = target("normaliser", f"tcp://127.0.0.1:{port}")
    stage.serves()
    with zmtp.connect(port) as silent, zmtp.connect(port) as half:
        half.sendall(zmtp.GREETING[:20])
        for peer in (silent, half):
            peer.settimeout(10)
            while peer.recv(100):
                pass
    assert stage.stage.stop() == 0


@pytest.mark.parametrize("endpoint", ["tcp://127.evil.example:5551", "tcp://localhost.evil:5551",
                                      "tcp://127.0.0.1.evil:5551"])
def test_host_name_that_looks_local_is_not_local(endpoint, start):
    stage = start("tracker", "--out", endpoint)
    assert stage.wait(10) == 1
    assert "needs keys" in stage.log()


def test_two_readers_with_policy_all_are_refused(start, runtime):
    stage = start("capture", "--policy", "all", "--out", f"ipc://{runtime}/a,ipc://{runtime}/b",
                  PERFORMER)
    assert stage.wait(10) == 1
    assert "one endpoint" in stage.log()


def test_foreign_sender_that_closes_at_once_loses_nothing(start, runtime, sockets):
    """120 expressions and an end, closed with linger, as pyzmq does it by default."""
    out = sockets.pull("render")
    stage = start("blender-node", "--policy", "all", "--avatar", AVATAR, "--size", "64x48")
    sender = subprocess.run(["/usr/bin/python3", "-c", f"""
import zmq, msgpack
context = zmq.Context()
push = context.socket(zmq.PUSH)
push.connect("ipc://{runtime}/expressions")
for seq in range(121):
    message = {{"v": 1, "k": "expression" if seq < 120 else "end", "seq": seq, "t": seq * 40000000,
               "src": "test", "trace": []}}
    if seq < 120:
        message.update(state="tracked", coeff={{}}, head={{"q": [0.0, 0.0, 0.0, 1.0],
                       "t": [0.0, 0.0, 0.0]}})
    push.send(msgpack.packb(message))
push.close()
context.term()
"""], check=True, timeout=60)
    assert sender.returncode == 0
    out.setsockopt(zmq.RCVTIMEO, 120000)
    seen = []
    while True:
        message = msgpack.unpackb(out.recv())
        if message["k"] == "end":
            break
        seen.append(message["seq"])
    out.close()
    assert seen == list(range(120))
    assert stage.wait(30) == 0

"""The wire from Python: golden vectors, and a stage in 30 lines."""

import json
import subprocess
import sys
import time

import msgpack
import pytest
from conftest import AVATAR, PATIENCE_S, PERFORMER, ROOT, expression, face, pack, wait_for

VECTORS = ROOT / "proto" / "vectors"


def from_json(value):
    """Turns the JSON form of a message into the message."""
    return bytes.fromhex(value["bin"]) if set(value) == {"bin"} else value


@pytest.mark.parametrize("path", sorted(VECTORS.glob("*/good-*.msgpack")), ids=lambda p: p.stem)
def test_vectors_are_read_and_written_byte_for_byte(path):
    message = json.loads(path.with_suffix(".json").read_text(), object_hook=from_json)
    assert msgpack.unpackb(path.read_bytes()) == message
    assert msgpack.packb(message, use_single_float=True) == path.read_bytes()
    assert list(msgpack.unpackb(path.read_bytes())) == list(message)


def test_a_python_stage_replaces_the_normaliser(start, runtime, sockets):
    render = sockets.pull("render")
    start("blender-node", "--policy", "all", "--avatar", AVATAR, "--size", "160x120")
    stage = subprocess.Popen([sys.executable, ROOT / "tests/integration/python_normaliser.py",
                              f"ipc://{runtime}/faces", f"ipc://{runtime}/expressions"])
    start("tracker", "--policy", "all")
    start("capture", "--policy", "all", "--frames", "40", PERFORMER)
    pictures = []
    while True:
        message = msgpack.unpackb(render.recv())
        if message["k"] == "end":
            break
        assert message["k"] == "render"
        assert [hop[0] for hop in message["trace"]] == ["capture", "tracker", "blender-node"]
        pictures.append(message["data"])
    render.close()
    assert len(pictures) == 40
    # The performer opens the jaw within the first 1.5 seconds, and so does the character.
    assert len(set(pictures)) > 3
    assert stage.wait(PATIENCE_S) == 0


def face_of(seq, sent_ns, worked_ns):
    """A face of this host's capture, on which the tracker worked for that time."""
    with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
        host = file.read(8)
    return {**face(seq), "src": host, "t": sent_ns, "trace": [
        ["capture", host, sent_ns, sent_ns], ["tracker", host, sent_ns, sent_ns + worked_ns]]}


@pytest.mark.parametrize("worked_s, options, used", [
    (0, ["--max-age", "9000"], False), (99, ["--max-age", "9000"], True), (0, ["--max-age", "0"], True),
    (0, ["--policy", "all"], True)])
def test_what_waited_for_too_long_is_not_used(worked_s, options, used, start, sockets):
    """A face of 100 seconds ago is dropped, unless a stage worked on it most of that time."""
    output = sockets.pull("expressions")
    stage = start("normaliser", *options)
    push = sockets.push("faces")
    push.send(pack(face_of(1, time.monotonic_ns() - 100_000_000_000, worked_s * 1_000_000_000)))
    if not used:
        wait_for(lambda: stage.stats().get("dropped") == 1, what="dropped face")
        assert stage.stats()["note"] == "what arrives is too old"
        assert "had waited for 100" in stage.log() and "too slow" in stage.log()
        push.send(pack(face_of(2, time.monotonic_ns(), 0)))
    assert msgpack.unpackb(output.recv())["seq"] == (1 if used else 2)


def test_every_part_of_an_expression_reaches_the_picture(start, sockets, tmp_path):
    """Coefficients, rotations and positions of the head change the picture; nothing else does."""
    rest = {"q": [0.0, 0.0, 0.0, 1.0], "t": [0.0, 0.0, 0.0]}
    # "speaking" comes first: after the first movement the renderer keeps the background as a picture,
    # which changes the edges a little.
    heads = {"speaking": rest, "rest": rest, "turned": {**rest, "q": [0.0, 0.2588, 0.0, 0.9659]},
             "nodding": {**rest, "q": [0.1736, 0.0, 0.0, 0.9848]},
             "tilted": {**rest, "q": [0.0, 0.0, 0.1736, 0.9848]},
             "beside": {**rest, "t": [0.4, 0.0, 0.0]}, "above": {**rest, "t": [0.0, 0.4, 0.0]},
             "nearer": {**rest, "t": [0.0, 0.0, 0.4]}, "blinking": rest, "looking": rest,
             "again": rest}
    coefficients = {"speaking": {"jawOpen": 1.0}, "blinking": {"eyeBlinkLeft": 1.0},
                    "looking": {"eyeLookOutLeft": 1.0, "eyeLookInRight": 1.0}}
    places = "".join(f"head{axis} bone Rig/head {move} 1\n"
                     for axis, move in (("X", "tx"), ("Y", "ty"), ("Z", "tz")))
    (tmp_path / "map").write_text(AVATAR.with_suffix(".map").read_text() + places)
    render = sockets.pull("render")
    start("blender-node", "--policy", "all", "--avatar", AVATAR, "--size", "160x120",
          "--effects", "off", "--map", tmp_path / "map")
    push = sockets.push("expressions")
    # All have the same time, so that the character does not move by itself.
    for seq, (name, place) in enumerate(heads.items()):
        push.send(pack({**expression(seq, coefficients.get(name)), "t": 0, "head": place}))
    pictures = {}
    for seq, name in enumerate(heads):
        message = msgpack.unpackb(render.recv())
        assert (message["k"], message["seq"], message["t"]) == ("render", seq, 0)
        pictures[name] = message["data"]
    assert pictures.pop("again") == pictures["rest"]
    assert len(set(pictures.values())) == len(pictures)

"""The wire, from Python: golden vectors, and a stage in 30 lines."""

import json
import subprocess
import sys

import msgpack
import pytest
from conftest import AVATAR, PATIENCE_S, PERFORMER, ROOT

VECTORS = ROOT / "proto" / "vectors"


def from_json(value):
    """JSON to the message it stands for."""
    return bytes.fromhex(value["bin"]) if set(value) == {"bin"} else value


@pytest.mark.parametrize("path", sorted(VECTORS.glob("good-*.msgpack")), ids=lambda p: p.stem)
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
    # The performer opens the jaw within the first second and a half; the character with it.
    assert len(set(pictures)) > 3
    assert stage.wait(PATIENCE_S) == 0

"""Invalid messages, wrong options, missing files: one clear line, and the next good message is used."""

import os
import random
import struct
import subprocess

import msgpack
import pytest
import zmq
from conftest import (AVATAR, BIN, EDGES, GOOD, PATIENCE_S, PERFORMER, ROOT, STAGES, frame, head,
                      pack, wait_for)

NEXT = {"tracker": "faces", "normaliser": "expressions", "blender-node": "render"}
OUT = {"tracker": "face", "normaliser": "expression", "blender-node": "render"}
OPTIONS = {"tracker": [], "normaliser": [], "blender-node": ["--avatar", AVATAR, "--size", "64x48"]}
PROGRAMS = sorted(p.name for p in BIN.glob("effigy-*") if not p.name.startswith("effigy-bench"))


def hostile_messages():
    """Random, truncated and inconsistent messages, and the bad golden vectors."""
    rng = random.Random(1)
    good = pack(frame(1))
    yield from (path.read_bytes() for path in (ROOT / "proto/vectors").glob("*/bad-*.msgpack"))
    yield from (rng.randbytes(rng.randrange(1, 2000)) for _ in range(50))
    yield from (good[:rng.randrange(len(good))] for _ in range(20))
    yield pack({**frame(1), "w": 4096, "h": 4096})
    yield pack({**frame(1), "v": 9})
    yield pack({**frame(1), "k": "nonsense"})
    yield b"\x81\xa4data\xc6" + struct.pack(">I", 2**31) + b"x"


@pytest.mark.parametrize("name", sorted(NEXT))
def test_invalid_messages_are_dropped_and_the_next_good_one_is_used(name, start, sockets):
    output = sockets.pull(NEXT[name])
    stage = start(name, "--policy", "all", *OPTIONS[name])
    push = sockets.push(EDGES[name])
    count = 0
    for message in hostile_messages():
        push.send(message)
        count += 1
    push.send(pack({**GOOD[name](7), "unknown": {"key": [1]}}))
    while True:
        message = msgpack.unpackb(output.recv())
        if message["seq"] == 7:
            break
    assert message["k"] == OUT[name]
    # Some of the truncated messages may be complete messages of another kind: these are refused, too.
    wait_for(lambda: stage.stats().get("bad", 0) == count, what="number of refused messages")
    lines = [line for line in stage.log().splitlines() if "dropped a message" in line]
    assert 1 <= len(lines) <= 10
    assert stage.stop() == 0


def test_the_sink_continues_after_invalid_messages(start, runtime, sockets):
    out = runtime / "out.y4m"
    sink = start("sink", "--policy", "all", "--size", "64x48", "--fps", "25", out)
    push = sockets.push("render")
    for message in hostile_messages():
        push.send(message)
    for seq in range(3):
        push.send(pack(frame(seq, kind="render")))
    push.send(pack(head("end", 3)))
    assert sink.wait() == 0
    assert out.read_bytes().count(b"FRAME\n") == 3


@pytest.mark.parametrize("program", PROGRAMS)
def test_help_shows_defaults_and_wrong_options_exit_2(program):
    shown = subprocess.run([BIN / program, "--help"], capture_output=True, text=True, check=True)
    assert shown.stdout.startswith(f"Usage: {program}")
    assert "[" in shown.stdout and shown.stderr == ""
    for wrong in (["--nonsense"], ["--stats"], ["--policy", "some"], ["--size", "9x"]):
        result = subprocess.run([BIN / program, *wrong], capture_output=True, text=True,
                                check=False, timeout=PATIENCE_S)
        assert result.returncode == 2, wrong
        assert len(result.stderr.splitlines()) == 1 and program in result.stderr


@pytest.mark.parametrize("name", STAGES)
def test_a_link_to_another_machine_needs_keys(name, start, runtime):
    end = "--in" if name != "capture" else "--out"
    file = {"capture": [PERFORMER], "sink": [runtime / "x.y4m"],
            "blender-node": ["--avatar", AVATAR]}.get(name, [])
    stage = start(name, end, "tcp://192.0.2.1:5551", *file)
    assert stage.wait() == 1
    assert "tcp://192.0.2.1:5551 needs keys" in stage.log()


@pytest.mark.parametrize("name, arguments, words", [
    ("tracker", ["--model", "/nonexistent.dat"], ["/nonexistent.dat", "libdlib-data"]),
    ("tracker", ["--model", ROOT / "Makefile"], ["Makefile"]),
    ("blender-node", ["--avatar", "/nonexistent.blend"], ["/nonexistent.blend"]),
    ("blender-node", ["--avatar", ROOT / "Makefile"], ["Makefile"]),
    ("blender-node", ["--avatar", AVATAR, "--map", "/nonexistent.map"], ["/nonexistent.map"]),
    ("capture", ["/nonexistent.mp4"], ["/nonexistent.mp4"]),
    ("capture", [ROOT / "Makefile"], ["Makefile"]),
    ("sink", ["/nonexistent/out.mp4"], ["/nonexistent/out.mp4"]),
])
def test_missing_files_are_named_in_one_line(name, arguments, words, start, runtime):
    stage = start(name, *arguments)
    assert stage.wait() == 1
    errors = [line for line in stage.log().splitlines() if line.startswith("E:")]
    assert len(errors) == 1, stage.log()
    for word in words:
        assert word in errors[0]
    assert "Traceback" not in stage.log()


def test_capture_waits_for_a_missing_webcam(start, runtime):
    stage = start("capture", "/dev/video77")
    wait_for(lambda: "/dev/video77" in stage.log(), what="error about the webcam")
    assert stage.process.poll() is None
    assert stage.stop() == 0


def test_capture_waits_for_a_webcam_by_name(start, runtime):
    stage = start("capture", "camera:No Such Camera")
    wait_for(lambda: "no webcam named No Such Camera" in stage.log(), what="error about the webcam")
    assert stage.process.poll() is None
    assert stage.stop() == 0


@pytest.mark.parametrize("controls", ["", "gain", "gain=", "=1", "gain=1,", "gain=1,hue"])
def test_invalid_controls_exit_2(controls):
    result = subprocess.run([BIN / "effigy-capture", "--controls", controls, "/dev/video77"],
                            capture_output=True, text=True, check=False, timeout=PATIENCE_S)
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1 and "--controls takes NAME=VALUE" in result.stderr


def test_errors_in_a_mapping_are_reported_and_the_rest_is_used(start, runtime, sockets):
    mapping = runtime / "wrong.map"
    mapping.write_text("jawOpen shape Face/jawOpen value 1\n"
                       "jawWide shape Face/jawOpen value 1\n"
                       "jawOpen shape Face/noSuchKey value 1\n"
                       "jawOpen bone Rig/jaw rq 1\n"
                       "jawOpen bone Rig/jaw rx many\n")
    output = sockets.pull("render")
    stage = start("blender-node", "--policy", "all", "--avatar", AVATAR, "--map", mapping,
                  "--size", "64x48")
    push = sockets.push("expressions")
    push.send(pack(GOOD["blender-node"](0)))
    while msgpack.unpackb(output.recv())["k"] != "render":
        pass
    for line in (2, 3, 4, 5):
        assert stage.log().count(f"wrong.map:{line}:") == 1
    assert stage.stop() == 0


def test_sink_exits_with_0_when_standard_output_is_closed(start, runtime, sockets):
    read, write = os.pipe()
    sink = start("sink", "--size", "64x48", "-", stdout=write)
    os.close(write)
    os.read(read, 1000)
    os.close(read)
    assert sink.wait() == 0
    assert "E:" not in sink.log()


def test_sink_reports_a_full_disk_once(start, sockets):
    with open("/dev/full", "wb") as full:
        sink = start("sink", "--size", "64x48", "-", stdout=full)
        assert sink.wait() == 1
    errors = [line for line in sink.log().splitlines() if line.startswith("E:")]
    assert len(errors) == 1 and "space" in errors[0]


def test_unwritable_data_are_an_error(start, sockets):
    normaliser = start("normaliser", "--policy", "all", "--out", "none", "--data", "/dev/full")
    push = sockets.push("faces")
    for seq in range(3):
        push.send(pack(GOOD["normaliser"](seq)))
    push.send(pack(head("end", 3)))
    assert normaliser.wait() == 1
    assert "cannot write --data /dev/full: No space left on device" in normaliser.log()


def test_a_frame_larger_than_the_limit_is_refused(start, sockets, context):
    output = sockets.pull("faces")
    stage = start("tracker", "--policy", "all")
    push = sockets.push("frames")
    push.setsockopt(zmq.SNDHWM, 2)
    push.send(pack({**frame(0), "data": bytes(65 << 20)}))
    push.send(pack(frame(1)))
    assert msgpack.unpackb(output.recv())["seq"] == 1
    assert "larger than 64 MiB" in stage.log()


@pytest.mark.parametrize("stage, option, model", [
    ("tracker", "--face-reader", "face_reader"), ("normaliser", "--solver", "solver")])
@pytest.mark.parametrize("damage, reason", [
    (lambda data: data[:1000], "truncated"), (lambda data: b"", "empty"),
    (lambda data: data[:8] + b"\x09" + data[9:], "another version"),
    (lambda data: data[:-1] + bytes([data[-1] ^ 1]), "checksum"), (lambda data: data + b"x", "trailing"),
    (lambda data: b"not weights at all" * 9, "not a file of weights")])
def test_broken_weights_are_refused_in_one_line(stage, option, model, damage, reason, tmp_path):
    path = tmp_path / "some.weights"
    path.write_bytes(damage((ROOT / "models" / f"{model}.weights").read_bytes()))
    result = subprocess.run([BIN / f"effigy-{stage}", option, path, "--in", f"ipc://{tmp_path}/in",
                             "--out", f"ipc://{tmp_path}/out"], text=True, capture_output=True,
                            timeout=20, check=False)
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert str(path) in result.stderr and reason in result.stderr and option in result.stderr

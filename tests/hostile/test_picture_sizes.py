"""Images of extreme or false sizes: whatever a frame or a file declares, memory and time are bounded."""

import io
import os
import struct
import subprocess
import time
import zlib

import msgpack
import pytest
import zmq
from conftest import BIN, head, pack, wait_for

MEMORY_KB = 1 << 20  # a gigabyte: several times what any of these stages needs
ANSWER_S = 2


def picture(seq, fourcc, width, height, data, kind="frame"):
    return {**head(kind, seq), "fmt": fourcc, "w": width, "h": height, "data": data}


def grey(seq, width, height, kind="frame"):
    return picture(seq, "GREY", width, height, bytes([128]) * (width * height), kind)


def marker(code, body):
    return struct.pack(">BBH", 0xff, code, len(body) + 2) + body


def jpeg(width, height, scans=1, progressive=False):
    """A JPEG of that many empty scans, which the decoder fills with grey."""
    table = marker(0xdb, bytes([0]) + bytes([16]) * 64)
    code = bytes([0]) + bytes([1] + [0] * 15) + bytes([0])  # one code, of one bit
    huffman = marker(0xc4, code) + marker(0xc4, bytes([16]) + code[1:])
    begin = marker(0xc2 if progressive else 0xc0,
                   struct.pack(">BHHB", 8, height, width, 1) + bytes([1, 0x11, 0]))
    scan = marker(0xda, bytes([1, 1, 0, 0, 0 if progressive else 63, 0]))
    return b"\xff\xd8" + table + huffman + begin + scan * scans + b"\xff\xd9"


def png(path, width, height):
    """A grey PNG, which compresses to a few bytes."""
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(
            ">I", zlib.crc32(kind + body))

    packer, body = zlib.compressobj(1), io.BytesIO()
    row = bytes(width + 1)
    for _ in range(height):
        body.write(packer.compress(row))
    body.write(packer.flush())
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(
        ">IIBBBBB", width, height, 8, 0, 0, 0, 0)) + chunk(b"IDAT", body.getvalue()) + chunk(
            b"IEND", b""))
    return path


def peak_kb(process):
    """The peak memory of a process."""
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))


def ends_at_once(stage):
    begin = time.monotonic()
    assert stage.stop() == 0
    assert time.monotonic() - begin < ANSWER_S


SHAPES = [(1, 16384), (16384, 1), (2, 16000), (7, 16384), (16384, 3), (4000, 16384)]
JPEGS = [(16384, 16384, 1, False), (6000, 5000, 60, True), (6000, 5000, 60, False)]


@pytest.mark.parametrize("width, height", SHAPES)
def test_tracker_memory_is_bounded_for_any_image_size(width, height, start, sockets):
    faces = sockets.pull("faces")
    stage = start("tracker", "--policy", "all")
    push = sockets.push("frames")
    push.send(pack(grey(0, width, height)))
    assert msgpack.unpackb(faces.recv())["w"] == width
    assert peak_kb(stage.process) < MEMORY_KB
    # It handles signals while it works.
    for seq in range(1, 5):
        push.send(pack(grey(seq, width, height)))
    faces.recv()
    ends_at_once(stage)


@pytest.mark.parametrize("width, height, scans, progressive", JPEGS)
def test_tracker_refuses_jpegs_with_excessive_declared_sizes(width, height, scans, progressive, start,
                                                   sockets):
    faces = sockets.pull("faces")
    stage = start("tracker", "--policy", "all")
    push = sockets.push("frames")
    push.send(pack(picture(0, "MJPG", width, height, jpeg(width, height, scans, progressive))))
    assert msgpack.unpackb(faces.recv())["state"] == "lost"
    assert peak_kb(stage.process) < MEMORY_KB
    assert "cannot decode frame 0" in stage.log()
    assert "million pixels" in stage.log() or "scans" in stage.log()
    push.send(pack(grey(1, 64, 48)))
    assert msgpack.unpackb(faces.recv())["seq"] == 1
    ends_at_once(stage)


def test_drawing_a_face_across_a_huge_image_is_fast(context, runtime):
    """Landmarks from one corner to the other, as only a forged message has them."""
    taps = {edge: context.socket(zmq.XPUB) for edge in ("frames", "faces")}
    for edge, tap in taps.items():
        tap.setsockopt(zmq.RCVTIMEO, 20000)
        tap.bind(f"ipc://{runtime}/{edge}.tap")
    width, height = 8000, 5000
    with open(runtime / "out.y4m", "wb") as out, subprocess.Popen(
            [BIN / "effigy-annotate", "--policy", "all"], stdout=out) as process:
        try:
            for tap in taps.values():
                tap.recv()
            for seq in range(2):  # the first picture is written when the second one comes
                taps["frames"].send(pack(grey(seq, width, height)))
                taps["faces"].send(pack({
                    **head("face", seq), "w": width, "h": height, "state": "tracked", "n": 1,
                    "box": [0.0, 0.0, 8000.0, 5000.0], "score": 1.0,
                    "pts": [0.0, 0.0, 8000.0, 5000.0] * 34}))
            wait_for(lambda: os.fstat(out.fileno()).st_size > width * height, what="picture")
            process.terminate()
            assert process.wait(ANSWER_S) == 0
        finally:
            process.kill()


@pytest.mark.parametrize("width, height", [(1, 16384), (16384, 1), (2, 16000), (16384, 2700)])
def test_sink_memory_is_bounded_for_any_image_size(width, height, start, runtime, sockets):
    out = runtime / "out.y4m"
    stage = start("sink", "--size", "640x480", out)
    push = sockets.push("render")
    push.send(pack(grey(0, width, height, "render")))
    wait_for(lambda: stage.stats().get("in", 0) >= 1, what="picture")
    assert peak_kb(stage.process) < MEMORY_KB
    ends_at_once(stage)


@pytest.mark.parametrize("width, height", [(30000, 30000), (12000, 12000), (16000, 3000)])
def test_capture_refuses_frames_larger_than_a_message(width, height, start, tmp_path):
    file = png(tmp_path / "large.png", width, height)
    stage = start("capture", "--policy", "all", file, preexec_fn=limit_memory)
    assert stage.wait() == 1
    errors = [line for line in stage.log().splitlines() if line.startswith("E:")]
    assert len(errors) == 1 and "large.png" in errors[0]
    if width * height < 1 << 28:  # FFmpeg itself refuses larger ones
        assert "more than 44 million pixels" in errors[0]


def test_capture_memory_is_bounded_for_thin_frames(start, sockets, tmp_path):
    frames = sockets.pull("frames")
    stage = start("capture", "--policy", "all", png(tmp_path / "thin.png", 2, 16000),
                  preexec_fn=limit_memory)
    message = msgpack.unpackb(frames.recv())
    assert (message["w"], message["h"]) == (2, 16000)
    assert msgpack.unpackb(frames.recv())["k"] == "end"
    frames.close()
    assert stage.wait() == 0


def limit_memory():
    import resource
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_KB << 10, MEMORY_KB << 10))

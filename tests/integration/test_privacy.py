"""Camera pixels end at the tracker: they never reach the sink, and the sink never takes them."""

import subprocess

import msgpack
import pytest
from conftest import AVATAR, BIN, PERFORMER, STAGES, frame, head, pack, wait_for

CAMERA_LUMA = 200  # what a leaked frame would show; no card and no render here has it everywhere


def luma_planes(data, width, height):
    """The Y plane of each frame of a Y4M file."""
    size = width * height * 3 // 2
    body = data[data.index(b"\n") + 1:]
    while len(body) >= size + 6:
        yield body[6:6 + width * height]
        body = body[6 + size:]


@pytest.mark.parametrize("policy", ["latest", "all"])
def test_a_frame_sent_straight_to_the_sink_is_refused(policy, start, runtime, sockets):
    out = runtime / "out.y4m"
    sink = start("sink", "--policy", policy, "--size", "64x48", out)
    push = sockets.push("render")
    for seq in range(20):
        push.send(pack(frame(seq, value=CAMERA_LUMA)))
    if policy == "latest":
        wait_for(lambda: sink.stats().get("bad", 0) > 0, what="refusal")
        assert sink.stop() == 0
    else:
        push.send(pack(frame(20, kind="render", value=90)))
        push.send(pack(head("end", 21)))
        assert sink.wait() == 0
        assert sink.stats()["bad"] == 20
    assert "dropped a message" in sink.log()
    planes = list(luma_planes(out.read_bytes(), 64, 48))
    assert planes
    # A leaked frame is this one value in every pixel.
    assert all(set(plane) != {CAMERA_LUMA} for plane in planes)
    if policy == "all":
        assert [set(plane) for plane in planes] == [{90}]


def test_everything_the_sink_receives_in_a_run_is_render(start, runtime, sockets):
    faces, renders = sockets.listen("faces"), sockets.listen("render")
    sink = start("sink", "--policy", "all", "--size", "64x48", runtime / "out.y4m")
    start("blender-node", "--policy", "all", "--avatar", AVATAR, "--size", "64x48",
          "--tap", f"ipc://{runtime}/render.tap")
    start("normaliser", "--policy", "all")
    start("tracker", "--policy", "all", "--tap", f"ipc://{runtime}/faces.tap")
    start("capture", "--policy", "all", "--frames", "30", PERFORMER)
    for socket, kind in ((faces, "face"), (renders, "render")):
        for seq in range(30):
            message = msgpack.unpackb(socket.recv())
            assert (message["k"], message["seq"]) == (kind, seq)
            assert kind == "render" or not any(isinstance(v, bytes) for v in message.values())
        assert msgpack.unpackb(socket.recv())["k"] == "end"
        socket.close()
    assert sink.wait() == 0
    assert sink.stats()["in"] == sink.stats()["out"] == 30
    assert sink.stats()["bad"] == 0


def test_the_annotated_picture_is_no_message(start, runtime, sockets):
    """What effigy-annotate writes, sent as it is to the sink, is refused."""
    sink = start("sink", "--size", "64x48", runtime / "out.y4m")
    push = sockets.push("render")
    push.send(b"YUV4MPEG2 W64 H48 F30:1 Ip C420jpeg\nFRAME\n" + bytes(64 * 48 * 3 // 2))
    wait_for(lambda: sink.stats().get("bad") == 1, what="refusal")


@pytest.mark.parametrize("name", [name for name in STAGES if name not in ("capture", "tracker")])
def test_no_later_stage_links_what_opens_a_camera(name):
    shown = subprocess.run(["ldd", BIN / f"effigy-{name}"], capture_output=True, text=True,
                           check=True).stdout
    assert "libv4l2.so" not in shown and "libdlib" not in shown


def test_the_sink_has_no_tap_and_no_way_on():
    shown = subprocess.run([BIN / "effigy-sink", "--help"], capture_output=True, text=True,
                           check=True).stdout
    assert "--tap" not in shown and "--out " not in shown

"""EFFIGY_ON_DEMAND: the input is open only while a program reads the virtual camera."""

import time

import msgpack
import zmq
from conftest import BIN, PERFORMER, head, pack, wait_for


def control(demand):
    """A control message of the sink."""
    return pack({**head("control", 0), "demand": demand})


def frames_within(socket, seconds):
    """The number of frames received in that time."""
    count, until = 0, time.monotonic() + seconds
    while socket.poll(max(0, int(1000 * (until - time.monotonic())))):
        assert msgpack.unpackb(socket.recv())["k"] == "frame"
        count += 1
    return count


def fall_silent(socket):
    """Waits until no frame has arrived for a second."""
    wait_for(lambda: frames_within(socket, 1) == 0, what="silence")


def test_capture_is_off_until_a_program_reads(start, runtime, sockets, context):
    frames = sockets.pull("frames")
    capture = start("capture", "--loop", "--on-demand", f"ipc://{runtime}/control", PERFORMER)
    sink = context.socket(zmq.PUSH)
    sink.connect(f"ipc://{runtime}/control")
    wait_for(lambda: capture.stats().get("note") == "off: nobody watches", what="rest")
    assert frames_within(frames, 1) == 0
    sink.send(control(1))
    assert msgpack.unpackb(frames.recv())["k"] == "frame"
    for _ in range(4):
        assert msgpack.unpackb(frames.recv())["k"] == "frame"
    wait_for(lambda: capture.stats()["note"] == "file", what="pictures")
    sink.send(control(0))
    wait_for(lambda: capture.stats()["note"] == "off: nobody watches", what="rest")
    fall_silent(frames)
    # A sink that sends nothing for a while has exited, so no program reads.
    sink.send(control(2))
    wait_for(lambda: capture.stats()["note"] == "file", what="pictures")
    wait_for(lambda: capture.stats()["note"] == "off: nobody watches", what="rest")
    # Invalid control messages change nothing.
    sink.send(b"\xc1 nonsense")
    sink.send(pack({**head("control", 1), "demand": -1}))
    fall_silent(frames)
    assert "dropped a control message" in capture.log()
    assert capture.stop() == 0


def test_the_whole_pipeline_rests_while_no_program_reads(effigy, runtime):
    """The device does not exist, so no program reads it."""
    effigy("up", "-d", EFFIGY_INPUT=str(PERFORMER), EFFIGY_LOOP="1", EFFIGY_BIN=str(BIN),
           EFFIGY_OUTPUT="/dev/video77", EFFIGY_ON_DEMAND="1", EFFIGY_RENDER_SIZE="160x120")

    def resting():
        shown = effigy("status").stdout
        return "off: nobody watches" in shown and "resting" in shown and \
            shown.count("RUNNING") == 5 and shown
    wait_for(resting, what="pipeline at rest")
    # Blender drew once at the start. Since then the picture is only sent again, once a second.
    time.sleep(3)
    assert resting()
    effigy("down")

"""Y4M on a pipe: the sink and annotate end on SIGTERM although their reader does not read."""

import fcntl
import os
import struct
import subprocess
import termios
import threading

import pytest
import zmq

from conftest import BIN, face, frame, pack, wait_for


def waiting(pipe):
    """Bytes that lie in the pipe unread."""
    return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0\0\0\0"))[0]


def is_full(pipe):
    """Whether the pipe's writer has to wait for its reader."""
    return waiting(pipe) > fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ) - 8192


@pytest.fixture
def taps(context, runtime):
    """Sends frames and faces on both taps, again and again."""
    sockets = {edge: context.socket(zmq.XPUB) for edge in ("frames", "faces")}
    for edge, socket in sockets.items():
        socket.setsockopt(zmq.XPUB_VERBOSE, 1)
        socket.bind(f"ipc://{runtime}/{edge}.tap")
    stop = threading.Event()

    def send():
        seq = 0
        while not stop.wait(0.01):
            sockets["frames"].send(pack(frame(seq, 640, 480)))
            sockets["faces"].send(pack(face(seq)))
            seq += 1
    sender = threading.Thread(target=send)
    sender.start()
    yield
    stop.set()
    sender.join()


@pytest.mark.parametrize("command", [["effigy-sink", "-"], ["effigy-annotate"],
                                     ["effigy-annotate", "--policy", "all"]])
@pytest.mark.usefixtures("taps")
def test_sigterm_ends_a_writer_whose_reader_has_stopped(command):
    with subprocess.Popen([BIN / command[0], *command[1:]], stdout=subprocess.PIPE) as process:
        try:
            wait_for(lambda: is_full(process.stdout), what="full pipe")
            process.terminate()
            assert process.wait(20) == 0
            os.set_blocking(process.stdout.fileno(), False)
            assert process.stdout.read(9) == b"YUV4MPEG2"
        finally:
            process.kill()

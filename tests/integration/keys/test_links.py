"""Links with keys, and what happens to them."""

import contextlib
import os
import socket
import threading
import time

import pytest
from conftest import PERFORMER, wait_for
from keyrings import ELSEWHERE, make_machines, using

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00PLAIN" + bytes(15) + b"\x00" + bytes(31)


def free_port():
    """A TCP port on which no process listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def another_program(port, words):
    """Listens at the port, says these words to whoever comes, and hangs up. The number of those."""
    came = []
    server = socket.create_server(("127.0.0.1", port))

    def serve():
        with contextlib.suppress(OSError):
            while True:
                peer, _ = server.accept()
                came.append(peer)
                with contextlib.suppress(OSError), peer:
                    peer.recv(10)
                    peer.sendall(words)
                    peer.shutdown(socket.SHUT_WR)
                    while peer.recv(1000):
                        pass

    threading.Thread(target=serve, daemon=True).start()
    yield came
    server.shutdown(socket.SHUT_RDWR)
    server.close()


@pytest.mark.parametrize("keyed", [True, False])
@pytest.mark.parametrize("words", [b"HTTP/1.1 400 Bad Request\r\n\r\n", GREETING, os.urandom(100), b""])
def test_a_stage_is_found_after_another_program_had_its_port(words, keyed, start, sockets, tmp_path):
    """A captive portal, or a port that something else took while the tracker was started again."""
    box, desk = make_machines(tmp_path) if keyed else (tmp_path, tmp_path)
    host = ELSEWHERE if keyed else "127.0.0.1"
    port = free_port()
    sockets.pull("faces")
    with another_program(port, words) as came:
        start("capture", PERFORMER, "--loop", "--out", f"tcp://{host}:{port}", **using(desk))
        wait_for(lambda: came, what="a connection to the other program")
        time.sleep(0.5)
    tracker = start("tracker", "--in", f"tcp://{host if not keyed else '*'}:{port}", **using(box))
    wait_for(lambda: tracker.stats().get("in", 0) > 2, what="frames")

"""A link whose handshake has failed is tried again: ZeroMQ alone would never."""

import socket

import pytest
from conftest import PERFORMER, wait_for
from keyrings import ELSEWHERE, key_of, keys, make_machines, using


@pytest.fixture
def port():
    """A free port."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@pytest.fixture
def link(start, tmp_path, port):
    """The two ends of a link with keys, of which one listens and one connects."""
    class Link:
        """Frames from capture to tracker."""

        box, desk = make_machines(tmp_path)
        reader = None

        def end(self, sends, listens):
            """Starts one end: capture, or a tracker."""
            here = f"@tcp://*:{port}" if listens else f">tcp://{ELSEWHERE}:{port}"
            options = using(self.box if listens else self.desk)
            if sends:
                return start("capture", PERFORMER, "--loop", "--out", here, **options)
            self.reader = start("tracker", "--in", here, "--out", "none", **options)
            return self.reader

        def arrives(self):
            """True once a frame has come."""
            return self.reader.stats().get("in", 0) > 0

    return Link()


@pytest.mark.parametrize("sender_connects", [True, False])
def test_a_key_that_is_allowed_later(sender_connects, link):
    keys(link.box, "--revoke=desk")
    ends = [link.end(sends=not sender_connects, listens=True), link.end(sends=sender_connects, listens=False)]
    wait_for(lambda: any("effigy pair" in end.log() for end in ends), what="refusal")
    assert not link.arrives()
    keys(link.box, "--allow=desk", f"--key={key_of(link.desk)}")
    wait_for(link.arrives, what="frame")


@pytest.mark.parametrize("sender_connects", [True, False])
def test_another_program_answers_first(sender_connects, link, port):
    with socket.create_server(("127.0.0.1", port)) as other:
        link.end(sends=sender_connects, listens=False)
        answered, _ = other.accept()
        with answered:
            answered.recv(10)
            answered.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    link.end(sends=not sender_connects, listens=True)
    wait_for(link.arrives, what="frame")

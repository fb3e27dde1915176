"""Links with keys: whoever has no allowed key gets nothing in, stops nothing, and costs no memory."""

import os
import socket
import threading
import time

import pytest
import zmq
from conftest import PATIENCE_S, frame, pack, wait_for
from keyrings import ELSEWHERE, keys, make_machines, sender, using, z85
from test_wire import free_port, resident_mb

CONNECTIONS = 1000


class Link:
    """A tracker that binds with keys, and ways to send to it."""

    def __init__(self, start, context, sockets, tmp_path):
        self.context = context
        self.box, self.desk = make_machines(tmp_path)
        self.port = free_port()
        self.faces = sockets.pull("faces")
        self.tracker = start("tracker", "--in", f"tcp://*:{self.port}", **using(self.box))
        self.server = z85(self.box)
        self.seq = 0

    def received(self):
        """How many frames the tracker has taken."""
        return self.tracker.stats().get("in", 0)

    def send(self, socket_, count=1):
        """Sends frames; false when nobody takes them."""
        for _ in range(count):
            self.seq += 1
            try:
                socket_.send(pack(frame(self.seq)))
            except zmq.Again:
                return False
        return True

    def works(self):
        """An allowed sender gets a frame in."""
        with sender(self.context, self.port, self.server, self.desk) as good:
            before = self.received()
            wait_for(lambda: self.send(good) and self.received() > before, what="a frame")
        return self.tracker.process.poll() is None


@pytest.fixture
def link(start, context, sockets, tmp_path):
    """A tracker with keys."""
    link_ = Link(start, context, sockets, tmp_path)
    assert link_.works()
    return link_


def gets_nothing_in(link, server, own=None):
    """Whether the sender with these keys is kept out for a while."""
    time.sleep(1.2)  # statistics are written once a second
    before = link.received()
    with sender(link.context, link.port, server, own) as bad:
        assert not link.send(bad, 3)
        time.sleep(1.2)
    return link.received() == before


def test_an_unknown_key_gets_nothing_in(link):
    assert gets_nothing_in(link, link.server)
    wait_for(lambda: "refuses a machine whose key is not allowed" in link.tracker.log(), what="a line in the log")
    assert link.works()


def test_plain_text_gets_nothing_in(link):
    assert gets_nothing_in(link, None)
    assert link.works()


def test_the_key_of_another_server_gets_nothing_in(link):
    assert gets_nothing_in(link, z85(link.desk), link.desk)
    assert link.works()


def test_nothing_is_sent_to_a_machine_with_another_key(start, runtime, tmp_path, context, sockets):
    """A machine that took the box's address has not its secret key."""
    box, desk = make_machines(tmp_path)
    false = tmp_path / "false.keys"
    keys(false, "--new")
    keys(false, "--allow=desk", f"--key={keys(desk, '--show').stdout.strip()}")
    port = free_port()
    sockets.pull("faces")
    tracker = start("tracker", "--in", f"tcp://*:{port}", **using(false))
    normaliser = start("normaliser", "--in", f"ipc://{runtime}/in", "--out", f"tcp://{ELSEWHERE}:{port}",
                       **using(desk))
    with sender(context, port, z85(false), desk) as known:
        known.setsockopt(zmq.SNDTIMEO, 1000 * PATIENCE_S)
        known.send(pack(frame(1)))
        wait_for(lambda: tracker.stats().get("in") == 1, what="the frame of who knows its key")
    assert tracker.stats()["bad"] == 0
    assert normaliser.process.poll() is None


def test_a_revoked_key_is_cut_off(link):
    with sender(link.context, link.port, link.server, link.desk) as good:
        before = link.received()
        wait_for(lambda: link.send(good) and link.received() > before, what="a frame")
        keys(link.box, "--revoke=desk")
        revoked = time.monotonic()
        while link.send(good):
            time.sleep(0.02)
            assert time.monotonic() < revoked + 2, "a running link is cut within 2 s"
        time.sleep(1.2)
        before = link.received()
        assert not link.send(good)
        time.sleep(1.2)
        assert link.received() == before


def test_others_stay_when_a_key_is_revoked(link, tmp_path):
    other = tmp_path / "other.keys"
    keys(other, "--new")
    keys(link.box, "--allow=other", f"--key={keys(other, '--show').stdout.strip()}")
    keys(link.box, "--revoke=desk")
    time.sleep(1.2)
    with sender(link.context, link.port, link.server, other) as good:
        before = link.received()
        wait_for(lambda: link.send(good) and link.received() > before, what="a frame")


def record_bytes(link):
    """What an allowed sender sends to the tracker, byte by byte, read by a machine between the two."""
    between = socket.create_server(("127.0.0.1", 0))
    heard = bytearray()

    def pass_on(source, target, keep):
        try:
            while data := source.recv(65536):
                if keep:
                    heard.extend(data)
                target.sendall(data)
        except OSError:
            pass

    def serve():
        near, _ = between.accept()
        far = socket.create_connection(("127.0.0.1", link.port))
        threading.Thread(target=pass_on, args=(far, near, False), daemon=True).start()
        pass_on(near, far, True)
        far.close()

    threading.Thread(target=serve, daemon=True).start()
    with sender(link.context, between.getsockname()[1], link.server, link.desk) as good:
        before = link.received()
        wait_for(lambda: link.send(good) and link.received() > before, what="a frame")
    between.close()
    return bytes(heard)


def test_replayed_bytes_get_nothing_in(link):
    recorded = record_bytes(link)
    assert len(recorded) > 1000 and b"frame" not in recorded
    time.sleep(1.2)
    before = link.received()
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", link.port)) as again:
            again.settimeout(2)
            try:
                again.sendall(recorded)
                while again.recv(4096):
                    pass
            except OSError:
                pass
    time.sleep(1.2)
    assert link.received() == before
    assert link.works()


def flood(port, count, words):
    """Opens so many connections, each of which sends the words and nothing more."""
    opened = []
    for i in range(count):
        try:
            one = socket.create_connection(("127.0.0.1", port), timeout=1)
            one.sendall(words(i))
            opened.append(one)
        except OSError:
            pass
    return opened


GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00CURVE" + bytes(15) + b"\x00" + bytes(31)


@pytest.mark.parametrize("words", [lambda i: b"", lambda i: b"\xff", lambda i: GREETING,
                                   lambda i: GREETING + b"\x04\xc8\x05HELLO\x01\x00" + os.urandom(192),
                                   lambda i: os.urandom(500)])
def test_a_thousand_half_open_connections(words, link):
    with sender(link.context, link.port, link.server, link.desk) as good:
        flood(link.port, CONNECTIONS, words)
        before_mb = resident_mb(link.tracker.process.pid)
        for _ in range(3):
            opened = flood(link.port, CONNECTIONS, words)
            before = link.received()
            # The link that was there goes on.
            wait_for(lambda: link.send(good) and link.received() > before, what="a frame meanwhile")
            # And another machine that is allowed gets in.
            assert link.works()
            for one in opened:
                one.close()
        assert resident_mb(link.tracker.process.pid) < before_mb + 10
    assert link.tracker.stop() == 0


def test_the_folder_of_keys_may_contain_anything(link):
    allowed = link.box / "allowed"
    (allowed / "broken.key").write_text("curve\n    public-key = \"short\"\n")
    (allowed / "empty.key").write_bytes(b"")
    (allowed / "a\nb.key").write_bytes(os.urandom(300))
    (allowed / "folder.key").mkdir()
    (allowed / "nowhere.key").symlink_to("nowhere")
    time.sleep(1.2)
    assert link.works()
    assert gets_nothing_in(link, link.server)
    assert link.works()

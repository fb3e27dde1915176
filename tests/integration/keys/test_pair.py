"""effigy pair: two machines exchange their keys by a code."""

import os
import re
import socket
import subprocess

import pytest
import zmq
from conftest import BIN, PATIENCE_S
from keyrings import key_of, keys


class Waiting:
    """effigy pair on the machine that waits."""

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        self.process = subprocess.Popen(
            [BIN / "effigy-keys", "--pair", "--port", str(self.port)], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "EFFIGY_KEYS": str(folder)})
        shown = ""
        while not (found := re.search(r"\b(\d{3}) (\d{3})$", shown)):
            line = self.process.stdout.readline()
            assert line, self.process.stderr.read()
            shown = line.rstrip()
        self.code = found.group(1) + found.group(2)

    def wrong(self):
        """A code that is not the right one."""
        return f"{(int(self.code) + 1) % 1000000:06}"

    def end(self):
        """Its exit status, what it said, and the errors."""
        out, errors = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, out, errors


@pytest.fixture
def waiting(tmp_path):
    """A machine that waits to be paired."""
    machine = Waiting(tmp_path / "box")
    yield machine
    machine.process.kill()
    machine.process.communicate()


def pair(folder, machine, typed, host="127.0.0.1"):
    """Pairs with the machine that waits."""
    return keys(folder, "--pair", host, "--port", str(machine.port), check=False, typed=typed)


@pytest.mark.parametrize("separator", ["", " ", "-"])
def test_the_code_exchanges_the_keys(separator, waiting, tmp_path):
    desk = tmp_path / "desk"
    result = pair(desk, waiting, f" {waiting.code[:3]}{separator}{waiting.code[3:]} \n")
    assert result.returncode == 0 and "Paired: 127.0.0.1" in result.stdout
    status, out, _ = waiting.end()
    assert status == 0 and f"Paired: {socket.gethostname()}" in out
    assert key_of(waiting.folder) in keys(desk, "--list").stdout
    known = keys(waiting.folder, "--list").stdout
    assert key_of(desk) in known and "paired at 127.0.0.1" in known


def test_a_wrong_code_exchanges_nothing(waiting, tmp_path):
    desk = tmp_path / "desk"
    wrong = pair(desk, waiting, waiting.wrong())
    assert wrong.returncode == 1 and "the code is not the one" in wrong.stderr
    assert keys(desk, "--list").stdout == keys(waiting.folder, "--list").stdout == ""
    assert pair(desk, waiting, waiting.code).returncode == 0, "one mistake is forgiven"


def test_three_guesses_end_it(waiting, tmp_path):
    desk = tmp_path / "desk"
    for _ in range(3):
        assert pair(desk, waiting, waiting.wrong()).returncode == 1
    assert pair(desk, waiting, waiting.code).returncode == 1, "the right code comes too late"
    waiting.process.kill()
    assert keys(waiting.folder, "--list").stdout == ""


@pytest.mark.parametrize("typed", ["", "12345\n", "1234567\n", "abcdef\n"])
def test_what_is_no_code_is_said(typed, waiting, tmp_path):
    result = pair(tmp_path / "desk", waiting, typed)
    assert result.returncode == 1 and "six digits" in result.stderr


def test_nobody_waits(waiting, tmp_path):
    waiting.process.kill()
    waiting.process.wait()
    result = pair(tmp_path / "desk", waiting, "123456")
    assert result.returncode == 1 and "does not answer" in result.stderr


@pytest.mark.parametrize("host", ["-x", "a/b", "a b", "tcp://box", "*"])
def test_what_is_no_host_is_said(host, waiting, tmp_path):
    result = keys(tmp_path / "desk", "--pair", "--", host, check=False, typed="123456")
    assert result.returncode == 2 and "is no host" in result.stderr


def test_garbage_does_not_end_the_waiting(waiting, context, tmp_path):
    for parts in ([b""], [b"x" * 221], [b"effigypair1" + bytes(210)], [b"effigypair1\x03" + bytes(209)],
                  [b"effigypair1\x01" + bytes([255]) * 209], [b"a", b"b"], [b"y" * 100000]):
        asking = context.socket(zmq.REQ)
        asking.setsockopt(zmq.RCVTIMEO, 1000)
        asking.connect(f"tcp://127.0.0.1:{waiting.port}")
        asking.send_multipart(parts)
        try:
            assert asking.recv()[11] in (2, 5)
        except zmq.Again:
            assert len(parts) > 1 or len(parts[0]) > 1000, "all else is answered"
        asking.close()
    with socket.create_connection(("127.0.0.1", waiting.port)) as raw:
        raw.sendall(os.urandom(1000))
    assert pair(tmp_path / "desk", waiting, waiting.code).returncode == 0

"""effigy-query, which answers the questions of the script effigy."""

import os
import socket
import subprocess

import pytest
from conftest import BIN


def ask(*question, **environment):
    """Exit status and output of effigy-query."""
    result = subprocess.run([BIN / "effigy-query", *question], capture_output=True, text=True,
                            check=False, env=os.environ | environment)
    return result.returncode, result.stdout


@pytest.mark.parametrize("endpoints, local", [
    ("ipc:///run/x", True), ("tcp://127.0.0.1:5551", True), ("tcp://localhost:1,ipc://x", True),
    ("tcp://[::1]:1", True), ("tcp://box:5551", False), ("ipc://x,tcp://192.0.2.1:1", False),
    ("tcp://127.evil.example:1", False),
])
def test_local_endpoints(endpoints, local):
    assert ask("--is-local", endpoints) == (0 if local else 1, "")


@pytest.mark.parametrize("endpoints, here", [
    ("tcp://*:5551", True), ("tcp://127.0.0.1:1", True), ("tcp://lo:1", True), ("ipc:///run/x", True),
    ("@tcp://127.0.0.1:1,tcp://*:2", True), ("tcp://192.0.2.1:1", False), ("tcp://box:1", False),
    ("tcp://*:1,tcp://192.0.2.1:1", False), ("tcp://", False), ("tcp:", True),
])
def test_endpoints_here(endpoints, here):
    assert ask("--are-here", endpoints) == (0 if here else 1, "")


@pytest.mark.parametrize("endpoints, reads, sends", [
    ("tcp://192.0.2.1:1", False, True), ("tcp://box:65535", False, True), (">tcp://box:1", True, True),
    ("@tcp://192.0.2.1:1", False, False), ("tcp://*:99999", False, False), ("tcp://*:0", False, False),
    ("tcp://box:1x", False, False), ("tcp://box", False, False), ("tcp://", False, False), ("ipc:///run/x", True, True),
    ("ipc:///run/x,tcp://box:1", False, True), (">tcp://*:1", False, False),
])
def test_tried_endpoints(endpoints, reads, sends):
    assert ask("--try-in", endpoints) == (0 if reads else 1, "")
    assert ask("--try-out", endpoints) == (0 if sends else 1, "")


def test_a_port_in_use():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        endpoint = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        assert ask("--are-here", endpoint)[0] == 0
        assert (ask("--try-in", endpoint)[0], ask("--try-out", endpoint)[0]) == (1, 0)
        assert ask("--try-in", f">{endpoint}")[0] == 0
    assert ask("--try-in", endpoint)[0] == 0


def test_runtime_folder():
    assert ask("--runtime-folder", EFFIGY_RUNTIME="/a b") == (0, "/a b\n")
    assert ask("--runtime-folder", EFFIGY_RUNTIME="", XDG_RUNTIME_DIR="/run/x") == (0, "/run/x/effigy\n")
    assert ask("--runtime-folder", EFFIGY_RUNTIME="", XDG_RUNTIME_DIR="") == \
        (0, f"/tmp/effigy-{os.getuid()}\n")


@pytest.mark.parametrize("arguments", [[], ["--runtime-folder", "--is-local", "ipc://x"]])
def test_one_question_at_a_time(arguments):
    assert ask(*arguments)[0] == 2

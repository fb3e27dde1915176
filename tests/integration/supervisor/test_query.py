"""effigy-query, which answers the questions of the script effigy."""

import os
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


def test_runtime_folder():
    assert ask("--runtime-folder", EFFIGY_RUNTIME="/a b") == (0, "/a b\n")
    assert ask("--runtime-folder", EFFIGY_RUNTIME="", XDG_RUNTIME_DIR="/run/x") == (0, "/run/x/effigy\n")
    assert ask("--runtime-folder", EFFIGY_RUNTIME="", XDG_RUNTIME_DIR="") == \
        (0, f"/tmp/effigy-{os.getuid()}\n")


@pytest.mark.parametrize("arguments", [[], ["--runtime-folder", "--is-local", "ipc://x"]])
def test_one_question_at_a_time(arguments):
    assert ask(*arguments)[0] == 2

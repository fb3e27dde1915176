"""Two machines with keys, for the integration and the hostile tests: one that binds, one that connects."""

import contextlib
import os
import re
import subprocess

import zmq
from conftest import BIN, PATIENCE_S

# An address of the loopback that is not written as one, so that links to it need keys, as those to another
# machine do.
ELSEWHERE = "127.1"


def keys(folder, *arguments, check=True, typed=None):
    """Runs effigy-keys with the keys in that folder."""
    result = subprocess.run([BIN / "effigy-keys", *arguments], text=True, errors="replace", input=typed, timeout=PATIENCE_S,
                            capture_output=True, check=False,
                            env={**os.environ, "EFFIGY_KEYS": str(folder)})
    assert not check or result.returncode == 0, result.stderr
    return result


def key_of(folder):
    """The public key there, as effigy keys show prints it."""
    return keys(folder, "--show").stdout.strip()


def using(folder):
    """Options of subprocess for a stage with these keys."""
    return {"env": {**os.environ, "EFFIGY_KEYS": str(folder)}}


def make_machines(tmp_path):
    """Two folders of keys, each of which allows the other: of the machine that binds, called ELSEWHERE, and
    of the one that connects, called desk."""
    box, desk = tmp_path / "box.keys", tmp_path / "desk.keys"
    for folder in (box, desk):
        keys(folder, "--new")
    keys(box, "--allow=desk", f"--key={key_of(desk)}")
    keys(desk, f"--allow={ELSEWHERE}", f"--key={key_of(box)}")
    return box, desk


def z85(folder, secret=False):
    """A key of that folder as ZeroMQ wants it: Z85."""
    text = (folder / ("own.key_secret" if secret else "own.key")).read_text()
    name = "secret-key" if secret else "public-key"
    return re.search(rf'{name} = "(.{{40}})"', text).group(1).encode()


@contextlib.contextmanager
def sender(context, port, server, own=None):
    """A PUSH socket that connects to port with the server's public key and the own folder's keys; own is None:
    with keys that nobody knows; server is None: as plain text."""
    socket = context.socket(zmq.PUSH)
    socket.setsockopt(zmq.LINGER, 0)
    socket.setsockopt(zmq.SNDTIMEO, 1000)
    socket.setsockopt(zmq.IMMEDIATE, 1)
    if server is not None:
        public, secret = zmq.curve_keypair() if own is None else (z85(own), z85(own, secret=True))
        socket.curve_publickey, socket.curve_secretkey = public, secret
        socket.curve_serverkey = server
    socket.connect(f"tcp://127.0.0.1:{port}")
    try:
        yield socket
    finally:
        socket.close()

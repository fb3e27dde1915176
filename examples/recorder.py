#!/usr/bin/python3
"""Records what a stage sends: examples/recorder.py TAP FILE [EDGE]

TAP is where the stage publishes it, such as ipc:///run/user/1000/effigy/faces.tap. FILE is a recording for
"effigy replay" and "effigy recording info"; zstd makes it smaller. Written from proto/SPEC.md alone.
"""

import os
import socket
import sys
import time

import msgpack
import zmq

MESSAGE_MAX = 64 << 20
KINDS = {"frame": "frames", "face": "faces", "expression": "expressions", "render": "render"}


def header(message, edge):
    """What a recording begins with. message: its first one."""
    return {"recording": 1, "edge": edge or KINDS.get(message["k"], ""), "effigy": "recorder.py",
            "host": socket.gethostname(), "src": message["src"], "time": int(time.time()), "settings": {}}


def messages(tap):
    """The bytes and the decoded form of each message on a tap; what is no message is dropped."""
    with zmq.Context() as context, context.socket(zmq.SUB) as listener:
        listener.setsockopt(zmq.MAXMSGSIZE, MESSAGE_MAX)
        listener.setsockopt(zmq.SUBSCRIBE, b"")
        listener.connect(tap)
        while True:
            parts = listener.recv_multipart()
            try:
                (part,) = parts
                message = msgpack.unpackb(part)
                if message["k"] != "end":
                    yield part, message
            except (ValueError, KeyError, TypeError, msgpack.UnpackException):
                continue


def main():
    """Records until Ctrl-C."""
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__.splitlines()[0])
    tap, path, *edge = sys.argv[1:]
    begun = False
    # Faces are personal data: nobody else reads the file.
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb", buffering=0) as file:
        for part, message in messages(tap):
            if not begun:
                file.write(msgpack.packb(header(message, edge[0] if edge else None)))
                begun = True
            file.write(part)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass

"""Listens to the renders of a pipeline, to know which picture belongs to which frame.

    hear_renders.py ENDPOINT        ENDPOINT: the tap of blender-node

Prints a line of JSON for each render: seq, t (when its frame was captured), digest (Adler-32 of its bytes, as
read_pictures.py prints it), and trace (proto/SPEC.md), all times in ns of CLOCK_MONOTONIC. Runs until it is ended.
"""

import json
import sys
import zlib

import msgpack
import zmq


def main(endpoint):
    """Listens."""
    with zmq.Context() as context, context.socket(zmq.SUB) as socket:
        socket.setsockopt(zmq.SUBSCRIBE, b"")
        socket.connect(endpoint)
        while True:
            render = msgpack.unpackb(socket.recv())
            if render["k"] == "render":
                print(json.dumps({"seq": render["seq"], "t": render["t"], "trace": render["trace"],
                                  "digest": zlib.adler32(render["data"])}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])

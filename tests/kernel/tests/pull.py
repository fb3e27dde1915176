"""Binds ENDPOINT, receives COUNT frames, and describes them as one JSON object.

pull.py ENDPOINT COUNT SECONDS [DATA]: for at most SECONDS; the last frame's data goes to DATA.
"""

import json
import sys
import time

import msgpack
import zmq

endpoint, count, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
socket = zmq.Context().socket(zmq.PULL)
socket.bind(endpoint)
print("ready", file=sys.stderr, flush=True)

deadline = time.monotonic() + seconds
frames, ages = [], []
while len(frames) < count and socket.poll(max(0, int(1000 * (deadline - time.monotonic())))):
    frames.append(msgpack.unpackb(socket.recv()))
    ages.append(time.monotonic_ns() - frames[-1]["t"])


def each(key):
    """The different values of a key, as a list, in order of appearance."""
    return list(dict.fromkeys(key(frame) for frame in frames))


def steps(key):
    return [b[key] - a[key] for a, b in zip(frames, frames[1:])]


if len(sys.argv) > 4 and frames:
    with open(sys.argv[4], "wb") as file:
        file.write(frames[-1]["data"])
print(json.dumps({
    "count": len(frames),
    "kind": each(lambda f: f["k"]),
    "fmt": each(lambda f: f["fmt"]),
    "size": each(lambda f: f"{f['w']}x{f['h']}"),
    "bytes": each(lambda f: len(f["data"])),
    "pictures": len(each(lambda f: f["data"])),
    "first_seq": frames[0]["seq"] if frames else None,
    "seq_step": [min(steps("seq"), default=0), max(steps("seq"), default=0)],
    "t_step_ms": [round(1e-6 * s, 1) for s in steps("t")],
    "age_ms": [round(1e-6 * a, 1) for a in ages],
    "t": [f["t"] for f in frames],
}))

#!/usr/bin/python3
"""A mirror between tracker and normaliser: EFFIGY_BETWEEN=faces:examples/mirror.py ./effigy up

The character then moves as a picture in a mirror does. Written from proto/SPEC.md alone; it reads and sends
as the policy latest says there.
"""

import os

import msgpack
import zmq

# The number that each of the 68 points has in a mirror.
POINTS = [*range(16, -1, -1), *range(26, 16, -1), 27, 28, 29, 30, 35, 34, 33, 32, 31,
          45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40, 54, 53, 52, 51, 50, 49, 48,
          59, 58, 57, 56, 55, 64, 63, 62, 61, 60, 67, 66, 65]


def mirror_reading(reading):
    """What is said of the left eye and brow is now said of the right one."""
    lids, gaze, brows, sure = (reading[key] for key in ("lids", "gaze", "brows", "sure"))
    return {**reading, "lids": lids[::-1], "gaze": [-gaze[2], gaze[3], -gaze[0], gaze[1]],
            "brows": brows[2:] + brows[:2], "sure": [sure[1], sure[0], sure[2]]}


def mirror(face):
    """A face as in a mirror. Keys that this program does not know stay as they are."""
    if face["k"] != "face" or face["state"] != "tracked":
        return face
    last = face["w"] - 1  # the centre of the rightmost pixel
    x, y, w, h = face["box"]
    points = face["pts"]
    mirrored = {"box": [last - (x + w - 1), y, w, h],
                "pts": [value for k in POINTS for value in (last - points[2 * k], points[2 * k + 1])]}
    if "read" in face:
        mirrored["read"] = mirror_reading(face["read"])
    return {**face, **mirrored}


def mirrored(parts):
    """The bytes of a mirrored message, or None for one that is none."""
    try:
        (part,) = parts
        return msgpack.packb(mirror(msgpack.unpackb(part)), use_single_float=True)
    except (ValueError, KeyError, TypeError, IndexError, msgpack.UnpackException):
        return None


def main():
    """Passes the newest message on, until it is killed."""
    with zmq.Context() as context, context.socket(zmq.PULL) as faces, \
            context.socket(zmq.PUSH) as out:
        faces.setsockopt(zmq.MAXMSGSIZE, 1 << 16)
        faces.bind(os.environ["EFFIGY_IN"])
        for option, value in ((zmq.LINGER, 0), (zmq.IMMEDIATE, 1), (zmq.CONFLATE, 1)):
            out.setsockopt(option, value)
        out.connect(os.environ["EFFIGY_OUT"])
        newest = None
        while True:
            try:
                # Waits only while there is nothing to send.
                parts = faces.recv_multipart(zmq.NOBLOCK if newest else 0)
                newest = mirrored(parts) or newest
            except zmq.Again:
                try:
                    out.send(newest, zmq.NOBLOCK)
                except zmq.Again:
                    pass  # nobody reads; the next message will be newer
                newest = None


if __name__ == "__main__":
    main()

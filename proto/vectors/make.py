#!/usr/bin/python3
"""Writes the test vectors, a folder for each kind of message and any/ for those that concern every
kind: good-*.msgpack, each with the same content as JSON, and bad-*.msgpack.

Run it after a change of the wire format: proto/vectors/make.py. In the JSON, {"bin": "00ff"} means
bytes, and every float is a float32; the key order is that of the wire.
"""

import json
import pathlib
import re
import struct

import msgpack

HERE = pathlib.Path(__file__).resolve().parent
# As proto/wire/arkit.c has them.
COEFFICIENTS = re.findall(r'"(\w+)"', (HERE.parent / "wire/arkit.c").read_text().partition("[")[2].partition("};")[0])
TRACE = [["capture", "5f1c2a9e", 1000000000, 1000400000]]


def head(kind, seq, **changes):
    """The head of every message, as a dict in the wire's order."""
    fields = {"v": 1, "k": kind, "seq": seq, "t": 1000000000, "src": "5f1c2a9e", "trace": TRACE}
    fields.update(changes)
    return fields


def float32(value):
    """The nearest float32, so that JSON and msgpack hold the same number."""
    return struct.unpack("f", struct.pack("f", value))[0]


def image(kind, seq, fourcc, width, height, data, **changes):
    """A frame or a render."""
    body = {"fmt": fourcc, "w": width, "h": height, "data": data}
    return {**head(kind, seq), **body, **changes}


GOOD = {
    "frame-i420": image("frame", 0, "I420", 4, 2, bytes(range(12))),
    "frame-odd-yuyv": image("frame", 1, "YUYV", 3, 1, bytes(range(8))),
    "frame-mjpg": image("frame", 70000, "MJPG", 640, 480, b"\xff\xd8\xff\xd9"),
    "render-rgba": image("render", 2**32, "RGBA", 1, 1, b"\x01\x02\x03\xff"),
    "render-grey": image("render", 3, "GREY", 300, 1, bytes(300)),
    "face-tracked": {
        **head("face", 4), "w": 640, "h": 480, "state": "tracked", "n": 2,
        "box": [100.0, 50.5, 200.0, 210.25], "score": 1.25,
        "pts": [float32(i * 1.1) for i in range(136)],
    },
    "face-read": {
        **head("face", 4), "w": 640, "h": 480, "state": "tracked", "n": 1,
        "box": [100.0, 50.5, 200.0, 210.25], "score": 1.25,
        "pts": [float32(i * 1.1) for i in range(136)],
        "read": {"lids": [0.0, 1.0], "gaze": [float32(0.1), float32(-0.2), float32(0.1), -0.25],
                 "brows": [0.25, 0.0, 0.25, float32(-0.01)], "mouth": [0.125, 0.5],
                 "sure": [1.0, 0.5, 0.0]},
    },
    "face-pitched": {
        **head("face", 4), "w": 640, "h": 480, "state": "tracked", "n": 1,
        "box": [100.0, 50.5, 200.0, 210.25], "score": 1.25,
        "pts": [float32(i * 1.1) for i in range(136)],
        "pitch": -0.125,
    },
    "face-second": {
        **head("face", 4), "w": 640, "h": 480, "state": "tracked", "n": 2,
        "box": [100.0, 50.5, 200.0, 210.25], "score": 1.25,
        "pts": [float32(i * 1.1) for i in range(136)], "who": 1,
    },
    "face-lost": {**head("face", 5), "w": 640, "h": 480, "state": "lost", "n": 0},
    "expression-tracked": {
        **head("expression", 6, trace=TRACE + [["tracker", "5f1c2a9e", 1000500000, 1002000000]]),
        "state": "tracked",
        "coeff": {"eyeBlinkLeft": 0.0, "jawOpen": 0.5, "mouthSmileRight": 1.0},
        "head": {"q": [0.0, float32(0.6), 0.0, float32(0.8)], "t": [0.0, -0.25, 0.125]},
    },
    "expression-sure": {
        **head("expression", 6), "state": "tracked",
        "coeff": {"eyeBlinkLeft": 0.0, "jawOpen": 0.5, "mouthSmileRight": 1.0},
        "head": {"q": [0.0, float32(0.6), 0.0, float32(0.8)], "t": [0.0, -0.25, 0.125]},
        "sure": {"eyeBlinkLeft": 1.0, "jawOpen": 0.75, "mouthSmileRight": 0.0},
    },
    "expression-rest": {
        **head("expression", 7, t=-5, trace=[]), "state": "lost", "coeff": {},
        "head": {"q": [0.0, 0.0, 0.0, 1.0], "t": [0.0, 0.0, 0.0]},
    },
    "expression-idle": {
        **head("expression", 7, trace=[]), "state": "lost", "coeff": {},
        "head": {"q": [0.0, 0.0, 0.0, 1.0], "t": [0.0, 0.0, 0.0]}, "idle": 0.5,
    },
    "end": head("end", 8),
    "control": {**head("control", 9, trace=[]), "demand": 2},
    "receipt": {**head("receipt", 10, trace=[]), "taken": 11, "ended": 0},
    "receipt-end": {**head("receipt", 11, trace=[]), "taken": 12, "ended": 1},
    # Every value at its largest, so that each needs its longest encoding.
    "expression-full": {
        **head("expression", 2**63 - 1, t=2**60, src="\u00e9" * 15,
               trace=[["s" * 31, "h" * 31, -2**60, 2**60 - i] for i in range(16)]),
        "state": "held",
        "coeff": {name: float32(i / 51) for i, name in enumerate(COEFFICIENTS)},
        "head": {"q": [0.5, -0.5, 0.5, -0.5], "t": [1e9, -1e9, float32(1e-30)]},
        "sure": {name: float32(1 - i / 51) for i, name in enumerate(COEFFICIENTS)},
    },
    "face-full": {
        **head("face", 2**32 - 1, t=-2**31), "w": 16384, "h": 16383, "state": "tracked",
        "n": 65536, "box": [-1e9, 1e9, 0.0, -0.0], "score": -1.5,
        "pts": [float32((-1) ** i * 1.37 ** i % 1e9) for i in range(136)],
    },
    "control-full": {**head("control", 256, trace=[]), "demand": 65536},
}


def without(message, key):
    """A copy that lacks one key."""
    return {k: v for k, v in message.items() if k != key}


def bad_vectors():
    """Folder -> name -> bytes that every reader must refuse."""
    frame, face = GOOD["frame-i420"], GOOD["face-tracked"]
    expression, read = GOOD["expression-tracked"], GOOD["face-read"]
    certain, sure = GOOD["expression-sure"], GOOD["expression-sure"]["sure"]
    good = pack(frame)
    return {
        "any": {
            "version": pack({**frame, "v": 2}),
            "kind": pack({**frame, "k": "video"}),
            "no-seq": pack(without(frame, "seq")),
            "negative-seq": pack({**frame, "seq": -1}),
            "time-too-large": pack({**frame, "t": 2**63}),
            "long-src": pack({**frame, "src": "x" * 32}),
            "trace-too-long": pack({**frame, "trace": TRACE * 17}),
            "trace-short-entry": pack({**frame, "trace": [["capture", "x", 1]]}),
            "too-many-values": pack({**frame, "more": [0] * 5000}),
            "deep": pack({**frame, "trace": [[[[[[1]]]]]]}),
            "empty": b"",
            "array": msgpack.packb([1, 2, 3]),
            "truncated": good[:-1],
            "trailing": good + b"\x00",
            "reserved-byte": b"\x81\xc1\xc1",
            "array-of-4-billion": b"\x81\xa1v\xdd\xff\xff\xff\xff",
            "map-of-4-billion": b"\xdf\xff\xff\xff\xff",
        },
        "frame": {
            "width-too-large": pack({**frame, "w": 8}),
            "width-zero": pack({**frame, "w": 0}),
            "width-huge": pack({**frame, "w": 2**31, "h": 2**31}),
            "format": pack({**frame, "fmt": "XVID"}),
            "data-text": pack({**frame, "data": "text"}),
            "empty-mjpg": pack({**GOOD["frame-mjpg"], "data": b""}),
            "bin-of-2-gib": good[:good.index(b"\xc4\x0c")] + b"\xc6\x80\x00\x00\x00" + bytes(12),
        },
        "face": {
            "face-held": pack({**face, "state": "held"}),
            "few-points": pack({**face, "pts": face["pts"][:-1]}),
            "who-negative": pack({**face, "who": -1}),
            "who-text": pack({**face, "who": "her"}),
            "read-array": pack({**read, "read": [0.0]}),
            "read-without-gaze": pack({**read, "read": without(read["read"], "gaze")}),
            "lid-infinite": pack({**read, "read": {**read["read"], "lids": [float("inf"), 0.0]}}),
            "pitch-text": pack({**face, "pitch": "down"}),
            "pitch-nan": pack({**face, "pitch": float("nan")}),
            "point-nan": pack({**face, "pts": [float("nan")] + face["pts"][1:]}),
            "point-infinite": pack({**face, "pts": [float("inf")] + face["pts"][1:]}),
        },
        "expression": {
            "coefficient-text": pack({**expression, "coeff": {"jawOpen": "wide"}}),
            "sure-array": pack({**certain, "sure": [1.0, 0.75, 0.0]}),
            "sure-text": pack({**certain, "sure": {**sure, "jawOpen": "very"}}),
            "sure-nan": pack({**certain, "sure": {**sure, "jawOpen": float("nan")}}),
            "sure-without-jaw": pack({**certain, "sure": without(sure, "jawOpen")}),
            "sure-of-another": pack({**certain, "sure": {**sure, "jawLeft": 1.0}}),
            "idle-text": pack({**expression, "idle": "much"}),
            "idle-nan": pack({**expression, "idle": float("nan")}),
            "no-rotation": pack({**expression, "head": {"q": [0.0] * 4, "t": [0.0] * 3}}),
        },
        "control": {
            "demand-negative": pack({**GOOD["control"], "demand": -1}),
            "no-demand": pack(without(GOOD["control"], "demand")),
        },
        "receipt": {
            "no-taken": pack(without(GOOD["receipt"], "taken")),
            "ended-twice": pack({**GOOD["receipt"], "ended": 2}),
        },
    }


def pack(message):
    """A message as the bytes of the wire."""
    return msgpack.packb(message, use_single_float=True)


def as_json(value):
    """The JSON form of bytes: {"bin": hex}."""
    if isinstance(value, bytes):
        return {"bin": value.hex()}
    raise TypeError(type(value))


def main():
    """Writes every vector."""
    for old in [*HERE.glob("*/*.msgpack"), *HERE.glob("*/*.json")]:
        old.unlink()
    for name, message in GOOD.items():
        path = HERE / message["k"] / f"good-{name}.msgpack"
        path.write_bytes(pack(message))
        path.with_suffix(".json").write_text(json.dumps(message, default=as_json, indent=1) + "\n")
    for folder, vectors in bad_vectors().items():
        for name, data in vectors.items():
            (HERE / folder / f"bad-{name}.msgpack").write_bytes(data)


if __name__ == "__main__":
    main()

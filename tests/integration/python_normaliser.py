#!/usr/bin/python3
"""A normaliser in Python: python_normaliser.py IN OUT. The jaw opens with the inner lips' gap."""

import math
import sys

import msgpack
import zmq

context = zmq.Context()
faces, expressions = context.socket(zmq.PULL), context.socket(zmq.PUSH)
faces.bind(sys.argv[1])
expressions.connect(sys.argv[2])
hangup = expressions.get_monitor_socket(zmq.EVENT_DISCONNECTED)

while True:
    message = msgpack.unpackb(faces.recv())
    out = {key: message[key] for key in ("v", "k", "seq", "t", "src", "trace")}
    if message["k"] == "face":
        jaw = 0.0
        if message["state"] == "tracked":
            points = list(zip(message["pts"][0::2], message["pts"][1::2]))
            gap = math.dist(points[62], points[66])
            jaw = min(1.0, 2 * gap / (math.dist(points[36], points[45]) or 1))
        out.update(k="expression", state=message["state"], coeff={"jawOpen": jaw},
                   head={"q": [0.0, 0.0, 0.0, 1.0], "t": [0.0, 0.0, 0.0]})
    expressions.send(msgpack.packb(out, use_single_float=True))
    if message["k"] == "end":
        hangup.recv_multipart()
        break

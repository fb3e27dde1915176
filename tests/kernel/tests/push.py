"""Connects to ENDPOINT and sends pictures of one colour.

push.py ENDPOINT KIND SIZE Y,U,V FPS SECONDS: KIND is render, or frame, which a sink refuses.
"""

import sys
import time

import msgpack
import zmq

endpoint, kind, size, colour, fps, seconds = sys.argv[1:]
width, height = map(int, size.split("x"))
y, u, v = map(int, colour.split(","))
data = bytes([y]) * (width * height) + b"".join(
    bytes([c]) * (width // 2 * (height // 2)) for c in (u, v))
socket = zmq.Context().socket(zmq.PUSH)
socket.connect(endpoint)
began = time.monotonic()
seq = 0
print("ready", flush=True)
while time.monotonic() < began + float(seconds):
    socket.send(msgpack.packb({
        "v": 1, "k": kind, "seq": seq, "t": time.monotonic_ns(), "src": "test", "trace": [],
        "fmt": "I420", "w": width, "h": height, "data": data}))
    seq += 1
    time.sleep(1 / float(fps))

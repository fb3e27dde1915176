#!/usr/bin/python3
"""A stand-in for Blender's stage, which sends plain pictures: 90-whole-pipeline, 95-units."""
import os
import msgpack, zmq
folder = "ipc://" + os.environ["EFFIGY_RUNTIME"]
context = zmq.Context()
expressions, renders = context.socket(zmq.PULL), context.socket(zmq.PUSH)
expressions.setsockopt(zmq.CONFLATE, 1)
expressions.bind(folder + "/expressions")
renders.setsockopt(zmq.CONFLATE, 1)
renders.connect(folder + "/render")
while True:
    message = msgpack.unpackb(expressions.recv())
    body = {"fmt": "GREY", "w": 160, "h": 120, "data": bytes([message["seq"] % 200 + 20]) * 19200}
    head = {key: message[key] for key in ("v", "seq", "t", "src", "trace")}
    renders.send(msgpack.packb({**head, "k": "render", **body}))

"""A renderer that only takes time: a worker after proto/SPEC.md in Python, for policy all.

    slow_worker.py IN OUT PAUSE_MS        IN, OUT: where it listens, and where it sends, ipc:// endpoints

Confirms an expression once the reader of its picture has confirmed that (SPEC.md, Workers).
"""

import sys
import time

import msgpack
import zmq

WIDTH, HEIGHT = 64, 48


class Receipts:
    """What this worker has finished with, for its sender."""

    def __init__(self, context, endpoint):
        self.socket = context.socket(zmq.XPUB)
        self.socket.bind(endpoint + ".receipts")
        self.taken = 0

    def publish(self, seq, ended=0):
        """Sends a receipt, which later subscribers receive first."""
        packed = msgpack.packb({"v": 1, "k": "receipt", "seq": seq, "t": time.monotonic_ns(),
                                "src": "worker", "trace": [], "taken": self.taken, "ended": ended})
        self.socket.setsockopt(zmq.XPUB_WELCOME_MSG, packed)
        self.socket.send(packed)

    def give(self, seq, ended):
        """The message with that seq is finished with."""
        self.taken += 1
        self.publish(seq, ended)


def draw(expression):
    """A grey picture with the head of the expression."""
    kept = {key: expression[key] for key in ("v", "seq", "t", "src", "trace")}
    return {**kept, "k": "render", "fmt": "I420", "w": WIDTH, "h": HEIGHT,
            "data": bytes([expression["seq"] % 256]) * (WIDTH * HEIGHT * 3 // 2)}


def main(listen, send, pause_ms):
    """Runs until the end of the film."""
    context = zmq.Context()
    context.setsockopt(zmq.LINGER, 0)
    push, confirmed = context.socket(zmq.PUSH), context.socket(zmq.SUB)
    push.connect(send)
    confirmed.setsockopt(zmq.SUBSCRIBE, b"")
    confirmed.connect(send + ".receipts")
    receipts = Receipts(context, listen)
    pull = context.socket(zmq.PULL)
    pull.bind(listen)
    msgpack.unpackb(confirmed.recv())  # the next stage is there
    receipts.publish(0)
    waiting = []  # seqs whose pictures were sent
    poller = zmq.Poller()
    for socket in (pull, confirmed, receipts.socket):
        poller.register(socket, zmq.POLLIN)
    while True:
        ready = dict(poller.poll())
        if receipts.socket in ready:
            receipts.socket.recv()  # a subscription
        if confirmed in ready:
            receipt = msgpack.unpackb(confirmed.recv())
            if receipt["ended"]:
                receipts.give(receipt["seq"], 1)
                break
            if receipt["seq"] in waiting:
                waiting.remove(receipt["seq"])
                receipts.give(receipt["seq"], 0)
        if pull in ready:
            message = msgpack.unpackb(pull.recv())
            if message["k"] == "end":
                push.send(msgpack.packb(message))
                continue
            time.sleep(pause_ms / 1000)
            waiting.append(message["seq"])
            push.send(msgpack.packb(draw(message), use_single_float=True))
    context.destroy(linger=1000)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))

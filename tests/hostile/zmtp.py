"""Bytes as a ZeroMQ peer would send them, and as none ever should."""

import random
import socket
import struct

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00NULL" + bytes(16) + b"\x00" + bytes(31)


def ready(kind=b"PUSH"):
    """The command that ends the handshake."""
    body = b"\x05READY\x0bSocket-Type" + struct.pack(">I", len(kind)) + kind
    return b"\x04" + bytes([len(body)]) + body


def part(data, more=False):
    """One part of a message."""
    if len(data) < 256:
        return bytes([more, len(data)]) + data
    return bytes([2 | more]) + struct.pack(">Q", len(data)) + data


def connect(port):
    """A plain TCP connection."""
    return socket.create_connection(("127.0.0.1", port), timeout=5)


def random_bytes(rng):
    """Anything, a few of them like the first bytes of some protocol."""
    start = rng.choice([b"", GREETING[:rng.randrange(64)], b"\x01\x00", b"\x01\x00\x02\x01\x41",
                        b"\xff" + rng.randbytes(8) + b"\x7f" + rng.randbytes(3), b"GET / HTTP/1.1\r\n\r\n"])
    return start + rng.randbytes(rng.randrange(200))


def random_frame(rng, good):
    """One part or a few, of random flags, lengths and contents; now and then no part at all."""
    choice = rng.randrange(7)
    if choice == 0:
        return part(rng.randbytes(rng.randrange(600)), more=rng.randrange(2) == 0)
    if choice == 1:
        return part(good, more=True) + part(good)
    if choice == 2:
        cut = bytearray(good)
        for _ in range(rng.randrange(1, 4)):
            cut[rng.randrange(len(cut))] = rng.randrange(256)
        return part(bytes(cut))
    if choice == 3:
        return part(good[:rng.randrange(len(good))])
    if choice == 4:
        return part(b"")
    if choice == 5 and rng.randrange(100) == 0:
        return rng.choice([bytes([4, 5]) + b"\x04PING", bytes([rng.randrange(256)]),
                           b"\x02" + struct.pack(">Q", rng.choice([2**63, 2**40, 70 << 20]))])
    return part(rng.randbytes(rng.randrange(40)))


def shake_hands(peer, kind=b"PUSH"):
    """Messages may follow once the other side has said that it is ready."""
    peer.sendall(GREETING + ready(kind))
    heard = b""
    while b"READY" not in heard:
        more = peer.recv(4096)
        if not more:
            raise ConnectionError("not let in")
        heard += more


def send(port, kind, data, rng):
    """Sends it on a connection of its own, after a handshake as that kind of socket, if any. Waits
    until the other side has closed, or breaks the connection at once."""
    try:
        with connect(port) as peer:
            if kind is not None:
                shake_hands(peer, kind)
            peer.sendall(data)
            if rng.randrange(4) == 0:
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            peer.shutdown(socket.SHUT_WR)
            while peer.recv(4096):
                pass
    except OSError:
        pass  # it was shown the door


def attack(port, good, seed, connections, frames):
    """Opens that many connections one after the other: every second one shakes hands and sends that
    many frames, the others anything."""
    rng = random.Random(seed)
    for i in range(connections):
        kind, data = None, random_bytes(rng)
        if i % 2:
            kind = rng.choice([b"PUSH"] * 6 + [b"SUB", b"DEALER", rng.randbytes(4)])
            data = b"".join(random_frame(rng, good) for _ in range(frames))
        send(port, kind, data, rng)

"""Bytes of a ZeroMQ peer, valid and invalid."""

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
    """Random bytes; some begin like a known protocol."""
    start = rng.choice([b"", GREETING[:rng.randrange(64)], b"\x01\x00", b"\x01\x00\x02\x01\x41",
                        b"\xff" + rng.randbytes(8) + b"\x7f" + rng.randbytes(3), b"GET / HTTP/1.1\r\n\r\n"])
    return start + rng.randbytes(rng.randrange(200))


def random_frame(rng, good):
    """Zero or more parts with random flags, lengths and contents."""
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
    """Completes the handshake, after which messages may follow."""
    peer.sendall(GREETING + ready(kind))
    heard = b""
    while b"READY" not in heard:
        more = peer.recv(4096)
        if not more:
            raise ConnectionError("not let in")
        heard += more


def send(port, kind, data, rng):
    """Sends data on a new connection, after a handshake as that kind of socket, if any. Then waits until
    the peer has closed, or closes the connection at once."""
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
        pass  # the stage closed the connection


def attack(port, good, seed, connections, frames):
    """Opens connections one after the other: every second one completes the handshake and sends frames,
    the others send random bytes."""
    rng = random.Random(seed)
    for i in range(connections):
        kind, data = None, random_bytes(rng)
        if i % 2:
            kind = rng.choice([b"PUSH"] * 6 + [b"SUB", b"DEALER", rng.randbytes(4)])
            data = b"".join(random_frame(rng, good) for _ in range(frames))
        send(port, kind, data, rng)

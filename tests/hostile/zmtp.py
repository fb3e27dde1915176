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


def random_frames(rng, good, count):
    """After a proper handshake: parts of random flags, lengths and contents."""
    out = [GREETING, ready(rng.choice([b"PUSH", b"PUSH", b"PUSH", b"SUB", b"DEALER", rng.randbytes(4)]))]
    for _ in range(count):
        choice = rng.randrange(8)
        if choice == 0:
            out.append(part(rng.randbytes(rng.randrange(600)), more=True))
        elif choice == 1:
            out.append(part(good, more=True) + part(good))
        elif choice == 2:
            cut = bytearray(good)
            for _ in range(rng.randrange(1, 4)):
                cut[rng.randrange(len(cut))] = rng.randrange(256)
            out.append(part(bytes(cut)))
        elif choice == 3:
            out.append(part(good[:rng.randrange(len(good))]))
        elif choice == 4:
            out.append(bytes([4, 5]) + b"\x04PING"[:5] + rng.randbytes(rng.randrange(3)))
        elif choice == 5:
            out.append(part(b""))
        elif choice == 6 and rng.randrange(50) == 0:
            out.append(b"\x02" + struct.pack(">Q", rng.choice([2**63, 2**40, 70 << 20, 2**64 - 1])))
        else:
            out.append(part(rng.randbytes(rng.randrange(40))))
    return b"".join(out)


def attack(port, good, seed, connections, frames):
    """Opens that many connections one after the other; every second one shakes hands first and
    sends that many parts. Returns how many parts were sent."""
    rng = random.Random(seed)
    sent = 0
    for i in range(connections):
        try:
            with connect(port) as peer:
                if rng.randrange(4) == 0:
                    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                if i % 2:
                    data = random_frames(rng, good, frames)
                    sent += frames
                else:
                    data = random_bytes(rng)
                peer.sendall(data)
        except OSError:
            pass  # it was shown the door
    return sent

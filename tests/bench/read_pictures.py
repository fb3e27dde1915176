"""A reader of the sink's output, as a program in a call would be: when each picture was there.

    read_pictures.py PIPE        PIPE: a named pipe that gets Y4M

Prints a line for each picture once all of it has been read: the time (ns of CLOCK_MONOTONIC) and the Adler-32 of
its bytes. Ends with the pipe.
"""

import fcntl
import sys
import time
import zlib

MARK = b"FRAME\n"
ROOM = 1 << 20  # what Linux lets any user ask for: two pictures of 640x480, so that the sink need not wait


def header(pipe):
    """(width, height) of the pictures; None when the pipe has ended."""
    line = b""
    while not line.endswith(b"\n"):
        byte = pipe.read(1)
        if not byte:
            return None
        line += byte
    fields = {word[:1]: word[1:] for word in line.decode().split()[1:]}
    return int(fields["W"]), int(fields["H"])


def fill(pipe, view):
    """Reads as many bytes as fit; False when the pipe has ended."""
    got = 0
    while got < len(view):
        count = pipe.readinto(view[got:])
        if not count:
            return False
        got += count
    return True


def main(path):
    """Reads until the end."""
    with open(path, "rb", buffering=0) as pipe:
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, ROOM)
        size = header(pipe)
        if size is None:
            return
        width, height = size
        view = memoryview(bytearray(len(MARK) + width * height * 3 // 2))
        while fill(pipe, view):
            now = time.monotonic_ns()
            if view[:len(MARK)] != MARK:
                sys.exit(f"{path}: a picture does not begin with FRAME")
            print(now, zlib.adler32(view[len(MARK):]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])

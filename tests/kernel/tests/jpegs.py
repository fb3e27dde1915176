"""A webcam that gives broken JPEGs among good ones: writes them to a v4l2loopback device.

jpegs.py DEVICE WIDTH HEIGHT FPS FILE...: the JPEGs of the files in turn, for ever; each one complete,
without its end marker, with padding after it, truncated, only its header, and as random bytes.
"""

import fcntl
import itertools
import os
import struct
import sys
import time

VIDIOC_S_FMT = 0xC0D05605
VIDEO_OUTPUT, FIELD_NONE = 2, 1

device, width, height, fps = sys.argv[1], *map(int, sys.argv[2:5])
pictures = []
for path in sys.argv[5:]:
    with open(path, "rb") as file:
        pictures.append(file.read())

camera = os.open(device, os.O_RDWR)
form = struct.pack("=I4xII4sIII", VIDEO_OUTPUT, width, height, b"MJPG", FIELD_NONE, 0,
                   width * height * 2)
fcntl.ioctl(camera, VIDIOC_S_FMT, form.ljust(208, b"\0"))
for good in itertools.cycle(pictures):
    for picture in (good, good[:-2], good + bytes(2000), good[:len(good) // 2], good[:200],
                    b"\xff\xd8" + os.urandom(500), os.urandom(500)):
        os.write(camera, picture)
        time.sleep(1 / fps)

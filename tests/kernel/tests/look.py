"""Describes the pictures of a raw video file as one JSON object.

look.py FILE FORMAT SIZE [CARD.y4m]: FORMAT is YUYV, I420 or NV12. The kind of a picture is "card" if
its luma equals that of the Y4M file's first picture, "Y,U,V" if it has only that colour, else
"other". The kinds are a list of [kind, number in a row].
"""

import itertools
import json
import sys

path, fmt, size = sys.argv[1:4]
width, height = map(int, size.split("x"))
area = width * height
one = area * 2 if fmt == "YUYV" else area * 3 // 2
with open(path, "rb") as file:
    raw = file.read()
card = None
if len(sys.argv) > 4:
    with open(sys.argv[4], "rb") as file:
        file.readline()
        file.readline()
        card = file.read(area)


def planes(picture):
    if fmt == "YUYV":
        return picture[0::2], picture[1::4], picture[3::4]
    chroma = picture[area:]
    if fmt == "NV12":
        return picture[:area], chroma[0::2], chroma[1::2]
    return picture[:area], chroma[:area // 4], chroma[area // 4:]


def kind(picture):
    parts = planes(picture)
    if parts[0] == card:
        return "card"
    if all(len(set(part)) == 1 for part in parts):
        return ",".join(str(part[0]) for part in parts)
    return "other"


kinds = [kind(raw[at:at + one]) for at in range(0, len(raw) - one + 1, one)]
print(json.dumps({
    "pictures": len(kinds),
    "rest": len(raw) % one,
    "kinds": [[k, len(list(run))] for k, run in itertools.groupby(kinds)],
    "set": sorted(set(kinds)),
}))

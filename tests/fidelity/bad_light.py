#!/usr/bin/python3
"""Whether Effigy finds faces in bad pictures, and how far their landmarks move.

    bad_light.py CLIPS

CLIPS: folder of folders of clips. Takes every 10th frame of each, spoils its luma (the tracker sees no
colour), and runs ./effigy convert --data: so much time passes between two frames that the detector has to
find the face in each. Prints a row for each way to spoil it:
found: of the frames in which the face is found untouched, the share in which it is still found: all
clips together, the worst clip, and DARK, a speaker with dark skin.
moved: of the frames found in both, by how much the 68 landmarks moved, root mean square over the
landmarks, in distances between the outer corners of the eyes: median and 95th percentile.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
EVERY = 10
DARK = "swiz3n"
BLACK, WHITE = 16, 235  # of luma
FRAME = b"FRAME\n"
STOPS = -2
NOISE = 20  # of 255
PAUSE = 8  # grey frames, in which the tracker forgets whom it has followed
SHADE = 0.05  # light on the far side of the face, against the near side


def light_of(value):
    """sRGB's curve: 0..1 to linear light."""
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def value_of(light):
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def side_light(value, box):
    """From 1 at the left side of the face to SHADE at its right one, evenly in stops."""
    x, _, width, _ = box or (0, 0, value.shape[1], 0)
    across = np.clip((np.arange(value.shape[1]) - x) / width, 0, 1)
    return value_of(light_of(value) * SHADE ** across)


def noise(value, _):
    return value + np.random.default_rng(1).normal(0, NOISE / (WHITE - BLACK), value.shape)


# name: function of luma (0..1, height x width) and the face's box, or None where there is none.
WAYS = {
    "gamma 0.4": lambda value, _: value ** (1 / 0.4),
    "gamma 2.5": lambda value, _: value ** 0.4,
    f"{STOPS} EV": lambda value, _: value_of(light_of(value) * 2.0 ** STOPS),
    f"{STOPS} EV and noise": lambda value, _: noise(value_of(light_of(value) * 2.0 ** STOPS), _),
    f"noise of {NOISE}": noise,
    "light from one side": side_light,
}


def sample(clip):
    """Every EVERY-th frame, at the time when it is shown. Returns the header of a Y4M file, and its frames
    (frames, bytes): I420 after the line that begins each."""
    film = subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-i", clip, "-an", "-pix_fmt", "yuv420p", "-vf",
         f"select='not(mod(n,{EVERY}))',scale=out_range=tv", "-fps_mode", "passthrough",
         "-f", "yuv4mpegpipe", "-strict", "-1", "-"], check=True, stdout=subprocess.PIPE).stdout
    header, frames = film.split(b"\n", 1)
    width, height = size_of(header)
    size = len(FRAME) + width * height + 2 * ((width + 1) // 2) * ((height + 1) // 2)
    slower = re.sub(rb" F(\d+):(\d+)",
                    lambda rate: b" F%d:%d" % (int(rate[1]), EVERY * int(rate[2])), header)
    return slower, np.frombuffer(frames, np.uint8).reshape(-1, size)


def size_of(header):
    fields = {field[:1]: field[1:] for field in header.split()[1:]}
    return int(fields[b"W"]), int(fields[b"H"])


def spoil(way, header, frames, faces):
    width, height = size_of(header)
    spoilt = frames.copy()
    luma = spoilt[:, len(FRAME):len(FRAME) + width * height].reshape(-1, height, width)
    for plane, face in zip(luma, faces):
        value = np.clip((plane.astype(float) - BLACK) / (WHITE - BLACK), 0, 1)
        value = np.clip(way(value, face["box"]), 0, 1)
        plane[:] = np.round(BLACK + value * (WHITE - BLACK))
    return spoilt


def track(header, frames, folder):
    """The face of each frame, as in --data."""
    film, data = folder / "film.y4m", folder / "data.jsonl"
    film.write_bytes(header + b"\n" + frames.tobytes())
    subprocess.run([ROOT / "effigy", "convert", film, "--data", data], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   env={**os.environ, "EFFIGY_RUNTIME": str(folder / "run")})
    return [json.loads(line)["face"] for line in data.read_text().splitlines()]


def track_all(header, films, folder):
    """The faces of several films, tracked as one, with pauses between them."""
    pause = np.full((PAUSE, films[0].shape[1]), 128, np.uint8)
    pause[:, :len(FRAME)] = np.frombuffer(FRAME, np.uint8)
    faces = track(header, np.concatenate([part for film in films for part in (pause, film)]), folder)
    step = PAUSE + len(films[0])
    return [faces[first + PAUSE:first + step] for first in range(0, len(faces), step)]


def moved(before, after):
    a, b = (np.reshape(face["pts"], (-1, 2)) for face in (before, after))
    return np.sqrt(np.mean(np.sum((a - b) ** 2, 1))) / np.linalg.norm(a[36] - a[45])


def compare(before, after):
    """Of the frames with a face before: whether it is found after; and how far it moved there."""
    pairs = [(b, a) for b, a in zip(before, after) if b["pts"]]
    return ([a["pts"] is not None for _, a in pairs],
            [moved(b, a) for b, a in pairs if a["pts"] is not None])


def write(*cells):
    print("| " + " | ".join(f"{cell:.3f}" if isinstance(cell, float) else cell for cell in cells)
          + " |", flush=True)


def main():
    clips = sorted(clip for clip in pathlib.Path(sys.argv[1]).glob("*/*")
                   if clip.suffix in (".mp4", ".mov", ".mkv", ".mpg"))
    found = {way: {} for way in WAYS}
    distances = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as runtime:
        for clip in clips:
            header, frames = sample(clip)
            before = track(header, frames, pathlib.Path(runtime))
            if not any(face["pts"] for face in before):
                continue
            films = [spoil(change, header, frames, before) for change in WAYS.values()]
            for way, after in zip(WAYS, track_all(header, films, pathlib.Path(runtime))):
                found[way][clip.stem], moves = compare(before, after)
                distances[way] += moves
    write("frames", "found", "worst clip", "dark skin", "moved, median", "moved, 95 %")
    write(*["---"] * 6)
    for way in WAYS:
        shares = {clip: float(np.mean(seen)) for clip, seen in found[way].items()}
        write(way, float(np.mean(np.concatenate(list(found[way].values())))), min(shares.values()),
              shares.get(DARK, ""), *map(float, np.percentile(distances[way], (50, 95))))


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""How well Effigy shows what faces do, against an independent tracker of 478 points.

    against_tracks.py CLIPS TRACKS

CLIPS: folder of folders of clips. TRACKS: FOLDER-CLIP.jsonl.xz for each, one object a frame with
pts = x, y, z of each of MediaPipe FaceMesh's points in pixels, or null. Converts each clip with
./effigy convert --data and prints a line for each, and the mean and the worst of each column. A clip
says something only of what moves in it: correlations of the rest are left out.
"""

import json
import lzma
import math
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
# The least deviation of a feature in a clip that says something of it.
LEAST = {"open": 0.03, "width": 0.03, "corners": 0.012, "lid left": 0.04, "lid right": 0.04,
         "brow inner": 0.012, "brow outer": 0.012, "gaze x": 0.02, "gaze y": 0.02, "yaw": 0.03,
         "pitch": 0.03, "roll": 0.03}
SHARES = ("open eyes shown shut", "shut eyes shown open", "closed lips shown parted",
          "parted lips shown closed")
FEWEST = 30  # frames


def unit(vector):
    return vector / np.linalg.norm(vector)


def seen(points):
    """What FaceMesh's points (478, 3) show. Lengths: distances between the outer corners of the eyes."""
    right, left = points[33], points[263]
    x = unit(left - right)
    z = unit(np.cross(x, points[10] - points[152]))
    axes = np.stack((x, np.cross(z, x), z))
    face = (points - points[168]) @ axes.T / np.linalg.norm(left - right)

    def lid(top, bottom, a, b):
        return np.linalg.norm(points[top] - points[bottom]) / np.linalg.norm(points[a] - points[b])

    gaze = []
    for iris, a, b in ((468, 33, 133), (473, 362, 263)):
        across = points[b] - points[a]
        off = (points[iris] - (points[a] + points[b]) / 2) / np.linalg.norm(across)
        gaze.append((off @ unit(across), off @ axes[1]))
    gaze = np.mean(gaze, axis=0)
    return {"open": np.linalg.norm(face[13] - face[14]),
            "width": np.linalg.norm(face[61] - face[291]),
            "corners": (face[61, 1] + face[291, 1] - face[13, 1] - face[14, 1]) / 2,
            "lid left": lid(386, 374, 263, 362), "lid right": lid(159, 145, 33, 133),
            "brow inner": (face[107, 1] + face[336, 1]) / 2,
            "brow outer": (face[105, 1] + face[334, 1]) / 2, "gaze x": gaze[0], "gaze y": gaze[1],
            "yaw": math.atan2(x[2], x[0]), "pitch": math.atan2(z[1], -z[2]),
            "roll": math.atan2(x[1], x[0])}


def shown(expression):
    """The same of an expression, in its own units."""
    coeff, (x, y, z, w) = expression["coeff"], expression["head"]["q"]

    def one(name):
        return coeff.get(name, 0.0)

    def both(name):
        return (one(name + "Left") + one(name + "Right")) / 2

    return {"open": max(0.0, one("jawOpen") - one("mouthClose")) + both("mouthUpperUp")
            + both("mouthLowerDown") + one("mouthFunnel") / 2,
            "width": both("mouthSmile") + 0.7 * both("mouthStretch") - one("mouthPucker")
            - one("mouthFunnel") / 2,
            "corners": both("mouthSmile") - both("mouthFrown"),
            "lid left": 0.3 * one("eyeWideLeft") - one("eyeBlinkLeft"),
            "lid right": 0.3 * one("eyeWideRight") - one("eyeBlinkRight"),
            "brow inner": one("browInnerUp") - both("browDown"),
            "brow outer": both("browOuterUp") - both("browDown"),
            "gaze x": one("eyeLookOutLeft") - one("eyeLookInLeft") + one("eyeLookInRight")
            - one("eyeLookOutRight"),
            "gaze y": both("eyeLookUp") - both("eyeLookDown"),
            "yaw": math.atan2(2 * (x * z + y * w), 1 - 2 * (x * x + y * y)),
            "pitch": math.asin(max(-1, min(1, -2 * (y * z - x * w)))),
            "roll": -math.atan2(2 * (x * y + z * w), 1 - 2 * (x * x + z * z))}


def share(chosen, wrong):
    return float(wrong[chosen].mean()) if chosen.sum() > 5 else None


def compare(lines, track):
    """A share for each of SHARES, a correlation for each of LEAST; None where there is none."""
    pairs = [(seen(np.reshape(t["pts"], (-1, 3))), shown(line["expression"]))
             for line, t in zip(lines, track)
             if t["pts"] and line["expression"]["state"] == "tracked"]
    if len(pairs) < FEWEST:
        return None
    true, told = ({key: np.array([pair[k][key] for pair in pairs]) for key in LEAST} for k in (0, 1))
    lids = np.stack([true[key] / np.percentile(true[key], 90) for key in ("lid left", "lid right")])
    blink = -np.stack((told["lid left"], told["lid right"]))
    row = dict(zip(SHARES, (share((lids > 0.55).all(0), blink.min(0) > 0.6),
                            share((lids < 0.3).all(0), blink.max(0) < 0.5),
                            share(true["open"] < 0.025, told["open"] > 0.25),
                            share(true["open"] > 0.1, told["open"] < 0.15))))
    for key, least in LEAST.items():
        moves = true[key].std() >= least and told[key].std() > 1e-6
        row[key] = float(np.corrcoef(true[key], told[key])[0, 1]) if moves else None
    return row


def convert(clip, folder):
    data = pathlib.Path(folder) / "data.jsonl"
    subprocess.run([ROOT / "effigy", "convert", clip, "--data", data], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   env={**os.environ, "EFFIGY_RUNTIME": os.path.join(folder, "run")})
    return [json.loads(line) for line in data.read_text().splitlines()]


def write(name, row):
    print("| " + " | ".join([name] + [f"{value:.3f}" if isinstance(value, float) else value or ""
                                      for value in row]) + " |", flush=True)


def tracked_clips(clips, tracks):
    """(name, path, track) of each clip of the folder of which the other tracker has a track."""
    for path in sorted(tracks.glob("*.jsonl.xz")):
        folder, name = path.name[:-len(".jsonl.xz")].split("-", 1)
        clip = next((clips / folder).glob(name + ".*"), None)
        if clip is not None:
            with lzma.open(path, "rt") as file:
                yield name, clip, [json.loads(line) for line in file]


def main():
    clips, tracks = map(pathlib.Path, sys.argv[1:])
    columns, rows = [*SHARES, *LEAST], []
    write("clip", columns)
    write("---", ["---"] * len(columns))
    for name, clip, track in tracked_clips(clips, tracks):
        with tempfile.TemporaryDirectory() as runtime:
            row = compare(convert(clip, runtime), track)
        if row:
            rows.append(row)
            write(name, [row[column] for column in columns])
    summary = {"mean": [], "worst": []}
    for column in columns:
        values = [row[column] for row in rows if row[column] is not None]
        summary["mean"].append(float(np.mean(values)) if values else None)
        worst = max if column in SHARES else min
        summary["worst"].append(worst(values) if values else None)
    for name, row in summary.items():
        write(f"**{name}**", row)


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""Jitter against lag of the normaliser's filter, over its settings.

    sweep_filter.py OUT [CLIPS TRACKS]

For each group of numbers that share settings: a table of the settings in use, and OUT.png, where each dot
is a pair of cut-off and beta, at the speed's cut-off in use. With CLIPS also the jitter of each coefficient,
which those numbers become.
jitter: root mean square of the second difference of a still face, filtered against raw.
lag: frames of 30 a second from where a signal has risen by half to where the filtered one has.
Still faces are those of clips of which an independent tracker says that they are still
(against_tracks.py); without CLIPS they are white noise, as strong as those were. Filters with
build/effigy-bench-filter, which is the normaliser's own code.
"""

import itertools
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

import against_tracks

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests/integration"))

from arkit import NAMES
BIN = pathlib.Path(os.environ.get("EFFIGY_BIN", ROOT / "build"))
WINDOW, LEAD = 18, 6  # frames that are still, and of those, to let the filter settle
MOVES = 0.001  # jitter of a coefficient that is worth to be told
STILL = 0.6  # of the deviation from which a feature moves
CUTOFFS = (0.3, 0.5, 0.8, 1.2, 2, 3)
BETAS = (0, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 12)
FACE = ((0.5, 3), (0.25, 3), (0.5, 10))
# In the order of ef_calm_group_t. Name: columns in what effigy-bench-unfiltered writes after its first
# number; rises, each a height and the frames it takes; deviation of the noise of still faces.
GROUPS = {
    "lids": (range(0, 2), FACE, 0.019), "gaze": (range(2, 6), FACE, 0.010),
    "brows": (range(6, 10), FACE, 0.018), "gap": (range(10, 11), FACE, 0.010),
    "width": (range(11, 12), FACE, 0.009), "corners": (range(12, 14), FACE, 0.009),
    "guesses": (range(14, 66), FACE, 0.004), "turn": (range(66, 69), ((0.35, 9), (0.35, 20)), 0.003),
    "shift": (range(69, 71), ((0.3, 9),), 0.003), "depth": (range(71, 72), ((0.5, 9),), 0.016)}


def filtered(settings, signals):
    """signals: arrays of (frames, 2): value, seconds since the last. The same number of arrays."""
    records = [np.concatenate(([*settings, len(signal)], np.ravel(signal))) for signal in signals]
    out = subprocess.run([BIN / "effigy-bench-filter"], input=np.concatenate(records).tobytes(),
                         stdout=subprocess.PIPE, check=True).stdout
    ends = np.cumsum([len(signal) for signal in signals])[:-1]
    return np.split(np.frombuffer(out), ends)


def settings_in_use():
    out = subprocess.run([BIN / "effigy-bench-filter", "settings"], stdout=subprocess.PIPE, text=True,
                         check=True).stdout
    return [tuple(map(float, line.split())) for line in out.splitlines()]


def record(line, last):
    """A line of --data as effigy-bench-unfiltered reads it."""
    face, tracked = line["face"], line["face"]["state"] == "tracked"
    read = face.get("read")
    numbers = [number for part in ("lids", "gaze", "brows", "mouth", "sure") for number in read[part]] \
        if read else [0] * 15
    return [tracked, 640, 480, (line["t"] - last) / 1e9, *(face["pts"] if tracked else [0] * 136),
            read is not None, *numbers, "pitch" in face, face.get("pitch", 0)]


def unfiltered(lines):
    """(frames, 1 + numbers), and the seconds of each frame since the last."""
    times = [lines[0]["t"], *(line["t"] for line in lines)]
    records = np.array([record(line, last) for line, last in zip(lines, times)], np.float32)
    out = subprocess.run([BIN / "effigy-bench-unfiltered", ROOT / "models/solver.weights"],
                         input=records.tobytes(), stdout=subprocess.PIPE, check=True).stdout
    return np.frombuffer(out, np.float32).reshape(len(lines), -1), records[:, 3]


def still_windows(track, seen):
    """First frames of the stretches in which nothing moves. seen: which frames have numbers."""
    features = np.array([list(against_tracks.seen(np.reshape(frame["pts"], (-1, 3))).values())
                         if frame["pts"] else [np.nan] * len(against_tracks.LEAST)
                         for frame in track])[:len(seen)]
    most = STILL * np.array(list(against_tracks.LEAST.values()))
    first, windows = 0, []
    while first + WINDOW <= len(features):
        here = slice(first, first + WINDOW)
        if seen[here].all() and (features[here].std(0) < most).all():
            windows.append(first)
            first += WINDOW
        else:
            first += 1
    return windows


def still_faces(clips, tracks):
    """For each clip: numbers (frames, numbers), seconds, first frames of still stretches, and the
    coefficients shown (frames, 52)."""
    faces = []
    for _, clip, track in against_tracks.tracked_clips(clips, tracks):
        with tempfile.TemporaryDirectory() as runtime:
            lines = against_tracks.convert(clip, runtime)
        numbers, seconds = unfiltered(lines)
        shown = np.array([[line["expression"]["coeff"].get(name, 0) for name in NAMES]
                          for line in lines])
        windows = still_windows(track, numbers[:, 0] > 0)
        if windows:
            faces.append((numbers[:, 1:], seconds, windows, shown))
    return faces


def still_noise():
    """The same of white noise."""
    frames = 3000
    numbers = np.zeros((frames, 72))
    for columns, _, deviation in GROUPS.values():
        numbers[:, columns] = np.random.default_rng(1).normal(0, deviation, (frames, len(columns)))
    return [(numbers, np.full(frames, 1 / 30), range(0, frames - WINDOW, WINDOW), None)]


def roughness(values, windows):
    """Squares of the second differences, summed over the windows."""
    return sum((np.diff(values[first + LEAD:first + WINDOW], 2) ** 2).sum() for first in windows)


def jitter_of(settings, faces, columns):
    signals, raw, left = [], 0, 0
    for numbers, seconds, *_ in faces:
        signals += [np.stack((numbers[:, column], seconds), 1) for column in columns]
    results = iter(filtered(settings, signals))
    for numbers, _, windows, _ in faces:
        for column in columns:
            raw += roughness(numbers[:, column], windows)
            left += roughness(next(results), windows)
    return float(np.sqrt(left / raw))


def half(values, height):
    after = int(np.argmax(values >= height / 2))
    return after - (values[after] - height / 2) / (values[after] - values[after - 1])


def lags_of(settings, rises):
    frames = np.arange(400)
    raw = [height * np.clip((frames - 9) / length, 0, 1) for height, length in rises]
    results = filtered(settings, [np.stack((values, np.full(len(frames), 1 / 30)), 1) for values in raw])
    return [float(half(result, height) - half(values, height))
            for result, values, (height, _) in zip(results, raw, rises)]


def blink_of(settings):
    """The least share of a blink of 100 ms that is shown, at 15, 30 and 60 frames a second."""
    signals = []
    for fps, after in itertools.product((15, 30, 60), np.arange(10) / 10):
        time = (np.arange(60) - 30 + after) / fps
        closed = np.clip(np.minimum(time, 0.1 - time) / (0.1 / 3), 0, 1)
        signals.append(np.stack((closed, np.full(60, 1 / fps)), 1))
    return min(float(result.max() / signal[:, 0].max())
               for result, signal in zip(filtered(settings, signals), signals))


def sweep(faces, columns, rises, speed_cutoff):
    """(jitter, worst lag) of each pair of settings."""
    return [(jitter_of(settings, faces, columns), max(lags_of(settings, rises)))
            for settings in itertools.product(CUTOFFS, BETAS, (speed_cutoff,))]


def plot(path, dots, used):
    """A panel for each group: dots of all pairs, a circle around the one in use, and the goals."""
    panels = []
    for number, (name, pairs) in enumerate(dots.items()):
        panels.append(f"$d{number} << END\n" + "\n".join("%g %g" % pair for pair in pairs)
                      + f"\nEND\n$u{number} << END\n%g %g\nEND\n" % used[name])
    panels.append(f"""set terminal pngcairo size 1300,620 font "DejaVu Sans,9" noenhanced
set output "{path}"
set multiplot layout 2,5 title "Jitter left against lag in frames; goals: the lower left corner"
set xrange [0:4]
set yrange [0:0.8]
set grid lc rgb "#dddddd"
set tics nomirror scale 0.5
set border 3 lc rgb "#444444"
set arrow from 1,0 to 1,0.25 nohead lc rgb "#2e8b57" lw 2
set arrow from 0,0.25 to 1,0.25 nohead lc rgb "#2e8b57" lw 2
unset key""")
    for number, name in enumerate(dots):
        panels.append(f'set title "{name}"\nplot $d{number} using 2:1 with points pt 7 ps 0.5 '
                      f'lc rgb "#3b82c4", $u{number} using 2:1 with points pt 6 ps 1.8 lw 3 '
                      'lc rgb "#d9822b"')
    subprocess.run(["gnuplot"], input="\n".join(panels), text=True, check=True)


def write_coefficients(faces):
    """Of those that a still face moves at all: root mean square unfiltered, and what is left of it."""
    print("\n| coefficient | jitter, unfiltered | left |\n| --- | --- | --- |")
    frames = sum(len(windows) for _, _, windows, _ in faces) * (WINDOW - LEAD - 2)
    for column, name in enumerate(NAMES):
        raw = sum(roughness(numbers[:, column - len(NAMES)], windows)
                  for numbers, _, windows, _ in faces)
        left = sum(roughness(shown[:, column], windows) for _, _, windows, shown in faces)
        if np.sqrt(raw / frames) > MOVES:
            print(f"| {name} | {np.sqrt(raw / frames):.4f} | {np.sqrt(left / raw):.3f} |")


def main():
    out = sys.argv[1]
    faces = still_faces(*map(pathlib.Path, sys.argv[2:])) if sys.argv[2:] else still_noise()
    print(f"{sum(len(windows) for _, _, windows, _ in faces)} still stretches of {WINDOW} frames")
    print("| group | cut-off, Hz | beta | of the speed, Hz | jitter | lag, frames "
          "| least jitter at that lag |\n" + "| --- " * 7 + "|")
    dots, used = {}, {}
    for (name, (columns, rises, _)), settings in zip(GROUPS.items(), settings_in_use()):
        dots[name] = sweep(faces, columns, rises, settings[2])
        lags = lags_of(settings, rises)
        used[name] = jitter_of(settings, faces, columns), max(lags)
        least = min(jitter for jitter, lag in dots[name] if lag <= max(1, used[name][1]))
        print("| %s | %g | %g | %g | %.3f | %s | %.3f |"
              % (name, *settings, used[name][0], " ".join(f"{lag:.2f}" for lag in lags), least),
              flush=True)
    print(f"A blink of 100 ms is shown by {blink_of(settings_in_use()[0]):.3f} at least.")
    if sys.argv[2:]:
        write_coefficients(faces)
    plot(out + ".png", dots, used)


if __name__ == "__main__":
    main()

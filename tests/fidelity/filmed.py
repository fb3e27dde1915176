"""Modelled heads act before a modelled webcam (training/faces), and Effigy watches them."""

import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "training"), str(ROOT / "training" / "faces")]

import alone  # noqa: E402
import behaviour  # noqa: E402
import facekit  # noqa: E402
import figure  # noqa: E402
from expressions import NAMES, arkit  # noqa: E402

EVERY = 2  # every other frame of what is acted is filmed: 15 a second
CORES = 2  # processes that film
REST = alone.REST // EVERY  # frames of rest at the start of a film
HEAD_WIDTH = 14.3  # cm, the unit of head.t (FaceKit's, between the sides of the head)


class Film:
    """What was acted and what Effigy told, frame by frame.

    weights (n, 53), pose (n, 3) radians: the truth, pose as figure.rotation () has it, relative to
    rest; told: list of the names of coefficients; coeff (n, told), told_pose (n, 3), told_place
    (n, 3) widths of the head; pts (n, 68, 2) pixels; sure (n,): the face was tracked; lens (3, 3):
    from the head's axes to the webcam's."""

    def __init__(self, path):
        """path: of the film, without its ending."""
        truth, lines = _read(f"{path}.jsonl"), _read(f"{path}.data.jsonl")
        if len(truth) != len(lines):
            raise SystemExit(f"{path}: {len(truth)} frames were filmed and {len(lines)} were read")
        shown = [line["expression"] for line in lines]
        self.sure = np.array([row["state"] == "tracked" for row in shown])
        if not self.sure.any():
            raise SystemExit(f"{path}.mkv: Effigy found no face in this film")
        self.weights = np.array([row["weights"] for row in truth])
        turned = np.array([row["rotation"] for row in truth]).reshape(-1, 3, 3)
        self.lens = turned[0]
        self.pose = figure.angles(self.lens.T @ turned)
        self.told = sorted({name for row in shown for name in row["coeff"]})
        self.coeff = np.array([[row["coeff"].get(name, 0.0) for name in self.told] for row in shown])
        told = np.array([rotation(row["head"]["q"]) for row in shown])
        self.told_pose = figure.angles(self.lens.T @ told @ self.lens)
        self.told_place = np.array([row["head"]["t"] for row in shown])
        self.pts = np.array([line["face"].get("pts") or [np.nan] * 136
                             for line in lines]).reshape(-1, 68, 2)

    def again(self, kit):
        """The behaviour.Take that shows what Effigy told. kit: facekit.FaceKit."""
        told = {name: self.coeff[:, k] for k, name in enumerate(self.told)}
        none = np.zeros(len(self.coeff))
        weights = np.stack([told.get(arkit(name), none) for name in NAMES], axis=1)
        look = np.stack([[sign * (told.get(f"eyeLookOut{side}", none)
                                  - told.get(f"eyeLookIn{side}", none)),
                          told.get(f"eyeLookUp{side}", none) - told.get(f"eyeLookDown{side}", none)]
                         for side, sign in (("Left", 1.0), ("Right", -1.0))]).transpose(2, 0, 1)
        # The head's place is told of the middle between its sides; figure.py turns it elsewhere.
        lever = kit.neutral[kit.landmarks[[0, 16]]].mean(axis=0) - figure.PIVOT
        turn = np.array([figure.rotation(*angles) for angles in self.told_pose])
        shift = self.told_place @ self.lens * HEAD_WIDTH - (turn @ lever - lever)
        return behaviour.Take(*(np.repeat(track, EVERY, axis=0) for track in (
            weights, look * figure.LOOK, self.told_pose, shift)))


def _read(path):
    with open(path) as file:
        return [json.loads(line) for line in file]


def rotation(q):
    """The matrix of a unit quaternion x, y, z, w."""
    x, y, z, w = q
    return np.array([[1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
                     [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
                     [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)]])


def alone_take(names):
    """alone.take (), its episodes with frames of the film."""
    take, episodes = alone.take(names)
    return take, [e._replace(still=np.unique(e.still // EVERY), moved=np.unique(e.moved // EVERY))
                  for e in episodes]


def naturally(seed, frames, names):
    """A Take in which a person rests as long as in alone.py, and then does what people do."""
    acted = behaviour.take(np.random.default_rng((29, seed)), frames, names)
    return behaviour.Take(*(np.concatenate((np.zeros((alone.REST, *track.shape[1:])), track))
                            for track in acted))


def shoot(source, folder, takes):
    """Films takes, {person: Take}, into folder and lets Effigy convert them. source: of FaceKit.
    Returns [Film]."""
    print(f"Filming {len(takes)} people: {folder}", file=sys.stderr)
    folder.mkdir(parents=True, exist_ok=True)
    for person, take in takes.items():
        np.savez(folder / f"{person:04d}-0.npz", **take._asdict())
    people = sorted(takes)
    with concurrent.futures.ThreadPoolExecutor(CORES) as pool:
        shares = [share for share in np.array_split(people, CORES) if len(share)]
        list(pool.map(lambda k: _film(source, folder, shares[k], k), range(len(shares))))
        list(pool.map(lambda person: _convert(folder / f"{person:04d}-0"), people))
    return [Film(folder / f"{person:04d}-0") for person in people]


def _film(source, folder, people, core):
    # A display number of its own: two that start at once may take the same one.
    _run(["xvfb-run", "-a", "-n", str(300 + 100 * core), "blender", "--factory-startup", "-noaudio",
          "-p", "0", "0", "64", "64", "--python", ROOT / "training" / "faces" / "film.py", "--",
          source, folder, "--people", f"{people[0]}:{people[-1] + 1}", "--takes", "1", "--every",
          str(EVERY), "--acted"], folder / f"film{core}.log")


def _convert(path):
    with tempfile.TemporaryDirectory() as runtime:
        _run([ROOT / "effigy", "convert", f"{path}.mkv", "--data", f"{path}.data.jsonl"],
             f"{path}.log", EFFIGY_RUNTIME=os.path.join(runtime, "run"))


def _run(command, log, **settings):
    with open(log, "w") as file:
        failed = subprocess.run(command, stdout=file, stderr=file, stdin=subprocess.DEVNULL,
                                env={**os.environ, **settings}).returncode
    if failed:
        raise SystemExit(f"{pathlib.Path(log).read_text()}\n{command[0]} failed; {log} has this too")

#!/usr/bin/python3
"""How well landmark models find annotated landmarks: a line of mean errors for each model.

    against_annotations.py FINDER FACES.xml MODEL...

FINDER: build/training-find-landmarks. FACES.xml: pictures with boxes and 68 parts each, as dlib and iBUG
have them. The error of a landmark is its distance from the annotated one in distances between the
annotated outer corners of the eyes (landmarks 36 and 45); that of a face is the mean (NME).
"""

import json
import pathlib
import subprocess
import sys

import numpy as np

PARTS = {"all": slice(0, 68), "jaw": slice(0, 17), "brows": slice(17, 27), "nose": slice(27, 36),
         "eyes": slice(36, 48), "mouth": slice(48, 68)}
LOST = 0.15  # error of a face that was not found


def errors(faces):
    """(n, 68): of what FINDER wrote of n faces."""
    found, true = (np.array([face[key] for face in faces]).reshape(-1, 68, 2) for key in ("pts", "marks"))
    eyes = np.linalg.norm(true[:, 36] - true[:, 45], axis=1)
    return np.linalg.norm(found - true, axis=2) / eyes[:, None]


def main():
    finder, xml, *models = sys.argv[1:]
    if not pathlib.Path(xml).exists():
        print(f"No annotated pictures: {xml} is not here.")
        return
    print("| landmark model | faces |", " | ".join(PARTS), "| median | lost |")
    print("|" + "---|" * (len(PARTS) + 4))
    for model in models:
        lines = subprocess.run([finder, model, xml], check=True, stdout=subprocess.PIPE, text=True).stdout
        off = errors([json.loads(line) for line in lines.splitlines()])
        whole = off.mean(axis=1)
        print(f"| {pathlib.Path(model).name} | {len(off)} |",
              " | ".join(f"{off[:, part].mean():.3f}" for part in PARTS.values()),
              f"| {np.median(whole):.3f} | {(whole > LOST).mean():.2f} |")


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""How well Effigy reads modelled heads that it was not trained on, whose truth is known.

    closed_loop.py FACEKIT.npz FOLDER

Eight heads act before a modelled webcam: one coefficient or turn of the head at a time, and then naturally.
Effigy watches the films; then the same heads act what Effigy told, and Effigy watches that. Prints tables as
Markdown; writes them to FOLDER/closed_loop.md, and FOLDER/leakage.png: what each row moves.
"""

import pathlib
import sys

import numpy as np

import figures
import filmed
import heat_map

PEOPLE = range(9000, 9008)  # training films people with lower numbers
FRAMES = 400  # of natural behaviour, thirty a second
WORST = 20  # leaks that are listed


def table(columns, rows):
    lines = [columns, ["---"] * len(columns)]
    lines += [[f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in row]
              for row in rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines) + "\n"


def leakage(films, episodes, picture):
    """Markdown of what moves when one thing moves."""
    found = figures.leakage(films, episodes)
    heat_map.draw(picture, found.rows, found.columns, found.values, found.expected)
    of_pose = [leak for leak in figures.leaks(found) if leak[0].split()[0] in figures.POSE
               and leak[1] not in figures.POSE]
    among = [leak for leak in figures.leaks(found) if leak[0].split()[0] not in figures.POSE
             and leak[1] not in figures.POSE]
    text = (f"## What moves when one thing moves\n\nThe head's turns move a coefficient by more than {figures.MOST_OF_POSE} in "
            f"{sum(abs(leak[2]) > figures.MOST_OF_POSE for leak in of_pose)} of {len(of_pose)} cells; one "
            f"coefficient another by more than {figures.MOST_OF_ANOTHER} in "
            f"{sum(abs(leak[2]) > figures.MOST_OF_ANOTHER for leak in among)} of {len(among)}.\n\n")
    for leaks in (of_pose, among):
        text += table(["alone", "also moves", "mean", "worst head"], leaks[:WORST])
    largest = {leak[0]: leak[1:] for leak in reversed(figures.leaks(found))}
    rows = [[row, "not told" if figures.gain(found, row) is None else figures.gain(found, row),
             *largest[row]] for row in found.rows]
    return text + table(["alone", "gain", "largest leak", "mean", "worst head"], rows)


def natural(films):
    """Markdown of truth against told."""
    pairs = []
    for film in films:
        frames = figures.tracked(filmed.REST, film)
        pairs.append([figures.chosen(track(film), frames) for track in (figures.truth, figures.tracks)])
    told = [(*row, figures.goal(row.name) or "") for row in figures.compare(pairs)]
    met = sum(row[1] >= row[-1] for row in told if row[-1])
    return (f"## Truth, natural behaviour\n\n{met} of {sum(bool(row[-1]) for row in told)} meet their "
            "goal.\n\n" + table(["told", "correlation", "mean error", "gain", "goal"], told))


def turned(films, again):
    """Markdown of one turn: what Effigy told of the films, and of the heads that showed it."""
    pairs, apart = [], []
    for first, second in zip(films, again):
        frames = figures.tracked(filmed.REST, first, second)
        pairs.append([figures.chosen(figures.tracks(film), frames) for film in (first, second)])
        apart.append(figures.apart(first.pts[frames], second.pts[frames]))
    text = table(["landmarks", "distance"],
                 [[part, f"{np.mean([each[part] for each in apart]):.3f}"] for part in apart[0]])
    return ("## One turn of the closed loop\n\n" + text
            + table(["told", "correlation", "mean error", "gain"], figures.compare(pairs)))


def main():
    source, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    kit = filmed.facekit.FaceKit(source)
    take, episodes = filmed.alone_take(kit.names)
    films = filmed.shoot(source, folder / "alone", {person: take for person in PEOPLE})
    text = leakage(films, episodes, folder / "leakage.png")
    films = filmed.shoot(source, folder / "natural", {
        person: filmed.naturally(person, FRAMES, kit.names) for person in PEOPLE})
    text += natural(films)
    again = filmed.shoot(source, folder / "again", {
        person: film.again(kit) for person, film in zip(PEOPLE, films)})
    text += turned(films, again)
    (folder / "closed_loop.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()

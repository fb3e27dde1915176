"""training-landmarks makes a landmark model that the tracker reads, from annotated pictures; here of drawn faces."""

import json
import subprocess
import sys

import numpy as np
import pytest

from conftest import BIN, ROOT

sys.path.insert(0, str(ROOT / "training" / "landmarks"))
sys.path.insert(0, str(ROOT / "tests" / "fidelity"))

import against_annotations  # noqa: E402
import pictures  # noqa: E402

TRAINER, FINDER = BIN / "training-landmarks", BIN / "training-find-landmarks"
SIDE, BOX = pictures.SIDE, pictures.BOX


def ring(count, x, y, wide, high):
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.stack((x + wide * np.cos(angle), y + high * np.sin(angle)), axis=1)


# A face for whom landmarks lie on dark rings: jaw and brows, nose, eyes, mouth. Boxes of 1 about 0.
FACE = np.concatenate((ring(27, 0, 0, 0.45, 0.5), ring(9, 0, 0.05, 0.06, 0.12), ring(6, -0.2, -0.12, 0.09, 0.05),
                       ring(6, 0.2, -0.12, 0.09, 0.05), ring(20, 0, 0.27, 0.16, 0.06)))


def draw(rng):
    """(picture, landmarks): the face somewhere near the box in the middle."""
    marks = (FACE * rng.uniform(0.9, 1.1, 2) + rng.uniform(-0.08, 0.08, 2)) * BOX + SIDE / 2
    y, x = np.mgrid[:SIDE, :SIDE]
    far = np.min([(x - a) ** 2 + (y - b) ** 2 for a, b in marks], axis=0)
    grey = 200 - 160 * np.exp(-far / 8) + rng.normal(0, 3, far.shape)
    return np.clip(grey, 0, 255).astype(np.uint8), marks[:, 0] + 1j * marks[:, 1]


def annotate(folder, rng, count):
    """Drawn faces in folder. Returns the XML's path."""
    images = []
    for i in range(count):
        grey, places = draw(rng)
        pictures.write_png(folder / f"{i}.png", grey)
        images.append(pictures.xml(f"{i}.png", places))
    (folder / "faces.xml").write_text(f"<dataset><images>{''.join(images)}</images></dataset>")
    return folder / "faces.xml"


def run(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    rng = np.random.default_rng(3)
    made = tmp_path_factory.mktemp("train"), tmp_path_factory.mktemp("test")
    return annotate(made[0], rng, 40), annotate(made[1], rng, 10)


def test_trains_a_model_that_the_tracker_reads(folders, tmp_path):
    model = tmp_path / "landmarks.dat"
    result = run(TRAINER, folders[0], "--output", model, "--stages", 4, "--trees", 15)
    assert result.returncode == 0, result.stderr
    found = run(FINDER, model, folders[1])
    assert found.returncode == 0, found.stderr
    faces = [json.loads(line) for line in found.stdout.splitlines()]
    assert len(faces) == 10
    # The mean shape in the middle of the box is off by 0.15.
    assert against_annotations.errors(faces).mean() < 0.06


@pytest.mark.parametrize("spoil, message", [
    (lambda xml: xml.replace('<part name="67"', '<part name="99"'), "part 67 is missing"),
    (lambda xml: xml[:xml.index('<part name="67"')] + xml[xml.index("</box>"):], "part 67 is missing"),
    (lambda xml: xml.replace("</box>", '<part name="68" x="1" y="1"/></box>'), "it has 69 parts"),
    (lambda xml: xml.replace("0.png", "nobody.png"), "nobody.png"),
    (lambda xml: xml.replace('width="100"', 'width="1"'), "its box is less than 2 pixels"),
    (lambda xml: xml[:len(xml) // 2], "cannot read"),
    (lambda xml: "<dataset><images></images></dataset>", "no picture in it has a face"),
])
def test_refuses_what_is_no_annotated_picture(tmp_path, spoil, message):
    path = annotate(tmp_path, np.random.default_rng(4), 1)
    path.write_text(spoil(path.read_text()))
    result = run(TRAINER, path, "--output", tmp_path / "landmarks.dat")
    assert result.returncode == 1
    assert message in result.stderr and result.stderr.count("\n") == 1, result.stderr


def test_refuses_a_place_where_no_model_can_be_written(folders):
    result = run(TRAINER, folders[0], "--output", "/nowhere/landmarks.dat")
    assert result.returncode == 1
    assert "cannot write /nowhere/landmarks.dat" in result.stderr


def test_needs_annotated_pictures():
    result = run(TRAINER)
    assert result.returncode == 2 and "XML" in result.stderr

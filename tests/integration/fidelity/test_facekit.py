"""training/faces/pack_facekit.py reads a checkout of ICT-FaceKit: here a very small head, in OBJ files as
there."""

import subprocess
import sys

import numpy
import pytest
from conftest import ROOT

FACES = ROOT / "training" / "faces"
sys.path[:0] = [str(ROOT / "training"), str(FACES)]

import pack_facekit  # noqa: E402
from expressions import NAMES  # noqa: E402

POINTS = numpy.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [2.5, 0, -1]], float)


def write(path, points, surface=""):
    path.write_text("# ICT FaceKit\nmtllib ICTFaceModelMaterial.mtl\n"
                    + "".join(f"v {x:.6g} {y:.6g} {z:.6g}\n" for x, y, z in points) + surface)


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    monkeypatch.setattr(pack_facekit, "VERTICES", len(POINTS))
    folder = tmp_path / "ICT-FaceKit" / "FaceXModel"
    folder.mkdir(parents=True)
    write(folder / pack_facekit.NEUTRAL, POINTS,
          "vt 0 0\nvt 1 0\nvt 0.5 1\nvt 0 0.25\nusemtl M_Teeth\nf 1/1 2/2 3/3 4/4\n"
          "usemtl M_Face\nf 2/2 5/4 3/3\n")
    for k, name in enumerate(NAMES):
        write(folder / f"{name}.obj", POINTS + [0, 0, 0.01 * k])
    for k in range(100):
        write(folder / f"identity{k:03d}.obj", POINTS - [0.02 * k, 0, 0])
    return folder


@pytest.mark.parametrize("deep", [True, False])
def test_a_checkout_is_read(checkout, deep):
    packed = pack_facekit.pack(checkout if deep else checkout.parent)
    assert numpy.allclose(packed["neutral"], POINTS)
    step = packed["step_cm"]
    assert numpy.allclose(packed["expressions"][7] * step, [0, 0, 0.07])
    assert numpy.allclose(packed["identities"][99] * step, [-1.98, 0, 0])
    assert packed["expression_names"][26] == "jawOpen"
    assert packed["faces"].tolist() == [[0, 1, 2, 3], [1, 4, 2, -1]]
    assert packed["faces_uv"].tolist() == [[0, 1, 2, 3], [1, 3, 2, -1]]
    assert packed["uv"].tolist() == [[0, 0], [1, 0], [0.5, 1], [0, 0.25]]
    assert packed["materials"][packed["face_material"]].tolist() == ["M_Teeth", "M_Face"]
    assert len(packed["landmarks68"]) == 68


def refusal(folder):
    with pytest.raises(SystemExit) as refused:
        pack_facekit.pack(folder)
    return str(refused.value)


def test_what_is_missing_is_said(checkout, tmp_path):
    (checkout / "jawOpen.obj").unlink()
    (checkout / "identity042.obj").unlink()
    assert "lacks 2 of the 154 files of ICT-FaceKit: jawOpen.obj, identity042.obj" in refusal(checkout)
    assert f"{tmp_path} is no checkout of ICT-FaceKit" in refusal(tmp_path)


def test_other_heads_are_refused(checkout):
    write(checkout / "jawOpen.obj", POINTS[:4])
    assert "jawOpen.obj has 4 vertices, not 5" in refusal(checkout)
    write(checkout / "jawOpen.obj", POINTS * 20)
    assert "jawOpen.obj differs from generic_neutral_mesh.obj by more than 16 cm" in refusal(checkout)
    (checkout / "jawOpen.obj").write_text("v 0 0 zero\n" * 5)
    assert "jawOpen.obj is not an OBJ file that can be read" in refusal(checkout)


def test_faces_need_materials_and_uvs(checkout):
    write(checkout / pack_facekit.NEUTRAL, POINTS, "f 1/1 2/1 3/1\n")
    assert "has no faces with materials" in refusal(checkout)
    write(checkout / pack_facekit.NEUTRAL, POINTS, "usemtl M_Face\nf 1 2 3\n")
    assert "corners are not VERTEX/UV: f 1 2 3" in refusal(checkout)


def test_the_command_says_it_in_one_line(tmp_path):
    ended = subprocess.run(["/usr/bin/python3", FACES / "pack_facekit.py", tmp_path, tmp_path / "out"],
                           capture_output=True, text=True)
    assert ended.returncode == 1 and ended.stderr.count("\n") == 1
    assert "git clone https://github.com/ICT-VGL/ICT-FaceKit" in ended.stderr

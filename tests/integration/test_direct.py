"""The direct renderer shows the same as EEVEE: small scenes drawn by both."""

import os
import subprocess

import numpy
import pytest
from conftest import ROOT

SCENES = ROOT / "tests" / "integration" / "scenes" / "draw_scenes.py"
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """NAME.direct, NAME.more, NAME.eevee: (120, 160, 3), the top row first."""
    folder = tmp_path_factory.mktemp("scenes")
    result = subprocess.run(
        ["xvfb-run", "-a", "blender", "--factory-startup", "-noaudio", "-p", "0", "0", "64", "64",
         "--python", SCENES, "--", folder / "scenes.npz"], check=False, text=True,
        capture_output=True, env={**os.environ, "TMPDIR": str(folder)})
    assert result.returncode == 0, result.stdout + result.stderr
    with numpy.load(folder / "scenes.npz") as pictures:
        return {name: pictures[name].astype(float if name == "parts" else int)
                for name in pictures.files}


# Levels of 255. Edges are not smoothed yet, EEVEE's lights are a little softer, and light is
# blended in sRGB.
@pytest.mark.parametrize("name, most", [
    ("image_on_a_wall", 3), ("image_times_paint_under_a_sun", 3), ("second_uv_map", 3),
    ("image_beyond_its_edges", 4), ("image_alpha_blended", 6), ("image_alpha_cut", 4),
    ("image_with_its_alpha", 12), ("halo", 6), ("unlit_as_gltf_has_it", 3),
    ("shader_in_a_group", 3), ("gradient", 3),
    ("lens_and_shift", 3),
    ("orthographic", 3), ("flat_and_smooth", 5), ("lamps", 3), ("modifiers", 4), ("hidden", 2),
    ("still_behind_what_moves", 3), ("passing_behind_what_stood_still", 3)])
def test_direct_shows_what_eevee_shows(name, most, drawn):
    mine = drawn.get(f"{name}.more", drawn[f"{name}.direct"])
    assert numpy.abs(mine - drawn[f"{name}.eevee"]).mean() < most
    assert mine.std() > 10


@pytest.mark.parametrize("name", [
    "modifiers", "hidden", "still_behind_what_moves", "passing_behind_what_stood_still"])
def test_changes_are_drawn(name, drawn):
    assert numpy.abs(drawn[f"{name}.more"] - drawn[f"{name}.direct"]).mean() > 3


def test_only_what_changes_is_read(drawn):
    differ, share = drawn["parts"]
    assert differ == 0 and 0 < share < 0.5


def test_a_point_that_is_nowhere_may_be_anywhere(drawn):
    assert drawn["nowhere"].tolist() == [0, 0, 160, 120]


def test_reading_a_mesh_leaks_no_memory(drawn):
    assert drawn["left_behind"][0] < 100


def near(pixel, colour, most=12):
    return numpy.abs(numpy.array(pixel) - colour).max() <= most


def test_quarters_of_an_image(drawn):
    picture = drawn["image_on_a_wall.direct"]
    assert near(picture[75, 55], RED) and near(picture[75, 105], GREEN)
    assert near(picture[40, 55], BLUE) and near(picture[40, 105], WHITE)
    # The other UV map turns it by half a circle.
    turned = drawn["second_uv_map.direct"]
    assert near(turned[75, 55], WHITE) and near(turned[40, 105], RED)


def test_missing_image_shows_the_viewport_colour(drawn):
    assert near(drawn["image_that_is_missing.direct"][60, 80], GREEN, 30)


def test_alpha(drawn):
    for name in ("image_alpha_blended", "image_alpha_cut"):
        picture = drawn[f"{name}.direct"]
        assert near(picture[60, 60], RED) and near(picture[60, 108], GREEN)
    # Painted alpha goes from the red wall behind to green, evenly.
    row = drawn["painted_alpha.direct"][60, 46:114]
    assert (numpy.diff(row[:, 0]) <= 0).all() and (numpy.diff(row[:, 1]) >= 0).all()
    assert row[0, 0] > 220 and row[-1, 1] > 220


def test_toon_has_three_steps(drawn):
    picture = drawn["toon.direct"][60, :, 0]
    levels, counts = numpy.unique(picture[(picture > 0)], return_counts=True)
    plateaus = levels[counts >= 8]
    assert 3 <= len(plateaus) <= 5  # background and three steps


def test_matcap_follows_the_scene_camera(drawn):
    picture = drawn["matcap.direct"]
    assert near(picture[60, 55], RED) and near(picture[60, 105], BLUE)


def test_background_image_covers_the_whole_image(drawn):
    picture = drawn["background_image.direct"]
    assert near(picture[115, 20], RED) and near(picture[115, 140], GREEN)
    assert near(picture[5, 20], BLUE) and near(picture[5, 140], WHITE)
    assert near(picture[60, 80], (0, 0, 0))

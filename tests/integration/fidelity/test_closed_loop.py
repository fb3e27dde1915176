"""The figures of `make bench-loop` (tests/fidelity), of watchers whose errors are known. What needs FaceKit
itself is that command."""

import shutil
import sys
import types

import numpy
import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "tests" / "fidelity"))

import figures  # noqa: E402
import filmed  # noqa: E402
import heat_map  # noqa: E402
from expressions import NAMES, arkit  # noqa: E402
from filmed import alone, figure  # noqa: E402

TOLD = sorted(set(map(arkit, NAMES)) - {"cheekPuff"})


def watched(take, watch):
    """A film of a take by a watcher who tells watch(what an errorless one would)."""
    film = types.SimpleNamespace(weights=take.weights, pose=take.head, sure=numpy.ones(len(take.head), bool))
    told = watch(figures.truth(film))
    film.told = TOLD
    film.coeff = numpy.stack([told[name] for name in TOLD], axis=1)
    film.told_pose = numpy.radians(numpy.stack(
        [told[name] * alone.TURN[name] for name in figures.POSE], axis=1))
    return film


@pytest.fixture(scope="module")
def acted():
    return alone.take(NAMES)


def test_one_thing_moves_at_a_time(acted):
    take, episodes = acted
    assert not take.weights[:alone.REST].any() and not take.head[:alone.REST].any()
    assert len({episode.name for episode in episodes}) == len(episodes) == 58
    for name, means, still, moved in episodes:
        change = take.weights[moved] - take.weights[still[0]]
        moving = {arkit(NAMES[k]) for k in numpy.flatnonzero(change.any(axis=0))}
        assert moving == set(means) - set(figures.POSE)
        turned = {axis for k, axis in enumerate(alone.TURN) if take.head[moved, k].any()}
        assert turned == set(means) & set(figures.POSE)
        assert numpy.ptp(take.weights[still], axis=0).max() == 0  # before and after alike


def test_the_mouth_closes_over_an_open_jaw(acted):
    take, episodes = acted
    close, jaw = (take.weights[:, NAMES.index(name)] for name in ("mouthClose", "jawOpen"))
    assert (close <= jaw + 1e-9).all()
    _, means, still, moved = next(e for e in episodes if e.name == "mouthClose")
    assert close[moved].min() == jaw[moved].min() == jaw[still].max() == means["mouthClose"]


def test_both_eyes_and_lids_go_where_the_name_says(acted):
    take, episodes = acted
    means, moved = {e.name: e.means for e in episodes}, {e.name: e.moved for e in episodes}
    assert set(means["looks left"]) == {"eyeLookOutLeft", "eyeLookInRight"}
    assert numpy.allclose(take.look[moved["looks left"]], [numpy.radians(30), 0])
    assert set(means["looks up"]) == {"eyeLookUpLeft", "eyeLookUpRight"}
    assert numpy.allclose(take.look[moved["looks up"]], [0, numpy.radians(25)])


def test_an_errorless_watcher_leaks_nothing(acted):
    take, episodes = acted
    found = figures.leakage([watched(take, lambda true: true)], episodes)
    assert numpy.allclose(found.values, found.expected)
    assert figures.gain(found, "jawOpen") == pytest.approx(1)
    assert figures.gain(found, "mouthClose") == pytest.approx(1)
    assert figures.gain(found, "looks down") == pytest.approx(1)
    assert figures.gain(found, "pitch -20°") == pytest.approx(1)
    assert figures.gain(found, "cheekPuff") is None


def test_leaks_are_found(acted):
    def watch(true):
        return {**true, "jawOpen": 0.4 * true["jawOpen"] + 0.3 * true["browInnerUp"],
                "browDownLeft": true["browDownLeft"] - 0.25 * true["pitch"]}

    take, episodes = acted
    found = figures.leakage([watched(take, watch), watched(take, lambda true: true)], episodes)
    assert figures.gain(found, "jawOpen") == pytest.approx(0.7)
    worst = figures.leaks(found)
    assert worst[0] == ("browInnerUp", "jawOpen", pytest.approx(0.15), pytest.approx(0.3))
    assert {leak[:2]: leak[2] for leak in worst[1:3]} == {
        ("pitch +20°", "browDownLeft"): pytest.approx(-0.125),
        ("pitch -20°", "browDownLeft"): pytest.approx(0.125)}
    assert abs(worst[3][2]) < 1e-9


def test_lost_faces_do_not_count(acted):
    take, episodes = acted
    lost = watched(take, lambda true: {name: 0 * track for name, track in true.items()})
    lost.sure[:] = False
    found = figures.leakage([lost, watched(take, lambda true: true)], episodes)
    assert numpy.allclose(found.values, found.expected)


def test_truth_and_told_are_compared():
    rng = numpy.random.default_rng(1)
    true = {"jawOpen": rng.random(300), "yaw": rng.normal(0, 0.5, 300), "mouthPress": numpy.zeros(300)}
    told = {"jawOpen": 0.5 * true["jawOpen"] + 0.1, "yaw": -true["yaw"], "mouthPress": rng.random(300)}
    jaw, yaw = figures.compare([(true, told)])  # nothing is said of what does not move
    assert jaw == ("jawOpen", pytest.approx(1), pytest.approx(0.165, abs=0.03), pytest.approx(0.5))
    assert yaw.correlation == pytest.approx(-1) and yaw.error == pytest.approx(24, abs=3)  # degrees


def test_faces_are_compared_wherever_they_are():
    rng = numpy.random.default_rng(2)
    first = rng.normal(300, 50, (20, 68, 2))
    second = 1.5 * first[..., ::-1] * [1, -1] + [40, 10]
    apart = figures.apart(first, second)
    assert apart["place"] > 0.5 and apart["all"] < 1e-9
    second[:, 48:68] += 100
    apart = figures.apart(first, second)
    assert apart["mouth"] > apart["brows"] > 0.01


def test_what_is_told_can_be_acted_again():
    kit = types.SimpleNamespace(names=NAMES, neutral=numpy.array([[-7.0, 1, 0], [7, 1, 0]]),
                                landmarks=numpy.array([0] * 16 + [1] * 52))
    film = filmed.Film.__new__(filmed.Film)
    film.told = ["browInnerUp", "eyeLookInLeft", "eyeLookOutRight", "eyeLookUpLeft", "mouthSmileLeft"]
    film.coeff = numpy.array([[0.1, 0.5, 0.5, 0.2, 0.7]])
    film.told_pose, film.lens = numpy.array([[0.3, -0.2, 0.1]]), figure.rotation(0, 0.1).astype(float)
    # The sides' middle stays where it is, though the head turns about another point.
    film.told_place = numpy.zeros((1, 3))
    take = film.again(kit)
    assert len(take.weights) == filmed.EVERY
    shown = dict(zip(NAMES, take.weights[0]))
    assert shown["browInnerUp_L"] == shown["browInnerUp_R"] == 0.1 and shown["mouthSmile_L"] == 0.7
    assert shown["mouthSmile_R"] == shown["jawOpen"] == 0
    assert numpy.allclose(take.look[0], [[-0.5, 0.2], [-0.5, 0]] * figure.LOOK)
    turn = figure.rotation(*take.head[0])
    assert numpy.allclose(figure.angles(turn), film.told_pose[0], atol=1e-6)
    middle = kit.neutral.mean(axis=0)
    assert numpy.allclose(turn @ (middle - figure.PIVOT) + figure.PIVOT + take.shift[0], middle, atol=1e-5)


@pytest.mark.skipif(not shutil.which("gnuplot"), reason="gnuplot is not installed: make bench-deps")
def test_the_picture_is_drawn(tmp_path):
    heat_map.draw(tmp_path / "map.png", ["one", "two"], ["a", "b", "c"],
                  [[1, 0, -0.3], [0.05, float("nan"), -1]], [[1, 0, 0], [0, 0, -1]])
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")

"""effigy next-face: another person drives the character while effigy is up."""

import concurrent.futures
import subprocess

import msgpack
import pytest
from conftest import PERFORMER, wait_for
from test_live import LIVE, all_running


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """A film with the performer and her mirror image, side by side, which runs back to its first frame. Light
    from the other side makes another person of the mirror image: the tracker cannot tell twins apart."""
    path = tmp_path_factory.mktemp("two") / "two.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-t", "2", "-i", PERFORMER, "-filter_complex",
                    "scale=480:360,crop=300:360,split[a][b];"
                    "[b]hflip,geq=lum='lum(X,Y)*(0.3+0.7*X/W)':cb='cb(X,Y)':cr='cr(X,Y)'[lit];"
                    "[a][lit]hstack,split[c][d];[d]reverse[e];[c][e]concat", "-an", path], check=True)
    return path


@pytest.fixture
def live(effigy, runtime, tmp_path):
    """Starts a pipeline that reads a film."""

    def up(film, **settings):
        effigy("up", "-d", **{**LIVE, "EFFIGY_INPUT": str(film), **settings,
                              "EFFIGY_OUTPUT": str(tmp_path / "live.y4m")})
        wait_for(lambda: all_running(effigy), what="running pipeline")

    return up


def tracked(tap):
    """The face that is tracked now."""
    while True:
        face = msgpack.unpackb(tap.recv())
        if face["state"] == "tracked":
            return face


def side(tap):
    """Where the face that is tracked now is: 0 to the left, 1 to the right."""
    face = tracked(tap)
    return int(face["box"][0] + face["box"][2] / 2 > face["w"] / 2)


def test_next_face_goes_from_person_to_person(two, live, effigy, sockets, runtime):
    live(two)
    tap = sockets.listen("faces")
    before = side(tap)
    assert "who" not in tracked(tap)
    for count in range(1, 4):
        said = effigy("next-face").stdout
        assert said.startswith("now follows another face, one of 2, at "), said
        # The tap may still hold faces of before.
        wait_for(lambda: tracked(tap).get("who") == count, what="another number")
        assert side(tap) != before
        before = 1 - before
        assert not (runtime / "next-face").exists()
    # Many at once are answered, too, and somebody is followed afterwards.
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        said = list(pool.map(lambda _: effigy("next-face", check=False), range(40)))
    assert all(one.returncode == 0 for one in said), [one.stderr for one in said]
    side(tap)
    assert effigy("next-face", "left", check=False).returncode == 2
    effigy("down")
    assert not list(runtime.glob("next-face*"))
    said = effigy("next-face", check=False)
    assert said.returncode == 1 and "nothing is up" in said.stderr


def test_next_face_says_that_there_is_no_other(live, effigy):
    live(PERFORMER)
    said = effigy("next-face", check=False)
    assert said.returncode == 1 and "no other face is seen" in said.stderr


def test_next_face_says_that_no_frames_come(live, effigy, runtime):
    live(PERFORMER)
    subprocess.run(["supervisorctl", "-c", runtime / "supervisord.conf", "stop", "effigy:capture"],
                   cwd=runtime, check=True, stdout=subprocess.DEVNULL)
    said = effigy("next-face", check=False)
    assert said.returncode == 1 and "no frames reach it" in said.stderr
    assert not (runtime / "next-face").exists()


def test_next_face_of_a_tracker_on_another_machine(effigy, runtime, tmp_path):
    effigy("up", "-d", **{**LIVE, "EFFIGY_OUTPUT": str(tmp_path / "out.y4m"),
                          "EFFIGY_FRAMES": f"ipc://{runtime}/box", "EFFIGY_FACES": f"ipc://{runtime}/back"})
    said = effigy("next-face", check=False)
    assert said.returncode == 1 and "on another machine" in said.stderr and "effigy next-face there" in said.stderr

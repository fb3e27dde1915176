"""effigy calibrate with full disks and what killed runs left."""

import json
import os
import subprocess

import pytest
from conftest import PERFORMER


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """The performer for longer than calibrate takes."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-stream_loop", "3", "-i", PERFORMER, "-t", "46", "-r",
                    "10", path], check=True)
    return path


def fill(path):
    """Takes all the room there is."""
    with open(path, "wb", buffering=0) as file:
        while True:
            try:
                file.write(bytes(4096))
            except OSError:
                return


def test_a_full_disk_keeps_the_old_profile(film, effigy, runtime, small_disk):
    disk = small_disk("64k")
    faces = disk / "effigy" / "faces"
    faces.mkdir(parents=True)
    (faces / "me").write_text("old")
    fill(disk / "fill")
    result = effigy("calibrate", "me", check=False, EFFIGY_INPUT=str(film), XDG_CONFIG_HOME=str(disk))
    assert result.returncode == 1 and "No space left on device; nothing is changed" in result.stderr
    assert (faces / "me").read_text() == "old" and os.listdir(faces) == ["me"]
    assert not list(runtime.iterdir())


def test_a_full_runtime_folder_does_no_harm(effigy, film, small_disk, tmp_path):
    disk = small_disk("64k")
    disk.chmod(0o700)
    fill(disk / "capture.fill")
    effigy("calibrate", EFFIGY_INPUT=str(film), XDG_CONFIG_HOME=str(tmp_path), EFFIGY_RUNTIME=str(disk))
    assert json.loads((tmp_path / "effigy" / "faces" / "me").read_text())["effigy_face"] == 1
    assert os.listdir(disk) == ["capture.fill"]


def test_what_a_killed_run_left_is_removed(film, effigy, tmp_path):
    faces = tmp_path / "effigy" / "faces"
    faces.mkdir(parents=True)
    (faces / ".me.a1B2c3.effigy").write_text("half")
    os.utime(faces / ".me.a1B2c3.effigy", (0, 0))
    (faces / ".me.zzzzzz.effigy").write_text("of a run that is at work")
    (faces / ".me.backup").write_text("of somebody else")
    os.utime(faces / ".me.backup", (0, 0))
    effigy("calibrate", EFFIGY_INPUT=str(film), XDG_CONFIG_HOME=str(tmp_path))
    assert sorted(os.listdir(faces)) == [".me.backup", ".me.zzzzzz.effigy", "me"]
    assert json.loads((faces / "me").read_text())["effigy_face"] == 1

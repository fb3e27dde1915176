"""effigy camera: writes and removes two files."""

import os
import pathlib
import pty
import subprocess

import pytest
from conftest import ROOT, as_somebody

MARK = "# Written by effigy camera install; effigy camera remove takes it away.\n"
OPTIONS = MARK + "options v4l2loopback video_nr=10 card_label=Effigy exclusive_caps=1\n"


@pytest.fixture
def image(tmp_path):
    """The root folder of a disk image; its name contains a space."""
    path = tmp_path / "an image"
    path.mkdir()
    return path


def files_of(folder):
    """Path below the folder -> text, for every file."""
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*")
            if path.is_file()}


def test_install_and_remove(effigy, image):
    said = effigy("camera", "install", "--yes", "--root", image).stdout
    assert files_of(image) == {"etc/modprobe.d/effigy.conf": OPTIONS,
                               "etc/modules-load.d/effigy.conf": MARK + "v4l2loopback\n"}
    # The output shows everything that was written.
    assert all(f"    {line}" in said for line in (OPTIONS + "v4l2loopback").splitlines())
    effigy("camera", "install", "--yes", "--root", image)
    said = effigy("camera", "remove", "--yes", "--root", image).stdout
    assert files_of(image) == {}
    assert f"    {image}/etc/modprobe.d/effigy.conf" in said
    assert "nothing to remove" in effigy("camera", "remove", "--yes", "--root", image).stdout


@pytest.mark.parametrize("output, options", [
    ("/dev/video7", "video_nr=7 card_label=Effigy"), ("007", "video_nr=7 card_label=Effigy"),
    ("camera:My Cam", 'video_nr=10 card_label="My Cam"'), ("-", "video_nr=10 card_label=Effigy"),
])
def test_number_and_label_come_from_the_output(effigy, image, output, options):
    effigy("camera", "install", "--yes", "--root", image, EFFIGY_OUTPUT=output)
    assert f"options v4l2loopback {options} exclusive_caps=1\n" in \
        files_of(image)["etc/modprobe.d/effigy.conf"]


@pytest.mark.parametrize("output", ['camera:a"b', "camera:a,b", "camera:a\nb", "camera:" + "x" * 32,
                                    "/dev/video256"])
def test_an_invalid_name_or_number(effigy, image, output):
    result = effigy("camera", "install", "--yes", "--root", image, check=False,
                    EFFIGY_OUTPUT=output)
    assert result.returncode == 2
    assert files_of(image) == {}


@pytest.mark.parametrize("path, text, told", [
    ("etc/modprobe.d/obs.conf", "options v4l2loopback devices=1\n", "would be mixed"),
    ("usr/lib/modprobe.d/obs.conf", "  options\tv4l2loopback devices=1\n", "would be mixed"),
    ("etc/modprobe.d/effigy.conf", "# mine\n", "was not written by effigy"),
    ("etc/modules-load.d/effigy.conf", "v4l2loopback\n", "was not written by effigy"),
])
def test_other_files_are_kept(effigy, image, path, text, told):
    file = image / path
    file.parent.mkdir(parents=True)
    file.write_text(text)
    result = effigy("camera", "install", "--yes", "--root", image, check=False)
    assert result.returncode == 1
    assert told in result.stderr and path in result.stderr
    assert effigy("camera", "remove", "--yes", "--root", image).returncode == 0
    assert files_of(image) == {path: text}


def test_the_number_of_another_device(effigy, image):
    file = image / "sys/class/video4linux/video10/name"
    file.parent.mkdir(parents=True)
    file.write_text("Webcam\n")
    result = effigy("camera", "install", "--yes", "--root", image, check=False)
    assert result.returncode == 1
    assert "/dev/video10 is another device, Webcam; choose" in result.stderr
    (file.parent / "max_openers").write_text("10\n")
    effigy("camera", "install", "--yes", "--root", image)


def test_nothing_is_changed_without_a_yes(effigy, image):
    result = subprocess.run([ROOT / "effigy", "camera", "install", "--root", image], text=True,
                            stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert result.returncode == 1
    assert "--yes" in result.stderr and "options v4l2loopback" in result.stdout
    for answer in (b"\n", b"n\n", b"y\n"):
        assert files_of(image) == {}
        ours, theirs = pty.openpty()
        os.write(ours, answer)
        status = subprocess.run([ROOT / "effigy", "camera", "install", "--root", image],
                                stdin=theirs, capture_output=True, check=False).returncode
        assert status == (answer != b"y\n")
        os.close(ours)
        os.close(theirs)
    assert len(files_of(image)) == 2


@pytest.mark.parametrize("arguments, told", [
    ([], "install or remove"), (["list"], "install or remove"),
    (["install", "--force"], "--force"), (["install", "--root"], "--root needs a folder"),
])
def test_wrong_arguments(effigy, arguments, told):
    result = effigy("camera", *arguments, check=False)
    assert (result.returncode, told in result.stderr) == (2, True)
    result = effigy("camera", "install", "--root", "/nonexistent", check=False)
    assert (result.returncode, "make it first" in result.stderr) == (1, True)


def test_a_user_who_is_not_root_sees_the_command(runtime, image):
    result = as_somebody(runtime, "camera", "install", "--yes")
    if "would be mixed" in result.stderr or "another device" in result.stderr:
        pytest.skip(result.stderr)
    assert result.returncode == 1
    assert "options v4l2loopback video_nr=10" in result.stdout
    assert "run this as root: sudo ./effigy camera install" in result.stderr
    (runtime / "etc").mkdir()
    (runtime / "etc").chmod(0o755)
    result = as_somebody(runtime, "camera", "install", "--yes", "--root", runtime)
    assert result.returncode == 1
    assert not list(pathlib.Path(runtime / "etc").iterdir())

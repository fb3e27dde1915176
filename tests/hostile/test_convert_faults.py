"""effigy convert with full disks and damaged inputs."""

import os
import subprocess

import pytest
from clips import FAST, SMALL, ffmpeg, leftovers, picture, pictures_of


@pytest.fixture(scope="module")
def noisy(tmp_path_factory):
    """A second of video with sound."""
    return picture(tmp_path_factory.mktemp("noisy") / "noisy.mp4", "-pix_fmt", "yuv420p",
                   sound=True)


@pytest.fixture(scope="module")
def sizes():
    """Kind -> size of the complete result in bytes."""
    return {}


# --- A full disk ----------------------------------------------------------------------------------


@pytest.mark.parametrize("share, suffix, more", [
    (0.5, ".mp4", []),
    (0.95, ".mp4", []),  # no room for the index at the end
    (1.6, ".mp4", []),  # room for the pictures, but not for the sound
    (0.5, ".y4m", []),
    (0.6, ".mp4", ["--side-by-side"]),
])
def test_an_existing_file_is_kept_when_the_disk_is_full(share, suffix, more, effigy, runtime, noisy, sizes,
                                         tmp_path, small_disk):
    kind = suffix + "".join(more)
    if kind not in sizes:
        effigy("convert", noisy, tmp_path / f"roomy{suffix}", *SMALL, *more, **FAST)
        sizes[kind] = (tmp_path / f"roomy{suffix}").stat().st_size
    size = int(sizes[kind] * share) // 4096 * 4096
    disk = small_disk(size)
    out = disk / f"out{suffix}"
    out.write_bytes(b"good")
    result = effigy("convert", noisy, out, *SMALL, *more, check=False, **FAST)
    lines = [line for line in result.stderr.splitlines() if line.startswith("effigy: ")]
    assert result.returncode == 1
    assert "No space left" in result.stderr or "make room" in result.stderr
    assert len([line for line in lines if "no face" not in line]) == 1
    assert ".effigy-" not in result.stderr
    assert out.read_bytes() == b"good"
    assert not leftovers(runtime, disk)


def test_data_on_a_full_disk_is_an_error(effigy, runtime, noisy, small_disk):
    disk = small_disk("8k")
    result = effigy("convert", noisy, "--data", disk / "data.jsonl", check=False)
    assert result.returncode == 1 and "No space left" in result.stderr
    assert not leftovers(runtime)


def test_an_incomplete_result_with_exit_status_0_is_detected(effigy, runtime, noisy, tmp_path):
    """FFmpeg has exited with 0 and left half a file on full disks."""
    fake = tmp_path / "bin"
    fake.mkdir()
    (fake / "ffmpeg").write_text("#!/bin/sh\nfor last; do :; done\nhead -c 900 /dev/zero >\"$last\"\n")
    (fake / "ffmpeg").chmod(0o755)
    out = tmp_path / "out.mp4"
    out.write_bytes(b"good")
    result = effigy("convert", noisy, out, *SMALL, check=False,
                    **FAST, PATH=f"{fake}:{os.environ['PATH']}")
    assert result.returncode == 1 and "incomplete" in result.stderr
    assert out.read_bytes() == b"good"
    assert not leftovers(runtime, tmp_path)


# --- Damaged inputs -------------------------------------------------------------------------------


def cut(path, share):
    """Truncates a file to that share of its size."""
    os.truncate(path, int(path.stat().st_size * share))


def damage(name, folder):
    """A truncated or damaged input."""
    if name == "mp4":
        path = picture(folder / "cut.mp4", "-movflags", "+faststart", seconds=4)
        cut(path, 0.5)
    elif name == "mp4, its last picture":
        path = picture(folder / "last.mp4", "-movflags", "+faststart", "-bf", "0", seconds=4)
        os.truncate(path, path.stat().st_size - 20)
    elif name == "mkv":
        path = picture(folder / "cut.mkv", "-c:v", "libx264", seconds=4)
        cut(path, 0.7)
    elif name == "y4m":
        path = picture(folder / "cut.y4m", "-pix_fmt", "yuv420p", seconds=4)
        os.truncate(path, path.stat().st_size - 100)
    elif name == "avi":
        path = picture(folder / "cut.avi", "-c:v", "mjpeg", seconds=4)
        cut(path, 0.6)
    else:
        path = picture(folder / "noise.mp4", "-c:v", "libx264", "-g", "10", "-bf", "0", seconds=4)
        data = bytearray(path.read_bytes())
        start = data.index(b"mdat")
        for at in range(start + len(data[start:]) // 3, start + len(data[start:]) // 2):
            data[at] = (data[at] * 7 + 13) & 0xFF
        path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", ["mp4", "mp4, its last picture", "mkv", "y4m", "avi", "noise"])
def test_a_damaged_input_is_reported_and_its_readable_part_converted(name, effigy, runtime, tmp_path):
    source = damage(name, tmp_path)
    data = tmp_path / "data.jsonl"
    result = effigy("convert", source, "--data", data, check=False)
    lines = result.stderr.splitlines()
    assert result.returncode == 1
    assert any("effigy: capture: " in line and source.name in line for line in lines), lines
    assert "only be read in part" in lines[-1] and str(data) in lines[-1]
    assert 10 < len(data.read_text().splitlines()) <= 100
    assert not leftovers(runtime)


def test_a_partial_result_is_playable(effigy, runtime, tmp_path):
    source, out = damage("mp4", tmp_path), tmp_path / "out.mp4"
    result = effigy("convert", source, out, *SMALL, check=False, **FAST)
    assert result.returncode == 1 and f"in {out}" in result.stderr
    assert 10 < pictures_of(out) < 100
    assert not leftovers(runtime, tmp_path)


@pytest.mark.parametrize("name, more", [
    ("long.mkv", ["-shortest"]), ("long.mp4", []), ("ts.ts", []), ("b.mp4", ["-bf", "3"]),
    ("vp9.webm", ["-c:v", "libvpx", "-c:a", "libvorbis"]),
])
def test_an_undamaged_input_is_not_reported_as_damaged(name, more, effigy, tmp_path):
    source = tmp_path / name
    ffmpeg("-f", "lavfi", "-i", "testsrc=size=160x120:rate=25:duration=1", "-f", "lavfi", "-i",
           "sine=duration=3", *more, source)
    result = effigy("convert", source, "--data", tmp_path / "data.jsonl")
    assert "capture" not in result.stderr

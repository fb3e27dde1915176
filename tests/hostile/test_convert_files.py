"""Files of effigy convert: inputs are kept, no file remains after a kill, unusual names."""

import os
import shutil
import signal
import subprocess
import time

import pytest
from clips import FAST, SMALL, ffmpeg, leftovers, picture, pictures_of
from conftest import BIN, ROOT, heed_interrupts, processes_of, wait_for


# --- The input is never destroyed -----------------------------------------------------------------


@pytest.mark.parametrize("kind", ["same", "dots", "hard link", "symbolic link", "link to the folder"])
@pytest.mark.parametrize("option", [False, True])
def test_the_input_as_output_is_refused(kind, option, effigy, runtime, tmp_path):
    source = picture(tmp_path / "me.mp4")
    before = source.read_bytes()
    other = tmp_path / "other.mp4"
    if kind == "same":
        other = source
    elif kind == "dots":
        other = f"{tmp_path}/../{tmp_path.name}/me.mp4"
    elif kind == "hard link":
        os.link(source, other)
    elif kind == "symbolic link":
        other.symlink_to(source)
    else:
        (tmp_path / "link").symlink_to(tmp_path)
        other = tmp_path / "link" / "me.mp4"
    arguments = ["--data", other] if option else [other]
    result = effigy("convert", source, *arguments, check=False)
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1 and "which is read" in result.stderr
    assert source.read_bytes() == before
    assert not leftovers(runtime, tmp_path)


@pytest.mark.parametrize("setting", ["EFFIGY_AVATAR", "EFFIGY_MODEL", "EFFIGY_MAP"])
def test_other_files_that_are_read_are_never_overwritten(setting, effigy, tmp_path):
    source = picture(tmp_path / "me.mp4")
    other = tmp_path / "precious.blend"
    other.write_bytes(b"years of work")
    result = effigy("convert", source, tmp_path / "out.mp4", "--data", other, check=False,
                    **{setting: str(other)})
    assert result.returncode == 1 and "which is read" in result.stderr
    assert other.read_bytes() == b"years of work"


def test_the_same_file_for_data_and_result_is_refused(effigy, tmp_path):
    source = picture(tmp_path / "me.mp4")
    (tmp_path / "link").symlink_to(tmp_path)
    result = effigy("convert", source, tmp_path / "out.mp4", "--data", tmp_path / "link/out.mp4",
                    check=False)
    assert result.returncode == 2 and "same file" in result.stderr
    assert not (tmp_path / "out.mp4").exists()


def test_symbolic_link_and_file_mode_are_kept(effigy, tmp_path):
    source = picture(tmp_path / "me.mp4")
    (tmp_path / "far").mkdir()
    target, link = tmp_path / "far" / "target.mp4", tmp_path / "out.mp4"
    target.write_text("before")
    target.chmod(0o600)
    link.symlink_to(target)
    effigy("convert", source, link, *SMALL, **FAST)
    assert link.is_symlink() and pictures_of(target) == 25
    assert target.stat().st_mode & 0o777 == 0o600
    assert not leftovers(tmp_path, tmp_path / "far")


# --- No file remains ------------------------------------------------------------------------------


def start_convert(source, out, *more):
    """Starts effigy convert in the background, in its own session."""
    return subprocess.Popen([ROOT / "effigy", "convert", source, out, *SMALL, *more],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                            start_new_session=True, preexec_fn=heed_interrupts,
                            env={**os.environ, "EFFIGY_BIN": str(BIN), **FAST})


@pytest.mark.parametrize("whole_group", [False, True])
def test_no_file_remains_after_the_script_was_killed(whole_group, effigy, runtime, tmp_path):
    source, out = picture(tmp_path / "long.mp4", seconds=60), tmp_path / "out.mp4"
    process = start_convert(source, out)
    wait_for(lambda: len(processes_of(runtime)) >= 6, what="stages")
    if whole_group:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait(5)
    wait_for(lambda: not processes_of(runtime), 10, what="end of every stage")
    wait_for(lambda: not leftovers(runtime, tmp_path), 5, what="cleaning")
    assert not out.exists()


@pytest.mark.parametrize("after", [0.05, 0.15, 0.4])
def test_folders_of_a_script_killed_at_its_start_are_removed_by_the_next_run(after, effigy, runtime, tmp_path):
    source, out = picture(tmp_path / "long.mp4", seconds=20), tmp_path / "out.mp4"
    process = start_convert(source, out, "--side-by-side")
    time.sleep(after)
    process.kill()
    process.wait(5)
    wait_for(lambda: not processes_of(runtime), 10, what="end of every process")
    for folder in leftovers(runtime, tmp_path):
        os.utime(folder, (0, 0))
    effigy("convert", picture(tmp_path / "me.mp4"), tmp_path / "me.y4m", *SMALL, check=False,
           EFFIGY_MODEL="/nonexistent.dat")
    assert not leftovers(runtime, tmp_path)


def test_folders_left_by_a_power_cut_are_removed_by_the_next_run(effigy, runtime, tmp_path):
    source, out = picture(tmp_path / "me.mp4"), tmp_path / "out.mp4"
    for folder in (runtime / "convert.abcdef", tmp_path / ".effigy-abcdef"):
        folder.mkdir(mode=0o700)
        (folder / "lock").touch()
        (folder / "video.mp4").write_bytes(b"half")
    unlocked = tmp_path / ".effigy-ijklmn"
    unlocked.mkdir()
    (unlocked / "new").touch()
    bystander = tmp_path / ".effigy-family"  # not Effigy's: it has no lock
    bystander.mkdir()
    (bystander / "file").touch()
    for folder in (unlocked, bystander):
        os.utime(folder, (0, 0))
    effigy("convert", source, out, *SMALL, **FAST)
    assert leftovers(runtime, tmp_path) == [bystander]


def test_the_killed_stage_is_named(runtime, tmp_path):
    source = picture(tmp_path / "long.mp4", seconds=60)
    process = subprocess.Popen([ROOT / "effigy", "convert", source, tmp_path / "out.mp4", *SMALL],
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                               env={**os.environ, "EFFIGY_BIN": str(BIN), **FAST})

    def normaliser():
        return [pid for pid, command in processes_of(runtime).items()
                if command.startswith(f"{BIN}/effigy-normaliser")]

    pid = wait_for(normaliser, what="normaliser")[0]
    time.sleep(0.5)
    os.kill(pid, signal.SIGKILL)
    stderr = process.communicate(timeout=30)[1]
    assert process.returncode == 1
    lines = [line for line in stderr.splitlines() if line.startswith("effigy: ")]
    assert "effigy: normaliser: " in lines[0] and "SIGKILL" in lines[0]
    assert not leftovers(runtime, tmp_path)


def test_pictures_over_the_size_limit_are_reported(effigy, runtime, tmp_path):
    source = tmp_path / "large.mkv"
    ffmpeg("-f", "lavfi", "-i", "color=gray:size=8192x8192:rate=25", "-frames:v", 2, "-c:v", "ffv1",
           source)
    result = effigy("convert", source, tmp_path / "out.mp4", check=False)
    assert result.returncode == 1
    lines = [line for line in result.stderr.splitlines() if line.startswith("effigy: ")]
    assert "large.mkv" in lines[0] and "44 million pixels" in lines[0] and "scale" in lines[0]
    assert "log of" not in result.stderr
    assert not leftovers(runtime, tmp_path)


# --- Names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [
    "12:30.mp4", "http:x.mp4", "a b.mp4", "100%d.mp4", "gr\u00fc\u00dfe \u732b.mp4", "new\nline.mp4",
    "'quote\".mp4", "$(reboot).mp4", "x" * 200 + ".mp4", "semi;colon#.mp4", "back\\slash\\.mp4",
    "tab\there.mp4", "esc\x1b[31m.mp4", "trailing \n.mp4",
])
def test_file_names_with_special_characters(name, runtime, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    shutil.copy(picture(tmp_path / "plain.mp4", seconds=0.4), folder / name)
    result = subprocess.run([ROOT / "effigy", "convert", name, "--data", "data " + name + ".jsonl"],
                            cwd=folder, capture_output=True, check=False, timeout=60,
                            env={**os.environ, "EFFIGY_BIN": str(BIN)})
    assert result.returncode == 0, result.stderr
    assert len((folder / ("data " + name + ".jsonl")).read_text().splitlines()) == 10
    assert b"\x1b" not in result.stdout + result.stderr
    assert len(result.stdout.splitlines()) == 1
    assert sorted(p.name for p in folder.iterdir()) == sorted([name, "data " + name + ".jsonl"])


def test_file_names_that_begin_with_a_dash(runtime, tmp_path):
    picture(tmp_path / "-in.mp4", seconds=0.4)
    result = subprocess.run([ROOT / "effigy", "convert", *SMALL, "--", "-in.mp4", "-out.mp4"],
                            cwd=tmp_path, capture_output=True, check=False, timeout=60,
                            env={**os.environ, "EFFIGY_BIN": str(BIN), **FAST})
    assert result.returncode == 0, result.stderr
    assert pictures_of(tmp_path / "-out.mp4") == 10


def test_long_path_of_the_runtime_folder(effigy, tmp_path, monkeypatch):
    folder = tmp_path / ("a'b " * 40)
    monkeypatch.setenv("EFFIGY_RUNTIME", str(folder))
    source = picture(tmp_path / "me.mp4", seconds=0.4)
    effigy("convert", source, tmp_path / "out.mp4", *SMALL, **FAST)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("kind", ["fifo", "device", "folder", "url"])
def test_inputs_and_outputs_that_are_not_files_are_refused(kind, effigy, tmp_path):
    source = {"fifo": tmp_path / "fifo.mp4", "device": "/dev/null", "folder": tmp_path,
              "url": "http://127.0.0.1:1/x.mp4"}[kind]
    if kind == "fifo":
        os.mkfifo(source)
    result = effigy("convert", source, tmp_path / "out.mp4", check=False)
    assert result.returncode == 1 and len(result.stderr.splitlines()) == 1
    good = picture(tmp_path / "good.mp4", seconds=0.4)
    out = tmp_path / "pipe.mp4"
    os.mkfifo(out)
    result = effigy("convert", good, out, check=False)
    assert result.returncode == 1 and "not a file" in result.stderr
    assert out.is_fifo()


def test_two_simultaneous_conversions_into_one_file(runtime, tmp_path):
    source, out = picture(tmp_path / "me.mp4"), tmp_path / "out.mp4"
    processes = [start_convert(source, out) for _ in range(2)]
    assert [process.wait(60) for process in processes] == [0, 0]
    assert pictures_of(out) == 25
    assert not leftovers(runtime, tmp_path)


def test_an_output_folder_removed_meanwhile(runtime, tmp_path):
    source, folder = picture(tmp_path / "long.mp4", seconds=8), tmp_path / "folder"
    folder.mkdir()
    process = start_convert(source, folder / "out.mp4")
    wait_for(lambda: list(folder.glob(".effigy-*/video.mp4")), what="part")
    shutil.rmtree(folder)
    assert process.wait(60) == 1
    assert not leftovers(runtime) and not folder.exists()


@pytest.mark.parametrize("name, source, more", [
    ("one.mp4", "testsrc=size=160x120:rate=25", ["-frames:v", "1"]),
    ("dot.mkv", "color=red:size=2x2:rate=25", ["-frames:v", "3", "-c:v", "ffv1"]),
    ("odd.mkv", "testsrc=size=161x121:rate=25", ["-frames:v", "3", "-c:v", "ffv1"]),
    ("alpha.mov", "testsrc=size=160x120:rate=25,format=argb", ["-frames:v", "3", "-c:v", "qtrle"]),
    ("deep.mkv", "testsrc=size=160x120:rate=25,format=yuv420p10le", ["-frames:v", "3", "-c:v", "ffv1"]),
    ("interlaced.mpg", "testsrc=size=160x120:rate=25", ["-frames:v", "3", "-c:v", "mpeg2video", "-flags", "+ilme+ildct"]),
    ("many.mkv", "testsrc=size=160x120:rate=25",
     ["-frames:v", "3", "-c:v", "ffv1"] + ["-map", "0:v"] * 100),
])
def test_unusual_pictures(name, source, more, effigy, runtime, tmp_path):
    path, data = tmp_path / name, tmp_path / "data.jsonl"
    ffmpeg("-f", "lavfi", "-i", source, *more, path)
    effigy("convert", path, "--data", data)
    assert len(data.read_text().splitlines()) == (1 if "one" in name else 3)
    assert not leftovers(runtime)


def test_video_with_a_cover_image_and_subtitles(effigy, runtime, tmp_path):
    words = tmp_path / "words.srt"
    words.write_text("1\n00:00:00,100 --> 00:00:09,000\nhello\n")
    source = tmp_path / "full.mkv"
    ffmpeg("-f", "lavfi", "-i", "testsrc=size=160x120:rate=25:duration=0.4", "-i", words,
           "-map", "0", "-map", "1", source)
    result = effigy("convert", source, "--data", tmp_path / "data.jsonl")
    assert len((tmp_path / "data.jsonl").read_text().splitlines()) == 10
    assert "capture" not in result.stderr


def test_an_empty_file_gives_one_line(effigy, runtime, tmp_path):
    source = tmp_path / "empty.mp4"
    source.touch()
    result = effigy("convert", source, tmp_path / "out.mp4", check=False)
    assert result.returncode == 1 and len(result.stderr.splitlines()) == 1
    assert not leftovers(runtime, tmp_path)

"""effigy convert with full disks, damaged inputs, odd file names, killed scripts."""

import json
import os
import shutil
import signal
import subprocess
import time

import pytest
from conftest import BIN, ROOT, heed_interrupts, processes_of, wait_for

SMALL = ["--size", "160x120"]
FAST = {"EFFIGY_RENDER_SIZE": "160x120", "EFFIGY_RENDER_SCALE": "1"}


def ffmpeg(*arguments):
    """Makes a file."""
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, arguments)], check=True)


def picture(path, *more, size="160x120", rate=25, seconds=1, sound=False):
    """A short video without a face."""
    source = ["-f", "lavfi", "-i", f"testsrc=size={size}:rate={rate}"]
    if sound:
        source += ["-f", "lavfi", "-i", "sine=frequency=800"]
    ffmpeg(*source, "-t", seconds, *more, path)
    return path


def shown(path, entries, stream="v:0"):
    """The streams of a file, by ffprobe."""
    text = subprocess.check_output(
        ["ffprobe", "-v", "error", "-count_packets", "-select_streams", stream, "-show_entries",
         f"stream={entries}", "-of", "json", str(path)])
    return json.loads(text)["streams"]


def pictures_of(path):
    """The number of video packets in a file."""
    return int(shown(path, "nb_read_packets")[0]["nb_read_packets"])


def leftovers(*folders):
    """Temporary folders that a run left."""
    return [entry for folder in folders for entry in folder.iterdir()
            if entry.name.startswith((".effigy", "convert."))]


@pytest.fixture
def small_disk(tmp_path):
    """mount(bytes): mounts a file system of that size."""
    mounted = []

    def mount(size):
        folder = tmp_path / "disk"
        folder.mkdir()
        made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder],
                              check=False, capture_output=True)
        if made.returncode != 0:
            pytest.skip("mounting a small file system needs root")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "-l", folder], check=False)


@pytest.fixture(scope="module")
def noisy(tmp_path_factory):
    """A second of video with sound."""
    return picture(tmp_path_factory.mktemp("noisy") / "noisy.mp4", "-pix_fmt", "yuv420p",
                   sound=True)


@pytest.fixture(scope="module")
def sizes():
    """Kind -> size of the complete result in bytes."""
    return {}


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


# --- Times ----------------------------------------------------------------------------------------


def events(path):
    """Times of the flash and of the beep in a file, in seconds."""
    text = subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "info", "-i", str(path), "-vf",
         "crop=iw/2:ih:0:0,blackframe=amount=0:threshold=128", "-af",
         "silencedetect=noise=-30dB:duration=0.1", "-f", "null", "-"],
        capture_output=True, text=True, check=True).stderr
    flash = beep = None
    for line in text.splitlines():
        if "pblack:" in line and flash is None:
            black = int(line.split("pblack:")[1].split()[0])
            if black < 50:
                flash = float(line.split(" t:")[1].split()[0])
        if "silence_end:" in line and beep is None:
            beep = float(line.split("silence_end:")[1].split()[0])
    return flash, beep


@pytest.mark.parametrize("sound_offset", [-1.5, 1.0])
def test_sound_and_picture_stay_in_sync(sound_offset, effigy, tmp_path):
    source, out = tmp_path / "source.mkv", tmp_path / "out.mp4"
    # A white flash 2 s after the first picture; the beep at the same moment.
    ffmpeg("-f", "lavfi", "-i",
           "color=black:size=160x120:rate=25:duration=3,drawbox=c=white:t=fill:enable='between(t,2,2.2)'",
           "-itsoffset", sound_offset, "-f", "lavfi", "-i",
           "aevalsrc='sin(2*PI*800*t)*between(t,%f,%f)':duration=3.5:sample_rate=48000"
           % (2 - sound_offset, 2.2 - sound_offset),
           "-map", "0:v", "-map", "1:a", "-c:v", "libx264", "-c:a", "flac", "-avoid_negative_ts",
           "make_zero", source)
    flash, beep = events(source)
    assert flash == pytest.approx(beep, abs=0.05), "flash and beep of the source differ"
    effigy("convert", source, out, "--side-by-side", *SMALL, **FAST)
    flash, beep = events(out)
    assert flash == pytest.approx(beep, abs=0.06)


def times_of(path):
    """Times of the pictures of a file relative to the first, and the duration, in seconds."""
    text = subprocess.check_output(
        ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "packet=pts_time", "-of",
         "csv=p=0", str(path)], text=True)
    times = sorted(float(word.strip(",")) for word in text.split())
    length = float(shown(path, "duration")[0]["duration"])
    return [t - times[0] for t in times], length


def variable(path):
    """25 pictures a second, then two pictures of a second each, then 25 a second again."""
    ffmpeg("-f", "lavfi", "-i", "testsrc=size=160x120:rate=25:duration=1", "-vf",
           "setpts='if(lt(N,10),N,if(lt(N,12),10+(N-10)*25,60+(N-12)))/25/TB'", "-vsync", "vfr",
           "-enc_time_base", "1/1000", "-video_track_timescale", "1000", "-bf", "0", path)
    return path


def test_variable_times_are_kept(effigy, tmp_path):
    source = variable(tmp_path / "variable.mp4")
    wanted, length = times_of(source)
    assert len(wanted) == 25 and max(b - a for a, b in zip(wanted, wanted[1:])) > 0.9
    effigy("convert", source, tmp_path / "out.mp4", *SMALL, **FAST)
    got, got_length = times_of(tmp_path / "out.mp4")
    assert got == pytest.approx(wanted, abs=0.002)
    assert got_length == pytest.approx(length, abs=0.05)
    for name, more in (("out.y4m", []), ("both.mp4", ["--side-by-side"])):
        effigy("convert", source, tmp_path / name, *SMALL, *more, **FAST)
        rate = shown(tmp_path / name, "r_frame_rate")[0]["r_frame_rate"]
        frames = pictures_of(tmp_path / name)
        assert frames / eval(rate) == pytest.approx(length, abs=0.1), (name, rate, frames)


def test_the_last_picture_of_a_slow_clip_keeps_its_duration(effigy, tmp_path):
    source = picture(tmp_path / "slow.mp4", rate="1/2", seconds=6)
    assert times_of(source) == ([0, 2, 4], 6)
    effigy("convert", source, tmp_path / "out.mp4", *SMALL, **FAST)
    got, length = times_of(tmp_path / "out.mp4")
    assert got == pytest.approx([0, 2, 4], abs=0.01) and length == pytest.approx(6, abs=0.05)
    effigy("convert", source, tmp_path / "out.y4m", *SMALL, **FAST)
    rate = shown(tmp_path / "out.y4m", "r_frame_rate")[0]["r_frame_rate"]
    assert pictures_of(tmp_path / "out.y4m") / eval(rate) == pytest.approx(6, abs=0.05)


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


def test_a_long_runtime_folder(effigy, tmp_path, monkeypatch):
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


def test_a_picture_with_a_cover_and_subtitles(effigy, runtime, tmp_path):
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

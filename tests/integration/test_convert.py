"""effigy convert."""

import fractions
import json
import os
import signal
import subprocess

import pytest
from conftest import PERFORMER, ROOT, clip, heed_interrupts, processes_of, wait_for


def probe(path):
    """Number of frames, rate and size of a video's first stream."""
    shown = subprocess.check_output(
        ["ffprobe", "-v", "error", "-count_frames", "-select_streams", "v:0", "-show_entries",
         "stream=nb_read_frames,avg_frame_rate,width,height", "-of", "json", path])
    return json.loads(shown)["streams"][0]


def frames_of(path):
    """Frames that FFmpeg decodes of a video."""
    return int(probe(path)["nb_read_frames"])


def read_data(path):
    """The objects of a JSONL file."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def assert_nothing_left(runtime):
    """Fails when a process, socket or folder of the run remains."""
    wait_for(lambda: not processes_of(runtime), what="end of every process")
    assert list(runtime.iterdir()) == []


@pytest.mark.parametrize("name", ["speech/bbaf2n.mpg", "speech/lbax4n.mpg"])
def test_every_frame_of_a_real_person_is_converted(name, effigy, runtime, tmp_path):
    source, out, data = clip(name), tmp_path / "out.mp4", tmp_path / "data.jsonl"
    result = effigy("convert", source, out, "--data", data, "--size", "320x240")
    shown = probe(out)
    assert int(shown["nb_read_frames"]) == frames_of(source)
    rates = [float(fractions.Fraction(p["avg_frame_rate"])) for p in (shown, probe(source))]
    assert rates[0] == pytest.approx(rates[1], rel=1e-3)
    assert (shown["width"], shown["height"]) == (320, 240)
    lines = read_data(data)
    assert [line["seq"] for line in lines] == list(range(frames_of(source)))
    tracked = [line for line in lines if line["face"]["state"] == "tracked"]
    assert len(tracked) > 0.95 * len(lines)
    assert len(tracked[0]["face"]["pts"]) == 136 and len(tracked[0]["face"]["box"]) == 4
    # The person speaks, so the jaw moves.
    jaw = [line["expression"]["coeff"]["jawOpen"] for line in tracked]
    assert max(jaw) - min(jaw) > 0.15
    assert str(out) in result.stdout
    sound = subprocess.check_output(["ffprobe", "-v", "error", "-select_streams", "a", "-of",
                                     "csv", "-show_entries", "stream=codec_name", out])
    assert b"aac" in sound
    assert_nothing_left(runtime)


def test_side_by_side_is_two_pictures_wide(effigy, runtime, tmp_path):
    short = tmp_path / "short.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-i", PERFORMER, "-frames:v", "50", "-c:v", "libx264",
                    short], check=True)
    out = tmp_path / "out.y4m"
    result = effigy("convert", short, out, "--side-by-side", "--table", "--size", "320x240")
    shown = probe(out)
    assert (shown["width"], shown["height"], shown["nb_read_frames"]) == (640, 240, "50")
    assert "blender-node" in result.stdout
    assert_nothing_left(runtime)


def test_data_alone_renders_nothing(effigy, runtime, tmp_path):
    data = tmp_path / "data.jsonl"
    effigy("convert", PERFORMER, "--data", data)
    lines = read_data(data)
    assert len(lines) == frames_of(PERFORMER)
    assert lines[1]["t"] - lines[0]["t"] == pytest.approx(1e9 / 30, rel=0.01)
    assert_nothing_left(runtime)


def test_data_are_deterministic(effigy, tmp_path):
    source = clip("speech/lbbc2a.mpg")
    texts = []
    for number in range(2):
        data = tmp_path / f"{number}.jsonl"
        effigy("convert", source, "--data", data)
        texts.append(data.read_text())
    assert texts[0] == texts[1]


def test_a_video_without_a_face_is_converted_and_reported(effigy, runtime, tmp_path):
    out = tmp_path / "out.mp4"
    grey = tmp_path / "grey.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=gray:size=320x240:rate=25",
                    "-frames:v", "30", grey], check=True)
    result = effigy("convert", grey, out)
    assert frames_of(out) == 30
    assert len(result.stderr.splitlines()) <= 12
    assert sum("no face" in line for line in result.stderr.splitlines()) == 1
    assert_nothing_left(runtime)


def test_a_variable_rate_keeps_every_frame(effigy, tmp_path):
    source, data = clip("emotions/face_noface.mov"), tmp_path / "data.jsonl"
    effigy("convert", source, "--data", data)
    lines = read_data(data)
    assert len(lines) == frames_of(source)
    states = {line["face"]["state"] for line in lines}
    assert states == {"tracked", "lost"}


@pytest.mark.parametrize("source, words", [
    ("missing.mp4", ["missing.mp4", "exist"]),
    ("broken.mp4", ["broken.mp4"]),
    ("folder.mp4", ["folder.mp4"]),
    ("sound.wav", ["sound.wav"]),
])
def test_an_unreadable_input_gives_one_line(source, words, effigy, runtime, tmp_path):
    (tmp_path / "broken.mp4").write_bytes(b"\0\0\0\x20ftypisom" + bytes(500))
    (tmp_path / "folder.mp4").mkdir()
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=duration=1",
                    tmp_path / "sound.wav"], check=True)
    out = tmp_path / "out.mp4"
    out.write_text("what was there before")
    result = effigy("convert", tmp_path / source, out, check=False)
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    for word in words:
        assert word in result.stderr
    assert out.read_text() == "what was there before"
    assert_nothing_left(runtime)


def test_a_truncated_file_gives_its_readable_frames(effigy, runtime, tmp_path):
    whole, cut = tmp_path / "whole.mkv", tmp_path / "cut.mkv"
    subprocess.run(["ffmpeg", "-v", "error", "-i", PERFORMER, "-c", "copy", whole], check=True)
    cut.write_bytes(whole.read_bytes()[:whole.stat().st_size // 2])
    data = tmp_path / "data.jsonl"
    result = effigy("convert", cut, "--data", data, check=False)
    assert result.returncode == 1 and "ends early" in result.stderr
    assert 10 < len(read_data(data)) < frames_of(whole)
    assert_nothing_left(runtime)


@pytest.mark.parametrize("out, words", [
    ("nowhere/out.mp4", ["nowhere"]),
    ("out.avi", [".mp4"]),
    ("folder.mp4", ["folder"]),
])
def test_an_unwritable_output_gives_one_line(out, words, effigy, runtime, tmp_path):
    (tmp_path / "folder.mp4").mkdir()
    result = effigy("convert", PERFORMER, tmp_path / out, check=False)
    assert result.returncode in (1, 2)
    assert len(result.stderr.splitlines()) == 1
    for word in words:
        assert word in result.stderr
    assert_nothing_left(runtime)


def test_a_failing_stage_is_named_and_no_file_remains(effigy, runtime, tmp_path):
    out = tmp_path / "out.mp4"
    result = effigy("convert", PERFORMER, out, check=False, EFFIGY_MODEL="/nonexistent.dat")
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert "tracker" in result.stderr and "/nonexistent.dat" in result.stderr
    assert not out.exists() and list(tmp_path.iterdir()) == []
    assert_nothing_left(runtime)


def test_no_file_remains_after_ctrl_c(runtime, tmp_path):
    process = subprocess.Popen([ROOT / "effigy", "convert", PERFORMER, tmp_path / "out.mp4"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               start_new_session=True, preexec_fn=heed_interrupts)
    wait_for(lambda: any("blender " in c for c in processes_of(runtime).values()), what="Blender")
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(3.5) == 130
    assert not processes_of(runtime)
    assert list(tmp_path.iterdir()) == []
    assert_nothing_left(runtime)

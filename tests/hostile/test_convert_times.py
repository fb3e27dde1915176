"""effigy convert keeps times: sound and picture in sync, variable frame rates."""

import subprocess

import pytest
from clips import FAST, SMALL, ffmpeg, picture, pictures_of, shown


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
    # A white flash and a beep, both 2 s after the first frame.
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


def test_variable_frame_times_are_kept(effigy, tmp_path):
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

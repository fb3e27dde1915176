"""The live sink with files and standard output: a killed sink leaves playable files, inputs stay."""

import json
import os
import signal
import subprocess

import pytest
from conftest import BIN, PERFORMER, ROOT, frame, heed_interrupts, pack, processes_of, wait_for

LIVE = {"EFFIGY_INPUT": str(PERFORMER), "EFFIGY_LOOP": "1", "EFFIGY_SIZE": "160x120",
        "EFFIGY_RENDER_SIZE": "160x120", "EFFIGY_RENDER_SCALE": "1"}


def pictures_of(path):
    """The number of frames of a file that can be decoded; 0 when it cannot be read."""
    shown = subprocess.run(
        ["ffprobe", "-v", "error", "-count_frames", "-select_streams", "v:0", "-show_entries",
         "stream=nb_read_frames", "-of", "json", str(path)], capture_output=True, check=False)
    streams = json.loads(shown.stdout or "{}").get("streams") or [{}]
    return int(streams[0].get("nb_read_frames", 0))


def sink_of(runtime):
    """The pid of the pipeline's sink, or None."""
    for pid, command in processes_of(runtime).items():
        if command.startswith(f"{BIN}/effigy-sink"):
            return pid
    return None


def grown(path, size):
    """True once the file has that size."""
    return path.exists() and path.stat().st_size > size


@pytest.mark.parametrize("suffix", [".y4m", ".mp4", ".mkv", ".mov"])
def test_killed_sink_leaves_a_playable_file(suffix, start, sockets, tmp_path):
    out = tmp_path / f"me{suffix}"
    arguments = ["--size", "160x120", "--fps", "30"]
    first = start("sink", *arguments, out)
    push = sockets.push("render")
    for seq in range(80):
        push.send(pack(frame(seq, 160, 120, kind="render", value=seq)))
        wait_for(lambda: first.process.poll() is None)
    wait_for(lambda: first.stats().get("out", 0) > 0, what="picture")
    wait_for(lambda: pictures_of(out) >= 30, 30, what="second of video in the file of a sink that runs")
    first.process.kill()
    first.wait()
    kept = out.read_bytes()
    assert pictures_of(out) >= 30
    second = start("sink", *arguments, out)
    other = tmp_path / f"me.2{suffix}"
    wait_for(other.exists, what="second file")
    wait_for(lambda: "me.2" in second.log() and "kept" in second.log(), what="word of it")
    wait_for(lambda: pictures_of(other) >= 30, 30, what="pictures in the second file")
    assert second.stop() == 0
    assert pictures_of(other) >= 30
    assert out.read_bytes() == kept


def test_empty_files_pipes_and_devices_are_written_to(start, tmp_path):
    empty, pipe = tmp_path / "empty.y4m", tmp_path / "pipe.y4m"
    empty.touch()
    os.mkfifo(pipe)
    for out in (empty, pipe):
        sink = start("sink", "--size", "160x120", out)
        with open(out, "rb") as end:
            wait_for(lambda: end.read(9) == b"YUV4MPEG2", what="header")
        sink.stop()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty.y4m", "pipe.y4m"]


def test_up_never_overwrites_a_file(effigy, runtime, tmp_path):
    out = tmp_path / "me.mp4"
    out.write_bytes(b"the only recording of the wedding")
    effigy("up", "-d", **LIVE, EFFIGY_OUTPUT=str(out))
    wait_for(lambda: grown(tmp_path / "me.2.mp4", 100), 40, what="second file")
    pid = wait_for(lambda: sink_of(runtime), what="sink")
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: grown(tmp_path / "me.3.mp4", 100), 40, what="third file")
    assert "me.3.mp4" in effigy("logs", "sink").stdout
    effigy("down")
    assert out.read_bytes() == b"the only recording of the wedding"
    assert pictures_of(tmp_path / "me.3.mp4") > 0


@pytest.mark.parametrize("link", [None, "hard", "symbolic"])
def test_live_output_that_is_the_input_is_refused(link, effigy, tmp_path):
    source = tmp_path / "me.mp4"
    source.write_bytes(PERFORMER.read_bytes())
    out = source if link is None else tmp_path / "other.mp4"
    if link == "hard":
        os.link(source, out)
    elif link == "symbolic":
        out.symlink_to(source)
    result = effigy("up", "-d", check=False, **{**LIVE, "EFFIGY_INPUT": str(source)},
                    EFFIGY_OUTPUT=str(out))
    assert result.returncode == 1 and "same" in result.stderr
    assert source.read_bytes() == PERFORMER.read_bytes()


def test_killed_sink_on_standard_output_is_an_error(runtime):
    process = subprocess.Popen([ROOT / "effigy", "up"], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, start_new_session=True,
                               preexec_fn=heed_interrupts,
                               env={**os.environ, "EFFIGY_BIN": str(BIN), **LIVE,
                                    "EFFIGY_OUTPUT": "-"})
    assert process.stdout.readline().startswith(b"YUV4MPEG2")
    process.stdout.read(160 * 120 * 3)
    os.kill(sink_of(runtime), signal.SIGKILL)
    rest = process.stdout.read()
    assert b"YUV4MPEG2" not in rest
    assert process.wait(20) == 1
    said = process.stderr.read().decode()
    assert "the sink has exited" in said and "Interrupted" not in said
    log = said.split("; see ")[1].split()[0]
    assert os.path.exists(log)
    wait_for(lambda: not processes_of(runtime), 5, what="end of every process")


def test_down_is_not_reported_as_an_error_of_the_sink(runtime, effigy):
    process = subprocess.Popen([ROOT / "effigy", "up"], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, start_new_session=True,
                               env={**os.environ, "EFFIGY_BIN": str(BIN), **LIVE,
                                    "EFFIGY_OUTPUT": "-"})
    assert process.stdout.readline().startswith(b"YUV4MPEG2")
    down = subprocess.Popen([ROOT / "effigy", "down"], stdout=subprocess.DEVNULL)
    process.stdout.read()
    assert down.wait(20) == 0
    process.wait(20)
    assert b"the sink has exited" not in process.stderr.read()

"""Several renderers share the work: of a film, where nothing may be lost, and live."""

import os
import signal
import subprocess
import time

import msgpack
import numpy as np
import pytest
import zmq
from conftest import AVATAR, BIN, PERFORMER, ROOT, face, pack, processes_of, wait_for

FRAMES, WIDTH, HEIGHT = 40, 160, 120
MANY = 160  # long enough that a renderer can be killed in the middle


def film(folder, frames):
    """The first frames of the performer."""
    path = folder / f"{frames}.mp4"
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", PERFORMER, "-frames:v", str(frames),
                    "-an", path], check=True)
    return path


def pictures(path):
    """(frames, bytes of a frame) of a video, as integers."""
    raw = subprocess.check_output(["ffmpeg", "-v", "error", "-i", path, "-f", "rawvideo",
                                   "-pix_fmt", "yuv420p", "-"])
    return np.frombuffer(raw, np.uint8).reshape(-1, WIDTH * HEIGHT * 3 // 2).astype(int)


def assert_alike(one, other):
    """The same pictures in the same order. Blender adds up normals in several threads, and what stands
    still is found from what has moved: single pixels may differ."""
    assert one.shape == other.shape
    difference = abs(one - other)
    assert (difference > 2).mean(axis=1).max() < 1e-3
    assert (difference ** 2).mean(axis=1).max() < 0.1  # a PSNR of 58 dB
    # Neighbours differ by far more: none is in the place of another.
    assert (abs(one[:-1] - other[1:]) ** 2).mean() > 1


def test_two_renderers_draw_what_one_draws(effigy, tmp_path):
    source, shown = film(tmp_path, FRAMES), {}
    for jobs in (1, 2):
        out = tmp_path / f"{jobs}.y4m"
        result = effigy("convert", source, out, "--size", f"{WIDTH}x{HEIGHT}", "--jobs", jobs,
                        "--table")
        shown[jobs] = pictures(out)
    assert "blender-node.2" in result.stdout
    assert len(shown[1]) == FRAMES
    assert_alike(shown[1], shown[2])


@pytest.fixture
def convert(runtime, tmp_path):
    """Starts a conversion by two renderers, and waits for the first pictures. Returns it, where its result
    goes, and the two Blenders."""
    started = []

    def begin(*words):
        out = tmp_path / "out.y4m"
        process = subprocess.Popen(
            [ROOT / "effigy", "convert", film(tmp_path, MANY), out, "--size", f"{WIDTH}x{HEIGHT}",
             *map(str, words)], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "EFFIGY_BIN": str(BIN)})
        started.append(process)
        wait_for(lambda: written(runtime) > 0, what="picture")
        return process, out, blenders(runtime)

    yield begin
    for process in started:
        process.terminate()
        process.wait()


def written(runtime):
    """The pictures that the sink of a conversion has written, as of the last second."""
    for path in runtime.glob("convert.*/stats/sink"):
        return int(path.read_text().split('"out":')[1].split(",")[0])
    return 0


def blenders(runtime):
    """The pids of all Blenders."""
    return [pid for pid, command in processes_of(runtime).items() if "--python" in command]


@pytest.mark.parametrize("what", [signal.SIGKILL, signal.SIGSTOP])
def test_a_renderer_that_fails_loses_nothing(what, convert, runtime):
    process, out, pids = convert("--jobs", 2)
    assert len(pids) == 2
    os.kill(pids[0], what)
    said, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert ("the other renderers do its work" in errors) == (what == signal.SIGKILL)
    assert f"{MANY} frames" in said
    assert len(pictures(out)) == MANY
    wait_for(lambda: not processes_of(runtime), what="end of every process")


def test_without_any_renderer_the_conversion_fails(convert, runtime, tmp_path):
    process, out, pids = convert("--jobs", 2)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    assert any(line.startswith("effigy: blender-node") for line in errors.splitlines())
    assert not out.exists()
    wait_for(lambda: not processes_of(runtime), what="end of every process")


@pytest.mark.parametrize("words, expected", [
    (["--jobs", "0"], "--jobs"), (["--jobs", "17"], "--jobs"), (["--jobs", "two"], "--jobs"),
    (["--workers", "box"], "--workers"), (["--workers", "tcp://*:5553"], "--workers"),
    (["--jobs", "15", "--workers", "tcp://a:1,tcp://b:1"], "--jobs"),
])
def test_wrong_numbers_give_one_line(words, expected, effigy, tmp_path):
    result = effigy("convert", PERFORMER, tmp_path / "out.y4m", *words, check=False)
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1 and expected in result.stderr


def sends(push, tap, seq, patience):
    """Sends a face, and tells whether a render of it comes within that many seconds."""
    push.send(pack(face(seq)))
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        # A renderer without work sends a picture once a second, too.
        if tap.poll(100) and msgpack.unpackb(tap.recv())["seq"] == seq:
            return True
    return False


def test_live_a_renderer_that_hangs_is_passed_over(start, sockets, runtime, context):
    ends = [f"ipc://{runtime}/expressions.{k}" for k in range(2)]
    taps = [f"ipc://{runtime}/render.{k}.tap" for k in range(2)]
    tap = context.socket(zmq.SUB)
    tap.setsockopt(zmq.SUBSCRIBE, b"")
    start("sink", "--max-age", 0, "--workers", 2, "--size", f"{WIDTH}x{HEIGHT}", runtime / "live.y4m")
    start("normaliser", "--max-age", 0, "--out", ",".join(ends))
    for end, place in zip(ends, taps):
        (runtime / end[-1]).mkdir()
        start("blender-node", "--max-age", 0, "--avatar", AVATAR, "--size", f"{WIDTH}x{HEIGHT}",
              "--in", end, "--tap", place, "--stats", runtime / end[-1] / "stats")
        tap.connect(place)
    push = sockets.push("faces")
    wait_for(lambda: all((runtime / end[-1] / "stats").exists() for end in ends), what="renderers")
    seq = drawn = 0
    while drawn < 40:  # both are connected by then
        seq += 1
        drawn += sends(push, tap, seq, 1)
        assert seq < 140
    os.kill(blenders(runtime)[0], signal.SIGSTOP)
    # It is found out by one message that it does not draw; the launcher starts it again.
    lost = sum(not sends(push, tap, seq + k, 3) for k in range(1, 40))
    assert lost <= 3

"""Workers in Python, written after the section Workers of proto/SPEC.md, between real stages."""

import os
import signal
import socket
import subprocess
import sys

import numpy as np
import pytest
from conftest import BIN, PERFORMER, ROOT, wait_for

FRAMES, WIDTH, HEIGHT = 120, 64, 48
WORKER = ROOT / "tests/network/slow_worker.py"


@pytest.fixture
def worker(runtime):
    """Starts workers; those that are left at the end are killed."""
    started = []

    def start(number, pause_ms):
        end = f"ipc://{runtime}/e{number}"
        started.append(subprocess.Popen([sys.executable, WORKER, end, f"ipc://{runtime}/render",
                                         str(pause_ms)]))
        return end, started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def values(path):
    """The grey of each picture, which is the seq of its frame."""
    raw = subprocess.check_output(["ffmpeg", "-v", "error", "-i", path, "-f", "rawvideo",
                                   "-pix_fmt", "yuv420p", "-"])
    return np.frombuffer(raw, np.uint8).reshape(-1, WIDTH * HEIGHT * 3 // 2)[:, 0].tolist()


def convert(start, runtime, tmp_path, ends):
    """Starts the other stages. Returns the sink, the stages before the workers, and the video."""
    clip, out = tmp_path / "clip.mp4", tmp_path / "out.y4m"
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", PERFORMER, "-frames:v", str(FRAMES),
                    "-an", clip], check=True)
    sink = start("sink", "--policy", "all", "--workers", len(ends), "--size", f"{WIDTH}x{HEIGHT}", out)
    before = [start("normaliser", "--policy", "all", "--out", ",".join(ends)),
              start("tracker", "--policy", "all"), start("capture", "--policy", "all", clip)]
    return sink, before, out


def test_every_picture_comes_once_and_in_order(start, worker, runtime, tmp_path):
    ends, workers = zip(*(worker(k, pause) for k, pause in enumerate((5, 20, 100))))
    sink, before, out = convert(start, runtime, tmp_path, ends)
    assert sink.wait() == 0
    assert [stage.wait() for stage in before] == [0, 0, 0]
    assert [process.wait(30) for process in workers] == [0, 0, 0]
    assert values(out) == list(range(FRAMES))


def test_one_dies_and_one_hangs_and_nothing_is_lost(start, worker, runtime, tmp_path):
    ends, workers = zip(*(worker(k, 30) for k in range(3)))
    sink, before, out = convert(start, runtime, tmp_path, ends)
    wait_for(lambda: sink.stats().get("in", 0) > 0, what="picture")
    workers[0].send_signal(signal.SIGKILL)
    workers[1].send_signal(signal.SIGSTOP)
    assert sink.wait() == 0
    assert [stage.wait() for stage in before] == [0, 0, 0]
    assert values(out) == list(range(FRAMES))
    assert "dealt to others" in before[0].log()


@pytest.mark.parametrize("name", ["capture", "tracker"])
@pytest.mark.parametrize("policy", ["latest", "all"])
def test_who_remembers_does_not_share_the_work(name, policy, start, runtime):
    stage = start(name, "--policy", policy, "--out", f"ipc://{runtime}/a,ipc://{runtime}/b",
                  *([PERFORMER] if name == "capture" else []))
    assert stage.wait() == 1
    assert sum(line.startswith("E:") for line in stage.log().splitlines()) == 1
    assert "one endpoint" in stage.log() and "remembers" in stage.log()


def free_port():
    """A TCP port of the loopback of which the next one is free, too."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
                return port
            except OSError:
                continue


def test_another_machine_renders_one_film_after_another(effigy, runtime, tmp_path):
    listen, back = (f"tcp://127.0.0.1:{free_port()}" for _ in range(2))
    clip = tmp_path / "clip.mp4"
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", PERFORMER, "-frames:v", "20", "-an",
                    clip], check=True)
    box = tmp_path / "box"
    box.mkdir(mode=0o700)
    settings = {**os.environ, "EFFIGY_BIN": str(BIN), "EFFIGY_RENDER": back}
    with subprocess.Popen([ROOT / "effigy", "worker"], stderr=subprocess.DEVNULL,
                          env={**settings, "EFFIGY_RUNTIME": str(box),
                               "EFFIGY_EXPRESSIONS": listen}) as helper:
        try:
            for film in range(2):
                out = tmp_path / f"{film}.y4m"
                result = effigy("convert", clip, out, "--workers", listen, "--size", "160x120",
                                EFFIGY_RENDER=back)
                assert "20 frames" in result.stdout
                assert out.stat().st_size > 20 * 160 * 120 * 3 // 2
        finally:
            helper.terminate()
    assert helper.returncode == 0

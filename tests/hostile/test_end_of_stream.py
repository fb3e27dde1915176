"""Policy all: no message is lost, however slow a stage is, and undelivered messages are an error that
gives their number."""

import os
import signal
import subprocess
import threading
import time

import msgpack
import pytest
import zmq
from conftest import BIN, PERFORMER, ROOT, face, frame, head, pack, processes_of, wait_for


def make_clip(path, frames):
    """The first frames of the performer."""
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", PERFORMER, "-frames:v", str(frames),
                    "-an", path], check=True)
    return path


def count_frames(path):
    """The number of frames in a video file."""
    return int(subprocess.run(["ffprobe", "-v", "error", "-count_frames", "-show_entries",
                               "stream=nb_read_frames", "-of", "default=nk=1:nw=1", path],
                              check=True, capture_output=True, text=True).stdout)


def start_convert(*words):
    """Starts ./effigy convert in the background."""
    return subprocess.Popen([ROOT / "effigy", "convert", *map(str, words)], text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            env={**os.environ, "EFFIGY_BIN": str(BIN)})


def pid_of(runtime, words):
    """The process of this runtime folder whose command contains these words."""
    return next((pid for pid, command in processes_of(runtime).items() if words in command), None)


def read_slowly(context, endpoint, pause, seen):
    """A renderer in Python that reads one message per pause, and disconnects at the end."""
    pull = context.socket(zmq.PULL)
    pull.setsockopt(zmq.RCVHWM, 1)
    pull.setsockopt(zmq.RCVTIMEO, 60000)
    pull.bind(endpoint)
    while True:
        message = msgpack.unpackb(pull.recv())
        if message["k"] == "end":
            break
        seen.append(message["seq"])
        time.sleep(pause)
    pull.close()


def test_slow_and_stopped_renderers_lose_nothing(start, runtime, context, tmp_path):
    """Both at once: each takes more than a minute, which was once a timeout of the stages."""
    clip = make_clip(tmp_path / "short.mp4", 70)
    # A renderer that takes a second for each frame, after a real capture, tracker and normaliser.
    seen = []
    slow = threading.Thread(target=read_slowly, args=(context, f"ipc://{runtime}/expressions", 1,
                                                      seen))
    slow.start()
    stages = [start("normaliser", "--policy", "all"), start("tracker", "--policy", "all"),
              start("capture", "--policy", "all", clip)]
    # Blender itself, stopped for 90 s near the end.
    convert = start_convert(clip, tmp_path / "out.mp4")
    statistics = wait_for(lambda: list(runtime.glob("**/stats/sink")), 60, "statistics")[0]
    wait_for(lambda: '"out":' in statistics.read_text() and
             int(statistics.read_text().split('"out":')[1].split(",")[0]) > 0 and
             pid_of(runtime, "--python"), 60, "picture")
    blender = pid_of(runtime, "--python")
    os.kill(blender, signal.SIGSTOP)
    time.sleep(90)
    assert convert.poll() is None
    os.kill(blender, signal.SIGCONT)
    slow.join(60)
    assert seen == list(range(70))
    assert [stage.wait(10) for stage in stages] == [0, 0, 0]
    assert convert.wait(60) == 0, convert.stderr.read()
    assert count_frames(tmp_path / "out.mp4") == 70


@pytest.mark.parametrize("victim", ["--python", "effigy-tracker", "effigy-normaliser",
                                    "effigy-sink"])
def test_killed_stage_fails_the_conversion_with_one_line(victim, runtime, tmp_path):
    out = tmp_path / "out.mp4"
    out.write_bytes(b"what was there before")
    convert = start_convert(PERFORMER, out)
    wait_for(lambda: pid_of(runtime, "--python"), 60, "Blender")
    os.kill(wait_for(lambda: pid_of(runtime, victim), 60, victim), signal.SIGKILL)
    _, errors = convert.communicate(timeout=60)
    assert convert.returncode == 1
    assert [line for line in errors.splitlines() if line.startswith("effigy:")]
    assert out.read_bytes() == b"what was there before"
    assert not processes_of(runtime)


@pytest.mark.parametrize("edge", ["frames", "faces", "expressions", "render"])
def test_forged_end_message_fails_the_conversion_without_a_hang(edge, runtime, context, tmp_path):
    convert = start_convert(PERFORMER, tmp_path / "out.mp4")
    socket = wait_for(lambda: [path for path in runtime.glob(f"convert.*/{edge}")], 60, "socket")[0]
    wait_for(lambda: pid_of(runtime, "--python"), 60, "Blender")
    push = context.socket(zmq.PUSH)
    push.connect(f"ipc://{socket}")
    push.send(pack(head("end", 3)))
    _, errors = convert.communicate(timeout=90)
    push.close()
    assert convert.returncode == 1, errors
    assert [line for line in errors.splitlines() if line.startswith("effigy:")]
    assert not (tmp_path / "out.mp4").exists()


def test_stage_reports_how_many_messages_were_not_read(start, runtime, sockets):
    """A reader with receipts whose own output has no reader, and which is killed."""
    reader = start("normaliser", "--policy", "all", "--out", f"ipc://{runtime}/nobody")
    sender = start("tracker", "--policy", "all", "--tap", f"ipc://{runtime}/faces.tap")
    tap = sockets.listen("faces")
    push = sockets.push("frames")
    for seq in range(40):
        push.send(pack(frame(seq)))
    for _ in range(2):  # the tap's second message comes after the reader's first one
        tap.recv()
    reader.process.kill()
    tap.close()
    assert sender.wait(30) == 1
    assert "messages were not read" in sender.log()


def test_extreme_numbers_do_not_stop_a_stage(start, sockets):
    """Times and sequence numbers at the limits of 64 bits."""
    out = sockets.pull("expressions")
    stage = start("normaliser", "--policy", "all")
    push = sockets.push("faces")
    extremes = [(0, 0), (2**64 - 1, 2**63 - 1), (0, -2**63), (2**64 - 1, -2**63), (1, 2**63 - 1),
                (2**63, 0), (2**64 - 1, 0)]
    for seq, t in extremes:
        trace = [["capture", "x", t, -t - 1], ["tracker", "x", -t - 1, t]]
        push.send(pack({**face(0), "seq": seq, "t": t, "trace": trace}))
    answers = [msgpack.unpackb(out.recv()) for _ in extremes]
    assert all(abs(answer["t"]) <= 2**60 and answer["seq"] < 2**63 for answer in answers)
    assert stage.stop() == 0

"""effigy up: every stage under its own supervisord."""

import os
import re
import signal
import subprocess

import msgpack
import pytest
from conftest import BIN, PATIENCE_S, PERFORMER, ROOT, STAGES, heed_interrupts, processes_of, wait_for

LIVE = {"EFFIGY_INPUT": str(PERFORMER), "EFFIGY_LOOP": "1", "EFFIGY_SIZE": "320x240",
        "EFFIGY_RENDER_SIZE": "160x120", "EFFIGY_BIN": str(BIN)}


def status(effigy):
    """Stage -> (state, pid or None, fps, note) from effigy status."""
    rows = {}
    for line in effigy("status", check=False).stdout.splitlines()[1:]:
        words = line.split()
        if words[0] in STAGES:
            rows[words[0]] = (words[1], int(words[2]) if words[2] != "-" else None,
                              float(words[4]) if re.fullmatch(r"[\d.]+", words[4]) else 0.0)
    return rows


def all_running(effigy):
    """Every stage runs, and pictures arrive at the sink."""
    rows = status(effigy)
    return len(rows) == 5 and all(row[0] == "RUNNING" for row in rows.values()) \
        and rows["sink"][2] > 0 and rows


@pytest.fixture
def live(effigy, runtime, tmp_path):
    """A pipeline in the background that writes a Y4M file."""
    out = tmp_path / "live.y4m"
    effigy("up", "-d", EFFIGY_OUTPUT=str(out), **LIVE)
    wait_for(lambda: all_running(effigy), what="running pipeline")
    return out


def test_up_status_logs_restart_down(live, effigy, runtime):
    shown = effigy("status").stdout
    assert "p50 ms" in shown and "webcam to picture" in shown
    assert effigy("logs", "tracker").returncode == 0
    assert effigy("up", "-d", check=False).returncode == 1
    said = effigy("doctor", "programs", "blender").stdout
    assert "effigy is up" in said and "draws the character; renderer" in said
    before = status(effigy)["tracker"][1]
    effigy("restart", "tracker")
    assert status(effigy)["tracker"][1] != before
    wait_for(lambda: all_running(effigy), what="running pipeline")
    effigy("down")
    assert not processes_of(runtime)
    assert not [path for path in runtime.iterdir() if path.is_socket()]
    assert effigy("down", check=False).returncode == 1
    assert live.stat().st_size > 1000


@pytest.mark.parametrize("name", STAGES)
def test_a_killed_stage_is_restarted_and_the_others_continue(name, live, effigy, runtime):
    before = status(effigy)
    os.kill(before[name][1], signal.SIGKILL)
    wait_for(lambda: (status(effigy).get(name) or (0, 0))[1] not in (None, before[name][1]),
             what=f"new {name}")
    after = wait_for(lambda: all_running(effigy), what="running pipeline")
    for other in STAGES:
        assert (after[other][1] == before[other][1]) == (other != name)
    if name == "blender-node":
        # The old Blender and its X server have exited.
        commands = list(processes_of(runtime).values())
        assert sum("Xvfb" in command for command in commands) == 1
        assert sum(command.split(" ")[0].endswith("blender") for command in commands) == 1


def test_a_killed_blender_is_restarted(live, effigy, runtime):
    blender = [pid for pid, command in processes_of(runtime).items()
               if command.split(" ")[0].endswith("blender")]
    os.kill(blender[0], signal.SIGKILL)
    wait_for(lambda: status(effigy)["blender-node"][0] != "RUNNING", what="end of the node")
    wait_for(lambda: all_running(effigy), what="running pipeline")


def test_webcam_by_name_with_controls(effigy, runtime, tmp_path):
    effigy("up", "-d", **{**LIVE, "EFFIGY_INPUT": "camera:No \"Such\" Camera 100%",
                          "EFFIGY_WEBCAM_CONTROLS": "power_line_frequency=50 Hz, gain=1",
                          "EFFIGY_OUTPUT": str(tmp_path / "out.y4m")})
    wait_for(lambda: 'no webcam named No "Such" Camera 100%' in
             effigy("logs", "capture", check=False).stdout, what="error about the webcam")
    command = wait_for(lambda: processes_of(runtime).get(status(effigy)["capture"][1]),
                       what="capture's pid")
    assert "--controls power_line_frequency=50 Hz, gain=1 " in command


def test_video_on_standard_output_until_ctrl_c(runtime):
    process = subprocess.Popen([ROOT / "effigy", "up"], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, start_new_session=True,
                               preexec_fn=heed_interrupts,
                               env={**os.environ, **LIVE, "EFFIGY_OUTPUT": "-"})
    assert process.stdout.readline().startswith(b"YUV4MPEG2 W320 H240")
    for _ in range(60):
        assert process.stdout.read(6 + 320 * 240 * 3 // 2)[:6] == b"FRAME\n"
    os.killpg(process.pid, signal.SIGINT)
    process.stdout.read()
    assert process.wait(PATIENCE_S) == 0
    assert not processes_of(runtime)
    assert b"Traceback" not in process.stderr.read()


def test_up_exits_when_the_reader_of_standard_output_exits(runtime):
    process = subprocess.Popen([ROOT / "effigy", "up"], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL,
                               env={**os.environ, **LIVE, "EFFIGY_OUTPUT": "-"})
    process.stdout.read(1000)
    process.stdout.close()
    assert process.wait(PATIENCE_S) == 0
    wait_for(lambda: not processes_of(runtime), what="end of every process")


def test_y4m_on_standard_input(runtime, start, sockets):
    source = subprocess.Popen(["ffmpeg", "-v", "error", "-i", PERFORMER, "-frames:v", "20", "-f",
                               "yuv4mpegpipe", "-"], stdout=subprocess.PIPE)
    frames = sockets.pull("frames")
    capture = start("capture", "--policy", "all", "-", stdin=source.stdout)
    sizes = []
    while True:
        message = msgpack.unpackb(frames.recv())
        if message["k"] == "end":
            break
        sizes.append((message["fmt"], message["w"], message["h"], len(message["data"])))
    frames.close()
    assert sizes == [("I420", 640, 480, 460800)] * 20
    assert capture.wait() == 0
    source.wait()


@pytest.mark.parametrize("output, told", [
    ("camera:Of Nobody", "virtual camera camera:Of Nobody: no virtual camera named Of Nobody"),
    ("199", "virtual camera /dev/video199: no such device"),
])
def test_output_by_label_or_number_reaches_the_sink(effigy, output, told):
    effigy("up", "-d", **LIVE | {"EFFIGY_OUTPUT": output})
    wait_for(lambda: told in effigy("logs", "sink", check=False).stdout, what="the sink's error")

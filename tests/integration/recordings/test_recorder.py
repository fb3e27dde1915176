"""examples/recorder.py: a recorder in Python, written from the page alone."""

import signal
import stat
import subprocess
import sys

import msgpack
from conftest import BIN, PATIENCE_S, PERFORMER, ROOT, heed_interrupts, wait_for

RECORDER = ROOT / "examples" / "recorder.py"


def test_what_it_records_is_a_recording(start, runtime, sockets, tmp_path):
    path, tap = tmp_path / "faces.msgpack", f"ipc://{runtime}/faces.tap"
    start("tracker", "--out", "none", "--tap", tap)
    start("capture", PERFORMER, "--loop")
    recorder = subprocess.Popen([sys.executable, RECORDER, tap, path], preexec_fn=heed_interrupts)
    try:
        wait_for(lambda: path.exists() and path.stat().st_size > 40_000, what="a recording")
    finally:
        recorder.send_signal(signal.SIGINT)
    assert recorder.wait(PATIENCE_S) == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with open(path, "rb") as file:
        first, *messages = msgpack.Unpacker(file)
    assert (first["recording"], first["edge"]) == (1, "faces")
    assert {message["k"] for message in messages} == {"face"}
    info = subprocess.run([BIN / "effigy-recording", path], text=True, capture_output=True, check=True).stdout
    assert "faces" in info and str(len(messages)) in info
    normaliser = start("normaliser", "--policy", "all", "--out", "none")
    replay = start("replay", "--policy", "all", "--speed", "max", path)
    assert replay.wait() == normaliser.wait() == 0
    assert normaliser.stats()["in"] == len(messages)

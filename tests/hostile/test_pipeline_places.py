"""The pipeline with a replay, with another machine, for another user, and installed."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import msgpack
import pytest
from conftest import AVATAR, BIN, NOBODY, ROOT, STAGES, as_somebody, face, pack, processes_of, wait_for
from pipelines import LIVE, runs, stages, up


# --- Replay -------------------------------------------------------------------------------------


def test_a_replay_replaces_a_stage_which_then_runs_again(up, effigy, runtime, sockets, tmp_path):
    recording = tmp_path / "faces.msgpack"
    recording.write_bytes(b"".join(pack(face(seq)) for seq in range(30)))
    up()
    wait_for(lambda: runs(effigy, "tracker") and runs(effigy, "normaliser"), 40, "stages")
    tap = sockets.listen("expressions")

    def sources(count):
        while tap.poll(0):
            tap.recv()
        return {msgpack.unpackb(tap.recv())["trace"][0][0] for _ in range(count)}

    assert sources(10) == {"capture"}
    with subprocess.Popen([ROOT / "effigy", "replay", recording, "normaliser", "--loop"],
                          text=True, stderr=subprocess.PIPE) as replay:
        assert "replaces tracker" in replay.stderr.readline()
        wait_for(lambda: sources(1) == {"replay"}, what="replayed face")
        assert sources(40) == {"replay"}
        told = stages(effigy)["tracker"]
        assert told["state"] == "STOPPED" and str(replay.pid) in told["comment"]
        assert "a replay" in effigy("replay", recording, "normaliser", check=False).stderr
        assert effigy("restart", "tracker", check=False).returncode == 1
        # The live stage runs again even after the replay was killed.
        replay.kill()
    wait_for(lambda: sources(1) == {"capture"}, 30, what="live face")
    assert sources(10) == {"capture"}
    said = effigy("replay", recording, "normaliser", "--speed", "max").stderr
    assert "tracker runs again" in said
    wait_for(lambda: runs(effigy, "tracker"), 30, "tracker")
    with subprocess.Popen([ROOT / "effigy", "replay", recording, "normaliser", "--loop"],
                          text=True, stderr=subprocess.PIPE) as replay:
        assert "replaces tracker" in replay.stderr.readline()
        effigy("down")
        assert replay.wait(10) == 1


# --- Other machines, other users, installed -----------------------------------------------------


def test_with_the_tracker_on_another_machine(up, effigy, runtime, tmp_path):
    recording = tmp_path / "faces.msgpack"
    recording.write_bytes(b"".join(pack(face(seq)) for seq in range(5)))
    up(EFFIGY_FRAMES="tcp://127.0.0.1:9", EFFIGY_FACES=f"ipc://{runtime}/more")
    assert [name for name, row in stages(effigy).items() if row["box"] is not None] == ["tracker"]
    wait_for((runtime / "faces").exists, what="normaliser")
    # capture is stopped, because a tracker on another machine cannot be.
    said = effigy("replay", recording, "normaliser", "--speed", "max").stderr
    assert "replaces capture" in said and "capture runs again" in said
    before = wait_for(lambda: runs(effigy, "capture"), what="capture")
    os.kill(before, signal.SIGSTOP)
    wait_for(lambda: stages(effigy)["capture"]["pid"] not in (None, before), 20, "another capture")


@pytest.mark.skipif(os.getuid() != 0, reason="becomes somebody else: as root only")
def test_pipeline_of_a_user_who_is_not_root(runtime, monkeypatch):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ef.", dir="/tmp"))
    run = folder.with_name(folder.name + ".run")
    for name, value in {**LIVE, "EFFIGY_OUTPUT": f"{run}/x.y4m", "EFFIGY_AVATAR": str(AVATAR),
                        "EFFIGY_RUNTIME": str(run)}.items():
        monkeypatch.setenv(name, value)
    run.mkdir(mode=0o700)
    os.chown(run, NOBODY, NOBODY)
    try:
        assert as_somebody(folder, "up", "-d").returncode == 0
        told = json.loads(as_somebody(folder, "status", "--json").stdout)
        wait_for(lambda: len([c for c in processes_of(run).values() if "effigy-" in c]) >= 5,
                 what="every stage")
        # "down" of root does not stop another user's pipeline.
        assert subprocess.run([ROOT / "effigy", "down"], check=False).returncode == 1
        os.kill(told["supervisord"], signal.SIGKILL)
        wait_for(lambda: not processes_of(run), 10, "end of every process")
        assert as_somebody(folder, "up", "-d").returncode == 0
        assert as_somebody(folder, "down").stdout == "down\n"
        assert not processes_of(run)
    finally:
        as_somebody(folder, "down")
        shutil.rmtree(folder)
        shutil.rmtree(run)


@pytest.mark.skipif(BIN != ROOT / "build", reason="installs what make all builds")
def test_installed_pipeline(up, effigy, runtime, tmp_path, monkeypatch):
    subprocess.run(["make", "-s", "install", f"DESTDIR={tmp_path}", "PREFIX=/usr"], cwd=ROOT, check=True,
                   stdout=subprocess.DEVNULL)
    program = tmp_path / "usr" / "bin" / "effigy"
    shutil.copy(ROOT / "effigy.env", program.parent)
    environment = {name: value for name, value in {**os.environ, **LIVE}.items() if name != "EFFIGY_BIN"}
    environment["EFFIGY_OUTPUT"] = str(tmp_path / "x.y4m")

    def run(*arguments):
        return subprocess.run([program, *arguments], env=environment, text=True, capture_output=True,
                              check=True).stdout

    run("up", "-d")
    told = {s["stage"]: s for s in json.loads(run("status", "--json"))["stages"]}
    wait_for(lambda: json.loads(run("status", "--json"))["stages"][0]["news_s"] is not None, what="statistics")
    os.kill(told["capture"]["pid"], signal.SIGSTOP)
    wait_for(lambda: json.loads(run("status", "--json"))["stages"][0]["pid"] not in
             (None, told["capture"]["pid"]), 20, "another capture")
    assert str(program.parent / "effigy-capture") in " ".join(processes_of(runtime).values())
    assert run("down") == "down\n"
    assert not processes_of(runtime)

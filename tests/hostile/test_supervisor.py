"""The pipeline when its supervisor or stages are killed, stopped or hang."""

import json
import os
import signal
import subprocess
import time

import pytest
from conftest import STAGES, processes_of, wait_for
from pipelines import LIVE, orphan, runs, stages, stand_ins, supervisor, up


# --- Killed supervisord -------------------------------------------------------------------------


def test_all_processes_die_when_supervisord_is_killed(up, effigy, runtime):
    up()
    wait_for(lambda: any("/blender" in c or c.startswith("blender") for c in
                         processes_of(runtime).values()), 30, "Blender")
    os.kill(supervisor(effigy), signal.SIGKILL)
    wait_for(lambda: not processes_of(runtime), 10, "end of every process")
    assert not [p for p in runtime.rglob("*") if p.is_socket()]
    assert "nothing is up" in effigy("status", check=False).stderr
    up()
    assert len([c for c in processes_of(runtime).values() if "effigy-sink" in c]) == 1


def test_a_stopped_stage_dies_when_supervisord_and_watchdog_are_killed(up, effigy, runtime):
    up()
    wait_for(lambda: runs(effigy, "sink"), what="sink")
    os.kill(stages(effigy)["sink"]["pid"], signal.SIGSTOP)
    watchdog = [p for p, c in processes_of(runtime).items() if "watchdog" in c]
    os.kill(supervisor(effigy), signal.SIGKILL)
    for pid in watchdog:
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not processes_of(runtime), 10, "end of every process")


def test_stages_left_without_supervisord_are_reported_and_stopped(start, effigy, runtime):
    left = orphan(start, runtime)
    named = f"normaliser (process {left.process.pid})"
    shown = effigy("status", check=False)
    assert shown.returncode == 1 and "supervisord has exited" in shown.stderr and named in shown.stderr
    assert "normaliser" in shown.stdout
    assert json.loads(effigy("status", "--json", check=False).stdout)["up"] is False
    assert named in effigy("doctor", "programs", check=False).stdout
    said = effigy("down").stdout
    assert "stopped the processes it left" in said
    assert left.wait(5) is not None
    assert effigy("down", check=False).returncode == 1


def test_up_stops_stages_of_an_earlier_pipeline(start, effigy, runtime, stand_ins):
    left = orphan(start, runtime)
    os.kill(left.process.pid, signal.SIGSTOP)
    said = effigy("up", "-d", **{**LIVE, "EFFIGY_BIN": str(stand_ins.folder),
                                 "EFFIGY_OUTPUT": str(runtime / "x.y4m")}).stderr
    assert f"normaliser (process {left.process.pid})" in said
    assert left.wait(5) is not None
    wait_for(lambda: all(s["pid"] for s in stages(effigy).values()), what="every stage")


def test_up_and_down_do_not_stop_a_stage_started_by_hand(start, effigy, runtime, tmp_path):
    mine = start("normaliser")
    wait_for((runtime / "faces").exists, what="socket")
    result = effigy("up", "-d", check=False, **LIVE, EFFIGY_OUTPUT=str(tmp_path / "x.y4m"))
    assert result.returncode == 1 and len(result.stderr.splitlines()) == 1
    assert f"effigy-normaliser (process {mine.process.pid}), started by hand" in result.stderr
    assert "started by hand" in effigy("down", check=False).stderr
    assert mine.process.poll() is None and (runtime / "faces").exists()


def test_a_second_stage_started_by_hand_exits(start, up, effigy, runtime):
    up()
    wait_for(lambda: runs(effigy, "normaliser"), what="normaliser")
    before = stages(effigy)["normaliser"]["pid"]
    second = start("normaliser")
    assert second.wait(5) == 1 and f"process {before}" in second.log()
    assert stages(effigy)["normaliser"]["pid"] == before


# --- Hung stages --------------------------------------------------------------------------------


def test_each_stage_is_restarted_after_it_was_stopped(up, effigy):
    up()
    for name in STAGES:
        before = wait_for(lambda n=name: runs(effigy, n), 60, f"running {name}")
        os.kill(before, signal.SIGSTOP)
        wait_for(lambda n=name: stages(effigy)[n]["state"] == "HUNG", 10, f"report that {name} hangs")
        wait_for(lambda n=name, b=before: stages(effigy)[n]["pid"] not in (None, b), 20,
                 f"another {name}")
        assert "hung" in stages(effigy)[name]["comment"]
        assert "its process is stopped" in effigy("logs", name).stdout


def test_a_stopped_blender_is_restarted(up, effigy, runtime):
    up()
    wait_for(lambda: runs(effigy, "blender-node"), 60, "running blender-node")
    node = stages(effigy)["blender-node"]["pid"]
    blender = [pid for pid, c in processes_of(runtime).items() if c.split(" ")[0].endswith("blender")]
    os.kill(blender[0], signal.SIGSTOP)
    wait_for(lambda: stages(effigy)["blender-node"]["state"] == "HUNG", 15, "report that it hangs")
    wait_for(lambda: stages(effigy)["blender-node"]["pid"] not in (None, node), 20, "another one")
    wait_for(lambda: blender[0] not in processes_of(runtime), what="end of the old Blender")


def test_a_stage_without_new_statistics_is_restarted(up, effigy, stand_ins):
    stand_ins("normaliser", reports=2)
    stand_ins("tracker", reports=2, note="loading something big")
    up()
    tracker, normaliser = (stages(effigy)[name]["pid"] for name in ("tracker", "normaliser"))
    wait_for(lambda: stages(effigy)["normaliser"]["pid"] != normaliser, 20, "another normaliser")
    assert stages(effigy)["tracker"]["pid"] == tracker
    assert "no statistics for 5 s" in effigy("logs", "normaliser").stdout


def test_waits_grow_while_a_stage_keeps_failing(up, effigy, stand_ins):
    stand_ins("normaliser", exit=1)
    up()
    waits = []

    def longer():
        told = stages(effigy)["normaliser"]
        if told["state"] == "BACKOFF":
            waits.append((told["failures"], told["starts_in_s"]))
        return told["failures"] >= 4

    wait_for(longer, 40, "fourth failure")
    assert max(wait for _, wait in waits) <= 30
    assert any("times in a row; starts again in" in line
               for line in effigy("logs", "normaliser").stdout.splitlines())
    # A restart by hand does not wait.
    stand_ins("normaliser")
    effigy("restart", "normaliser")
    wait_for(lambda: runs(effigy, "normaliser"), what="running normaliser")
    assert stages(effigy)["normaliser"]["failures"] == 0


def fill(folder):
    """Fills the file system of the folder."""
    with open(folder / "fill", "wb") as file, pytest.raises(OSError):
        while True:
            os.write(file.fileno(), bytes(4096))


def test_a_stage_that_hangs_again_waits(up, effigy, stand_ins):
    up()
    for failures in (1, 2):
        before = wait_for(lambda: runs(effigy, "normaliser"), what="running normaliser")
        os.kill(before, signal.SIGSTOP)
        told = wait_for(lambda b=before: stages(effigy)["normaliser"]["pid"] not in (None, b) and
                        stages(effigy)["normaliser"], 20, "another normaliser")
        assert told["failures"] == failures
    assert "2 times in a row; starts again in 1 s" in effigy("logs", "normaliser").stdout


def test_stages_survive_a_full_runtime_folder(up, effigy, runtime, tmp_path):
    if os.getuid() != 0:
        pytest.skip("mounts a small file system: as root only")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", runtime], check=True)
    try:
        fill(runtime)
        result = effigy("up", "-d", check=False, **LIVE, EFFIGY_OUTPUT=str(tmp_path / "x.y4m"))
        assert result.returncode == 1 and "make room" in result.stderr
        (runtime / "fill").unlink()
        up()
        wait_for(lambda: runs(effigy, "sink") and runs(effigy, "capture"), 30, "stages")
        before = {name: told["pid"] for name, told in stages(effigy).items()}
        fill(runtime)
        time.sleep(8)
        assert {name: told["pid"] for name, told in stages(effigy).items()} == before
        (runtime / "fill").unlink()
        wait_for(lambda: stages(effigy)["sink"]["news_s"] < 2, what="new statistics")
    finally:
        effigy("down", check=False)
        subprocess.run(["umount", "-l", runtime], check=False)


# --- Status -------------------------------------------------------------------------------------


def test_status_is_json_whatever_a_stage_writes(up, effigy, stand_ins):
    stand_ins("capture", text='{"pid": 1, "note": "\\u001b[31mred\\n", "recent_fps": "many"}')
    stand_ins("tracker", text="{ no json \x1b[2J" + "x" * 100000)
    stand_ins("normaliser", text='{"recent_dropped": 3, "boot_s": 1, "note": ["a"]}')
    stand_ins("blender-node", text='{"recent_dropped": 5, "boot_s": 1e300}')
    stand_ins("sink", text="[]")
    up()
    wait_for(lambda: stages(effigy)["normaliser"]["news_s"], what="statistics")
    told = json.loads(effigy("status", "--json").stdout)
    assert told["up"] is True and [s["stage"] for s in told["stages"]] == STAGES
    assert told["stages"][0]["fps"] is None and told["stages"][0]["note"] == "?[31mred?"
    assert told["dropped"] == {"frames": None, "faces": 3, "expressions": 2, "render": None}
    shown = effigy("status").stdout
    assert "\x1b" not in shown and "last statistics" in shown
    assert effigy("status", "--xml", check=False).returncode == 2

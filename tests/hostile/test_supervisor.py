"""The pipeline when its supervisor or stages are killed or stopped, or its folder is emptied."""

import fcntl
import json
import os
import pathlib
import shutil
import signal
import stat
import subprocess
import tempfile
import time

import msgpack
import pytest
from conftest import (AVATAR, BIN, NOBODY, PERFORMER, ROOT, STAGES, as_somebody, face, pack, processes_of,
                      wait_for)

LIVE = {"EFFIGY_INPUT": str(PERFORMER), "EFFIGY_LOOP": "1", "EFFIGY_SIZE": "160x120",
        "EFFIGY_RENDER_SIZE": "160x120", "EFFIGY_BIN": str(BIN)}

# A stand-in for a stage. The test sets how often it writes statistics, and with which note.
STAND_IN = """#!/usr/bin/python3
import json, os, sys, time
name = os.path.basename(sys.argv[0]).removeprefix("effigy-")
folder = os.environ["STAND_IN"]
with open(f"{folder}/{name}.argv", "wb") as file:
    file.write(b"\\0".join(map(os.fsencode, sys.argv[1:])))
try:
    with open(f"{folder}/{name}.does") as file:
        does = json.load(file)
except FileNotFoundError:
    does = {}
if "exit" in does:
    sys.exit(does["exit"])
path = sys.argv[sys.argv.index("--stats") + 1]
for turn in range(does.get("reports", 1000000)):
    text = does.get("text") or json.dumps({"pid": os.getpid(), "note": does.get("note", ""),
                                           "boot_s": time.clock_gettime(time.CLOCK_BOOTTIME)})
    try:
        with open(path, "w") as file:
            file.write(text)
    except OSError:
        pass
    time.sleep(0.5)
time.sleep(1000)
"""


@pytest.fixture
def stand_ins(tmp_path, monkeypatch):
    """A folder of stages that do nothing; does(stage, **what) sets what one does."""
    folder = tmp_path / "stand-in"
    folder.mkdir()
    for stage in STAGES:
        program = folder / f"effigy-{stage}"
        program.write_text(STAND_IN)
        program.chmod(0o755)
    (folder / "effigy-query").symlink_to(BIN / "effigy-query")
    monkeypatch.setenv("EFFIGY_BIN", str(folder))
    monkeypatch.setenv("STAND_IN", str(folder))

    def does(stage, **what):
        (folder / f"{stage}.does").write_text(json.dumps(what))

    does.folder = folder
    return does


@pytest.fixture
def up(effigy, runtime, tmp_path):
    """Starts a pipeline in the background and waits until each stage has a process."""

    def start(**settings):
        settings = {**LIVE, "EFFIGY_BIN": os.environ.get("EFFIGY_BIN", str(BIN)),
                    "EFFIGY_OUTPUT": str(tmp_path / "out.y4m"), **settings}
        effigy("up", "-d", **settings)
        wait_for(lambda: all(s["pid"] for s in stages(effigy).values()), 30, "every stage")

    return start


def stages(effigy):
    """Stage -> its object in status --json."""
    return {s["stage"]: s for s in json.loads(effigy("status", "--json", check=False).stdout)["stages"]}


def runs(effigy, name):
    """The pid of a running stage that has written statistics, or None."""
    told = stages(effigy)[name]
    return told["pid"] if told["state"] == "RUNNING" and told["news_s"] is not None else None


def of_pipeline(runtime):
    """Processes that descend from effigy up: pid -> command."""
    marked = {}
    for pid, command in processes_of(runtime).items():
        try:
            if f"EFFIGY_PIPELINE={runtime}".encode() in \
                    pathlib.Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                marked[pid] = command
        except OSError:
            pass
    return marked


def supervisor(effigy):
    """supervisord's pid."""
    return json.loads(effigy("status", "--json").stdout)["supervisord"]


# --- supervisord dies ---------------------------------------------------------------------------


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


def mark(folder):
    """Writes the marker file, as effigy up does."""
    (folder / ".effigy").write_text("All that lies here is Effigy's, which may overwrite and remove it.\n")


def orphan(start, runtime):
    """A stage left by an earlier pipeline."""
    stage = start("normaliser", env={**os.environ, "EFFIGY_PIPELINE": str(runtime)})
    wait_for((runtime / "faces").exists, what="socket")
    return stage


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


# --- The folder ---------------------------------------------------------------------------------


def test_processes_are_found_after_the_folder_was_emptied(up, effigy, runtime, stand_ins):
    up()
    pid = supervisor(effigy)
    for path in runtime.iterdir():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    shown = effigy("status", check=False)
    assert f"supervisord (process {pid}) does not answer" in shown.stderr
    assert shown.stdout.count("RUNNING") == 5
    again = effigy("up", "-d", check=False, **LIVE, EFFIGY_OUTPUT=str(runtime / "x.y4m"))
    assert again.returncode == 1 and f"already up (process {pid})" in again.stderr
    assert "emptied" in effigy("doctor", "programs", check=False).stdout
    assert effigy("down").stdout == "down\n"
    assert not processes_of(runtime)


def test_processes_are_found_after_the_folder_was_removed(up, effigy, runtime, stand_ins):
    up()
    shutil.rmtree(runtime)
    assert effigy("down").stdout == "down\n"
    assert not processes_of(runtime)


def test_down_of_an_old_pipeline_keeps_the_files_of_a_new_one(start, effigy, runtime):
    left = orphan(start, runtime)
    mark(runtime)
    new = [runtime / name for name in ("avatar", "avatar.answer", "supervisord.pid")]
    for path in new:
        path.write_text("1\n")
    # A new pipeline holds this lock before it writes its first file, until its supervisord exits.
    with open(runtime / "up.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        effigy("down")
        assert left.wait(5) is not None
        assert all(path.exists() for path in new)
    orphan(start, runtime)
    effigy("down")
    assert not any(path.exists() for path in new)


def test_one_of_two_simultaneous_ups_fails(effigy, runtime, stand_ins, tmp_path):
    environment = {**os.environ, **LIVE, "EFFIGY_BIN": str(stand_ins.folder),
                   "EFFIGY_OUTPUT": str(tmp_path / "x.y4m")}
    both = [subprocess.Popen([ROOT / "effigy", "up", "-d"], env=environment, text=True,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(2)]
    said = [process.communicate(timeout=60)[1] for process in both]
    assert sorted(process.returncode for process in both) == [0, 1]
    assert "another effigy up" in "".join(said) or "already up" in "".join(said)
    assert sum("supervisord -n" in c for c in processes_of(runtime).values()) == 1


def test_down_while_up_starts_leaves_no_process(effigy, runtime, stand_ins, tmp_path):
    environment = {**os.environ, **LIVE, "EFFIGY_BIN": str(stand_ins.folder),
                   "EFFIGY_OUTPUT": str(tmp_path / "x.y4m")}
    for wait in (0, 0.05, 0.1, 0.2, 0.4):
        with subprocess.Popen([ROOT / "effigy", "up", "-d"], env=environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            time.sleep(wait)
            down = effigy("down", check=False)
            said = process.communicate(timeout=60)
        # down came before the start, or else it stops what was started.
        if down.returncode == 0:
            assert not of_pipeline(runtime), said
        effigy("down", check=False)
        assert not of_pipeline(runtime)


def test_down_stops_a_stopped_stage(up, effigy, runtime, stand_ins):
    up()
    os.kill(stages(effigy)["sink"]["pid"], signal.SIGSTOP)
    effigy("down")
    assert not processes_of(runtime)


def test_down_stops_a_stopped_supervisord(up, effigy, runtime, stand_ins):
    up()
    os.kill(supervisor(effigy), signal.SIGSTOP)
    assert "does not answer" in effigy("status", check=False).stderr
    assert "does not answer" in effigy("doctor", "programs", check=False).stdout
    effigy("down")
    assert not processes_of(runtime)


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


# --- Names and values ---------------------------------------------------------------------------

NAMES = ["12:30.mp4", "-x.mp4", "a #b ;c.mp4", "100% %(here)s \"q\" 'r'.mp4", "end\\", "http:x.mp4",
         "[program:x].mp4", "$(touch evil)`touch evil`", "ümlaut \N{GRINNING FACE}.mp4", "x\xa0y*?.mp4"]


@pytest.mark.parametrize("name", NAMES)
def test_file_names_reach_the_stages_unchanged(name, up, effigy, stand_ins, tmp_path, monkeypatch):
    folder = tmp_path / name
    folder.mkdir()
    (folder / name).write_bytes(b"")
    (folder / f"{name}.blend").write_bytes(b"")
    monkeypatch.chdir(folder)
    up(EFFIGY_INPUT=name, EFFIGY_OUTPUT=f"{name}.y4m", EFFIGY_MODEL=name, EFFIGY_AVATAR=f"{name}.blend",
       EFFIGY_MAP=name)

    def argv(stage):
        path = stand_ins.folder / f"{stage}.argv"
        wait_for(path.exists, what="command")
        return os.fsdecode(path.read_bytes()).split("\0")

    assert argv("capture")[-1] == str(folder / name)
    assert argv("sink")[-1] == f"{folder / name}.y4m"
    assert name in argv("tracker")
    assert f"{folder / name}.blend" in argv("blender-node") and name in argv("blender-node")
    effigy("down")
    assert sorted(p.name for p in folder.iterdir()) == sorted([name, f"{name}.blend"])


def test_runtime_folder_with_special_characters(up, effigy, runtime, monkeypatch):
    folder = runtime / "a%b \"c' ;d #e]\\"
    monkeypatch.setenv("EFFIGY_RUNTIME", str(folder))
    up()
    wait_for(lambda: runs(effigy, "capture"), 30, "capture")
    wait_for(lambda: runs(effigy, "normaliser"), 30, "normaliser")
    effigy("down")
    assert not processes_of(folder)


@pytest.mark.parametrize("name", ["EFFIGY_INPUT", "EFFIGY_OUTPUT", "EFFIGY_AVATAR", "EFFIGY_MODEL",
                                  "EFFIGY_RUNTIME", "EFFIGY_TRACKER", "EFFIGY_WEBCAM_CONTROLS"])
def test_control_characters_are_refused(name, effigy, runtime, tmp_path):
    evil = tmp_path / "evil"
    value = f"tcp://x=1\n[eventlistener:evil]\ncommand=touch {evil}\nevents=TICK_5"
    for one in (value, "a\rb", "a\x1b[2Jb"):
        result = effigy("up", "-d", check=False, **{**LIVE, "EFFIGY_OUTPUT": "x.y4m", name: one})
        assert result.returncode == 2 and len(result.stderr.splitlines()) == 1
        assert name in result.stderr and "control character" in result.stderr
        assert "\x1b" not in result.stderr and "\r" not in result.stderr
    assert not evil.exists() and not processes_of(runtime)


def test_runtime_folder_with_a_comma_is_refused(effigy, runtime):
    result = effigy("up", "-d", check=False, EFFIGY_RUNTIME=f"{runtime}/a,b")
    assert result.returncode == 2 and "comma" in result.stderr
    assert not list(runtime.iterdir())


@pytest.mark.parametrize("host", ["127.evil.example", "127.0.0.1.evil.example", "localhost.evil.example",
                                  "127.0.0.1:1@evil.example"])
def test_host_names_that_resemble_loopback_are_not_local(host, effigy, stand_ins):
    result = effigy("up", "-d", check=False, **{**LIVE, "EFFIGY_TRACKER": f"tcp://{host}:5551"})
    assert result.returncode == 1 and "over the network" in result.stderr


# --- Files that are not Effigy's ----------------------------------------------------------------


def contents(folder):
    """Path -> mode and bytes of everything in a folder."""
    return {str(path.relative_to(folder)): (stat.S_IMODE(path.lstat().st_mode),
                                            path.read_bytes() if path.is_file() else None)
            for path in sorted(folder.rglob("*")) if "effigy-run" not in path.parts}


@pytest.fixture(params=[0o700, 0o755])
def home(request, runtime):
    """A home folder with files of every name that Effigy uses."""
    runtime.chmod(request.param)
    (runtime / ".effigy").mkdir()
    for name in ("log", "stats", "state", "convert.abcdef"):
        (runtime / name).mkdir()
        (runtime / name / "mine").write_text("mine")
        (runtime / name / "capture").write_text("mine")
        (runtime / name / "capture.log").write_text("mine")
    for name in ("frames", "faces.tap", "render.lock", "supervisord.conf", "supervisord.pid",
                 "supervisor.sock", "avatar", "avatar.answer", "in.pipe", "out.pipe.y4m", "up.lock",
                 "mmd.png", "expressions", "faces.lock"):
        (runtime / name).write_text("mine")
    return runtime


def test_files_in_a_home_folder_are_kept(home, up, effigy, stand_ins):
    before = contents(home)
    up()
    assert (home / "effigy-run" / ".effigy").exists()
    effigy("status")
    os.kill(supervisor(effigy), signal.SIGKILL)
    wait_for(lambda: not of_pipeline(home / "effigy-run"), 10, "end of every process")
    up()
    effigy("down")
    assert contents(home) == before
    up()
    effigy("down")
    assert contents(home) == before


def test_stages_started_by_hand_use_the_same_folder(home, up, effigy, start):
    up()
    inner = home / "effigy-run"
    wait_for((inner / "faces").exists, 20, "socket")
    second = start("normaliser")
    assert second.wait(5) == 1 and f"{inner}/faces" in second.log()


@pytest.mark.parametrize("there", ["faces", "faces.lock"])
def test_a_stage_does_not_replace_a_file_by_its_socket(there, runtime, start):
    (runtime / there).write_text("mine")
    stage = start("normaliser")
    assert stage.wait(5) == 1 and f"{there} is there already" in stage.log()
    assert (runtime / there).read_text() == "mine"


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
    up(EFFIGY_TRACKER="tcp://127.0.0.1:9", EFFIGY_FACES=f"ipc://{runtime}/more")
    assert list(stages(effigy)) == [name for name in STAGES if name != "tracker"]
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

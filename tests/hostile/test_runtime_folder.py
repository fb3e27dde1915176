"""The runtime folder when it is emptied, shared, or has an unusual name."""

import fcntl
import os
import shutil
import signal
import stat
import subprocess
import threading
import time

import pytest
from conftest import ROOT, processes_of, wait_for
from pipelines import LIVE, mark, of_pipeline, orphan, runs, stages, stand_ins, supervisor, up


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


def test_down_removes_the_files_when_the_last_process_still_has_the_lock(start, effigy, runtime):
    last = orphan(start, runtime)
    mark(runtime)
    answer = runtime / "next-face.answer"
    answer.touch()

    def let_go(lock):
        last.wait()
        time.sleep(0.4)
        fcntl.flock(lock, fcntl.LOCK_UN)

    with open(runtime / "up.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        exiting = threading.Thread(target=let_go, args=[lock])
        exiting.start()
        effigy("down")
        exiting.join()
    assert not answer.exists()


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
                                  "EFFIGY_RUNTIME", "EFFIGY_FRAMES", "EFFIGY_WEBCAM_CONTROLS"])
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
    result = effigy("up", "-d", check=False, **{**LIVE, "EFFIGY_FRAMES": f"tcp://{host}:5551"})
    assert result.returncode == 1 and "needs keys" in result.stderr


# --- Files that are not Effigy's ----------------------------------------------------------------


def contents(folder):
    """Path -> mode and bytes of everything in a folder."""
    return {str(path.relative_to(folder)): (stat.S_IMODE(path.lstat().st_mode),
                                            path.read_bytes() if path.is_file() else None)
            for path in sorted(folder.rglob("*")) if "effigy-run" not in path.parts}


@pytest.fixture(params=[0o700, 0o755])
def home(request, runtime):
    """A home folder that contains a file of every name that Effigy uses."""
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
    assert stage.wait(5) == 1 and f"{there} exists" in stage.log()
    assert (runtime / there).read_text() == "mine"

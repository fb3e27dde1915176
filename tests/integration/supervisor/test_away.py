"""effigy status and effigy restart for a stage on another machine, by its agent: here, another runtime folder."""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import pytest
from conftest import BIN, PATIENCE_S, ROOT, STAGES, processes_of, wait_for
from test_live import LIVE, status


def ports(count):
    """Ports that nobody uses."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    found = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return found


class Machines:
    """The commands of a desk and of the box with its tracker."""

    def __init__(self, effigy, folder, out, **on_box):
        frames, faces, agent = (f"tcp://127.0.0.1:{port}" for port in ports(3))
        edges = {"EFFIGY_FRAMES": frames, "EFFIGY_FACES": faces}
        self.agent = agent
        self.folder = folder
        self.run = effigy
        self.on_box = {**edges, "EFFIGY_AGENT": agent, "EFFIGY_RUNTIME": str(folder), **on_box}
        self.on_desk = {**LIVE, **edges, "EFFIGY_ASK": agent, "EFFIGY_OUTPUT": str(out)}

    def box(self, *words, check=True):
        """A command on the box."""
        return self.run(*words, check=check, **self.on_box)

    def desk(self, *words, check=True):
        """A command on the desk."""
        return self.run(*words, check=check, **self.on_desk)

    def rows(self):
        """Name -> the object of each stage, on the desk."""
        return {one["stage"]: one for one in json.loads(self.desk("status", "--json").stdout)["stages"]}

    def tracker(self):
        """The tracker's object, once it has a frame rate."""
        def look():
            one = self.rows()["tracker"]
            return one["state"] == "RUNNING" and (one["fps"] or 0) > 0 and one
        return wait_for(look, what="frame rate of the tracker")

    def split(self):
        """The object of status, once it is known where the time goes."""
        told = json.loads(self.desk("status", "--json").stdout)
        return len(told["split"]) == 3 and all(one["ms"] for one in told["split"]) and told

    def agent_pid(self):
        """The agent's process."""
        rows = json.loads(self.box("status", "--json").stdout)["stages"]
        return wait_for(lambda: next(one["pid"] for one in rows if one["stage"] == "agent"))


def shows(both, text):
    """What status prints on the desk, once that is in it."""
    shown = both.desk("status").stdout
    return text in shown and shown


@pytest.fixture
def machines(effigy, runtime, tmp_path):
    """machines(settings of the box): both are up."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ef.", dir="/tmp"))
    made = []

    def make(**on_box):
        both = Machines(effigy, folder, tmp_path / "out.y4m", **on_box)
        made.append(both)
        both.box("stage", "tracker", "-d")
        both.desk("up", "-d")
        return both

    yield make
    for both in made:
        both.box("down", check=False)
    shutil.rmtree(folder, ignore_errors=True)


def test_status_shows_the_stage_on_the_box_in_its_row(machines):
    both = machines()
    tracker = both.tracker()
    assert tracker["box"] == both.agent and tracker["comment"] == "on 127.0.0.1"
    assert tracker["pid"] == status(lambda *words, check: both.box(*words, check=check))["tracker"][1]
    assert tracker["p50_ms"] > 0 and tracker["lost"] is not None
    shown = wait_for(both.split, what="uplink, tracking and downlink")
    assert [one["stage"] for one in shown["stages"]] == STAGES
    # One kernel, one clock: exact.
    assert [one["what"] for one in shown["split"]] == ["uplink", "tracking", "downlink"]
    assert all(one["error_ms"] == 0 and one["ms"] > 0 for one in shown["split"])
    assert shown["stages"][0]["box"] is None and shown["stages"][0]["way_p50_ms"] is None
    text = wait_for(lambda: shows(both, "on 127.0.0.1"), what="text of status")
    assert "of which: uplink " in text and "~" not in text
    # The box itself shows what it runs, and asks nobody.
    assert [line.split()[0] for line in both.box("status").stdout.splitlines()[1:3]] == ["tracker", "agent"]


def test_an_agent_that_is_stopped_or_killed(machines):
    both = machines()
    both.tracker()
    watchdog = next(pid for pid, command in processes_of(both.folder).items() if "/watchdog.sh" in command)
    os.kill(watchdog, signal.SIGSTOP)
    os.kill(both.agent_pid(), signal.SIGSTOP)
    row = both.rows()["tracker"]
    assert row["comment"].startswith(f"nobody answers at {both.agent}")
    assert row["state"] == "UNKNOWN" and row["pid"] is None and row["fps"] is None
    # The watchdog of the box kills it, and supervisord starts it again.
    os.kill(watchdog, signal.SIGCONT)
    assert both.tracker()["comment"] == "on 127.0.0.1"
    both.box("down")
    first = both.rows()["tracker"]["comment"]
    assert first.startswith(f"nobody answers at {both.agent}")
    time.sleep(2)
    text = both.desk("status").stdout
    seconds = int(text.split(f"nobody answers at {both.agent} for ")[1].split()[0])
    assert 2 <= seconds < 300
    assert "uplink unknown" in text
    assert both.desk("restart", "tracker", check=False).returncode == 1
    both.box("stage", "tracker", "-d")
    both.tracker()


def test_restart_on_the_desk_goes_to_the_box(machines):
    both = machines(EFFIGY_ALLOW_RESTART="tracker")
    before = both.tracker()["pid"]
    said = wait_for(lambda: both.desk("restart", "tracker", check=False).stdout, what="restart")
    assert "tracker" in said and "127.0.0.1" in said
    after = both.tracker()["pid"]
    assert after not in (before, None)
    assert "restarts tracker" in both.box("logs", "agent").stdout
    result = both.desk("restart", "nobody", check=False)
    assert result.returncode == 2 and "tracker" in result.stderr
    # Of the box, an agent never restarts what has no supervisor there.
    assert both.desk("restart", "sink").returncode == 0


def test_restart_is_refused_by_default(machines):
    both = machines()
    before = both.tracker()["pid"]
    wait_for(lambda: "EFFIGY_ALLOW_RESTART" in both.desk("restart", "tracker", check=False).stderr,
             what="refusal")
    assert both.tracker()["pid"] == before


def test_a_killed_tracker_shows_on_the_desk(machines):
    both = machines()
    before = both.tracker()["pid"]
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: both.rows()["tracker"]["pid"] not in (before, None), what="new tracker")
    both.tracker()


def test_two_desks_and_garbage_at_once(machines, tmp_path):
    both = machines()
    both.tracker()
    port = int(both.agent.rsplit(":", 1)[1])
    for _ in range(200):
        with socket.create_connection(("127.0.0.1", port)) as one:
            one.send(os.urandom(300))

    def all_know():
        """Three desks that ask at once. On a busy machine an answer may come too late."""
        asking = [subprocess.Popen([ROOT / "effigy", "status", "--json"], stdout=subprocess.PIPE, text=True,
                                   env={**os.environ, "EFFIGY_BIN": str(BIN), **both.on_desk})
                  for _ in range(3)]
        told = [json.loads(one.communicate(timeout=PATIENCE_S)[0])["stages"] for one in asking]
        return [row["state"] for rows in told for row in rows if row["stage"] == "tracker"] == 3 * ["RUNNING"]

    wait_for(all_know, what="answer to three desks")


@pytest.mark.parametrize("setting, value", [
    ("EFFIGY_ASK", "box:5550"), ("EFFIGY_ASK", "tcp://a:1,,tcp://b:2"), ("EFFIGY_AGENT", "yes"),
    ("EFFIGY_ALLOW_RESTART", "tracker normaliser"), ("EFFIGY_ALLOW_RESTART", "tracker;reboot"),
    ("EFFIGY_DISCOVER", "maybe")])
def test_settings_are_checked(setting, value, effigy):
    result = effigy("status", check=False, **{setting: value})
    assert result.returncode == 2 and setting in result.stderr

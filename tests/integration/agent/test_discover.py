"""effigy discover: agents on the local network, found by real avahi-daemons in two network namespaces."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

import pytest
from conftest import BIN, PATIENCE_S, wait_for

NAMES = [f"efd{os.getpid()}{side}" for side in "ab"]
DBUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><listen>unix:path={folder}/bus</listen>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/>
<allow receive_sender="*"/></policy></busconfig>
"""
AVAHI = "[server]\nhost-name={host}\nuse-ipv6=no\n[publish]\npublish-workstation=no\n"
# Each machine has a /run of its own, where avahi-daemon writes.
START = 'mount -t tmpfs none /run && mkdir /run/avahi-daemon && exec "$@"'


class Machine:
    """A namespace with an address, a bus and an avahi-daemon."""

    def __init__(self, name, host, folder):
        self.name, self.host, self.folder = name, host, folder
        self.running = []
        (folder / "dbus.conf").write_text(DBUS.format(folder=folder))
        (folder / "avahi.conf").write_text(AVAHI.format(host=host))
        self.environment = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={folder}/bus",
                            "EFFIGY_RUNTIME": str(folder)}
        self.bus = self.start("dbus-daemon", f"--config-file={folder}/dbus.conf", "--nofork", "--nopidfile")
        wait_for((folder / "bus").exists, what="bus")
        self.avahi = self.start_avahi()

    def command(self, *words):
        """The words that run a command here."""
        return ["ip", "netns", "exec", self.name, *map(str, words)]

    def start(self, *words):
        """Starts a program here; its log is in the folder."""
        with open(self.folder / f"{pathlib.Path(words[0]).name}.log", "wb") as log:
            one = subprocess.Popen(self.command("bash", "-c", START, "sh", *words), stdout=log, stderr=log,
                                   env=self.environment)
        self.running.append(one)
        return one

    def start_avahi(self):
        """Starts avahi-daemon."""
        one = self.start("avahi-daemon", "-f", self.folder / "avahi.conf", "--no-drop-root", "--no-chroot",
                         "--no-rlimits")
        wait_for(lambda: "startup complete" in self.log("avahi-daemon"), what="avahi-daemon")
        return one

    def discover(self):
        """What effigy-discover prints here."""
        return subprocess.run(self.command(BIN / "effigy-discover"), text=True, capture_output=True,
                              env=self.environment, timeout=PATIENCE_S, check=False)

    def answers(self):
        """Whether the agent here answers."""
        return subprocess.run(self.command(BIN / "effigy-ask", "tcp://127.0.0.1:5550"), check=False,
                              capture_output=True, env=self.environment, timeout=PATIENCE_S).returncode == 0

    def log(self, program):
        """The log of a program."""
        return (self.folder / f"{program}.log").read_text(errors="replace")

    def end(self):
        """Ends what was started."""
        for one in self.running:
            one.send_signal(signal.SIGCONT)
            one.terminate()
        for one in self.running:
            try:
                one.wait(5)
            except subprocess.TimeoutExpired:
                one.kill()


@pytest.fixture
def cable():
    """Two namespaces on one cable."""
    run = lambda *words: subprocess.run(words, check=True, capture_output=True)
    if not (shutil.which("avahi-daemon") and shutil.which("dbus-daemon")):
        pytest.skip("avahi-daemon and dbus-daemon are not installed")
    try:
        for name in NAMES:
            run("ip", "netns", "add", name)
        run("ip", "link", "add", "cable", "netns", NAMES[0], "type", "veth", "peer", "name", "cable",
            "netns", NAMES[1])
        for host, name in enumerate(NAMES, 1):
            for words in (["addr", "add", f"10.9.9.{host}/24", "dev", "cable"],
                          ["link", "set", "cable", "up"], ["link", "set", "lo", "up"]):
                run("ip", "-n", name, *words)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no network namespaces here (needs root and iproute2): {error}")
    else:
        yield NAMES
    finally:
        for name in NAMES:
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)


@pytest.fixture
def machines(cable):
    """The box, whose agent wants to be found, and the desk."""
    folders = [pathlib.Path(tempfile.mkdtemp(prefix="ef.", dir="/tmp")) for _ in cable]
    made = []
    try:
        for name, host, folder in zip(cable, ("box", "desk"), folders):
            made.append(Machine(name, host, folder))
        (folders[0] / "stats").mkdir()
        (folders[0] / "stats" / "tracker").write_text("{}")
        yield made
    finally:
        for one in made:
            one.end()
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)


def test_a_box_is_found_with_its_stages(machines):
    box, desk = machines
    found = wait_for(lambda: desk.discover().stderr, what="answer of an empty network")
    assert "no machine was found" in found
    agent = box.start(BIN / "effigy-agent", "--publish", "--insecure-plaintext")
    [line] = wait_for(lambda: desk.discover().stdout, what="the box").splitlines()
    assert line.split()[0] == "tcp://10.9.9.1:5550" and line.split()[-1] == "tracker"
    # A stage that starts later is told, too.
    (box.folder / "stats" / "normaliser").write_text("{}")
    wait_for(lambda: "normaliser,tracker" in desk.discover().stdout, what="the second stage")
    # The daemon may come and go; a second agent gets another name.
    box.avahi.terminate()
    box.avahi.wait(PATIENCE_S)
    box.avahi = box.start_avahi()
    wait_for(lambda: "tcp://10.9.9.1:5550" in desk.discover().stdout, what="the box again")
    box.start(BIN / "effigy-agent", "--publish", "--insecure-plaintext", "--in", "tcp://*:5650")
    wait_for(lambda: len(desk.discover().stdout.splitlines()) == 2, what="two agents")
    agent.terminate()
    assert agent.wait(PATIENCE_S) == 0
    wait_for(lambda: ":5550" not in desk.discover().stdout, what="its end")


def test_an_avahi_daemon_that_hangs_stops_no_answer(machines):
    box, _ = machines
    box.start(BIN / "effigy-agent", "--publish", "--insecure-plaintext")
    wait_for(lambda: "known on the local network" in box.log("effigy-agent"), what="publication")
    box.avahi.send_signal(signal.SIGSTOP)
    for _ in range(5):
        (box.folder / "stats" / "sink").write_text("{}")
        # It may take its time on a busy machine, but not the 25 s for which Avahi's library waits.
        begun = time.monotonic()
        wait_for(box.answers, what="answer")
        assert time.monotonic() - begun < 20
        (box.folder / "stats" / "sink").unlink()
    box.avahi.send_signal(signal.SIGCONT)


def test_without_a_daemon_one_line_says_so(machines):
    box, _ = machines
    box.avahi.terminate()
    box.avahi.wait(PATIENCE_S)
    result = box.discover()
    assert result.returncode == 1
    assert result.stderr == "effigy-discover: cannot search: Daemon not running; install or start " \
        "avahi-daemon\n"
    box.bus.terminate()
    box.bus.wait(PATIENCE_S)
    result = box.discover()
    assert result.returncode == 1 and len(result.stderr.splitlines()) == 1
    box.start(BIN / "effigy-agent", "--publish", "--insecure-plaintext")
    wait_for(lambda: "nobody finds this machine" in box.log("effigy-agent"), what="warning")
    wait_for(box.answers, what="answer")
    assert box.log("effigy-agent").count("nobody finds") == 1

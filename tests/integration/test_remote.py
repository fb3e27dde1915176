"""The tracker on another box: a network namespace of its own behind a veth pair."""

import os
import subprocess

import pytest
from conftest import BIN, PERFORMER, processes_of, wait_for
from test_live import LIVE, status

HERE, BOX = "10.89.7.1", "10.89.7.2"


def run(*words):
    """One command that must succeed."""
    subprocess.run(words, check=True, capture_output=True)


@pytest.fixture
def box():
    """The other host: namespace efbox, reachable at BOX."""
    try:
        run("ip", "netns", "add", "efbox")
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no network namespaces here (needs root and iproute2): {error}")
    try:
        run("ip", "link", "add", "efveth0", "type", "veth", "peer", "name", "efveth1")
        run("ip", "link", "set", "efveth1", "netns", "efbox")
        run("ip", "addr", "add", f"{HERE}/30", "dev", "efveth0")
        run("ip", "link", "set", "efveth0", "up")
        for words in (["addr", "add", f"{BOX}/30", "dev", "efveth1"],
                      ["link", "set", "efveth1", "up"], ["link", "set", "lo", "up"]):
            run("ip", "-n", "efbox", *words)
        yield
    finally:
        subprocess.run(["ip", "netns", "del", "efbox"], check=False)
        subprocess.run(["ip", "link", "del", "efveth0"], check=False, capture_output=True)


def test_the_tracker_on_another_box(box, effigy, runtime, tmp_path):
    log = tmp_path / "tracker.log"
    with open(log, "wb") as file:
        tracker = subprocess.Popen(
            ["ip", "netns", "exec", "efbox", BIN / "effigy-tracker", "--in",
             f"tcp://{BOX}:5551", "--out", f"tcp://{HERE}:5552", "--insecure-plaintext"],
            stderr=file, env={**os.environ, "EFFIGY_RUNTIME": str(tmp_path / "box")})
    try:
        settings = {**LIVE, "EFFIGY_TRACKER": f"tcp://{BOX}:5551",
                    "EFFIGY_FACES": f"tcp://{HERE}:5552",
                    "EFFIGY_OUTPUT": str(tmp_path / "out.y4m")}
        effigy("up", "-d", **{**settings, "EFFIGY_INSECURE_PLAINTEXT": "1"})
        rows = wait_for(lambda: (r := status_of(effigy, settings)) and r.get("sink", (0, 0, 0))[2]
                        > 5 and r, 40, what="pictures")
        assert "tracker" not in rows
        assert not any("effigy-tracker" in c for c in processes_of(runtime).values())
        assert "plain text" in log.read_text()
        assert "plain text" in effigy("logs", "capture", **settings).stdout
    finally:
        tracker.terminate()
        assert tracker.wait(5) == 0


def status_of(effigy, settings):
    """The table of effigy status under these settings."""
    return status(lambda command: effigy(command, **settings))


def test_without_permission_the_link_is_refused(effigy, runtime, tmp_path):
    settings = {**LIVE, "EFFIGY_TRACKER": f"tcp://{BOX}:5551",
                "EFFIGY_OUTPUT": str(tmp_path / "out.y4m")}
    result = effigy("up", "-d", check=False, **settings)
    assert result.returncode == 1
    assert "EFFIGY_INSECURE_PLAINTEXT" in result.stderr
    assert not processes_of(runtime)

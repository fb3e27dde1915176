"""A box whose clock is 100 days ahead: a time namespace, with another boot id, behind a veth pair."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import pytest
from conftest import BIN, PATIENCE_S, ROOT, wait_for
from test_live import LIVE
from test_remote import BOX, HERE, NAME, box  # pylint: disable=unused-import

AHEAD_S = 100 * 24 * 3600
BOOT_ID = "feedbeef-0000-4000-8000-000000000000\n"
# What a machine of its own has: a clock and a boot id.
ELSEWHERE = """
mount --bind "$0" /proc/sys/kernel/random/boot_id
exec unshare --time --monotonic "$1" --boottime "$1" --fork --kill-child -- "${@:2}"
"""


@pytest.fixture
def folder():
    """The runtime folder of the box."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="ef.", dir="/tmp"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(params=[AHEAD_S, -3600])
def far(request, box, folder, tmp_path):  # pylint: disable=redefined-outer-name,unused-argument
    """effigy stage tracker on the box."""
    (tmp_path / "boot_id").write_text(BOOT_ID)
    probe = subprocess.run(["unshare", "--time", "--monotonic", "1", "true"], check=False,
                           capture_output=True)
    if probe.returncode != 0:
        pytest.skip("no time namespaces here")
    with open("/proc/uptime", encoding="ascii") as file:
        uptime = int(float(file.read().split()[0]))
    ahead = max(request.param, 60 - uptime)  # no clock may begin before 0
    settings = {"EFFIGY_FRAMES": f"tcp://{BOX}:5551", "EFFIGY_FACES": f"tcp://{HERE}:5552",
                "EFFIGY_INSECURE_PLAINTEXT": "1", "EFFIGY_RUNTIME": str(folder),
                "EFFIGY_BIN": str(BIN), "EFFIGY_ALLOW_RESTART": "tracker"}
    with open(tmp_path / "box.log", "wb") as log:
        running = subprocess.Popen(
            ["ip", "netns", "exec", NAME, "bash", "-c", ELSEWHERE, tmp_path / "boot_id", str(ahead),
             ROOT / "effigy", "stage", "tracker"], stdout=log, stderr=log,
            env={**os.environ, **settings})
    yield running
    running.send_signal(signal.SIGTERM)
    subprocess.run([ROOT / "effigy", "down"], check=False, capture_output=True,
                   env={**os.environ, **settings})
    running.wait(PATIENCE_S)


def shown(effigy, settings):
    """What status prints, once the agent has answered in time."""
    text = effigy("status", **settings).stdout
    return f"on {BOX}" in text and "unknown" not in text and text


def test_a_clock_that_is_100_days_off_changes_nothing(far, effigy, runtime, tmp_path):
    # The agent is found by the host in the endpoint of the edge.
    settings = {**LIVE, "EFFIGY_FRAMES": f"tcp://{BOX}:5551", "EFFIGY_FACES": f"tcp://{HERE}:5552",
                "EFFIGY_INSECURE_PLAINTEXT": "1", "EFFIGY_OUTPUT": str(tmp_path / "out.y4m")}
    effigy("up", "-d", **settings)

    def split():
        told = json.loads(effigy("status", "--json", **settings).stdout)
        known = all(one["ms"] is not None for one in told["split"])
        return len(told["split"]) == 3 and known and told["age_p50_ms"] and told

    told = wait_for(split, what="uplink, tracking and downlink")
    uplink, tracking, downlink = told["split"]
    assert (uplink["what"], tracking["what"], downlink["what"]) == ("uplink", "tracking", "downlink")
    for one in (uplink, downlink):
        # Another clock: estimated, and no 100 days.
        assert 0 < one["error_ms"] < 1000 and 0 <= one["ms"] < 5000
    assert tracking["error_ms"] == 0
    tracker = told["stages"][1]
    assert tracker["state"] == "RUNNING" and tracker["comment"] == f"on {BOX}"
    assert tracker["box"] == f"tcp://{BOX}:5550"
    assert 0 <= tracker["uptime_s"] < 1000 and 0 <= tracker["news_s"] < 60
    # Frames are not late, and faces come back.
    assert told["stages"][2]["fps"] > 0
    text = wait_for(lambda: shown(effigy, settings), what="answer in time")
    assert "of which: uplink ~" in text and "downlink ~" in text and "~: estimated" in text
    # On the box every time is its own.
    stats = json.loads((pathlib.Path(os.environ["EFFIGY_RUNTIME"]) / "stats" / "normaliser").read_text())
    assert stats["way_host"] == BOOT_ID[:8] != stats["host"]
    assert abs(stats["recent_way_p50_ms"]) > 1_000_000  # raw, of two clocks
    before = tracker["pid"]
    wait_for(lambda: effigy("restart", "tracker", check=False, **settings).returncode == 0, what="restart")
    wait_for(lambda: (split() or told)["stages"][1]["pid"] != before, what="new tracker")

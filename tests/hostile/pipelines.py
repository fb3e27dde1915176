"""Pipelines for the tests of the supervisor: real ones, and ones of stand-in stages."""

import json
import os
import pathlib

import pytest
from conftest import BIN, PERFORMER, STAGES, processes_of, wait_for

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
        wait_for(lambda: all(s["pid"] or s["box"] is not None for s in stages(effigy).values()), 30, "every stage")

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


def mark(folder):
    """Writes the marker file, as effigy up does."""
    (folder / ".effigy").write_text("All that lies here is Effigy's, which may overwrite and remove it.\n")


def orphan(start, runtime):
    """A stage left by an earlier pipeline."""
    stage = start("normaliser", env={**os.environ, "EFFIGY_PIPELINE": str(runtime)})
    wait_for((runtime / "faces").exists, what="socket")
    return stage

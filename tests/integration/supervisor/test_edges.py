"""Stages on other machines. Here a machine is a runtime folder: two pipelines that meet by TCP on loopback."""

import os
import signal
import socket
import subprocess

import pytest
from conftest import BIN, PERFORMER, ROOT, STAGES, processes_of, wait_for
from test_live import LIVE, status

NAMES = ["EFFIGY_FRAMES", "EFFIGY_FACES", "EFFIGY_EXPRESSIONS", "EFFIGY_RENDER"]


# --- Which stages run here, by the settings alone ------------------------------------------------


def place(command, *edges):
    """What bash prints after command with these edges, and its errors."""
    settings = dict(zip(NAMES, edges), EFFIGY_INSECURE_PLAINTEXT="1")
    return subprocess.run(
        ["bash", "-uc", f"""source <(sed '$d' '{ROOT}/effigy'); here='{ROOT}'; settings={ROOT}/effigy.env
            read_settings; check_settings; find_programs; part edges; {command}; place_edges
            echo $here_run; for edge in $links; do echo $edge "${{place[$edge]:-}}"; done"""],
        text=True, capture_output=True, check=False, env={**os.environ, "EFFIGY_BIN": str(BIN), **settings})


BOX, PI, GPU, TV = ("tcp://box:5551", "tcp://*:5551", "tcp://gpu:5553", "tcp://tv:5554")


@pytest.mark.parametrize("edges, here, places", [
    (["", "", "", ""], STAGES, {}),
    # The tracker is elsewhere: its faces are fetched there, at the usual port.
    ([BOX, "", "", ""], "capture normaliser blender-node sink", {"frames": BOX, "faces": ">tcp://box:5552"}),
    ([BOX, "tcp://*:7", "", ""], "capture normaliser blender-node sink", {"frames": BOX, "faces": "tcp://*:7"}),
    ([BOX, "tcp://127.0.0.1:7", "", ""], "capture normaliser blender-node sink",
     {"frames": BOX, "faces": "tcp://127.0.0.1:7"}),
    ([BOX, "ipc:///run/x", "", ""], "capture normaliser blender-node sink", {"frames": BOX, "faces": "ipc:///run/x"}),
    # Who connects makes no difference.
    ([BOX, ">tcp://box:5552", "", ""], "capture normaliser blender-node sink",
     {"frames": BOX, "faces": ">tcp://box:5552"}),
    (["@tcp://*:5551", "", "", ""], "capture normaliser blender-node sink",
     {"frames": "@tcp://*:5551", "faces": "tcp://*:5552"}),
    ([BOX, "@tcp://*:5552", "", ""], "capture normaliser blender-node sink",
     {"frames": BOX, "faces": "@tcp://*:5552"}),
    # Several stages on one other machine.
    ([BOX, "", "tcp://*:5553", ""], "capture blender-node sink", {"frames": BOX, "expressions": "tcp://*:5553"}),
    ([BOX, "", "", ">tcp://box:5554"], "capture sink", {"frames": BOX, "render": ">tcp://box:5554"}),
    # Two other machines.
    ([BOX, "", GPU, ""], "capture normaliser sink",
     {"frames": BOX, "faces": ">tcp://box:5552", "expressions": GPU, "render": ">tcp://gpu:5554"}),
    ([BOX, "tcp://*:1", GPU, "tcp://*:2"], "capture normaliser sink",
     {"frames": BOX, "faces": "tcp://*:1", "expressions": GPU, "render": "tcp://*:2"}),
    # The webcam or the screen is elsewhere.
    ([PI, "", "", ""], "tracker normaliser blender-node sink", {"frames": PI}),
    ([">tcp://pi:5551", "", "", ""], "tracker normaliser blender-node sink", {"frames": ">tcp://pi:5551"}),
    (["", "tcp://*:5552", "", ""], "normaliser blender-node sink", {"faces": "tcp://*:5552"}),
    (["", "", "", TV], "capture tracker normaliser blender-node", {"render": TV}),
    ([PI, "", "", TV], "tracker normaliser blender-node", {"frames": PI, "render": TV}),
    # Two trackers.
    (["tcp://a:5551,tcp://b:5551", "", "", ""], "capture normaliser blender-node sink",
     {"frames": "tcp://a:5551,tcp://b:5551", "faces": "tcp://*:5552"}),
])
def test_the_edges_lead_around_stages(edges, here, places):
    result = place("place_stages", *edges)
    assert (result.returncode, result.stderr) == (0, "")
    first, *lines = result.stdout.splitlines()
    assert first == (here if isinstance(here, str) else " ".join(here))
    assert dict(line.split(" ", 1) for line in lines if not line.endswith(" ")) == places


@pytest.mark.parametrize("names, edges, here, places", [
    ("tracker", ["", "", "", ""], "tracker", {"frames": "tcp://*:5551", "faces": "@tcp://*:5552"}),
    ("capture", ["", "", "", ""], "capture", {"frames": "@tcp://*:5551"}),
    ("tracker", ["", "tcp://desk:5552", "", ""], "tracker", {"frames": "tcp://*:5551", "faces": "tcp://desk:5552"}),
    ("tracker", [">tcp://desk:5551", "@tcp://*:5552", "", ""], "tracker",
     {"frames": ">tcp://desk:5551", "faces": "@tcp://*:5552"}),
    ("normaliser tracker", ["", "", "tcp://desk:5553", ""], "tracker normaliser",
     {"frames": "tcp://*:5551", "expressions": "tcp://desk:5553"}),
    ("capture sink", [BOX, "tcp://box:9", "", ""], "capture sink", {"frames": BOX, "render": ">tcp://box:5554"}),
    ("sink sink", ["", "", "", ""], "sink", {"render": "tcp://*:5554"}),
])
def test_named_stages_run_here(names, edges, here, places):
    result = place(f"choose_stages {names}", *edges)
    assert (result.returncode, result.stderr) == (0, "")
    first, *lines = result.stdout.splitlines()
    assert first == here
    assert dict(line.split(" ", 1) for line in lines if not line.endswith(" ")) == places


@pytest.mark.parametrize("command, edges, words", [
    ("place_stages", [BOX, "tcp://gpu:5552", "", ""], ["EFFIGY_FACES=tcp://gpu:5552", "one other machine to another"]),
    ("place_stages", [BOX, "tcp://*:1", "tcp://*:2", ""], ["EFFIGY_EXPRESSIONS=tcp://*:2", "normaliser runs here"]),
    ("choose_stages tracker normaliser", ["", "tcp://desk:5552", "tcp://desk:5553", ""],
     ["EFFIGY_FACES=tcp://desk:5552", "both run here"]),
    ("choose_stages tracker camera", ["", "", "", ""], ['"camera"']),
    ("choose_stages ''", ["", "", "", ""], ['""']),
])
def test_edges_that_contradict_each_other(command, edges, words):
    result = place(command, *edges)
    assert result.returncode == 2 and len(result.stderr.splitlines()) == 1
    for word in words:
        assert word in result.stderr


@pytest.mark.parametrize("value", ["box:5551", "tcp:/box:5551", "udp://box:5551", "tcp://", "tcp://a:1,", ",tcp://a:1",
                                   "tcp://a:1,b:2", "@>tcp://a:1", " tcp://a:1", "$(touch evil)", "tcp://a:1\n--help"])
def test_misspelt_edges_are_refused(value):
    for name in NAMES:
        result = place("place_stages", *["" if each != name else value for each in NAMES])
        assert result.returncode == 2 and len(result.stderr.splitlines()) == 1
        assert name in result.stderr


# --- Two machines --------------------------------------------------------------------------------


@pytest.fixture
def ports():
    """ports(n): so many that are free."""

    def free(count):
        taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
        numbers = [each.getsockname()[1] for each in taken]
        for each in taken:
            each.close()
        return [f"tcp://127.0.0.1:{number}" for number in numbers]

    return free


@pytest.fixture
def machine(effigy, runtime, tmp_path):
    """machine(name, **settings): effigy on another machine."""
    made = []

    def make(name, **settings):
        settings = {**LIVE, "EFFIGY_OUTPUT": str(tmp_path / f"{name}.y4m"), **settings,
                    "EFFIGY_RUNTIME": str(runtime / name)}
        made.append(lambda *words, check=True, **more: effigy(*words, check=check, **{**settings, **more}))
        return made[-1]

    yield make
    for one in made:
        one("down", check=False)


def moves(one, stage):
    """True while messages come to this stage of a machine."""
    return status(one).get(stage, (0, 0, 0))[2] > 0


def comes(one, *stages):
    """Waits until each of these stages of a machine gets messages."""
    for stage in stages:
        wait_for(lambda: moves(one, stage), what=f"message for {stage}")


@pytest.mark.parametrize("back", ["{}", "@{}"])
def test_a_tracker_elsewhere(back, machine, ports, runtime):
    """Only the box has to be reachable when the desk connects for what comes back, too."""
    there, here = ports(2)
    box = machine("box", EFFIGY_FRAMES=there, EFFIGY_FACES=back.format(here))
    desk = machine("desk", EFFIGY_FRAMES=there, EFFIGY_FACES=here if back == "{}" else f">{here}")
    said = desk("up", "-d")
    assert "on other machines: tracker; faces come by" in said.stderr
    box("stage", "tracker", "-d")
    comes(desk, "normaliser", "sink")
    assert list(status(box)) == ["tracker"]
    assert list(status(desk)) == STAGES and status(desk)["tracker"][0] == "UNKNOWN"  # nobody tells of it
    # What serves one stage alone is asked where it runs.
    assert "run effigy next-face there" in desk("next-face", check=False).stderr
    assert "no other face" in box("next-face", check=False).stderr
    # It is killed, and it starts again; then the whole box does.
    before = status(box)["tracker"][1]
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: status(box)["tracker"][1] not in (None, before), what="another tracker")
    comes(box, "tracker")
    box("down")
    assert not processes_of(runtime / "box")
    wait_for(lambda: not moves(desk, "normaliser"), what="end of the faces")
    box("stage", "-d", "tracker")
    comes(desk, "normaliser")


def test_a_renderer_elsewhere(machine, ports):
    there, here = ports(2)
    box = machine("box", EFFIGY_EXPRESSIONS=there, EFFIGY_RENDER=here)
    desk = machine("desk", EFFIGY_EXPRESSIONS=there, EFFIGY_RENDER=here)
    desk("up", "-d")
    box("stage", "blender-node", "-d")
    comes(desk, "sink")
    assert "run effigy avatar use there" in desk("avatar", "use", "fox", check=False).stderr
    assert "now showing fox" in box("avatar", "use", "fox").stdout


def test_every_stage_elsewhere(machine, ports, runtime):
    """Webcam, middle, renderer and screen on four machines. No stage needs what only another one uses."""
    frames, expressions, render = ports(3)
    absent = {"EFFIGY_INPUT": "/absent.mp4", "EFFIGY_AVATAR": "nobody", "EFFIGY_FACE": "nobody",
              "EFFIGY_OUTPUT": "/absent/out.y4m"}
    eye = machine("eye", **{**absent, "EFFIGY_INPUT": str(PERFORMER), "EFFIGY_FRAMES": frames})
    mind = machine("mind", **{**absent, "EFFIGY_FACE": "", "EFFIGY_FRAMES": frames, "EFFIGY_EXPRESSIONS": expressions})
    hand = machine("hand", **{**absent, "EFFIGY_AVATAR": "voltage", "EFFIGY_EXPRESSIONS": expressions,
                              "EFFIGY_RENDER": render})
    screen = machine("screen", EFFIGY_INPUT="/absent.mp4", EFFIGY_AVATAR="nobody", EFFIGY_RENDER=render,
                     EFFIGY_ON_DEMAND="1")
    assert "EFFIGY_ON_DEMAND=1 is ignored" in screen("stage", "sink", "-d").stderr
    hand("stage", "blender-node", "-d")
    mind("stage", "tracker", "normaliser", "-d")
    eye("stage", "capture", "-d")
    comes(screen, "sink")
    for one, stages in ((eye, ["capture"]), (mind, ["tracker", "normaliser"]), (hand, ["blender-node"]),
                        (screen, ["sink"])):
        assert list(status(one)) == stages
        assert one("restart", "camera", check=False).returncode == 2
    assert mind("restart", "normaliser").returncode == 0
    comes(mind, "normaliser")


# --- Endpoints that cannot be used ---------------------------------------------------------------


@pytest.mark.parametrize("edge, words", [
    ("tcp://127.0.0.1:99999", "HOST:PORT"), ("tcp://127.0.0.1", "HOST:PORT"), ("tcp://127.0.0.1:x", "HOST:PORT"),
    ("@tcp://192.0.2.1:5551", "no such address"), (">tcp://*:5551", "HOST:PORT"),
])
def test_an_endpoint_that_cannot_be_used(edge, words, machine, runtime):
    box = machine("box", EFFIGY_FRAMES=edge, EFFIGY_FACES="tcp://127.0.0.1:9", EFFIGY_INSECURE_PLAINTEXT="1")
    result = box("stage", "tracker", "-d", check=False)
    assert result.returncode == 1 and len(result.stderr.splitlines()) == 1
    assert words in result.stderr and "EFFIGY_FRAMES" in result.stderr
    assert not processes_of(runtime / "box")


def test_an_endpoint_in_use(machine, runtime):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        here = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        desk = machine("desk", EFFIGY_FRAMES="tcp://127.0.0.1:9", EFFIGY_FACES=here)
        result = desk("up", "-d", check=False)
        assert result.returncode == 1 and len(result.stderr.splitlines()) == 1
        assert f"cannot listen at {here}: another program uses that port (EFFIGY_FACES)" in result.stderr
    assert not processes_of(runtime / "desk")


@pytest.mark.parametrize("edge", ["tcp://nobody.invalid:5551", "tcp://192.0.2.1:5551"])
def test_an_unreachable_machine_is_tried_again(edge, machine):
    """That is the network's fault, not the user's: capture goes on, and nothing is started again."""
    eye = machine("eye", EFFIGY_FRAMES=edge, EFFIGY_INSECURE_PLAINTEXT="1")
    eye("stage", "capture", "-d")
    comes(eye, "capture")
    pid = status(eye)["capture"][1]
    comes(eye, "capture")
    assert status(eye)["capture"][1] == pid
    assert "E: " not in eye("logs", "capture").stdout


def test_nothing_crosses_the_network_without_keys(machine, runtime):
    """Also what only comes from there."""
    box = machine("box", EFFIGY_FRAMES="tcp://127.0.0.1:9")
    said = box("stage", "tracker", "-d", check=False).stderr
    assert "@tcp://*:5552 needs keys" in said and "effigy keys new" in said and "EFFIGY_FACES" in said
    box("keys", "new")
    said = box("stage", "tracker", "-d", check=False, EFFIGY_FACES="tcp://desk:5552").stderr
    assert "tcp://desk:5552: there is no key of desk" in said and "effigy pair desk" in said
    assert not processes_of(runtime / "box")


# --- Files of before -----------------------------------------------------------------------------


@pytest.mark.parametrize("lines, environment, frames, faces", [
    (["EFFIGY_TRACKER=", "EFFIGY_FACES=tcp://*:5552"], {}, "", ""),
    (["EFFIGY_TRACKER=", "EFFIGY_FACES=tcp://*:5552"], {"EFFIGY_FACES": "tcp://*:7"}, "", "tcp://*:7"),
    (["EFFIGY_TRACKER=tcp://box:1", "EFFIGY_FACES=tcp://*:2"], {}, "tcp://box:1", "tcp://*:2"),
    (["EFFIGY_TRACKER=", "EFFIGY_FACES=tcp://*:2"], {"EFFIGY_TRACKER": "tcp://box:1"}, "tcp://box:1", "tcp://*:2"),
    (["EFFIGY_FRAMES=", "EFFIGY_FACES=tcp://*:2"], {}, "", "tcp://*:2"),
])
def test_a_file_with_the_old_name(lines, environment, frames, faces, tmp_path):
    settings = tmp_path / "effigy.env"
    settings.write_text("".join(line + "\n" for line in lines))
    result = subprocess.run(
        ["bash", "-uc", f"""source <(sed '$d' '{ROOT}/effigy'); settings={settings}
            read_settings; echo "$EFFIGY_FRAMES $EFFIGY_FACES" """],
        text=True, capture_output=True, check=True, env={**os.environ, **environment})
    assert result.stdout == f"{frames} {faces}\n"

"""Changing the character while the stage runs: without a gap, and without harm to the one that is
shown."""

import os
import shutil
import signal
import subprocess
import time

import msgpack
import pytest
import zmq
from conftest import AVATAR, PERFORMER, expression, pack, wait_for

CUBE = """
import bpy
bpy.ops.wm.read_factory_settings(use_empty=True)
bpy.ops.mesh.primitive_cube_add()
material = bpy.data.materials.new('White')
material.diffuse_color = (1.0, 1.0, 1.0, 1.0)
bpy.context.object.data.materials.append(material)
bpy.context.scene.world = bpy.data.worlds.new('White')
bpy.context.scene.world.color = (0.8, 0.8, 0.8)
bpy.context.object.shape_key_add(name='Basis')
key = bpy.context.object.shape_key_add(name='jawOpen')
key.data[0].co.z -= 1.0
{more}
bpy.ops.wm.save_as_mainfile(filepath={path!r})
"""


def blend(path, more=""):
    """A white cube with a jaw."""
    subprocess.run(["blender", "-b", "--factory-startup", "--python-exit-code", "1", "--python-expr",
                    CUBE.format(path=str(path), more=more)], check=True, capture_output=True)
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Characters, good and bad."""
    folder = tmp_path_factory.mktemp("characters")
    shutil.copy(AVATAR, folder / "cut.blend")
    os.truncate(folder / "cut.blend", 20000)
    (folder / "text.blend").write_text("not a character\n")
    return {"cube": blend(folder / "cube.blend"), "cut": folder / "cut.blend",
            "text": folder / "text.blend", "none": folder / "none.blend",
            "empty": blend(folder / "empty.blend", "bpy.data.objects.remove(bpy.context.object)")}


class Node:
    """A running renderer and both its ends."""

    def __init__(self, start, runtime, sockets):
        self.ask_file = runtime / "avatar"
        self._start = start
        self._expressions = sockets.push("expressions")
        self._render = sockets.pull("render")
        self._render.setsockopt(zmq.RCVTIMEO, 90000)  # a busy machine starts Blender slowly
        self._seq = 0
        self.start()

    def start(self):
        """Start it, and wait for its render at rest."""
        self.stage = self._start("blender-node", "--avatar", AVATAR, "--size", "160x120",
                                 "--swap", self.ask_file)
        self.picture()

    def picture(self):
        """(seq, mean luma) of the render of an expression sent now, or of one at rest."""
        self._expressions.send(pack(expression(self._seq, {"jawOpen": 0.5})))
        self._seq += 1
        image = msgpack.unpackb(self._render.recv())
        luma = image["data"][:160 * 120]
        return image["seq"], sum(luma) / len(luma)

    def ask(self, path):
        """Request a character. [shown, reason] of the answer; renders go on meanwhile."""
        answer = self.ask_file.with_suffix(".answer")
        before = answer.stat().st_ino
        fresh = self.ask_file.with_suffix(".new")
        fresh.write_text(f"{path}\n")
        fresh.rename(self.ask_file)
        while answer.stat().st_ino == before:
            self.picture()
        assert not self.ask_file.exists()
        return answer.read_text().split("\n")[:2]


@pytest.fixture
def node(start, runtime, sockets):
    """The stage with voltage."""
    return Node(start, runtime, sockets)


def test_change_to_another_character_and_back(node, files):
    _, voltage = node.picture()
    assert node.ask(files["cube"]) == [str(files["cube"]), ""]
    _, cube = node.picture()
    assert abs(cube - voltage) > 10
    assert node.stage.process.poll() is None
    wait_for(lambda: node.picture() and node.stage.stats().get("note") == "cube", what="its name")
    assert node.ask(AVATAR) == [str(AVATAR), ""]
    assert abs(node.picture()[1] - voltage) < 2


@pytest.mark.parametrize("name, why", [("cut", "cut.blend"), ("text", "text.blend"),
                                       ("none", "none.blend"), ("empty", "no visible mesh")])
def test_character_that_cannot_be_shown_leaves_the_previous_one(name, why, node, files):
    _, before = node.picture()
    shown, reason = node.ask(files[name])
    assert shown == str(AVATAR)
    assert why in reason and "Traceback" not in reason
    assert reason in " ".join(node.stage.log().split())
    assert abs(node.picture()[1] - before) < 2


def test_restarted_stage_shows_the_same_character(node, files):
    node.ask(files["cube"])
    _, cube = node.picture()
    os.kill(node.stage.process.pid, signal.SIGKILL)
    node.stage.wait()
    node.start()
    assert abs(node.picture()[1] - cube) < 2
    # Unless its file is missing.
    node.ask(files["cube"])
    node.stage.stop()
    files["cube"].rename(files["cube"].with_suffix(".gone"))
    node.start()
    assert abs(node.picture()[1] - cube) > 10
    files["cube"].with_suffix(".gone").rename(files["cube"])


def test_effigy_avatar_use(effigy, runtime, files, tmp_path):
    out = tmp_path / "live.y4m"
    effigy("up", "-d", EFFIGY_OUTPUT=str(out), EFFIGY_INPUT=str(PERFORMER), EFFIGY_LOOP="1",
           EFFIGY_SIZE="160x120", EFFIGY_RENDER_SIZE="160x120")
    wait_for(lambda: "live" in effigy("status").stdout, 40, what="live picture")
    assert "* voltage" in effigy("avatar", "list").stdout
    said = effigy("avatar", "use", files["cube"]).stdout
    assert "now showing" in said and "EFFIGY_AVATAR=" in said
    assert f"* {files['cube']}" in effigy("avatar", "list").stdout
    time.sleep(1)
    bad = effigy("avatar", "use", files["text"], check=False)
    assert bad.returncode == 1 and "text.blend" in bad.stderr and "keeps showing" in bad.stderr
    assert effigy("avatar", "use", "nobody", check=False).returncode == 1
    assert "stand-by" not in effigy("status").stdout
    effigy("down")
    frames = out.read_bytes().split(b"FRAME\n")[1:]
    luma = [sum(frame[:160 * 120]) / (160 * 120) for frame in frames]
    # After the first frame of voltage, each shows it or, later, the cube: no card in between.
    cube = luma[-5]
    swap = max(k for k, value in enumerate(luma) if abs(value - cube) > 6)
    voltage = luma[swap]
    begin = next(k for k, value in enumerate(luma) if abs(value - voltage) < 6)
    assert abs(voltage - cube) > 10 and swap > begin + 5
    assert all(abs(value - voltage) < 6 for value in luma[begin:swap])
    assert effigy("avatar", "use", "voltage", check=False).returncode == 1

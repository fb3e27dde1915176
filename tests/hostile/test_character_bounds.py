"""Characters that exhaust memory or time, or kill Blender: the previous character stays on the screen,
and the user gets an error message."""

import errno
import os
import pathlib
import signal
import subprocess
import sys
import time

import msgpack
import pytest
import zmq
from conftest import AVATAR, ROOT, expression, pack, processes_of, wait_for
from test_picture_sizes import jpeg, png

HERE = pathlib.Path(__file__).resolve().parent
SIZE = 64, 48
MOST_KB = 6 << 20  # two Blenders, one of them at its limit
GAP_S = 4  # between renders, while another character is loaded on a busy machine


@pytest.fixture(scope="module")
def bombs(tmp_path_factory):
    """The folder of bad characters."""
    folder = tmp_path_factory.mktemp("bombs")
    subprocess.run(["blender", "-b", "--factory-startup", "--python-exit-code", "1", "--python",
                    HERE / "make_bombs.py", "--", folder], check=True, timeout=200,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    png(folder / "bomb.png", 13000, 13000)
    return folder


class Node:
    """A renderer that draws voltage, with its input and output sockets."""

    def __init__(self, folder, start, runtime, sockets):
        self._ask = runtime / "avatar"
        self._expressions, self._render = sockets.push("expressions"), sockets.pull("render")
        self._render.setsockopt(zmq.RCVTIMEO, 90000)  # a busy machine starts Blender slowly
        self._seq, self._begin = 0, time.monotonic_ns()
        self.stage = start("blender-node", "--avatar", AVATAR, "--size", "%dx%d" % SIZE,
                           "--swap", self._ask)
        self.picture()
        self.gap = 0.0
        wait_for(self.answer.exists, what="first answer")

    @property
    def answer(self):
        return self._ask.with_suffix(".answer")

    def picture(self):
        """Mean luma of the render of an expression sent now; `gap` is the longest wait for one."""
        message = expression(self._seq)
        message["t"] = time.monotonic_ns() - self._begin
        self._expressions.send(pack(message))
        self._seq += 1
        begin = time.monotonic()
        image = msgpack.unpackb(self._render.recv())
        self.gap = max(getattr(self, "gap", 0.0), time.monotonic() - begin)
        luma = image["data"][:SIZE[0] * SIZE[1]]
        return sum(luma) / len(luma)

    def skip(self, seconds):
        """The source's clock, and with it the timeline, jumps ahead."""
        self._begin -= int(1e9 * seconds)

    def ask(self, path):
        """[shown, reason] of the answer; renders go on meanwhile."""
        before = self.answer.stat().st_ino
        fresh = self._ask.with_suffix(".new")
        fresh.write_text(f"{path}\n")
        fresh.rename(self._ask)
        return self.next_answer(before)

    def next_answer(self, before):
        deadline = time.monotonic() + 120
        while self.answer.stat().st_ino == before:
            assert time.monotonic() < deadline, "no answer"
            self.picture()
            time.sleep(0.02)
        return self.answer.read_text().split("\n")[:2]


@pytest.fixture
def node(bombs, start, runtime, sockets):
    return Node(bombs, start, runtime, sockets)


def blenders(runtime):
    """Pids of the Blenders of this test, oldest first."""
    return sorted(pid for pid, command in processes_of(runtime).items()
                  if "--factory-startup" in command)


def memory_kb(runtime):
    """The memory that these processes use."""
    total = 0
    for pid in blenders(runtime):
        try:
            status = pathlib.Path(f"/proc/{pid}/status").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in status.splitlines()
                     if line.startswith("VmRSS"))
    return total


@pytest.mark.parametrize("name, words", [
    ("picture.blend", ["Picture has 13000 x 13000 pixels"]), ("arrays.blend", ["arrays.blend"])])
def test_character_over_a_limit_leaves_the_previous_one(name, words, node, bombs, runtime):
    before = node.picture()
    node.gap = 0.0
    shown, reason = node.ask(bombs / name)
    assert shown == str(AVATAR)
    for word in words:
        assert word in reason
    assert "Traceback" not in reason and reason in " ".join(node.stage.log().split())
    assert node.gap < GAP_S
    assert memory_kb(runtime) < MOST_KB
    assert abs(node.picture() - before) < 8
    assert len(blenders(runtime)) == 1


def test_pipe_instead_of_an_image_is_ignored(node, bombs):
    assert node.ask(bombs / "pipe.blend") == [str(bombs / "pipe.blend"), ""]
    assert "pipe.png, which is not a regular file: ignored" in node.stage.log()


def test_pipe_instead_of_a_library_leaves_the_previous_one(node, bombs, runtime):
    shown, reason = node.ask(bombs / "library.blend")
    assert shown == str(AVATAR)
    assert "library.blend cannot be loaded" in reason and "may be a pipe" in reason
    assert node.gap < GAP_S
    assert len(blenders(runtime)) == 1


def test_crash_while_loading_leaves_the_previous_one(node, bombs, runtime):
    first, = blenders(runtime)
    before = node.answer.stat().st_ino
    fresh = node.answer.with_suffix(".new")
    fresh.write_text(f"{bombs / 'cube.blend'}\n")
    fresh.rename(node.answer.with_suffix(""))
    second = wait_for(lambda: [pid for pid in blenders(runtime) if pid != first],
                      what="second Blender")[0]
    os.kill(second, signal.SIGSEGV)
    shown, reason = node.next_answer(before)
    assert shown == str(AVATAR)
    assert "signal 11" in reason and "cube.blend" in reason
    assert blenders(runtime) == [first]


def test_later_crash_brings_back_the_previous_one(node, bombs, runtime):
    voltage = node.picture()
    assert node.ask(bombs / "cube.blend")[1] == ""
    cube = node.picture()
    before = node.answer.stat().st_ino
    os.kill(blenders(runtime)[0], signal.SIGSEGV)
    shown, reason = node.next_answer(before)
    assert shown == str(AVATAR)
    assert "signal 11" in reason and "cube.blend" in reason
    # Arcs move over voltage's skin: no two of its renders are equal.
    shown = node.picture()
    assert abs(shown - voltage) < abs(shown - cube)
    assert node.stage.process.poll() is None


def test_later_memory_growth_brings_back_the_previous_one(node, bombs, runtime):
    assert node.ask(bombs / "late.blend")[1] == ""
    before = node.answer.stat().st_ino
    node.skip(seconds=61)
    # Now no more renders come.
    shown, reason = node.next_answer(before)
    assert shown == str(AVATAR)
    assert "late.blend" in reason and ("busy" in reason or "memory" in reason)
    assert node.stage.process.poll() is None
    node.picture()


def test_first_character_that_cannot_be_loaded_ends_the_stage_with_a_message(bombs, start):
    stage = start("blender-node", "--avatar", bombs / "picture.blend", "--size", "64x48")
    assert stage.wait(60) == 1
    errors = [line for line in stage.log().splitlines() if line.startswith("E:")]
    assert len(errors) == 1 and "13000 x 13000" in errors[0]


def test_statistics_note_loading(bombs, start, runtime):
    stage = start("blender-node", "--avatar", bombs / "library.blend", "--size", "64x48")
    wait_for(lambda: stage.stats().get("note") == "loading library.blend", what="note")
    seen = stage.statistics.stat().st_ino
    wait_for(lambda: stage.statistics.stat().st_ino != seen, 5, what="sign of life")
    assert stage.stop() == 0


def test_avatar_use_prints_the_reason(effigy, bombs):
    effigy("up", "-d", EFFIGY_OUTPUT="/dev/null", EFFIGY_INPUT="/dev/video99")
    wait_for(lambda: "ready" in effigy("logs", "blender-node", check=False).stdout, 40,
             what="character")
    for name, word in (("picture.blend", "13000 x 13000"), ("arrays.blend", "arrays.blend")):
        said = effigy("avatar", "use", bombs / name, check=False)
        assert said.returncode == 1 and said.stdout == ""
        assert word in said.stderr and "keeps showing voltage.blend" in said.stderr
        assert len(said.stderr.splitlines()) == 1
    assert "* voltage" in effigy("avatar", "list").stdout


def test_pipe_instead_of_a_mapping_is_refused(bombs, start):
    os.mkfifo(bombs / "cube.map")
    try:
        stage = start("blender-node", "--avatar", bombs / "cube.blend", "--size", "64x48")
        assert stage.wait(60) == 1
        assert "cube.map: it is not a regular file" in stage.log()
    finally:
        os.unlink(bombs / "cube.map")


def test_killed_stage_leaves_no_process_or_file(start, runtime, tmp_path):
    stage = start("blender-node", "--avatar", AVATAR, "--size", "64x48",
                  env={**os.environ, "TMPDIR": str(tmp_path)})
    wait_for(lambda: "ready" in stage.log(), what="character")
    assert [p.name[:12] for p in tmp_path.iterdir()] == ["effigy-node-"]
    os.kill(stage.process.pid, signal.SIGKILL)
    stage.wait()
    wait_for(lambda: not list(tmp_path.iterdir()), 10, what="empty folder")
    wait_for(lambda: not processes_of(runtime), 10, what="end of all processes")


# --- Parts that do not need Blender ---------------------------------------------------------------


@pytest.fixture
def node_modules(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "blender-node/node"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)


def test_image_sizes_are_read_from_the_first_bytes(node_modules, tmp_path):
    from load import image_sizes
    small = png(tmp_path / "a.png", 30, 20).read_bytes()
    assert image_sizes.size(small) == (30, 20)
    assert image_sizes.size(jpeg(300, 200)) == (300, 200)
    assert image_sizes.size(b"RIFF\0\0\0\0WEBPVP8X\n\0\0\0\0\0\0\0" + b"\x2b\x01\0\xc7\0\0") == (300, 200)
    for cut in range(len(small)):
        image_sizes.size(small[:cut])
    whole = jpeg(300, 200)
    for cut in range(len(whole)):
        assert image_sizes.size(whole[:cut]) in (None, (300, 200))
    assert image_sizes.size(b"") is None and image_sizes.size(b"no picture at all, but a text") is None


def test_mapping_size_is_limited(node_modules, tmp_path):
    from bind import mapping
    big = tmp_path / "big.map"
    with open(big, "wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(OSError) as caught:
        mapping.parse(big, ())
    assert caught.value.errno == errno.EFBIG


def test_gltf_with_huge_images_or_json_is_refused(node_modules, tmp_path):
    import base64
    import json
    from load import gltf_file
    picture = base64.b64encode(jpeg(60000, 60000)).decode()
    file = tmp_path / "huge.gltf"
    file.write_text(json.dumps({"asset": {"version": "2.0"}, "images": [
        {"uri": "data:image/jpeg;base64," + picture}]}))
    with pytest.raises(gltf_file.GltfError, match="60000 x 60000"):
        gltf_file.read(str(file))
    with open(tmp_path / "json.gltf", "wb") as out:
        out.truncate((1 << 27) + 1)
    with pytest.raises(gltf_file.GltfError, match="JSON is larger"):
        gltf_file.read(str(tmp_path / "json.gltf"))

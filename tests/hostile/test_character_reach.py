"""A character reads no file outside its folder, whatever paths it contains: checks what the render
shows, and which files were opened."""

import ctypes
import os
import pathlib
import struct
import subprocess
import sys

import msgpack
import pytest
import zmq
from conftest import BIN, expression, pack, wait_for

HERE = pathlib.Path(__file__).resolve().parent
SIZE = 64, 48
# Ways to name a file outside the folder, each a character that tries to show it.
WAYS = ["image", "parent", "film", "link", "folder", "backslash", "library"]
WITHOUT_LANDLOCK = """
import ctypes, os, struct, sys
class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]
steps = [(0x20, 0, 0, 0), (0x15, 0, 1, 444), (0x06, 0, 0, 0x50000 | 38), (0x06, 0, 0, 0x7fff0000)]
code = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *step) for step in steps))
libc = ctypes.CDLL(None)
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.byref(Program(4, ctypes.cast(code, ctypes.c_void_p))), 0, 0) == 0
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """(folder of secrets, folder of characters)."""
    outside, inside = (tmp_path_factory.mktemp(name) for name in ("outside", "inside"))
    subprocess.run(["blender", "-b", "--factory-startup", "--python-exit-code", "1", "--python",
                    HERE / "make_outsiders.py", "--", outside, inside], check=True, timeout=200,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return outside, inside


def has_landlock():
    return ctypes.CDLL(None, use_errno=True).syscall(444, None, 0, 1) >= 1


class Watch:
    """Records with inotify which files of a folder are opened."""

    def __init__(self, folder):
        libc = ctypes.CDLL(None, use_errno=True)
        self._fd = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        # IN_ACCESS | IN_OPEN
        assert libc.inotify_add_watch(self._fd, os.fsencode(folder), 0x1 | 0x20) >= 0

    def opened(self):
        """Names since the last call; the folder itself is ''."""
        names, data = set(), b""
        try:
            data = os.read(self._fd, 1 << 20)
        except BlockingIOError:
            pass
        while data:
            size = struct.unpack_from("<iIII", data)[3]
            names.add(data[16:16 + size].rstrip(b"\0").decode())
            data = data[16 + size:]
        return names


class Node:
    """A renderer that loads one character after the other."""

    def __init__(self, folder, start, runtime, sockets, confined):
        self._ask = runtime / "avatar"
        self._expressions, self._render = sockets.push("expressions"), sockets.pull("render")
        self._render.setsockopt(zmq.RCVTIMEO, 90000)  # a busy machine starts Blender slowly
        self._seq = 0
        options = ["--avatar", folder / "own.blend", "--size", "%dx%d" % SIZE, "--swap", self._ask]
        if confined:
            self.stage = start("blender-node", *options)
        else:
            self._log = open(runtime / "log", "wb")
            self.process = subprocess.Popen(
                [sys.executable, "-c", WITHOUT_LANDLOCK, BIN / "effigy-blender-node",
                 *map(str, options)], stderr=self._log, stdout=subprocess.DEVNULL)
        self.picture()

    def picture(self):
        """Mean (Y, U, V) of the render of an expression sent now."""
        self._expressions.send(pack(expression(self._seq)))
        self._seq += 1
        data = msgpack.unpackb(self._render.recv())["data"]
        n = SIZE[0] * SIZE[1]
        return tuple(sum(part) / len(part) for part in
                     (data[:n], data[n:n * 5 // 4], data[n * 5 // 4:]))

    def shows_secret(self):
        """Magenta: both colour differences are far above the middle."""
        for _ in range(3):
            _, u, v = self.picture()
        return u > 150 and v > 150

    def ask(self, path):
        """[shown, reason]."""
        answer = self._ask.with_suffix(".answer")
        wait_for(answer.exists, what="first answer")
        before = answer.stat().st_ino
        fresh = self._ask.with_suffix(".new")
        fresh.write_text(f"{path}\n")
        fresh.rename(self._ask)
        wait_for(lambda: answer.stat().st_ino != before, 120, what="answer")
        return answer.read_text().split("\n")[:2]

    def end(self):
        if hasattr(self, "process"):
            self.process.terminate()
            self.process.wait(10)
            self._log.close()


@pytest.fixture(params=["confined", "no Landlock"])
def node(request, folders, start, runtime, sockets):
    """The stage, confined as on this kernel, and unconfined as on an older one."""
    confined = request.param == "confined"
    if confined and not has_landlock():
        pytest.skip("this kernel has no Landlock")
    made = Node(folders[1], start, runtime, sockets, confined)
    made.confined = confined
    made.log = lambda: (runtime / ("blender-node.log" if confined else "log")).read_text()
    yield made
    made.end()


def test_no_reference_to_a_file_elsewhere_shows_it(node, folders):
    outside, inside = folders
    # The character that is allowed to shows the image.
    assert node.shows_secret()
    watch = Watch(outside)
    for way in WAYS if node.confined else ["image", "parent", "link", "library"]:
        shown, reason = node.ask(inside / f"{way}.blend")
        assert not node.shows_secret(), way
        assert shown == str(inside / f"{way}.blend") or reason, way
        assert f"{way}.blend refers to " in node.log(), way
        if node.confined:
            assert watch.opened() == set(), way
    assert node.ask(inside / "packed.blend")[1] == ""
    assert node.shows_secret()
    assert "packed.blend refers to" not in node.log()
    assert ("no Landlock" in node.log()) == (not node.confined)


def test_no_kind_of_external_file_is_opened(node, folders):
    outside, inside = folders
    before = set(os.listdir())
    watch = Watch(outside)
    assert node.ask(inside / "everything.blend") == [str(inside / "everything.blend"), ""]
    assert not node.shows_secret()
    # Eight are named, in any order, with the number of others.
    lines = node.log().splitlines()
    told = [line for line in lines if "everything.blend refers to" in line and "ignored; " in line]
    assert len(told) == 8
    assert all("/outside" in line and "which is not in its folder" in line for line in told)
    more = [line for line in lines if "more files that are ignored" in line]
    assert len(more) == 1 and int(more[0].split(" refers to ")[1].split()[0]) >= 12
    assert set(os.listdir()) == before  # an unconfined fluid simulation writes into Blender's working folder
    if node.confined:
        assert watch.opened() == set()
    # Checks that the watch sees opened files.
    (outside / "secret.png").read_bytes()
    assert "secret.png" in watch.opened()


def test_check_lists_all_ignored_files(effigy, folders):
    outside, inside = folders
    watch = Watch(outside)
    said = effigy("avatar", "check", inside / "image.blend", check=False)
    assert f"refers to {outside}/secret.png, which is not in its folder" in said.stdout
    if has_landlock():
        assert watch.opened() == set()


def test_character_in_a_home_folder_reads_only_itself(folders, start, runtime, sockets, tmp_path,
                                                      monkeypatch):
    if not has_landlock():
        pytest.skip("this kernel has no Landlock")
    home = tmp_path / "home"
    home.mkdir()
    for name in ("own.blend", "own.png"):
        (home / name).write_bytes((folders[1] / name).read_bytes())
    monkeypatch.setenv("HOME", str(home))
    watch = Watch(home)
    node = Node(home, start, runtime, sockets, True)
    assert not node.shows_secret()
    assert "own.png" not in watch.opened()
    assert "move it into a folder of its own" in node.stage.log()

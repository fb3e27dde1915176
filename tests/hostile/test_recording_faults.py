"""Recordings: readable by their owner only, never overwritten while in use, and damage is reported."""

import os
import pathlib
import stat
import subprocess

import msgpack
import pytest
import zmq
from conftest import expression, face, frame, pack, wait_for


@pytest.fixture
def tap(context, runtime):
    """A tap of faces, bound by the test."""
    socket = context.socket(zmq.XPUB)
    socket.bind(f"ipc://{runtime}/faces.tap")
    return socket


def listened(socket):
    """Waits for a listener."""
    wait_for(lambda: socket.poll(100) and socket.recv() == b"\1", what="listener")


def left(socket):
    """Waits until the listener has disconnected: before that, the next one would go unnoticed."""
    wait_for(lambda: socket.poll(100) and socket.recv() == b"\0", what="disconnection")


def read(path):
    """The messages of a recording."""
    with open(path, "rb") as file:
        return list(msgpack.Unpacker(file))


def write(path, *messages, tail=b""):
    """A recording."""
    path.write_bytes(b"".join(map(pack, messages)) + tail)
    return path


def mode(path):
    """The permission bits of a file."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("before", ["nothing", "for all", "a link", "somebody reads it"])
def test_recording_is_readable_by_its_owner_only(before, start, tap, tmp_path):
    path = target = tmp_path / "me.msgpack"
    spy = None
    if before != "nothing":
        path.write_text("old")
        path.chmod(0o666)
    if before == "somebody reads it":
        spy = open(path, "rb")
    if before == "a link":
        path = tmp_path / "link.msgpack"
        path.symlink_to(target)
    recorder = start("record", "--count", 3, path, preexec_fn=lambda: os.umask(0))
    listened(tap)
    for seq in range(3):
        tap.send(pack(face(seq)))
    assert recorder.wait(10) == 0
    assert mode(target) == 0o600
    assert len(read(target)) == 3
    assert path.is_symlink() == (before == "a link")
    if spy is not None:
        assert spy.read() == b"old"
        spy.close()
    assert sorted(tmp_path.iterdir()) == sorted({path, target})


def test_file_being_replayed_is_not_overwritten(start, tap, sockets, tmp_path):
    path = write(tmp_path / "me.msgpack", *(face(seq) for seq in range(100)))
    before = path.read_bytes()
    faces = sockets.pull("faces")
    replay = start("replay", "--loop", path)
    faces.recv()
    recorder = start("record", path)
    assert recorder.wait(10) == 1
    assert "replaying it" in recorder.log() and str(path) in recorder.log()
    assert path.read_bytes() == before
    assert replay.stop() == 0


def test_file_being_recorded_is_not_overwritten_or_replayed(start, tap, tmp_path):
    path = tmp_path / "me.msgpack"
    first = start("record", path)
    listened(tap)
    tap.send(pack(face(0)))
    wait_for(lambda: path.stat().st_size, what="message")
    second = start("record", path)
    assert second.wait(10) == 1 and str(path) in second.log()
    replay = start("replay", path)
    assert replay.wait(10) == 1 and "still writing it" in replay.log()
    assert first.stop() == 0
    assert len(read(path)) == 1


def test_pipes_and_devices_are_written_to_in_place(start, tap, tmp_path):
    recorder = start("record", "--count", 1, "/dev/null")
    listened(tap)
    tap.send(pack(face(0)))
    assert recorder.wait(10) == 0
    left(tap)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode) and mode(pathlib.Path("/dev/null")) == 0o666
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    recorder = start("record", "--count", 1, pipe)
    with open(pipe, "rb") as end:
        listened(tap)
        tap.send(pack(face(7)))
        assert msgpack.unpackb(end.read())["seq"] == 7
    assert recorder.wait(10) == 0


def test_full_disk_keeps_complete_messages(start, tap, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "none", disk], check=False,
                      capture_output=True).returncode != 0:
        pytest.skip("mounting a small file system needs root")
    try:
        recorder = start("record", disk / "me.msgpack")
        listened(tap)
        for seq in range(100):
            tap.send(pack(face(seq)))
        assert recorder.wait(10) == 1
        assert "No space left" in recorder.log() and "kept" in recorder.log()
        messages = read(disk / "me.msgpack")
        assert [message["seq"] for message in messages] == list(range(len(messages)))
        assert len(b"".join(map(pack, messages))) == (disk / "me.msgpack").stat().st_size
    finally:
        subprocess.run(["umount", "-l", disk], check=False)


@pytest.mark.parametrize("to", [0.5, 0])
def test_recording_truncated_during_replay_is_an_error(to, start, sockets, tmp_path):
    path = write(tmp_path / "me.msgpack", *(frame(seq, 320, 240) for seq in range(60)))
    frames = sockets.pull("frames")
    replay = start("replay", path)
    frames.recv()
    os.truncate(path, int(path.stat().st_size * to))
    assert replay.wait(20) == 1
    errors = [line for line in replay.log().splitlines() if line.startswith("E:")]
    assert len(errors) == 1 and str(path) in errors[0]


@pytest.mark.parametrize("tail", [b"\x81\xa1", b"garbage", pack(frame(9))[:-1], b"\xdf\xff\xff\xff\xff"],
                         ids=["a stump", "text", "all but a byte", "four billion"])
def test_damaged_recording_is_sent_up_to_the_damage_and_is_an_error(tail, start, sockets, tmp_path):
    path = write(tmp_path / "me.msgpack", *(face(seq) for seq in range(5)), tail=tail)
    faces = sockets.pull("faces")
    replay = start("replay", "--policy", "all", "--speed", "max", "--loop", path)
    got = [msgpack.unpackb(faces.recv())["k"] for _ in range(6)]
    assert got == ["face"] * 5 + ["end"]
    faces.close()
    assert replay.wait(20) == 1
    errors = [line for line in replay.log().splitlines() if line.startswith("E:")]
    assert len(errors) == 1 and "byte" in errors[0]


def test_recording_without_the_chosen_kind_is_an_error(start, sockets, tmp_path):
    path = write(tmp_path / "me.msgpack", *(face(seq) for seq in range(5)))
    sockets.pull("expressions")
    replay = start("replay", "--edge", "expressions", path)
    assert replay.wait(10) == 1
    assert "5 messages" in replay.log() and "expression" in replay.log()


def test_other_kinds_in_a_recording_are_an_error(start, sockets, tmp_path):
    path = write(tmp_path / "me.msgpack", face(0), expression(1), face(2), frame(3), face(4))
    faces = sockets.pull("faces")
    replay = start("replay", "--speed", "max", "--policy", "all", path)
    assert [msgpack.unpackb(faces.recv())["seq"] for _ in range(3)] == [0, 2, 4]
    faces.recv()
    faces.close()
    assert replay.wait(20) == 1
    assert "2 messages" in replay.log()


def test_large_message_and_huge_file_are_read_in_bounded_memory(start, sockets, tmp_path):
    """The file is read in pieces: sparse gigabytes after two messages use almost no memory."""
    path = write(tmp_path / "me.msgpack", frame(0, 4096, 4096), frame(1))
    os.truncate(path, 4 << 30)
    frames = sockets.pull("frames")
    replay = start("replay", "--speed", "max", "--policy", "all", path)
    assert len(msgpack.unpackb(frames.recv())["data"]) == 4096 * 4096 * 3 // 2
    frames.recv()
    peak = 0
    while replay.process.poll() is None and peak < 1 << 30:
        try:
            status = pathlib.Path(f"/proc/{replay.process.pid}/status").read_text()
        except OSError:
            break
        words = [line.split() for line in status.splitlines() if line.startswith("VmHWM")]
        peak = max([peak] + [int(word[1]) << 10 for word in words])
        if frames.poll(10):
            frames.recv()
            frames.close()
            break
    assert replay.wait(20) == 1
    assert peak < 512 << 20



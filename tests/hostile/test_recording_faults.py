"""Recordings: readable by their owner only, never overwritten while in use, and damage is reported."""

import io
import os
import pathlib
import random
import signal
import stat
import subprocess

import msgpack
import pytest
import zmq
from conftest import BIN, expression, face, frame, pack, recorded, wait_for


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


def salvaged(path):
    """The messages of a recording that was cut off: what zstdcat prints before it complains."""
    unpacked = subprocess.run(["zstdcat", path], capture_output=True, check=False).stdout
    return list(msgpack.Unpacker(io.BytesIO(unpacked)))[1:]


def write(path, *messages, tail=b""):
    """An old recording: messages and nothing else."""
    path.write_bytes(b"".join(map(pack, messages)) + tail)
    return path


def noisy_face(seq):
    """A face that zstd cannot make much smaller."""
    chance = random.Random(seq)
    return {**face(seq), "pts": [640 * chance.random() for _ in range(136)]}


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
    assert len(recorded(target)) == 3
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
    assert len(recorded(path)) == 1


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
    with subprocess.Popen(["zstdcat"], stdin=open(pipe, "rb"), stdout=subprocess.PIPE) as end:
        listened(tap)
        tap.send(pack(face(7)))
        assert [message.get("seq") for message in msgpack.Unpacker(end.stdout)] == [None, 7]
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
        for seq in range(900):
            tap.send(pack(noisy_face(seq)))
        assert recorder.wait(10) == 1
        assert "No space left" in recorder.log() and "kept" in recorder.log()
        messages = salvaged(disk / "me.msgpack")
        assert [message["seq"] for message in messages] == list(range(len(messages)))
        assert len(messages) > 20
        told = subprocess.run([BIN / "effigy-recording", disk / "me.msgpack"], capture_output=True, text=True,
                              check=True).stdout
        assert f"messages   {len(messages)} of kind face" in told and "end        cut off" in told
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


STUMPS = {"a stump": b"\x81\xa1", "all but a byte": pack(frame(9))[:-1], "four billion": b"\xdf\xff\xff\xff\xff"}


@pytest.mark.parametrize("tail", [*STUMPS.values(), b"garbage"], ids=[*STUMPS, "text"])
def test_recording_with_a_bad_end_is_sent_up_to_it(tail, start, sockets, tmp_path):
    path = write(tmp_path / "me.msgpack", *(face(seq) for seq in range(5)), tail=tail)
    faces = sockets.pull("faces")
    replay = start("replay", "--policy", "all", "--speed", "max", path)
    got = [msgpack.unpackb(faces.recv())["k"] for _ in range(6)]
    assert got == ["face"] * 5 + ["end"]
    faces.close()
    told = [line for line in replay.log().splitlines() if line[:2] in ("E:", "W:")]
    if tail == b"garbage":
        assert replay.wait(20) == 1 and told[0].startswith("E:") and "byte" in told[0]
    else:
        assert replay.wait(20) == 0 and told[0].startswith("W:") and "cut off" in told[0]
    assert len(told) == 1 and str(path) in told[0]


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


# --- With a header and an index -------------------------------------------------------------------


@pytest.fixture
def recording(start, tap, tmp_path):
    """A recording of 200 faces, 40 ms each, in several blocks."""
    path = tmp_path / "me.msgpack.zst"
    recorder = start("record", "--count", 200, path)
    listened(tap)
    for seq in range(200):
        tap.send(pack(face(seq)))
    assert recorder.wait(20) == 0
    left(tap)
    return path


def sent(replay, faces):
    """Seqs of the faces sent up to the end."""
    got = []
    while (message := msgpack.unpackb(faces.recv()))["k"] == "face":
        got.append(message["seq"])
    faces.close()
    assert replay.wait(20) == 0, replay.log()
    return got


def play(start, sockets, *arguments, **options):
    """Replays at once: what was sent, and the warnings and errors."""
    faces = sockets.pull("faces")
    replay = start("replay", "--policy", "all", "--speed", "max", *arguments, **options)
    return sent(replay, faces), [line for line in replay.log().splitlines() if line[:2] in ("E:", "W:")]


def test_a_part_is_sent(recording, start, sockets):
    assert play(start, sockets, "--from", 4, "--to", 4.2, recording) == (list(range(100, 105)), [])


def test_a_recording_from_a_pipe(recording, start, sockets):
    with open(recording, "rb") as packed:
        assert play(start, sockets, "-", stdin=packed) == (list(range(200)), [])
    with subprocess.Popen(["zstdcat", recording], stdout=subprocess.PIPE) as unpacked:
        assert play(start, sockets, "--from", 7.9, "-", stdin=unpacked.stdout) == ([198, 199], [])


def test_standard_input_cannot_be_repeated(start):
    replay = start("replay", "--loop", "-", stdin=subprocess.DEVNULL)
    assert replay.wait(20) == 2 and "only once" in replay.log()


@pytest.mark.parametrize("lost", [1, 12, 30, 60])
def test_a_recording_cut_in_its_index_is_sent_with_one_warning(lost, recording, start, sockets):
    os.truncate(recording, recording.stat().st_size - lost)
    got, told = play(start, sockets, "--from", 4, recording)
    assert got == list(range(100, 200))
    assert len(told) == 1 and "cut off" in told[0]


@pytest.mark.parametrize("number", [0, 8], ids=["offset", "time"])
def test_an_index_that_lies_is_not_believed(number, recording, start, sockets):
    content = bytearray(recording.read_bytes())
    count = int.from_bytes(content[-12:-8], "little")
    assert count > 5
    for entry in range(3, count):
        at = len(content) - 12 - 16 * (count - entry) + number
        told = int.from_bytes(content[at:at + 8], "little")
        content[at:at + 8] = (told + 1).to_bytes(8, "little")
    recording.write_bytes(content)
    got, told = play(start, sockets, "--from", 4, recording)
    assert got == list(range(100, 200))
    assert len(told) == 1 and "index" in told[0] and told[0].startswith("W:")


def test_a_recorder_that_is_killed_loses_nothing(start, tap, sockets, tmp_path):
    path = tmp_path / "me.msgpack.zst"
    recorder = start("record", path)
    listened(tap)
    for seq in range(50):
        tap.send(pack(noisy_face(seq)))
    wait_for(lambda: len(salvaged(path)) == 50, what="50 messages")
    recorder.process.send_signal(signal.SIGKILL)
    assert recorder.wait(20) == -signal.SIGKILL
    got, told = play(start, sockets, path)
    assert got == list(range(50))
    assert len(told) == 1 and "cut off" in told[0]


def with_header(path, header, *messages):
    """A recording that was written by somebody else."""
    return write(path, header, *messages)


def test_another_version_or_edge_is_one_line(start, tmp_path):
    newer = with_header(tmp_path / "newer", {"recording": 2, "edge": "faces"}, face(0))
    replay = start("replay", newer)
    assert replay.wait(20) == 1
    assert "version 2" in replay.log() and len(replay.log().splitlines()) == 1
    render = with_header(tmp_path / "render", {"recording": 1, "edge": "render"}, frame(0, kind="render"))
    replay = start("replay", "--edge", "faces", render)
    assert replay.wait(20) == 1
    assert "recording of render" in replay.log() and len(replay.log().splitlines()) == 1
    broken = with_header(tmp_path / "broken", {"recording": "new"}, face(0))
    replay = start("replay", broken)
    assert replay.wait(20) == 1 and len(replay.log().splitlines()) == 1


def told_of(*arguments, **options):
    """What effigy-recording says: exit status, output, log."""
    result = subprocess.run([BIN / "effigy-recording", *arguments], capture_output=True, check=False, **options)
    return result.returncode, result.stdout, result.stderr


def test_a_terminal_does_not_obey_a_header(tmp_path):
    evil = "\x1b]0;title\x07\u009b31m\x7f\n"
    path = with_header(tmp_path / "evil", {"recording": 1, "edge": evil, "host": evil, "effigy": evil,
                                           "settings": {evil: evil, "n": 1}, "time": 2**63 - 1}, face(0))
    status, told, _ = told_of(path)
    assert status == 0
    assert not set(told) & {0x1b, 7, 0x7f} and b"\xc2\x9b" not in told


@pytest.mark.parametrize("name", ["two\nlines", "-dash", "--help", " ", "☃ %s%n"])
def test_any_name_will_do(name, effigy, start, tap, runtime, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    recorder = start("record", "--count", 2, "--", name)
    listened(tap)
    tap.send(pack(face(0)))
    tap.send(pack(face(1)))
    assert recorder.wait(20) == 0
    left(tap)
    assert os.listdir(tmp_path) == [name]
    if name != "--help":
        assert "messages   2 of kind face" in effigy("recording", "info", name).stdout
    with open(tmp_path / name, "rb") as content:
        assert told_of("-", stdin=content)[0] == 0


@pytest.mark.parametrize("content", [b"", b"\x28", b"\x28\xb5\x2f", b"\x28\xb5\x2f\xfd", b"hello",
                                     b"\x50\x2a\x4d\x18\xff\xff\xff\xff", b"\xde\xff\xff"])
def test_a_file_without_messages_is_one_line(content, start, tmp_path):
    path = tmp_path / "bad"
    path.write_bytes(content)
    replay = start("replay", "--edge", "faces", path)
    assert replay.wait(20) == 1
    assert [line[:2] for line in replay.log().splitlines()][-1:] == ["E:"]
    assert len([line for line in replay.log().splitlines() if line.startswith("E:")]) == 1
    assert told_of(path)[0] in (0, 1)


def test_a_sender_that_is_there_already_is_told(recording, start, sockets):
    faces, other = sockets.pull("faces"), sockets.push("faces")
    other.send(pack(face(0)))
    faces.recv()
    replay = start("replay", "--speed", "max", recording)
    assert replay.wait(20) == 0
    assert "1 other program is connected" in replay.log()
    other.close()
    faces.close()
    assert "connected" not in play(start, sockets, recording)[1]

"""EFFIGY_BETWEEN: a program in an edge. The example, examples/mirror.py, in a live pipeline."""

import math
import os
import signal
import subprocess
import sys

import msgpack
import pytest
import zmq
from conftest import PATIENCE_S, ROOT, face, head, pack, processes_of, wait_for
from test_live import LIVE

MIRROR = ROOT / "examples" / "mirror.py"
PASS = """#!{python}
import os, zmq
context = zmq.Context()
before, after = context.socket(zmq.PULL), context.socket(zmq.PUSH)
before.bind(os.environ["EFFIGY_IN"])
after.connect(os.environ["EFFIGY_OUT"])
while True:
    after.send(before.recv())
"""


# --- The example alone ---------------------------------------------------------------------------


@pytest.fixture
def mirror(runtime, context):
    """mirror(message or bytes...): what comes out of the example, decoded."""
    ends = [f"ipc://{runtime}/{name}" for name in ("in", "out")]
    after = context.socket(zmq.PULL)
    after.setsockopt(zmq.RCVTIMEO, 1000 * PATIENCE_S)
    after.bind(ends[1])
    before = context.socket(zmq.PUSH)
    before.connect(ends[0])
    with subprocess.Popen([sys.executable, MIRROR],
                          env={**os.environ, "EFFIGY_IN": ends[0], "EFFIGY_OUT": ends[1]}) as process:

        def through(*parts):
            before.send_multipart([part if isinstance(part, bytes) else pack(part) for part in parts])

        def reflect(message):
            through(message)
            return msgpack.unpackb(after.recv())

        reflect.send = through
        yield reflect
        assert process.poll() is None
        process.kill()


def seen():
    """A face with another number in each place."""
    return {**face(7), "box": [10.0, 20.0, 30.0, 40.0], "pts": [float(number) for number in range(136)], "who": 3,
            "pitch": 0.25, "new": "kept",
            "read": {"lids": [0.25, 0.5], "gaze": [0.125, 0.25, 0.375, 0.5], "brows": [1.0, 2.0, 3.0, 4.0],
                     "mouth": [0.5, 0.75], "sure": [0.25, 0.5, 0.75]}}


def test_a_face_in_the_mirror(mirror):
    there = mirror(seen())
    assert there["box"] == [600.0, 20.0, 30.0, 40.0]  # pixels 10 to 39 of 640 are now 600 to 629
    points = list(zip(there["pts"][::2], there["pts"][1::2]))
    assert points[0] == (639.0 - 32, 33.0) and points[16] == (639.0, 1.0)  # 16 and 0
    assert points[36] == (639.0 - 90, 91.0)  # 45, an outer corner of an eye
    assert points[30] == (639.0 - 60, 61.0) and points[66] == (639.0 - 132, 133.0)  # their own mirror images
    assert there["read"] == {"lids": [0.5, 0.25], "gaze": [-0.375, 0.5, -0.125, 0.25],
                             "brows": [3.0, 4.0, 1.0, 2.0], "mouth": [0.5, 0.75], "sure": [0.5, 0.25, 0.75]}
    for key in ("v", "k", "seq", "t", "src", "trace", "w", "h", "state", "n", "score", "who", "pitch", "new"):
        assert there[key] == seen()[key]
    assert mirror(there) == seen()


def test_what_is_no_tracked_face_passes_unchanged(mirror):
    lost = {key: value for key, value in face(1).items() if key not in ("box", "score", "pts")} | {"state": "lost"}
    assert mirror(lost) == lost
    assert mirror({**head("end", 2)}) == head("end", 2)


def test_the_mirror_survives_what_is_no_message(mirror):
    broken = [b"", b"\xc1", b"\x81", b"\x90", b"\xc0", b"\x01" * 1000, pack({}), pack([1]), pack({**seen(), "pts": [1.0]}),
              pack({**seen(), "w": "wide"}), pack({**seen(), "box": 3}), pack({**seen(), "read": []}),
              b"\xdd\xff\xff\xff\xff", pack(seen())[:-1], pack(seen()) + b"\0", pack({**seen(), "read": {"lids": 1}})]
    for each in broken:
        mirror.send(each)
    mirror.send(b"one", b"two")
    assert mirror(seen())["box"][0] == 600.0


# --- In a pipeline -------------------------------------------------------------------------------


@pytest.fixture
def front(effigy, runtime):
    """Starts capture, tracker and normaliser with a program between; nobody reads the expressions."""

    def start(between, check=True):
        return effigy("stage", "capture", "tracker", "normaliser", "-d", check=check, EFFIGY_BETWEEN=between,
                      EFFIGY_EXPRESSIONS=f"ipc://{runtime}/nobody", **LIVE)

    return start


def row(effigy, name):
    """State, pid and note of a row of effigy status."""
    for line in effigy("status", check=False).stdout.splitlines():
        words = line.split()
        if words and words[0] == name:
            return words[1], int(words[2]) if words[2].isdigit() else None, " ".join(words[8:])
    return None, None, ""


def turned(faces, expressions):
    """The next pair of a turned face and what became of it: (the tip of the nose is right of the middle of the
    eyes, the head is turned to the right)."""
    known = {}
    while True:
        seen_face = msgpack.unpackb(faces.recv())
        if seen_face.get("state") == "tracked":
            points = list(zip(seen_face["pts"][::2], seen_face["pts"][1::2]))
            middle = (points[36][0] + points[45][0]) / 2
            known[seen_face["seq"]] = (points[30][0] - middle) / (math.dist(points[36], points[45]) or 1)
        while expressions.poll(0):
            shown = msgpack.unpackb(expressions.recv())
            off, angle = known.pop(shown["seq"], 0.0), 2 * math.asin(shown["head"]["q"][1])
            if shown.get("state") == "tracked" and abs(off) > 0.15 and abs(angle) > 0.15:
                return off > 0, angle > 0


@pytest.mark.parametrize("between, same", [
    ("", True), (f"faces:{MIRROR}", False), (f"faces:{MIRROR},faces:{MIRROR}", True)])
def test_the_character_as_in_a_mirror(between, same, front, sockets, effigy):
    front(between)
    faces, expressions = sockets.listen("faces"), sockets.listen("expressions")
    assert all((left == right) == same for left, right in (turned(faces, expressions) for _ in range(20)))
    assert row(effigy, "between-faces")[0] == ("RUNNING" if between else None)
    assert row(effigy, "between-faces-2")[0] == ("RUNNING" if between and same else None)


def arrives(sockets):
    """Waits until an expression comes whose message left after now."""
    listener = sockets.listen("expressions")
    first = msgpack.unpackb(listener.recv())["seq"]
    wait_for(lambda: msgpack.unpackb(listener.recv())["seq"] > first + 5, what="expressions")


@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP])
def test_a_program_between_is_started_again(fault, front, effigy, sockets, runtime):
    front(f"faces:{MIRROR}")
    arrives(sockets)
    before = row(effigy, "between-faces")[1]
    stages = [row(effigy, name)[1] for name in ("capture", "tracker", "normaliser")]
    os.kill(before, fault)
    wait_for(lambda: row(effigy, "between-faces")[1] not in (None, before), what="another program")
    arrives(sockets)
    assert [row(effigy, name)[1] for name in ("capture", "tracker", "normaliser")] == stages
    if fault == signal.SIGSTOP:
        assert "its process is stopped" in effigy("logs", "between-faces").stdout
    before = row(effigy, "between-faces")[1]
    effigy("restart", "between-faces")
    assert row(effigy, "between-faces")[1] != before
    arrives(sockets)
    effigy("down")
    assert not processes_of(runtime)
    assert not [path for path in runtime.iterdir() if path.is_socket()]


@pytest.mark.parametrize("does", ["exit 0", "exit 3", "kill -SEGV $$"])
def test_a_program_that_ends_waits_longer_each_time(does, front, effigy, tmp_path):
    program = tmp_path / "ends"
    program.write_text(f"#!/bin/sh\necho it ends >&2\n{does}\n")
    program.chmod(0o755)
    front(f"faces:{program}")
    # For a moment BACKOFF is supervisord's own.
    wait_for(lambda: row(effigy, "between-faces")[0] == "BACKOFF" and
             "failed or hung" in row(effigy, "between-faces")[2], what="wait")
    assert "it ends" in effigy("logs", "between-faces").stdout
    assert row(effigy, "tracker")[0] in ("RUNNING", "STARTING")


def test_its_own_statistics(front, effigy, runtime, tmp_path):
    """It may write them; once it has, silence means that it hangs."""
    program = tmp_path / "tells"
    program.write_text("""#!/bin/sh
        echo '{"note": "looks", "recent_fps": 12.5}' >"$EFFIGY_STATS"
        exec sleep 1000
    """)
    program.chmod(0o755)
    front(f"faces:{program}")
    wait_for(lambda: row(effigy, "between-faces")[2] == "looks", what="note")
    before = row(effigy, "between-faces")[1]
    wait_for(lambda: row(effigy, "between-faces")[1] not in (None, before), what="another program")
    assert "no statistics for 5 s" in effigy("logs", "between-faces").stdout


def test_in_every_edge(effigy, runtime, tmp_path, monkeypatch):
    """One of ours in each edge, named by a path relative to where effigy was started."""
    program = tmp_path / "pass.py"
    program.write_text(PASS.format(python=sys.executable))
    program.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    effigy("up", "-d", **{**LIVE, "EFFIGY_OUTPUT": str(tmp_path / "out.y4m"), "EFFIGY_BETWEEN": ",".join(
        f"{edge}:./pass.py" for edge in ("render", "expressions", "faces", "frames"))})
    wait_for(lambda: row(effigy, "sink")[0] == "RUNNING" and (tmp_path / "out.y4m").exists() and
             "live" in row(effigy, "sink")[2], what="picture")
    for edge in ("frames", "faces", "expressions", "render"):
        assert row(effigy, f"between-{edge}")[0] == "RUNNING"


def test_names_of_programs(front, effigy, sockets, tmp_path, monkeypatch):
    """As many as one edge takes, one after the other."""
    names = ["a b", "a=b", "a'b\"c", "$(touch evil)", "%(here)s", "a;touch evil", "-n", "é\\", "a:b"]
    for name in names:
        (tmp_path / name).write_text(PASS.format(python=sys.executable))
        (tmp_path / name).chmod(0o755)
    monkeypatch.chdir(tmp_path)
    front(",".join(f"faces:{name}" for name in names))
    arrives(sockets)
    assert all(row(effigy, f"between-faces-{number}")[0] == "RUNNING" for number in range(2, 10))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


# --- Wrong settings ------------------------------------------------------------------------------


@pytest.mark.parametrize("between, status, words", [
    ("faces", 2, "EDGE:PROGRAM"), ("faces:", 2, "EDGE:PROGRAM"), (":/bin/true", 2, "EDGE:PROGRAM"),
    ("teeth:/bin/true", 2, "EDGE:PROGRAM"), ("control:/bin/true", 2, "EDGE:PROGRAM"),
    ("faces:/bin/true,", 2, "EDGE:PROGRAM"), ("faces:/bin/true faces", 1, "no program /bin/true faces"),
    ("faces:/absent/mirror.py", 1, "no program /absent/mirror.py"), ("faces:/", 1, "no program /"),
    (f"faces:{ROOT}/README.md", 1, "chmod +x"), ("faces:true", 1, "no program true"),
    ("faces:/bin/true\nfaces:/bin/true", 2, "control character"),
    ("render:/bin/true", 2, "blender-node and sink do not both run here"),
    (",".join(["faces:/bin/true"] * 10), 2, "more than 9"),
])
def test_wrong_programs_are_refused(between, status, words, front, runtime):
    result = front(between, check=False)
    assert result.returncode == status and len(result.stderr.splitlines()) == 1
    assert words in result.stderr
    assert not processes_of(runtime)

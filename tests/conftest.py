"""What the integration and the hostile tests share: real programs, real sockets, a runtime folder of their own."""

import inspect
import io
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

import msgpack
import pytest
import zmq

ROOT = pathlib.Path(__file__).resolve().parents[1]
BIN = pathlib.Path(os.environ.get("EFFIGY_BIN", ROOT / "build"))
CLIPS = pathlib.Path(os.environ.get("EFFIGY_CLIPS", ROOT.parent / "shared" / "clips"))
PERFORMER = ROOT / "build" / "performer" / "performer.mp4"
AVATAR = ROOT / "build" / "avatars" / "voltage.blend"
EDGES = {"tracker": "frames", "normaliser": "faces", "blender-node": "expressions",
         "sink": "render"}
NOBODY = 65534
# How long what must come is waited for: never reached on a machine that is only slow.
PATIENCE_S = 90
STAGES = ["capture", "tracker", "normaliser", "blender-node", "sink"]


def wait_for(condition, seconds=PATIENCE_S, what="condition"):
    """Polls until condition() is true; its value."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    pytest.fail(f"no {what} within {seconds} s")


def heed_interrupts():
    """For a child's preexec_fn: Ctrl-C works in it, even where these tests run in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def clip(name):
    """A clip of a real person; the test is skipped, visibly, where they are not."""
    path = CLIPS / name
    if not path.exists():
        pytest.skip(f"{path} is not here; set EFFIGY_CLIPS to the folder of clips")
    return path


# What became of the tests that see real people: node ids.
faces = {"passed": [], "failed": [], "skipped": []}


def sees_faces(item):
    """Whether the test, a function beside it that it calls, or a fixture of it asks for a clip."""
    functions = [item.function, *(each.func for name in item.fixturenames
                                  for each in item._fixtureinfo.name2fixturedefs.get(name, ()))]
    beside = vars(item.module)
    for function in list(functions):
        functions += [beside[name] for name in function.__code__.co_names
                      if inspect.isfunction(beside.get(name)) and beside[name] is not clip]
    return any("clip" in function.__code__.co_names for function in functions)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """In CI, a test with real people that is skipped where there are clips has failed."""
    outcome = yield
    report = outcome.get_result()
    if not sees_faces(item) or (report.when != "call" and report.outcome == "passed"):
        return
    if report.skipped and os.environ.get("CI") and CLIPS.is_dir() and any(CLIPS.iterdir()):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome, report.longrepr = "failed", f"{why}\nThere are clips in {CLIPS}, and this is CI"
    faces[report.outcome].append(item.nodeid)


def pytest_terminal_summary(terminalreporter):
    """How many tests have seen real people."""
    if any(faces.values()):
        counts = ", ".join(f"{len(tests)} {what}" for what, tests in faces.items())
        terminalreporter.write_line(f"tests with real people ({CLIPS}): {counts}")


def head(kind, seq, t=None):
    """The head of a message, as a dict in the wire's order."""
    return {"v": 1, "k": kind, "seq": seq, "t": seq * 40_000_000 if t is None else t,
            "src": "test", "trace": []}


def frame(seq, width=64, height=48, kind="frame", value=128):
    """A grey I420 picture."""
    size = width * height + 2 * ((width + 1) // 2) * ((height + 1) // 2)
    return {**head(kind, seq), "fmt": "I420", "w": width, "h": height,
            "data": bytes([value]) * size}


def expression(seq, coefficients=None):
    """An expression with the head at rest."""
    return {**head("expression", seq), "state": "tracked", "coeff": coefficients or {},
            "head": {"q": [0.0, 0.0, 0.0, 1.0], "t": [0.0, 0.0, 0.0]}}


def face(seq):
    """A face without features: all points in one place."""
    return {**head("face", seq), "w": 640, "h": 480, "state": "tracked", "n": 1,
            "box": [1.0, 2.0, 3.0, 4.0], "score": 1.0, "pts": [100.0] * 136}


GOOD = {"tracker": frame, "normaliser": face, "blender-node": expression,
        "sink": lambda seq: frame(seq, kind="render")}


def pack(message):
    """The wire's bytes."""
    return msgpack.packb(message, use_single_float=True)


def recorded(path):
    """The messages of a recording, without its header."""
    unpacked = subprocess.run(["zstdcat", "--", path], check=True, capture_output=True).stdout
    header, *messages = msgpack.Unpacker(io.BytesIO(unpacked))
    assert header["recording"] == 1
    return messages


class Stage:
    """One running program; its log is in .log()."""

    def __init__(self, runtime, name, *arguments, **options):
        self.runtime = runtime
        self.name = name
        self.path = runtime / f"{name}.log"
        self.statistics = runtime / f"{name}.stats"
        command = [BIN / f"effigy-{name}", *arguments]
        if name != "record":
            command[1:1] = ["--stats", self.statistics]
        with open(self.path, "wb") as log:
            self.process = subprocess.Popen([str(word) for word in command], stderr=log,
                                            **{"stdout": subprocess.DEVNULL, **options})

    def log(self):
        """What it wrote to stderr so far."""
        return self.path.read_text(errors="replace")

    def stats(self):
        """Its statistics, of the last second, or {}."""
        try:
            return json.loads(self.statistics.read_text())
        except FileNotFoundError:
            return {}

    def wait(self, seconds=PATIENCE_S):
        """Its exit status."""
        return self.process.wait(seconds)

    def stop(self):
        """SIGTERM, then its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait()


@pytest.fixture
def runtime(monkeypatch, tmp_path):
    """A short path of mode 0700: UNIX sockets take 107 bytes at most."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="ef.", dir="/tmp"))
    monkeypatch.setenv("EFFIGY_RUNTIME", str(path))
    # Nobody's own keys are used or changed.
    monkeypatch.setenv("EFFIGY_KEYS", str(tmp_path / "keys"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def start(runtime):
    """Starts programs; what is left of them at the end is killed."""
    started = []

    def starter(name, *arguments, **options):
        stage = Stage(runtime, name, *arguments, **options)
        started.append(stage)
        return stage

    yield starter
    for stage in started:
        if stage.process.poll() is None:
            stage.process.terminate()
            try:
                stage.process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                stage.process.kill()


@pytest.fixture
def context():
    """A ZeroMQ context whose sockets do not linger."""
    with zmq.Context() as ctx:
        ctx.setsockopt(zmq.LINGER, 0)
        yield ctx
        ctx.destroy(linger=0)


@pytest.fixture
def sockets(context, runtime):
    """push(edge), pull(edge) and listen(edge): the ends a test holds itself."""

    class Sockets:
        """Endpoints of this runtime folder."""

        @staticmethod
        def push(edge):
            """Connects as the stage before would."""
            socket = context.socket(zmq.PUSH)
            socket.connect(f"ipc://{runtime}/{edge}")
            return socket

        @staticmethod
        def pull(edge):
            """Binds as the stage after would."""
            socket = context.socket(zmq.PULL)
            socket.setsockopt(zmq.RCVTIMEO, 1000 * PATIENCE_S)
            socket.bind(f"ipc://{runtime}/{edge}")
            return socket

        @staticmethod
        def listen(edge):
            """Subscribes to a tap."""
            socket = context.socket(zmq.SUB)
            socket.setsockopt(zmq.SUBSCRIBE, b"")
            socket.setsockopt(zmq.RCVTIMEO, 1000 * PATIENCE_S)
            socket.connect(f"ipc://{runtime}/{edge}.tap")
            return socket

    return Sockets


@pytest.fixture
def effigy(runtime):
    """Runs ./effigy; whatever it started is ended afterwards."""

    def run(*arguments, check=True, **environment):
        result = subprocess.run([ROOT / "effigy", *map(str, arguments)], text=True, timeout=300,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                env={**os.environ, "EFFIGY_BIN": str(BIN), **environment})
        if check and result.returncode != 0:
            pytest.fail(f"effigy {arguments}: {result.returncode}\n{result.stdout}"
                        f"{result.stderr}")
        return result

    yield run
    run("down", check=False)


@pytest.fixture
def small_disk(tmp_path):
    """mount(bytes): mounts a file system of that size."""
    mounted = []

    def mount(size):
        folder = tmp_path / "disk"
        folder.mkdir()
        made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder],
                              check=False, capture_output=True)
        if made.returncode != 0:
            pytest.skip("mounting a small file system needs root")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "-l", folder], check=False)


def processes_of(runtime):
    """Pids and commands of every process that names the runtime folder or stems from it."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            environment = (entry / "environ").read_bytes()
            state = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue  # it has ended meanwhile
        if state != "Z" and str(runtime).encode() in environment:
            found[int(entry.name)] = command
    return found


def as_somebody(folder, *arguments):
    """Runs a copy of effigy as a user who is not root."""
    shutil.copy(ROOT / "effigy", folder)
    shutil.copy(ROOT / "effigy.env", folder)
    shutil.copytree(ROOT / "supervise", folder / "supervise", dirs_exist_ok=True)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
    drop = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] \
        if os.getuid() == 0 else []
    return subprocess.run([*drop, folder / "effigy", *arguments], text=True, capture_output=True,
                          stdin=subprocess.DEVNULL, check=False,
                          env={**os.environ, "EFFIGY_BIN": str(BIN)})

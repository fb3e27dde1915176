"""One live pipeline that is measured, with a reader of its output."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
STAGES = ("capture", "tracker", "normaliser", "blender-node", "sink")
SETTLED = 60  # pictures after which the sink has found its rhythm
PATIENCE_S = 120  # for the first of them
TICK_S = 1 / os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """The pipeline did not do what is measured; the text says why."""


def processor_seconds(pid):
    """What a process has used so far; 0 once it has ended."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) * TICK_S


def end(process):
    """Ends a process that this one started, and waits for it."""
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Pipeline:
    """Starts when entered, is settled then, and has ended when left."""

    def __init__(self, tree, clip, folder, heard, **settings):
        """tree: a built checkout; clip: the webcam's video; folder: a short path, for this run alone; heard: whether
        to listen to the renders. settings: EFFIGY_..., without that prefix."""
        self._tree, self._folder, self._pipe, self._heard = tree, folder, folder / "out.y4m", heard
        self._run = folder / "run"
        self._environment = {**os.environ, "TMPDIR": str(folder), "EFFIGY_RUNTIME": str(self._run),
                             "EFFIGY_INPUT": str(clip), "EFFIGY_LOOP": "1", "EFFIGY_OUTPUT": str(self._pipe),
                             "EFFIGY_RENDER_SCALE": "1",
                             **{f"EFFIGY_{name}": str(value) for name, value in settings.items()}}
        self._programs = []  # of this bench
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self._start(stack)
            self._settle()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    def _start(self, stack):
        os.mkfifo(self._pipe, 0o600)
        programs = [("read_pictures.py", self._pipe, "pictures")]
        if self._heard:
            programs.append(("hear_renders.py", f"ipc://{self._run}/render.tap", "renders"))
        for program, where, rows in programs:
            self._programs.append(self._run_with(stack, [sys.executable, HERE / program, where], stdout=rows))
        # A session of its own: Ctrl-C reaches only this program, which then ends the others in order.
        self._up = self._run_with(stack, ["setpriv", "--pdeathsig", "TERM", self._tree / "effigy", "up"],
                                  stderr="up.log", env=self._environment, start_new_session=True)

    def _run_with(self, stack, words, stdout="/dev/null", stderr="bench.log", **options):
        with open(self._folder / stdout, "wb") as out, open(self._folder / stderr, "ab") as log:
            process = subprocess.Popen([str(word) for word in words], stdin=subprocess.DEVNULL, stdout=out,
                                       stderr=log, **options)
        stack.callback(end, process)
        return process

    def _settle(self):
        deadline = time.monotonic() + PATIENCE_S
        while self.statistics("sink").get("out", 0) < SETTLED:
            self.check()
            if time.monotonic() > deadline:
                raise Failed(f"no {SETTLED} pictures within {PATIENCE_S} s; the logs of the stages:\n"
                             + self._logs())
            time.sleep(0.2)

    def _logs(self):
        files = [self._folder / "up.log", self._folder / "bench.log", *sorted((self._run / "log").glob("*.log"))]
        return "".join(file.read_text(errors="replace") for file in files)

    def check(self):
        """Raises Failed when the pipeline or a program of this bench has ended."""
        for process in (self._up, *self._programs):
            if process.poll() is not None:
                raise Failed(f"{process.args[-2]} has exited with status {process.returncode}:\n" + self._logs())

    def statistics(self, stage):
        """What a stage last told of itself; {} before that."""
        try:
            return json.loads((self._run / "stats" / stage).read_text())
        except FileNotFoundError:
            return {}

    def processor(self):
        """Seconds used so far by each stage, by "others" of the pipeline (X server, supervisor), and by the
        "bench"."""
        stages = {stage: self.statistics(stage)["pid"] for stage in STAGES}
        used = {stage: processor_seconds(pid) for stage, pid in stages.items()}
        mark = f"EFFIGY_PIPELINE={self._run}\0".encode()
        used["others"] = 0.0
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (entry / "environ").read_bytes() and int(entry.name) not in stages.values():
                    used["others"] += processor_seconds(int(entry.name))
        used["bench"] = sum(processor_seconds(process.pid) for process in self._programs)
        return used

    def pictures(self):
        """[(time ns, digest)] of what was read so far."""
        return [tuple(map(int, line.split())) for line in self._rows("pictures")]

    def renders(self):
        """What hear_renders.py has printed so far."""
        return [json.loads(line) for line in self._rows("renders")]

    def _rows(self, name):
        # The last line may be only half there.
        return (self._folder / name).read_text().split("\n")[:-1]

"""Films a minute against the number of renderers that share the work.

    bench_workers.py BIN        BIN: folder of the programs

The film is the performer: real capture, tracker, normaliser and sink. Two Blenders share this machine's cores,
so a second one gains what the first one leaves idle. More machines are simulated by renderers that only
take time (slow_worker.py), as slow boxes would. Start-up is not counted. Prints a table in
Markdown.
"""

import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PERFORMER = ROOT / "build/performer/performer.mp4"
AVATAR = ROOT / "build/avatars/voltage.blend"
PAUSES_MS = 50, 200


def blender(binary, listen, send):
    """The command of a renderer that draws."""
    return [binary / "effigy-blender-node", "--policy", "all", "--avatar", AVATAR, "--in", listen,
            "--out", send]


def sleeper(pause_ms):
    """As blender, of one that only takes time."""
    def make(_binary, listen, send):
        return [sys.executable, ROOT / "tests/network/slow_worker.py", listen, send, pause_ms]
    return make


def frames():
    """The number of frames in the film."""
    return int(subprocess.check_output(
        ["ffprobe", "-v", "error", "-count_packets", "-select_streams", "v:0", "-show_entries",
         "stream=nb_read_packets", "-of", "csv=p=0", PERFORMER]).split(b",")[0])


class Film:
    """One conversion, by stages that are started by hand."""

    def __init__(self, binary, folder):
        self._binary, self._folder, self._running = binary, folder, []

    def start(self, name, command):
        """Starts a program; its log is a file."""
        with open(self._folder / name, "wb") as log:
            self._running.append(subprocess.Popen([str(word) for word in command], stderr=log,
                                                  stdout=log))

    def stage(self, name, *options):
        """Starts a stage."""
        self.start(name, [self._binary / f"effigy-{name}", "--policy", "all", *options])

    def run(self, make, workers):
        """Seconds from the start of capture to the end of the sink."""
        ends = [f"ipc://{self._folder}/e{k}" for k in range(workers)]
        place = {edge: f"ipc://{self._folder}/{edge}" for edge in ("frames", "faces", "render")}
        self.stage("sink", "--in", place["render"], "--workers", workers, self._folder / "out.y4m")
        for k, end in enumerate(ends):
            self.start(f"worker{k}", make(self._binary, end, place["render"]))
        for k in range(workers):
            while make is blender and b"ready" not in (self._folder / f"worker{k}").read_bytes():
                time.sleep(0.1)
        time.sleep(1)
        begin = time.monotonic()
        self.stage("normaliser", "--in", place["faces"], "--out", ",".join(ends))
        self.stage("tracker", "--in", place["frames"], "--out", place["faces"])
        self.stage("capture", "--out", place["frames"], PERFORMER)
        if self._running[0].wait(600) != 0:
            sys.exit((self._folder / "sink").read_text())
        took = time.monotonic() - begin
        for process in self._running:
            process.wait(30)
        return took


def main(binary):
    """Prints the table."""
    length = frames()
    print(f"A film of {length} frames:\n\n| renderers | films a minute | frames a second | against one |"
          "\n|---|---|---|---|")
    ways = [(blender, (1, 2), "on this machine")]
    for pause_ms in PAUSES_MS:
        ways.append((sleeper(pause_ms), (1, 2, 4, 8), f"that take {pause_ms} ms a picture"))
    for make, counts, name in ways:
        first = None
        for workers in counts:
            with tempfile.TemporaryDirectory() as folder:
                took = Film(binary, pathlib.Path(folder)).run(make, workers)
            first = first or took
            print(f"| {workers} {name} | {60 / took:.1f} | {length / took:.0f} | {first / took:.2f} |",
                  flush=True)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve())

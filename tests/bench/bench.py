"""make bench: measures the live pipeline, tracker, renderers and one link.

    bench.py CLIP OUT [PART...]     CLIP: the webcam's video; OUT.json, OUT-age.png and OUT-cadence.png are written

Parts: live (EFFIGY_BENCH_REPEATS runs of EFFIGY_BENCH_SECONDS), faster (60 fps), larger (1280x720 and 1920x1080),
tracker, blender, hop; all without any. Run it on a quiet machine.
"""

import json
import os
import pathlib
import signal
import subprocess
import sys

import live
import machine
import plot
import report
import summary
from pipeline import Failed

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("EFFIGY_BIN", ROOT / "build"))
LARGE = ((1280, 720), (1920, 1080))


def setting(name, default):
    """A number from the environment."""
    text = os.environ.get(name) or default
    try:
        number = float(text)
    except ValueError:
        number = 0
    if number < 1:
        sys.exit(f'bench: {name} takes a number from 1, not "{text}"')
    return number


def say(text):
    """To the person who waits."""
    print(text, file=sys.stderr, flush=True)


def told_by(*words):
    """Standard output of a program that must succeed. It ends with this one, and so does what it started."""
    with subprocess.Popen([str(word) for word in words], stdout=subprocess.PIPE, text=True, cwd=ROOT,
                          start_new_session=True) as process:
        try:
            said, _ = process.communicate()
        except BaseException:
            os.killpg(process.pid, signal.SIGTERM)
            raise
    if process.returncode != 0:
        raise Failed(f"{words[0]} has exited with status {process.returncode}")
    return said


class Bench:
    """The parts; each returns what bench.json holds of it."""

    def __init__(self, clip):
        self._clip = pathlib.Path(clip).absolute()
        self.seconds = setting("EFFIGY_BENCH_SECONDS", "20")
        self._repeats = int(setting("EFFIGY_BENCH_REPEATS", "5"))

    def live(self):
        """The pipeline as most people run it, several times."""
        runs = []
        for k in range(self._repeats):
            say(f"live: runs the whole pipeline for {self.seconds:g} s, {k + 1} of {self._repeats}")
            runs.append(live.run(ROOT, self._clip, self.seconds))
        return {"summary": summary.of_runs(runs), "runs": runs}

    def faster(self):
        """60 pictures a second: the clip at twice its speed, with the pictures it has."""
        say(f"live: the same at 60 fps for {self.seconds:g} s")
        with live.folder() as place:
            clip = place / f"faster{self._clip.suffix}"
            told_by("ffmpeg", "-nostdin", "-v", "error", "-itsscale", "0.5", "-i", self._clip, "-c", "copy", "-an",
                    clip)
            return live.run(ROOT, clip, self.seconds, fps=60)

    def larger(self):
        """Larger pictures of the character, of the same webcam."""
        runs = []
        for width, height in LARGE:
            say(f"live: the same at {width}x{height} for {self.seconds:g} s")
            runs.append(live.run(ROOT, self._clip, self.seconds, width, height, heard=False))
        return runs

    def tracker(self):
        """The stage against dlib on the full frame."""
        say("tracker: compares the stage with dlib on the full frame")
        decode = 'ffmpeg -nostdin -v error -i "$1" -pix_fmt yuv420p -f yuv4mpegpipe - 2>/dev/null | "$2" -'
        return json.loads(told_by("bash", "-c", decode, "tracker", self._clip, BIN / "effigy-bench-tracker"))

    def blender(self):
        """Each way to draw the same character."""
        say("blender: measures each way to draw the same character")
        with live.folder() as place:
            say(told_by("tools/bench-render", place / "render", "direct", "view3d_material", "render_opengl",
                        "render_eevee"))
            return json.loads((place / "render.json").read_text())

    def hop(self):
        """One link against a memcpy."""
        say("hop: compares one link with a memcpy")
        return json.loads(told_by(BIN / "effigy-bench-hop"))


PARTS = ("live", "faster", "larger", "tracker", "blender", "hop")


def check_machine():
    """Exits where another pipeline would be measured, too."""
    others = machine.pipelines()
    if others and not os.environ.get("EFFIGY_BENCH_ANYWAY"):
        names = ", ".join(f"{name} {pid}" for pid, name in sorted(others.items()))
        sys.exit(f"bench: another pipeline runs on this machine ({names}), and would spoil the figures; stop it "
                 "(effigy down), or set EFFIGY_BENCH_ANYWAY=1")
    if machine.load() > machine.BUSY_LOAD:
        say(f"bench: the load is {machine.load():.1f}: other programs use this machine, and the figures will be worth "
            "little")


def draw(out, runs):
    """The plots. Returns their names."""
    named = {f"run {k + 1}": run for k, run in enumerate(runs)}
    floor = summary.of_runs(runs)["floor_ms"]["median"]
    ages = plot.draw(f"{out}-age.png", {title: run["age_rows"] for title, run in named.items()},
                     "age of a picture when it was read", (floor, "the stages' own work"))
    steps = plot.draw(f"{out}-cadence.png", {title: run["cadence_rows"] for title, run in named.items()},
                      "from picture to picture", (1000 / runs[0]["rate"], f"{runs[0]['rate']} a second"))
    return [f"{out}-age.png", f"{out}-cadence.png"] if ages and steps else []


def measure(clip, out, parts):
    """Measures, writes, prints."""
    check_machine()
    bench, found, before = Bench(clip), {}, machine.load()
    for part in parts:
        found[part] = getattr(bench, part)()
    runs = [*found.get("live", {}).get("runs", ()), *filter(None, [found.get("faster")]), *found.get("larger", ())]
    found["machine"] = {"name": machine.name(), "load_before": before, "load_after": machine.load(),
                        "warnings": machine.warnings(before, runs)}
    pathlib.Path(f"{out}.json").write_text(json.dumps(found))
    written = [f"{out}.json", *(draw(out, found["live"]["runs"]) if "live" in found else ())]
    print("\n".join(report.lines(found)))
    print("in " + ", ".join(written))


def main():
    """The command line."""
    # Every end of this program ends what it has started.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    clip, out, *parts = sys.argv[1:]
    try:
        measure(clip, out, parts or PARTS)
    except Failed as failed:
        sys.exit(f"bench: {failed}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()

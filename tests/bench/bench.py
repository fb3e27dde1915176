"""make bench: measures the live pipeline, tracker, renderers and one link.

    bench.py CLIP OUT [PART...]     CLIP: the webcam's video; OUT.json, OUT-age.png and OUT-cadence.png are written

Parts: live (EFFIGY_BENCH_REPEATS runs of EFFIGY_BENCH_SECONDS), faster (60 fps), larger (1280x720 and 1920x1080),
tracker, blender, hop; all without any. Run it on a quiet machine.
"""

import json
import os
import pathlib

import live
import machine
import plot
import report
import summary
import tool
from pipeline import ROOT

BIN = pathlib.Path(os.environ.get("EFFIGY_BIN", ROOT / "build"))
LARGE = ((1280, 720), (1920, 1080))


class Bench:
    """The parts; each returns what bench.json holds of it."""

    def __init__(self, clip):
        self._clip = pathlib.Path(clip).absolute()
        self._seconds, self._repeats = tool.seconds(), tool.repeats()

    def live(self):
        """The pipeline as most people run it, several times."""
        runs = []
        for k in range(self._repeats):
            tool.say(f"live: runs the whole pipeline for {self._seconds:g} s, {k + 1} of {self._repeats}")
            runs.append(live.run(ROOT, self._clip, self._seconds))
        return {"summary": summary.of_runs(runs), "runs": runs}

    def faster(self):
        """60 pictures a second: the clip at twice its speed, with the pictures it has."""
        tool.say(f"live: the same at 60 fps for {self._seconds:g} s")
        with live.folder() as place:
            clip = place / f"faster{self._clip.suffix}"
            tool.told_by("ffmpeg", "-nostdin", "-v", "error", "-itsscale", "0.5", "-i", self._clip, "-c", "copy",
                         "-an", clip)
            return live.run(ROOT, clip, self._seconds, fps=60)

    def larger(self):
        """Larger pictures of the character, of the same webcam."""
        runs = []
        for width, height in LARGE:
            tool.say(f"live: the same at {width}x{height} for {self._seconds:g} s")
            runs.append(live.run(ROOT, self._clip, self._seconds, width, height, heard=False))
        return runs

    def tracker(self):
        """The stage against dlib on the full frame."""
        tool.say("tracker: compares the stage with dlib on the full frame")
        decode = 'ffmpeg -nostdin -v error -i "$1" -pix_fmt yuv420p -f yuv4mpegpipe - 2>/dev/null | "$2" -'
        return json.loads(tool.told_by("bash", "-c", decode, "tracker", self._clip, BIN / "effigy-bench-tracker"))

    def blender(self):
        """Each way to draw the same character."""
        tool.say("blender: measures each way to draw the same character")
        with live.folder() as place:
            # TMPDIR: xvfb-run leaves its folder there when it is interrupted.
            tool.say(tool.told_by("tools/bench-render", place / "render", "direct", "view3d_material",
                                  "render_opengl", "render_eevee", TMPDIR=str(place)))
            return json.loads((place / "render.json").read_text())

    def hop(self):
        """One link against a memcpy."""
        tool.say("hop: compares one link with a memcpy")
        return json.loads(tool.told_by(BIN / "effigy-bench-hop"))


PARTS = ("live", "faster", "larger", "tracker", "blender", "hop")


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
    bench, found = Bench(clip), {}
    machine.check()
    before = machine.load()
    for part in parts:
        found[part] = getattr(bench, part)()
    runs = [*found.get("live", {}).get("runs", ()), *filter(None, [found.get("faster")]), *found.get("larger", ())]
    found["machine"], found["settings"] = machine.state(before, runs), tool.own_settings()
    pathlib.Path(f"{out}.json").write_text(json.dumps(found))
    written = [f"{out}.json", *(draw(out, found["live"]["runs"]) if "live" in found else ())]
    print("\n".join(report.lines(found)))
    print("in " + ", ".join(written))


def main(clip, out, *parts):
    """The command line."""
    measure(clip, out, parts or PARTS)


if __name__ == "__main__":
    tool.run(main)

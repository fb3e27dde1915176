"""Runs of the whole pipeline, and their figures."""

import contextlib
import fcntl
import os
import pathlib
import shutil
import statistics
import tempfile
import time

import machine
import measures
from pipeline import STAGES, Failed, Pipeline

WRITINGS = 100
LISTEN_S = 0.5  # for renders that are still on their way to the listener
ROOM = 1 << 20  # of a pipe, as read_pictures.py sets it


@contextlib.contextmanager
def folder():
    """A path short enough for sockets."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="ef-bench.", dir="/tmp"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def writing_ms(width, height):
    """The median time of writing one picture into a pipe with room for it."""
    picture = os.urandom(width * height * 3 // 2)
    took = []
    read, write = os.pipe()
    fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, ROOM)
    for _ in range(WRITINGS):
        begin = time.monotonic_ns()
        os.write(write, picture)
        took.append(time.monotonic_ns() - begin)
        left = len(picture)
        while left:
            left -= len(os.read(read, left))
    os.close(read)
    os.close(write)
    return round(statistics.median(took) / measures.MS, 3)


class Watch:
    """What is used between two moments, in cores."""

    def __init__(self, pipeline):
        self._pipeline = pipeline
        self._before = self._now()

    def _now(self):
        return time.monotonic(), self._pipeline.processor(), machine.busy()

    def cores(self):
        """({stage: cores} since then, with others and total; (cores of other programs, cores stolen))."""
        (began, used_before, busy_before), (ended, used, busy) = self._before, self._now()
        seconds = ended - began
        each = {key: max(0.0, used[key] - used_before[key]) / seconds for key in used}
        bench = each.pop("bench")
        each["total"] = sum(each.values())
        other = (busy[0] - busy_before[0]) / seconds - each["total"] - bench
        each = {key: round(value, 3) for key, value in each.items()}
        return each, {"other_cores": round(max(0.0, other), 3),
                      "stolen_cores": round((busy[1] - busy_before[1]) / seconds, 3)}


def told(pipeline):
    """The stages' own words: the times since their start in ms, and what the sink tells of its cadence."""
    said = {stage: pipeline.statistics(stage) for stage in STAGES}
    keys = ("p50_ms", "p95_ms", "p99_ms", "dropped", "repeated", "cadence_p50_ms", "cadence_p99_ms",
            "age_p50_ms", "age_p95_ms", "age_p99_ms")
    return {stage: {key: words[key] for key in keys if key in words} for stage, words in said.items()}


def run(tree, clip, seconds, width=640, height=480, fps=30, heard=True):
    """One run of the pipeline of a built tree, with the clip as the webcam. Its figures. heard: also those that need
    the renders, which are large messages. Hearing them costs the renderer what sending over a second link does: at
    640x480 0.2 ms a picture, after the sink has got it; at 1920x1080 that would change what is measured."""
    size = f"{width}x{height}"
    with folder() as place, Pipeline(tree, clip, place, heard, SIZE=size, RENDER_SIZE=size, FPS=fps) as pipeline:
        watch, begin = Watch(pipeline), time.monotonic_ns()
        time.sleep(seconds)
        cores, around = watch.cores()
        finish = time.monotonic_ns()
        pipeline.check()
        words, way = told(pipeline), pipeline.statistics("sink").get("recent_way_p50_ms", 0.0)
        pictures = [row for row in pipeline.pictures() if begin <= row[0] <= finish]
        time.sleep(LISTEN_S if heard else 0)
        renders = pipeline.renders() if heard else []
    if len(pictures) < 2:
        raise Failed(f"the reader got {len(pictures)} pictures in {seconds} s")
    found = measures.of_pictures(pictures)
    if heard:
        found.update(measures.of_renders(pictures, renders, writing_ms(width, height), way))
    return {"size": size, "rate": fps, "seconds": seconds, **found, "cores": cores, "told": words, "machine": around}

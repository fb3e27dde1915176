"""make bench: its live part is measured and told; what it counts. How fast anything is, is not tested."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

import pytest
from conftest import PERFORMER, ROOT, STAGES, heed_interrupts, processes_of, wait_for

sys.path.insert(0, str(ROOT / "tests" / "bench"))

import compare  # noqa: E402
import measures  # noqa: E402

MS = 1_000_000
PERIOD = 33 * MS
WORK = {"capture": 1, "tracker": 2, "normaliser": 1, "blender-node": 8}
LINK = 1


def render(seq):
    """A render of a pipeline that always takes the same time: 15 ms from capture."""
    trace, time = [], seq * PERIOD
    for stage, work in WORK.items():
        trace.append([stage, "here", time, time + work * MS])
        time += (work + LINK) * MS
    return {"seq": seq, "t": seq * PERIOD, "digest": 100 + seq, "trace": trace}


def read(*pictures):
    """What a reader got of (seq or None, ms after the frame of that seq, or of the start)."""
    return [((seq or 0) * PERIOD + after * MS, 1 if seq is None else 100 + seq) for seq, after in pictures]


def test_each_picture_is_counted_once():
    renders = [render(seq) for seq in range(6)]
    # 2 came too late for its tick: 1 was read again, and then 3. 4 is only older. The card is no render.
    pictures = read((None, 3), (0, 18), (1, 18), (1, 51), (3, 18), (4, 30), (5, 18))
    found = measures.of_renders(pictures, renders, 0.5, 1)
    assert found["pictures"] == {"sent": 6, "shown": 5, "dropped": 1, "repeated": 1, "strange": 1, "share": 5 / 6}
    assert found["age"] == {"p50_ms": 18, "p95_ms": 30, "p99_ms": 30}
    assert found["work_ms"] == {**WORK, "sink": 0.5}
    assert found["floor_ms"] == 12.5 and found["links_ms"] == 4
    assert found["waiting_ms"] == 1.5
    assert found["age_to_floor"] == 18 / 12.5
    seen = measures.of_pictures(pictures)
    assert seen["cadence"] == {"p50_ms": 33, "p95_ms": 45, "p99_ms": 45} and seen["cadence_spread_ms"] == 12


def test_a_picture_is_not_one_that_was_drawn_later():
    early, late = render(0), {**render(1), "digest": 100}  # a face that did not move
    named = measures.name_pictures(read((0, 16), (0, 16 + 33)), [early, late])
    assert [one["seq"] for _, one in named] == [0, 1]


def test_two_revisions_are_compared_in_pairs():
    def run(age, share):
        return {"age": {"p50_ms": age}, "pictures": {"share": share}}

    pairs = [(run(20, 0.9), run(15, 1.0)), (run(22, 1.0), run(23, 1.0)), (run(21, 0.8), run(14, 0.9))]
    shown, age = (" ".join(row.split()) for row in compare.rows(pairs))
    assert age == "capture to reader, p50 21.0 ms 15.0 ms 0.71x 2 of 3"
    assert shown == "pictures shown of those sent 90.0 % 100.0 % 1.11x 2 of 3, 1 equal"


@pytest.fixture
def bench(runtime, tmp_path):
    """Starts the bench; all that it starts has tmp_path in its environment."""
    started = []

    def starter(*parts, **settings):
        process = subprocess.Popen(
            ["/usr/bin/python3", ROOT / "tests/bench/bench.py", PERFORMER, tmp_path / "bench", *parts], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=heed_interrupts,
            env={**os.environ, "EFFIGY_BENCH_REPEATS": "1", "EFFIGY_BENCH_ANYWAY": "", **settings})
        started.append(process)
        return process

    yield starter
    for process in started:
        process.terminate()
        process.wait()


def test_live_part_is_measured_and_told(bench, tmp_path):
    process = bench("live", EFFIGY_BENCH_SECONDS="2", EFFIGY_BENCH_ANYWAY="1")
    page, log = process.communicate()
    assert process.returncode == 0, log
    found = json.loads((tmp_path / "bench.json").read_text())
    run, = found["live"]["runs"]
    assert run["pictures"]["sent"] >= run["pictures"]["shown"] > 0
    assert set(run["work_ms"]) == set(STAGES) and set(STAGES) < set(run["cores"])
    assert run["age"]["p99_ms"] >= run["age"]["p50_ms"] > 0
    assert run["floor_ms"] == pytest.approx(sum(run["work_ms"].values()), abs=0.01)
    assert run["age_to_floor"] == pytest.approx(run["age"]["p50_ms"] / run["floor_ms"], abs=0.01)
    assert run["cadence"]["p99_ms"] >= run["cadence"]["p50_ms"] > 0
    assert len(run["age_rows"]) == run["pictures"]["shown"]
    for place in ("age_to_floor", "age p50_ms", "cadence_spread_ms", "pictures share", "cores total"):
        assert set(found["live"]["summary"][place]) == {"min", "median", "max"}
    assert set(found["machine"]) >= {"load_before", "load_after", "other_cores", "doubts"}
    for words in ("capture to reader, against the stages' own work", "from picture to picture, p99 - p50",
                  "own work: capture", "cores: capture", f"{run['pictures']['shown']} shown of", "load"):
        assert words in page
    if shutil.which("gnuplot"):
        for plot in ("age", "cadence"):
            assert (tmp_path / f"bench-{plot}.png").read_bytes().startswith(b"\x89PNG")


def test_ctrl_c_leaves_nothing(bench, tmp_path):
    process = bench("live", EFFIGY_BENCH_SECONDS="600", EFFIGY_BENCH_ANYWAY="1")
    sink = wait_for(lambda: next((command for command in processes_of(tmp_path).values() if "effigy-sink" in command),
                                 None), what="sink")
    folder = pathlib.Path(re.search(r"/tmp/ef-bench\.\w+", sink)[0])
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert process.returncode == 130
    assert not folder.exists() and not (tmp_path / "bench.json").exists()
    wait_for(lambda: not processes_of(tmp_path), what="end of all processes")


def test_another_pipeline_is_named(bench, start):
    start("normaliser")
    _, log = (process := bench("live")).communicate()
    assert process.returncode == 1 and "another pipeline runs on this machine" in log

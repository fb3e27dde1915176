"""Figures of several runs: their lowest, middle and highest values."""

import statistics
from collections import namedtuple

from pipeline import STAGES

# place: keys in a run; unit: "x", "%", "", "cores" or "ms"; more: whether more is better.
Figure = namedtuple("Figure", "name place unit more")

# In the order of the reports: ratios first, because they can be compared between machines.
FIGURES = (
    Figure("capture to reader, against the stages' own work", "age_to_floor", "x", False),
    Figure("pictures shown of those sent", "pictures share", "%", True),
    Figure("pictures dropped", "pictures dropped", "", False),
    Figure("pictures repeated", "pictures repeated", "", False),
    Figure("cores, all stages", "cores total", "cores", False),
    Figure("capture to reader, p50", "age p50_ms", "ms", False),
    Figure("capture to reader, p95", "age p95_ms", "ms", False),
    Figure("capture to reader, p99", "age p99_ms", "ms", False),
    Figure("capture to reader, p99 - p50", "age_spread_ms", "ms", False),
    Figure("the stages' own work, sum", "floor_ms", "ms", False),
    Figure("links between the stages, sum", "links_ms", "ms", False),
    Figure("from picture to picture, p50", "cadence p50_ms", "ms", None),
    Figure("from picture to picture, p99", "cadence p99_ms", "ms", False),
    Figure("from picture to picture, p99 - p50", "cadence_spread_ms", "ms", False))
WORK = tuple(Figure(f"own work, {stage}", f"work_ms {stage}", "ms", False) for stage in STAGES)
CORES = tuple(Figure(f"cores, {stage}", f"cores {stage}", "cores", False) for stage in STAGES)
# What the sink tells of itself since its start, which this bench only repeats.
SINK = tuple(Figure(f"capture to sink, its own word, {p}", f"told sink age_{p}_ms", "ms", False)
             for p in ("p50", "p95", "p99"))
DECIMALS = {"x": 2, "%": 1, "": 0, "cores": 2, "ms": 1}


def value(run, place):
    """A figure of a run; None: it has none."""
    for key in place.split():
        run = run.get(key) if run else None
    return run


def of_runs(runs):
    """{place: {min, median, max}} of every figure that all runs have."""
    found = {}
    for figure in (*FIGURES, *WORK, *CORES, *SINK):
        each = [value(run, figure.place) for run in runs]
        if None not in each:
            found[figure.place] = {"min": min(each), "median": statistics.median(each), "max": max(each)}
    return found


def text(number, unit):
    """A figure with its unit."""
    scale = 100 if unit == "%" else 1
    decimals = 2 if unit == "ms" and number < 10 else DECIMALS[unit]
    return f"{scale * number:.{decimals}f}" + {"x": "x", "%": " %", "ms": " ms"}.get(unit, "")

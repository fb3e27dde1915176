"""Figures of several runs: their lowest, middle and highest values."""

import statistics
from collections import namedtuple

from pipeline import STAGES

# place: keys in a run; unit: of DECIMALS; more: whether more is better.
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
    Figure("waiting, the rest of the p50", "waiting_ms", "ms", False),
    Figure("from picture to picture, p50", "cadence p50_ms", "ms", None),
    Figure("from picture to picture, p99", "cadence p99_ms", "ms", False),
    Figure("from picture to picture, p99 - p50", "cadence_spread_ms", "ms", False))
WORK = tuple(Figure(f"own work, {stage}", f"work_ms {stage}", "short ms", False) for stage in STAGES)
CORES = tuple(Figure(f"cores, {stage}", f"cores {stage}", "cores", False) for stage in STAGES)
# What the sink tells of itself since its start, beginning included.
SINK = tuple(Figure(f"capture to sink, the sink's word, {p}", f"told sink age_{p}_ms", "ms", False)
             for p in ("p50", "p95", "p99"))
SINK_CADENCE = tuple(
    Figure(f"from picture to picture, the sink's word, {p}", f"told sink cadence_{p}_ms", "ms", False)
    for p in ("p50", "p99"))
ALL = (*FIGURES, *WORK, *CORES, *SINK, *SINK_CADENCE)
DECIMALS = {"x": 2, "%": 1, "": 0, "cores": 2, "ms": 1, "short ms": 2}
SUFFIXES = {"x": "x", "%": " %", "ms": " ms", "short ms": " ms"}


def value(run, place):
    """A figure of a run; None: it has none."""
    for key in place.split():
        run = run.get(key) if run else None
    return run


def of_runs(runs):
    """{place: {min, median, max}} of every figure that all runs have."""
    found = {}
    for figure in ALL:
        each = [value(run, figure.place) for run in runs]
        if None not in each:
            found[figure.place] = {"min": min(each), "median": statistics.median(each), "max": max(each)}
    return found


def text(number, unit):
    """A figure with its unit."""
    scale = 100 if unit == "%" else 1
    return f"{scale * number:.{DECIMALS[unit]}f}" + SUFFIXES.get(unit, "")

"""Whether this machine is quiet enough to measure on."""

import os
import pathlib

import tool
from pipeline import STAGES, TICK_S, Failed

BUSY_LOAD = 1.0
BUSY_CORES = 0.2  # of other programs, or taken by the host of this virtual machine


def name():
    """Its processor."""
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return f"{line.split(': ', 1)[1]}, {os.cpu_count()} cores"
    return f"{os.cpu_count()} cores"


def load():
    """The mean number of programs that wanted a core, over the last minute."""
    return os.getloadavg()[0]


def busy():
    """(seconds used, seconds stolen by the host) of all cores since the start."""
    user, nice, system, _, _, irq, softirq, stolen = map(
        int, pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9])
    return (user + nice + system + irq + softirq) * TICK_S, stolen * TICK_S


def pipelines():
    """{pid: name} of the stages that run here."""
    names = {f"effigy-{stage}"[:15] for stage in STAGES}
    found = {}
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            comm = (entry / "comm").read_text().strip()
        except OSError:
            continue
        if comm in names:
            found[int(entry.name)] = comm
    return found


def check():
    """Raises Failed where another pipeline would be measured, too. Says when this machine is busy."""
    others = pipelines()
    if others and not os.environ.get("EFFIGY_BENCH_ANYWAY"):
        pid, comm = min(others.items())
        raise Failed(f"another pipeline runs on this machine ({comm}, process {pid}, is one of its {len(others)}) "
                     "and would spoil the figures; stop it (effigy down), or set EFFIGY_BENCH_ANYWAY=1")
    if load() > BUSY_LOAD:
        tool.say(f"the load is {load():.1f}: other programs use this machine, and the figures will be worth little")


def state(load_before, runs):
    """What bench.json says of the machine while runs were measured; doubts: why their figures cannot be trusted."""
    others, stolen = (max((run["machine"][key] for run in runs), default=0)
                      for key in ("other_cores", "stolen_cores"))
    doubts = []
    if load_before > BUSY_LOAD:
        doubts.append(f"the load was {load_before:.1f} before")
    if others > BUSY_CORES:
        doubts.append("other programs ran")
    if stolen > BUSY_CORES:
        doubts.append("its host gave it less than its cores")
    return {"name": name(), "load_before": load_before, "load_after": load(), "other_cores": others,
            "stolen_cores": stolen, "doubts": doubts}


def lines(found):
    """The state() as text."""
    yield ("machine: {name}; load {load_before:.1f} before, {load_after:.1f} after; other programs used up to "
           "{other_cores:.1f} cores").format(**found)
    if found["doubts"]:
        yield f"WARNING: {', and '.join(found['doubts'])}: do not trust these figures; run it on a quiet machine"

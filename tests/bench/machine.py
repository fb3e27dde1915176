"""Whether this machine is quiet enough to measure on."""

import os
import pathlib

from pipeline import STAGES, TICK_S

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


def warnings(load_before, runs):
    """Texts that say why the figures of these runs cannot be trusted; [] on a quiet machine."""
    found = []
    others, stolen = (max(run["machine"][key] for run in runs) for key in ("other_cores", "stolen_cores"))
    if load_before > BUSY_LOAD:
        found.append(f"the load was {load_before:.1f} before the first run")
    if others > BUSY_CORES:
        found.append(f"other programs used up to {others:.1f} cores during a run")
    if stolen > BUSY_CORES:
        found.append(f"the host took up to {stolen:.1f} cores away during a run")
    return found

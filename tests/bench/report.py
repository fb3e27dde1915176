"""What bench.json holds, as a page of text."""

import machine
import summary

HELD = 0.995  # the share of pictures shown from which a rate is said to be held


def against(first, second):
    """How many times the first is the second."""
    return f"{first / second:.1f}x"


def _table(found, in_ms):
    """The lines of the live part that are in ms, or those that are not."""
    for figure in summary.FIGURES:
        if figure.place in found and (figure.unit == "ms") == in_ms:
            row = [summary.text(found[figure.place][key], figure.unit) for key in ("min", "median", "max")]
            yield "  %-48s %9s %9s %9s" % (figure.name, *row)


def _medians(found, figures):
    """The medians of figures in one line, each after the last word of its name."""
    return ", ".join(f"{figure.name.split(', ')[-1]} {summary.text(found[figure.place]['median'], figure.unit)}"
                     for figure in figures if figure.place in found)


def _live_head(live):
    run = live["runs"][0]
    title = f"live, {run['size']} at {run['rate']} fps, {len(live['runs'])} x {run['seconds']:g} s"
    return "%-50s %9s %9s %9s" % (title, "lowest", "median", "highest")


def _pictures(runs):
    """The pictures of all runs together."""
    total = {key: sum(run["pictures"][key] for run in runs)
             for key in ("sent", "shown", "dropped", "repeated", "strange")}
    strange = f", {total['strange']} read that are no render that was heard" if total["strange"] else ""
    return "  in all {shown} shown of {sent} sent: {dropped} dropped, {repeated} repeated".format(**total) + strange


def _ratios(bench):
    if "tracker" in bench:
        track = bench["tracker"]
        yield f"  tracker: {against(track['full_frame_p50_ms'], track['p50_ms'])} faster than dlib on the full frame"
    if "blender" in bench:
        ways = {way: figures["p50_ms"] for way, figures in bench["blender"].items()}
        yield "  direct: {} faster than view3d, {} than render.opengl, {} than render.render (EEVEE)".format(
            *(against(ways[way], ways["direct"]) for way in ("view3d_material", "render_opengl", "render_eevee")))
    if "hop" in bench:
        yield "  a hop: {} slower than a memcpy at 640x480, {} at 1280x720".format(
            *(against(hop["p50_ms"], hop["memcpy_ms"]) for hop in bench["hop"].values()))


def _times(bench):
    if "tracker" in bench:
        yield "  tracker p50 {p50_ms:.2f} ms, mean {mean_ms:.2f} ms; full frame {full_frame_p50_ms:.1f} ms".format(
            **bench["tracker"])
    if "blender" in bench:
        ways = {way: figures["p50_ms"] for way, figures in bench["blender"].items()}
        yield ("  direct {direct:.1f} ms, view3d {view3d_material:.0f} ms, render.opengl {render_opengl:.0f} ms, "
               "EEVEE {render_eevee:.0f} ms").format(**ways)
    if "hop" in bench:
        yield "  hop " + ", ".join(f"{size} {hop['p50_ms']:.2f} ms" for size, hop in bench["hop"].items())


def _other_runs(bench):
    """60 fps, and larger pictures."""
    runs = [run for run in (bench.get("faster"), *bench.get("larger", ())) if run]
    if runs:
        yield "one run of other settings"
    for run in runs:
        times = run["told"]["blender-node"]
        yield ("  {size} at {rate} fps: {fps:.1f} shown a second, {cores[total]:.2f} cores; renderer p50 {0:.1f} ms, "
               "p95 {1:.1f}, p99 {2:.1f}").format(times["p50_ms"], times["p95_ms"], times["p99_ms"], **run)
        if "age" in run:
            held = "held" if run["pictures"]["share"] >= HELD else "not held"
            yield ("    {0}: {1} of {2} shown; capture to reader p50 {age[p50_ms]:.1f} ms, p99 {age[p99_ms]:.1f}; "
                   "cadence p99 - p50 {cadence_spread_ms:.1f} ms").format(
                       held, run["pictures"]["shown"], run["pictures"]["sent"], **run)


def lines(bench):
    """The page."""
    live = bench.get("live")
    found = live["summary"] if live else {}
    yield _live_head(live) if live else "ratios"
    yield from _table(found, False)
    if live:
        yield _pictures(live["runs"])
    yield from _ratios(bench)
    yield "times on this machine"
    yield from _table(found, True)
    if live:
        yield f"  own work: {_medians(found, summary.WORK)}"
        yield f"  cores: {_medians(found, summary.CORES)}"
        yield f"  capture to sink, as the sink tells it since its start: {_medians(found, summary.SINK)}"
        if _medians(found, summary.SINK_CADENCE):
            yield f"  from picture to picture, likewise: {_medians(found, summary.SINK_CADENCE)}"
    yield from _other_runs(bench)
    yield from _times(bench)
    if bench["settings"]:
        yield "settings: " + " ".join(f"{name}={value}" for name, value in bench["settings"].items())
    yield from machine.lines(bench["machine"])

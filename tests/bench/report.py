"""What bench.json holds, as a page of text."""

import machine
import summary


def against(first, second):
    """How many times the first is the second."""
    return f"{first / second:.1f}x"


def _table(found, unit_is_ms):
    """The lines of the live part in ms, or those that are not."""
    for figure in summary.FIGURES:
        if figure.place in found and (figure.unit == "ms") == unit_is_ms:
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
    total = {key: sum(run["pictures"][key] for run in runs) for key in ("sent", "shown", "dropped", "repeated", "strange")}
    strange = f", {total['strange']} read that are no render" if total["strange"] else ""
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
    if "faster" in bench:
        run = bench["faster"]
        yield (f"  {run['size']} at {run['rate']} fps: {run['fps']:.1f} shown a second, "
               f"{summary.text(run['pictures']['share'], '%')} of those sent, {run['cores']['total']:.2f} cores")
        yield (f"    capture to reader p50 {run['age']['p50_ms']} ms, p99 {run['age']['p99_ms']} ms, "
               f"from picture to picture p99 - p50 {run['cadence_spread_ms']} ms")
    for run in bench.get("larger", ()):
        times = run["told"]["blender-node"]
        yield (f"  {run['size']} at {run['rate']} fps: {run['fps']:.1f} shown a second, {run['cores']['total']:.2f} cores; "
               f"renderer p50 {times['p50_ms']:.1f} ms, p95 {times['p95_ms']:.1f}, p99 {times['p99_ms']:.1f}")


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
    yield from _other_runs(bench)
    yield from _times(bench)
    yield from machine.lines(bench["machine"])

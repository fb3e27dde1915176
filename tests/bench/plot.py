"""The runs as plots: how each figure went over the time, and how it is distributed."""

import shutil
import subprocess

COLOURS = ("#3b82c4", "#d9822b", "#4a9c5d", "#9c4a8c", "#777777", "#c4483b")


def _block(name, rows):
    return f"${name} << EOD\n" + "\n".join(" ".join(map(str, row)) for row in rows) + "\nEOD"


def _curves(names, how):
    return ", ".join(f'${name} {how} lc rgb "{COLOURS[k % len(COLOURS)]}" {title}'
                     for k, (name, title) in enumerate(names))


def draw(path, runs, label, level):
    """Writes a PNG. runs: {title: [(seconds, ms)]}; level: (ms, title) of a line across. Nothing without gnuplot."""
    if not shutil.which("gnuplot"):
        return False
    data, over_time, distribution = [], [], []
    for k, (title, rows) in enumerate(runs.items()):
        ordered = sorted(ms for _, ms in rows)
        data += [_block(f"t{k}", rows),
                 _block(f"d{k}", [(ms, (i + 1) / len(ordered)) for i, ms in enumerate(ordered)])]
        over_time.append((f"t{k}", "notitle"))
        distribution.append((f"d{k}", f'title "{title}"'))
    script = [*data, f"""
set terminal pngcairo size 1200,480 font "DejaVu Sans,10" noenhanced
set output "{path}"
set multiplot
set grid lc rgb "#dddddd"
set tics nomirror scale 0.5
set border 3 lc rgb "#444444"
set size 0.66,1
set xlabel "time in the run, s"
set ylabel "{label}, ms"
set yrange [0:*]
plot {_curves(over_time, "using 1:2 with points pt 7 ps 0.35")}, {level[0]} lc rgb "black" dt 2 title "{level[1]}"
set origin 0.66,0
set size 0.34,1
set xlabel "{label}, ms"
set ylabel "share of the pictures"
set yrange [0:1]
set key bottom right
plot {_curves(distribution, "using 1:2 with steps lw 2")}
unset multiplot"""]
    subprocess.run(["gnuplot"], input="\n".join(script), text=True, check=True)
    return True

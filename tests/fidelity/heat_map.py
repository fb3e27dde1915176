"""A matrix of figures as a picture, by gnuplot."""

import subprocess

CELL = 21  # pixels
LEFT, RIGHT, TOP, BOTTOM = 165, 120, 165, 16  # pixels about the cells
SHOWN = 0.1  # from which on a cell has its figure written in it

PLOT = """
set terminal png size {width},{height} font "DejaVu Sans,9" noenhanced
set output "{path}"
set lmargin at screen {left}
set rmargin at screen {right}
set tmargin at screen {top}
set bmargin at screen {bottom}
set xrange [-0.5:{columns}-0.5]
set yrange [{rows}-0.5:-0.5]
set cbrange [-1:1]
set palette defined (-1 "#2166ac", -0.3 "#92c5de", 0 "#ffffff", 0.3 "#f4a582", 1 "#b2182b")
set x2tics rotate by 90 scale 0 ({x})
set ytics scale 0 ({y})
unset xtics
set x2range [-0.5:{columns}-0.5]
set border lc rgb "#888888"
unset key
$cells << END
{cells}
END
$figures << END
{figures}
END
$marked << END
{marked}
END
plot $cells using 1:2:3 with image, \\
    $marked using 1:2:($1-0.5):($1+0.5):($2-0.5):($2+0.5) with boxxyerror fs empty lc rgb "#000000", \\
    $figures using 1:2:3 with labels font "DejaVu Sans,7" textcolor rgb "#222222"
"""


def draw(path, rows, columns, values, marked):
    """A PNG. values (rows, columns): of -1 (blue) over 0 (white) to 1 (red), NaN: none; marked, likewise:
    those that are not 0 have a frame."""
    width, height = LEFT + RIGHT + CELL * len(columns), TOP + BOTTOM + CELL * len(rows)
    each = [(k, i, values[i][k]) for i in range(len(rows)) for k in range(len(columns))]
    figures = [(k, i, f"{value:.2f}".replace("0.", ".", 1) if abs(value) < 0.995 else f"{value:.1f}")
               for k, i, value in each if abs(value) >= SHOWN]
    framed = [(k, i) for k, i, _ in each if marked[i][k] != 0]
    subprocess.run(["gnuplot"], check=True, text=True, input=PLOT.format(
        path=path, width=width, height=height, left=LEFT / width, right=1 - RIGHT / width,
        top=1 - TOP / height, bottom=BOTTOM / height, rows=len(rows), columns=len(columns),
        x=_tics(columns), y=_tics(rows), cells=_lines(each), figures=_lines(figures), marked=_lines(framed)))


def _tics(names):
    return ", ".join(f'"{name}" {k}' for k, name in enumerate(names))


def _lines(table):
    return "\n".join(" ".join(map(str, line)) for line in table)

"""make bench-compare: two revisions of the live pipeline, in pairs, in one go.

    compare.py OLD_TREE NEW_TREE OLD_NAME NEW_NAME CLIP OUT    trees: built checkouts; OUT.json is written

The runs alternate, old new new old ..., so that a machine that slowly grows warm or busy favours neither. Each pair
is two runs in a row; EFFIGY_BENCH_REPEATS pairs of runs of EFFIGY_BENCH_SECONDS.
"""

import json
import os
import pathlib
import statistics

import live
import machine
import summary
import tool


def runs_of(trees, clip, seconds, pairs):
    """[(run of the old one, run of the new one)]."""
    found = []
    for k in range(pairs):
        order = (0, 1) if k % 2 == 0 else (1, 0)
        pair = {}
        for which in order:
            tool.say(f"pair {k + 1} of {pairs}: runs the {'new' if which else 'old'} one for {seconds:g} s")
            pair[which] = live.run(trees[which], clip, seconds)
        found.append((pair[0], pair[1]))
    return found


def verdict(figure, pairs):
    """In how many pairs the new one is better."""
    if figure.more is None:
        return ""
    better = sum(new > old if figure.more else new < old for old, new in pairs)
    equal = sum(new == old for old, new in pairs)
    return f"{better} of {len(pairs)}" + (f", {equal} equal" if equal else "")


def rows(runs):
    """The lines of the table, of [(old, new)]."""
    for figure in summary.ALL:
        pairs = [tuple(summary.value(run, figure.place) for run in pair) for pair in runs]
        if any(None in pair for pair in pairs):
            continue
        old, new = (statistics.median(pair[which] for pair in pairs) for which in (0, 1))
        ratio = f"{new / old:.2f}x" if old else "-"
        yield "%-48s %10s %10s %7s  %s" % (figure.name, summary.text(old, figure.unit),
                                           summary.text(new, figure.unit), ratio, verdict(figure, pairs))


def measure(trees, names, clip, out):
    """Measures, writes, prints."""
    seconds, pairs = tool.seconds(), tool.repeats()
    machine.check()
    before = machine.load()
    runs = runs_of(trees, clip, seconds, pairs)
    state = machine.state(before, [run for pair in runs for run in pair])
    pathlib.Path(f"{out}.json").write_text(json.dumps({"old": names[0], "new": names[1], "pairs": runs,
                                                       "machine": state}))
    print("%-48s %10s %10s %7s  %s" % (f"medians of {pairs} pairs, {seconds:g} s each", *names, "ratio", "better"))
    print("\n".join(rows(runs)))
    print("\n".join(machine.lines(state)))
    print(f"in {out}.json")


def main(old, new, old_name, new_name, clip, out):
    """The command line."""
    os.environ.pop("EFFIGY_BIN", None)  # each tree has its own programs
    trees = [pathlib.Path(tree).resolve() for tree in (old, new)]
    measure(trees, (old_name, new_name), pathlib.Path(clip).absolute(), out)


if __name__ == "__main__":
    tool.run(main)

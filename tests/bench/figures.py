"""What the pictures that a reader got say of a live pipeline. Times in ns, figures in ms."""

import statistics

MS = 1e6
WORKING = ("capture", "tracker", "normaliser", "blender-node")  # stages with an entry in a render's trace


def share(values, part):
    """The value below which that part of the values lies; None of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else None


def percentiles(values):
    """p50, p95 and p99 in ms."""
    return {f"p{p}_ms": round(share(values, p / 100) / MS, 3) if values else None for p in (50, 95, 99)}


def spread(percentile):
    """p99 - p50."""
    return None if percentile["p50_ms"] is None else round(percentile["p99_ms"] - percentile["p50_ms"], 3)


def name_pictures(pictures, renders):
    """[(time, render or None)]: which render each picture is; None: no render, such as a card. A picture that is
    equal to several renders is the newest that had left the renderer."""
    by_digest = {}
    for render in renders:
        by_digest.setdefault(render["digest"], []).append(render)
    named = []
    for time, digest in pictures:
        sent = [render for render in by_digest.get(digest, ()) if render["trace"][-1][3] <= time]
        named.append((time, sent[-1] if sent else None))
    return named


def count(named):
    """sent by capture from the first picture to the last, shown of these, dropped; repeated: pictures that were
    read again; strange: those that are no render."""
    seqs = [render["seq"] for _, render in named if render]
    shown = set(seqs)
    sent = max(shown) - min(shown) + 1 if shown else 0
    return {"sent": sent, "shown": len(shown), "dropped": sent - len(shown), "repeated": len(seqs) - len(shown),
            "strange": len(named) - len(seqs)}


def ages(named):
    """[(time, age)] of each render when it was first read."""
    seen, rows = set(), []
    for time, render in named:
        if render and render["seq"] not in seen:
            seen.add(render["seq"])
            rows.append((time, time - render["t"]))
    return rows


def intervals(named):
    """[(time, time since the picture before)]."""
    return [(time, time - before) for (before, _), (time, _) in zip(named, named[1:])]


def work(renders, writing):
    """The p50 of each stage's own work in ms. From a stage's in to its out it waits for nothing, with two exceptions.
    Capture's in is when the picture was due: a file's pictures are decoded before that, and only their handing over
    counts. The sink's out is after its wait for the next tick, so its own work is what writing one picture takes
    (writing, ms)."""
    own = {stage: [] for stage in WORKING}
    for render in renders:
        for stage, _, entered, left in render["trace"]:
            if stage in own:
                own[stage].append(left - entered)
    return {**{stage: percentiles(times)["p50_ms"] for stage, times in own.items()}, "sink": writing}


def links(renders, last):
    """The sum of the links' p50 in ms; last: that of the link to the sink."""
    ways = {}
    for render in renders:
        for (_, _, _, left), (stage, _, entered, _) in zip(render["trace"], render["trace"][1:]):
            ways.setdefault(stage, []).append(entered - left)
    return round(sum(statistics.median(way) for way in ways.values()) / MS + last, 3)


def of_run(pictures, renders, writing, last_link):
    """All figures of one run. writing, last_link: ms, see work() and links()."""
    named = name_pictures(pictures, renders)
    first, last = pictures[0][0], pictures[-1][0]
    renders = [render for render in renders if first <= render["trace"][-1][3] <= last]
    aged, steps = ages(named), intervals(named)
    age, cadence, own = percentiles([a for _, a in aged]), percentiles([i for _, i in steps]), work(renders, writing)
    floor = round(sum(own.values()), 3) if None not in own.values() else None
    counted = count(named)
    return {
        "age": age, "age_spread_ms": spread(age), "floor_ms": floor, "work_ms": own,
        "links_ms": links(renders, last_link),
        "age_to_floor": round(age["p50_ms"] / floor, 3) if floor and age["p50_ms"] else None,
        "cadence": cadence, "cadence_spread_ms": spread(cadence),
        "pictures": {**counted, "share": counted["shown"] / counted["sent"] if counted["sent"] else None},
        "rows": {"age": [(round((t - first) / 1e9, 4), round(a / MS, 3)) for t, a in aged],
                 "cadence": [(round((t - first) / 1e9, 4), round(i / MS, 3)) for t, i in steps]}}

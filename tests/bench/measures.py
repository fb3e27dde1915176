"""What the pictures that a reader got say of a live pipeline. Times in ns, figures in ms."""

import statistics

from pipeline import STAGES, Failed

MS = 1e6


def percentiles(values):
    """p50, p95 and p99 in ms, of at least one."""
    ordered = sorted(values)
    return {f"p{p}_ms": round(ordered[int(p / 100 * len(ordered))] / MS, 3) for p in (50, 95, 99)}


def spread(found):
    """p99 - p50."""
    return round(found["p99_ms"] - found["p50_ms"], 3)


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
    read again; strange: those that are no render that was heard."""
    seqs = [render["seq"] for _, render in named if render]
    shown = set(seqs)
    sent = max(shown) - min(shown) + 1 if shown else 0
    return {"sent": sent, "shown": len(shown), "dropped": sent - len(shown), "repeated": len(seqs) - len(shown),
            "strange": len(named) - len(seqs)}


def ages(named):
    """[(time, age)] of each render when it was first read."""
    first = {}
    for time, render in named:
        if render:
            first.setdefault(render["seq"], (time, time - render["t"]))
    return list(first.values())


def of_pictures(pictures):
    """What a reader sees: new pictures a second, and the time from each picture to the next, new or not."""
    pairs = list(zip(pictures, pictures[1:]))
    begin, seconds = pictures[0][0], (pictures[-1][0] - pictures[0][0]) / 1e9
    steps = percentiles([after[0] - before[0] for before, after in pairs])
    return {"fps": round(sum(before[1] != after[1] for before, after in pairs) / seconds, 2),
            "cadence": steps, "cadence_spread_ms": spread(steps),
            "cadence_rows": rows((after[0], after[0] - before[0], begin) for before, after in pairs)}


def rows(timed):
    """[(seconds, ms)] for plots, of (time, duration, begin)."""
    return [(round((time - begin) / 1e9, 4), round(duration / MS, 3)) for time, duration, begin in timed]


def work(renders, writing):
    """The p50 of each stage's own work in ms. From a stage's in to its out it waits for nothing, with two exceptions.
    Capture's in is when the picture was due: a file's pictures are decoded before that, and only their handing over
    counts. The sink's out is after its wait for the next tick, so its own work is what writing one picture takes
    (writing, ms)."""
    own = {stage: [] for stage in STAGES[:-1]}
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


def of_renders(pictures, renders, writing, last_link):
    """What only the renders tell: which picture is which, and how old. writing, last_link: see work() and links()."""
    named = name_pictures(pictures, renders)
    begin, finish = pictures[0][0], pictures[-1][0]
    renders = [render for render in renders if begin <= render["trace"][-1][3] <= finish]
    aged, counted = ages(named), count(named)
    if not aged or not renders:
        raise Failed("no picture that was read is a render that was heard: does the sink scale or convert it?")
    age, own = percentiles([age for _, age in aged]), work(renders, writing)
    floor, between = sum(own.values()), links(renders, last_link)
    return {"age": age, "age_spread_ms": spread(age), "work_ms": own, "floor_ms": round(floor, 3),
            "links_ms": between, "waiting_ms": round(age["p50_ms"] - floor - between, 3),
            "age_to_floor": round(age["p50_ms"] / floor, 3),
            "pictures": {**counted, "share": counted["shown"] / counted["sent"]},
            "age_rows": rows((time, age, begin) for time, age in aged)}

"""What the programs of this bench share: settings, messages, programs that they run, their end."""

import os
import signal
import subprocess
import sys

from pipeline import ROOT, Failed

ENDS = signal.SIGINT, signal.SIGTERM, signal.SIGHUP


def setting(name, default):
    """A number from the environment, from 1."""
    text = os.environ.get(name) or default
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not number >= 1:
        raise Failed(f'{name} takes a number from 1, not "{text}"')
    return number


def seconds():
    """The length of each live run."""
    return setting("EFFIGY_BENCH_SECONDS", "20")


def repeats():
    """The number of runs, or of pairs of runs."""
    return int(setting("EFFIGY_BENCH_REPEATS", "5"))


def own_settings():
    """The person's settings of Effigy, which the pipeline takes, too."""
    return {name: value for name, value in os.environ.items() if name.startswith("EFFIGY_")
            and not name.startswith("EFFIGY_BENCH_")}


def say(text):
    """To the person who waits."""
    print(text, file=sys.stderr, flush=True)


def told_by(*words, **environment):
    """Standard output of a program that must succeed. It ends with this one, and so does what it started."""
    with subprocess.Popen([str(word) for word in words], stdout=subprocess.PIPE, text=True, cwd=ROOT,
                          env={**os.environ, **environment}, start_new_session=True) as process:
        try:
            said, _ = process.communicate()
        except BaseException:
            os.killpg(process.pid, signal.SIGTERM)
            raise
    if process.returncode != 0:
        raise Failed(f"{words[0]} has exited with status {process.returncode}")
    return said


def _end(number, _):
    # A second Ctrl-C shall not interrupt the end of what was started.
    for each in ENDS:
        signal.signal(each, signal.SIG_IGN)
    sys.exit(128 + number)


def run(main):
    """Runs main (command line); whatever ends this program, what it has started ends first."""
    for number in ENDS:
        signal.signal(number, _end)
    try:
        main(*sys.argv[1:])
    except Failed as failed:
        sys.exit(f"bench: {failed}")

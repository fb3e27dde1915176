"""How old faces are when they are used, with the tracker on another machine behind a narrow link.

    bench_net.py BIN OUT        BIN: folder of the programs; OUT.png: the plot

The other machine is a network namespace behind a veth pair; tbf narrows both directions. The links are
encrypted. Each machine knows the other's hardware address, as if the loss were beyond a router: else ARP, which asks once a second, adds up to
a second to the return. Needs root, iproute2 and gnuplot. Prints a table in Markdown; with several BIN, separated by commas, one for each.
"""

import contextlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import msgpack
import zmq

ROOT = pathlib.Path(__file__).resolve().parents[2]
PERFORMER = ROOT / "build/performer/performer.mp4"
NEAR, FAR, NAME = "efnear", "effar", "efbox"
INSIDE = ("ip", "netns", "exec", NAME)
HERE, BOX = "10.63.255.1", "10.63.255.2"
RATES = (1000, 100, 20, 5, 2, 1)  # Mbit/s
SETTLE_S, WATCH_S = 5, 10
LOSS_S, AFTER_LOSS_S = 30, 8
DOWN_S, AFTER_START_S = 0.2, 6
CUT = "rate 8kbit burst 10 latency 1ms"  # no packet is smaller than that


def run(*words):
    """Runs a command that must succeed."""
    subprocess.run(words, check=True, capture_output=True)


def hardware_address(device):
    """Of one end of the link."""
    inside = INSIDE if device == FAR else ()
    shown = subprocess.run([*inside, "ip", "-j", "link", "show", device], check=True,
                           capture_output=True).stdout
    return json.loads(shown)[0]["address"]


@contextlib.contextmanager
def box():
    """The other machine, a namespace called NAME, and the link to it."""
    run("ip", "netns", "add", NAME)
    try:
        run("ip", "link", "add", NEAR, "type", "veth", "peer", "name", FAR, "netns", NAME)
        run("ip", "addr", "add", f"{HERE}/30", "dev", NEAR)
        run("ip", "link", "set", NEAR, "up")
        for words in (f"addr add {BOX}/30 dev {FAR}", f"link set {FAR} up", "link set lo up"):
            run("ip", "-n", NAME, *words.split())
        for inside, device, other, address in (((), NEAR, FAR, BOX), (INSIDE, FAR, NEAR, HERE)):
            run(*inside, *f"ip neigh replace {address} dev {device} nud permanent lladdr".split(),
                hardware_address(other))
        yield
    finally:
        run("ip", "netns", "del", NAME)


def narrow(rate):
    """Lets so many Mbit/s pass; what waits for more than 50 ms is lost. At once passes what takes 1 ms, or
    two packets."""
    shape(f"rate {rate}mbit burst {max(3100, 125 * rate)} latency 50ms")


def shape(how):
    """Sets tbf's parameters in both directions."""
    for inside, device in ((), NEAR), (INSIDE, FAR):
        run(*inside, *f"tc qdisc replace dev {device} root tbf {how}".split())


def exchange_keys(programs, folder):
    """Settings with keys for this machine and for the box, each of which knows the other."""
    settings = [{"EFFIGY_KEYS": str(folder / f"{name}.keys")} for name in ("desk", "box")]

    def keys(whose, *words):
        return subprocess.run([programs / "effigy-keys", *words], check=True, text=True, capture_output=True,
                              env={**os.environ, **whose}).stdout.strip()

    own = [keys(whose, "--new") for whose in settings]
    keys(settings[0], f"--allow={BOX}", f"--key={own[1]}")
    keys(settings[1], f"--allow={HERE}", f"--key={own[0]}")
    return settings


class Pipeline:
    """Capture and normaliser here, the tracker on the box, and what comes out."""

    def __init__(self, programs, folder):
        self.programs, self.folder = pathlib.Path(programs), folder
        self.desk, self.box = exchange_keys(self.programs, folder)
        self.expressions = f"ipc://{folder}/out"
        self.rows = []  # (time of use, age of the face then), seconds
        threading.Thread(target=self._listen, daemon=True).start()
        self.near = [self._start((), "normaliser", "--in", f"tcp://{HERE}:5552", "--out",
                                 self.expressions),
                     self._start((), "capture", PERFORMER, "--loop", "--out", f"tcp://{BOX}:5551")]
        self.start_tracker()

    def _start(self, inside, name, *options):
        log = open(self.folder / f"{name}.log", "ab")
        return subprocess.Popen([*inside, self.programs / f"effigy-{name}", *options], stderr=log,
                                env={**os.environ, "EFFIGY_RUNTIME": str(self.folder / name),
                                     **(self.box if inside else self.desk)})

    def start_tracker(self):
        self.tracker = self._start(INSIDE, "tracker", "--in",
                                   f"tcp://{BOX}:5551", "--out", f"tcp://{HERE}:5552")

    def _listen(self):
        socket = zmq.Context.instance().socket(zmq.PULL)
        socket.bind(self.expressions)
        while True:
            message = msgpack.unpackb(socket.recv())
            used = next((hop for hop in message["trace"] if hop[0] == "normaliser"), None)
            if used and message["state"] == "tracked":
                self.rows.append((used[2] / 1e9, (used[2] - message["t"]) / 1e9))

    def since(self, start_s):
        """(seconds since then, age) of the faces used since, at least one."""
        rows = [(used - start_s, age) for used, age in list(self.rows) if used >= start_s]
        return rows or [(float("inf"), float("inf"))]

    def stop(self):
        for process in (*self.near, self.tracker):
            process.terminate()
            process.wait()


def measure(programs):
    """Prints the table of these programs. Returns the ages by rate, milliseconds."""
    ages = {}
    with box(), tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o700)
        narrow(RATES[0])
        pipeline = Pipeline(programs, pathlib.Path(folder))
        print(f"\n{programs}\n\n| link | age when used, p50 | p99 | faces a second |\n|---|---|---|---|")
        for rate in RATES:
            narrow(rate)
            time.sleep(SETTLE_S)
            start = time.monotonic()
            time.sleep(WATCH_S)
            ages[rate] = sorted(1000 * age for _, age in pipeline.since(start))
            print("| %d Mbit/s | %.1f ms | %.1f ms | %.1f |" % (
                rate, statistics.median(ages[rate]), ages[rate][int(0.99 * len(ages[rate]))],
                len(ages[rate]) / WATCH_S), flush=True)
        narrow(20)
        time.sleep(SETTLE_S)
        shape(CUT)
        time.sleep(LOSS_S)
        start = time.monotonic()
        narrow(20)
        time.sleep(AFTER_LOSS_S)
        print_return(f"silent loss of {LOSS_S} s", pipeline.since(start))
        pipeline.tracker.kill()
        pipeline.tracker.wait()
        time.sleep(DOWN_S)
        start = time.monotonic()
        pipeline.start_tracker()
        time.sleep(AFTER_START_S)
        print_return(f"tracker killed, started again {DOWN_S} s later", pipeline.since(start))
        pipeline.stop()
    return ages


def print_return(what, rows):
    print("| %s | faces again after %.2f s, the first %.0f ms old, the oldest %.0f ms | | |" % (
        what, rows[0][0], 1000 * rows[0][1], 1000 * max(age for _, age in rows)), flush=True)


def plot(path, measured):
    """The distribution of the ages at each rate."""
    curves = []
    lines = [f'set terminal pngcairo size 900,500\nset output "{path}"\nset logscale x\n'
             'set xlabel "age of a face when it is used, ms"\nset ylabel "share of the faces"\n'
             'set key bottom right\nset yrange [0:1]\nset grid']
    for number, (programs, ages) in enumerate(measured.items()):
        for k, (rate, values) in enumerate(ages.items()):
            name = f"$d{number}_{k}"
            lines.append("%s << EOD\n%s\nEOD" % (name, "\n".join(
                f"{value} {(i + 1) / len(values)}" for i, value in enumerate(values))))
            title = f"{rate} Mbit/s" + (f", {programs}" if len(measured) > 1 else "")
            curves.append(f'{name} using 1:2 with steps lw 2 dt {number + 1} lc {k + 1} title "{title}"')
    subprocess.run(["gnuplot"], input="\n".join([*lines, "plot " + ", ".join(curves)]), text=True,
                   check=True)


def main():
    measured = {programs: measure(programs) for programs in sys.argv[1].split(",")}
    plot(sys.argv[2] + ".png", measured)


if __name__ == "__main__":
    main()

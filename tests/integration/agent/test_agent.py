"""effigy-agent and effigy-ask: what a box tells, to whom, and what it does not do."""

import json
import os
import signal
import socket
import subprocess
import threading
import time

import msgpack
import pytest
import zmq
from conftest import BIN, PATIENCE_S, frame, head, pack, wait_for

STATISTICS = {"stage": "tracker", "pid": 7, "uptime_s": 50.0, "recent_s": 10.0, "recent_fps": 29.5,
              "recent_p50_ms": 2.5, "recent_p99_ms": 12.5, "recent_dropped": 3, "recent_bad": 1,
              "way_host": "5f1c2a9e", "recent_way_p50_ms": -8640000000.25, "recent_way_p99_ms": 1.5,
              "note": "one\nface"}


def free_port():
    """A port that nobody uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
def agent(start, runtime):
    """agent(arguments): a running agent and its endpoint. Its box has a tracker."""
    (runtime / "stats").mkdir()
    write_statistics(runtime)

    def starter(*arguments, **options):
        endpoint = f"tcp://127.0.0.1:{free_port()}"
        stage = start("agent", "--in", endpoint, *arguments, **options)
        wait_for(stage.stats, what="statistics of the agent")
        return stage, endpoint

    return starter


def write_statistics(runtime, name="tracker", **changes):
    """The statistics of a stage, written now."""
    boot = time.clock_gettime(time.CLOCK_BOOTTIME)
    (runtime / "stats" / name).write_text(json.dumps({**STATISTICS, "boot_s": boot, **changes}))


def ask(*arguments):
    """Runs effigy-ask."""
    return subprocess.run([BIN / "effigy-ask", *arguments], text=True, capture_output=True,
                          timeout=PATIENCE_S, check=False)


def answer(endpoint):
    """What effigy-ask prints, as an object. On a busy machine an answer may come too late."""
    return wait_for(lambda: json.loads(ask(endpoint).stdout or "null"), what="answer in time")


def stages(endpoint):
    """Name -> report."""
    return {one["stage"]: one for one in answer(endpoint)["stages"]}


def want(what, seq=5, **more):
    """A question."""
    return {**head("ask", seq, t=123), "want": what, **more}


def dialogue(context, endpoint, kind=zmq.DEALER):
    """A socket that asks."""
    asker = context.socket(kind)
    asker.setsockopt(zmq.RCVTIMEO, 1000 * PATIENCE_S)
    asker.connect(endpoint)
    return asker


@pytest.mark.parametrize("kind", [zmq.DEALER, zmq.REQ])
def test_an_answer_has_the_figures_and_the_times_of_the_agent(kind, agent, context):
    _, endpoint = agent()
    asker = dialogue(context, endpoint, kind)
    before = time.monotonic_ns()
    asker.send(pack(want("stats")))
    answer = msgpack.unpackb(asker.recv())
    after = time.monotonic_ns()
    assert (answer["k"], answer["seq"], answer["t"], answer["src"]) == ("stats", 5, 123, "test")
    [[stage, host, in_ns, out_ns]] = answer["trace"]
    assert stage == "agent" and len(host) == 8 and before <= in_ns <= out_ns <= after
    [report] = answer["stages"]
    assert report["stage"] == "tracker" and report["state"] == "RUNNING" and report["note"] == "one\nface"
    assert {"pid": 7, "fps": 29.5, "p50_ms": 2.5, "lost": 3, "refused": 1}.items() \
        <= report["figures"].items()
    assert report["way"] == ["5f1c2a9e", -8640000000250000, 1500000]
    asker.send(pack(want("echo", 6)))
    answer = msgpack.unpackb(asker.recv())
    assert answer["stages"] == [] and answer["seq"] == 6 and "why" not in answer


def test_ask_prints_the_figures_and_the_offset_of_the_clock(agent, runtime):
    _, endpoint = agent()
    told = answer(endpoint)
    assert told["agent"] == endpoint
    # One clock: the offset is no larger than its error.
    assert abs(told["offset_ms"]) <= told["offset_error_ms"] + 0.001
    [report] = told["stages"]
    assert report["fps"] == 29.5 and report["way"] == {
        "host": "5f1c2a9e", "p50_ms": -8640000000.25, "p99_ms": 1.5}
    write_statistics(runtime, "normaliser", boot_s=1.0, note="loading x")
    (runtime / "stats" / "normaliser.1a2b3c").write_text("{")
    os.mkfifo(runtime / "stats" / "pipe")
    os.symlink("/dev/zero", runtime / "stats" / "zero")
    known = stages(endpoint)
    assert known["normaliser"]["state"] == "STARTING" and "normaliser.1a2b3c" not in known
    assert "fps" not in known["pipe"] and "fps" not in known["zero"]


def test_nobody_answers(context):
    begun = time.monotonic()
    result = ask(f"tcp://127.0.0.1:{free_port()}")
    assert result.returncode == 1 and "nobody answers at tcp://127.0.0.1" in result.stderr
    assert time.monotonic() - begun < PATIENCE_S / 2
    # A name that does not exist does not take as long as the resolver.
    assert "nobody answers" in ask("--insecure-plaintext", "tcp://box.invalid:5550").stderr
    for wrong in ("tcp://127.0.0.1", "http://127.0.0.1:5550", "tcp://127.0.0.1:99999999"):
        result = ask("--insecure-plaintext", wrong)
        assert result.returncode == 1 and len(result.stderr) > 20


def test_a_stopped_agent_is_waited_for_no_longer_than_a_missing_one(agent):
    stage, endpoint = agent()
    stage.process.send_signal(signal.SIGSTOP)
    try:
        result = ask(endpoint)
    finally:
        stage.process.send_signal(signal.SIGCONT)
    assert result.returncode == 1 and f"nobody answers at {endpoint}" in result.stderr
    assert answer(endpoint)


@pytest.fixture
def impostor(context):
    """impostor(replies): an agent that answers each ask with what replies(ask) yields; its endpoint."""
    ended = threading.Event()
    threads = []

    def serve(socket_, replies):
        while not ended.is_set():
            if socket_.poll(50):
                who, question = socket_.recv_multipart()
                for parts in replies(msgpack.unpackb(question)):
                    socket_.send_multipart([who, *parts])

    def begin(replies):
        other = context.socket(zmq.ROUTER)
        port = other.bind_to_random_port("tcp://127.0.0.1")
        threads.append(threading.Thread(target=serve, args=(other, replies)))
        threads[-1].start()
        return f"tcp://127.0.0.1:{port}"

    yield begin
    ended.set()
    for one in threads:
        one.join()


def test_an_agent_of_another_version_is_named(impostor):
    endpoint = impostor(lambda asked: [[pack({**asked, "v": 2, "k": "stats", "stages": []})]])
    result = wait_for(lambda: (one := ask(endpoint)) and "refused" in one.stderr and one, what="answer in time")
    assert result.returncode == 1 and result.stdout == ""
    assert "unsupported wire version" in result.stderr and "same version" in result.stderr


def test_lies_of_an_agent_are_not_believed(impostor):
    """Answers to other questions, other kinds, garbage, and impossible times."""
    def lies(asked):
        truth = {**asked, "k": "stats", "stages": [], "trace": [["agent", "h", 2**60, -2**60]]}
        one = {"stage": "sink", "state": "RUNNING", "note": "", "figures": {}}
        for lie in ({**truth, "seq": 999, "stages": [one]}, {**truth, "trace": [], "stages": [one]}, frame(0),
                    {**truth, "k": "end"}):
            yield [pack(lie)]
        yield [b"\xc1" * 1000]
        yield [b"a", b"b", b"c"]
        yield [pack(truth)]

    told = answer(impostor(lies))
    assert "offset_ms" not in told and told["stages"] == []


def test_hostile_bytes_are_counted_and_dropped(agent, context):
    stage, endpoint = agent()
    asker = dialogue(context, endpoint)
    asker.send(pack(want("echo")))
    asker.recv()
    bad = [b"", b"\xc1", b"\xdf\xff\xff\xff\xff", os.urandom(60000), pack(frame(0)),
           pack({**want("stats"), "v": 2}), pack(want("everything")), pack(want("restart")),
           pack({**want("stats"), "trace": [["a", "b", 1, 2]] * 17}), pack(head("end", 1)),
           pack({**want("stats"), "src": "x" * 40})]
    for one in bad:
        asker.send(one)
    asker.send_multipart([b"", b"", b""])
    asker.send_multipart([b"x"] * 3000)
    asker.send_multipart([b"", pack(want("echo", 3))])  # as a REQ socket does
    assert asker.recv_multipart()[0] == b""
    wait_for(lambda: stage.stats().get("bad") == len(bad) + 2, what="count of refused messages")
    asker.send(pack(want("echo", 4)))
    assert msgpack.unpackb(asker.recv())["seq"] == 4
    assert "dropped a message" in stage.log()
    assert stage.process.poll() is None


def test_a_flood_and_thousands_of_connections_stop_nothing(agent, context):
    stage, endpoint = agent()
    port = int(endpoint.rsplit(":", 1)[1])

    def memory():
        text = open(f"/proc/{stage.process.pid}/status", encoding="ascii").read()
        return int(text.split("VmRSS:")[1].split()[0])

    assert answer(endpoint)
    before = memory()
    # One who asks and never reads the answers.
    flood = dialogue(context, endpoint)
    flood.setsockopt(zmq.SNDHWM, 0)
    flood.setsockopt(zmq.RCVHWM, 1)
    for seq in range(20000):
        flood.send(pack(want("stats", seq)))
    half_open = []
    for _ in range(1000):
        one = socket.socket()
        one.settimeout(5)
        try:
            one.connect(("127.0.0.1", port))
            one.send(b"\xff\0\0\0")
        except OSError:
            pass
        half_open.append(one)
    flood.close(0)
    for one in half_open:
        one.close()
    assert answer(endpoint)
    # kB. A sanitizer keeps what was freed for a while.
    assert memory() < before + (300_000 if "san" in BIN.parts else 20_000)
    assert stage.stop() == 0


def test_many_desks_at_once(agent):
    _, endpoint = agent()

    def all_know():
        asking = [subprocess.Popen([BIN / "effigy-ask", endpoint], stdout=subprocess.PIPE) for _ in range(8)]
        told = [json.loads(one.communicate(timeout=PATIENCE_S)[0] or "null") for one in asking]
        return all(told) and told

    assert all(one["stages"][0]["fps"] == 29.5 for one in wait_for(all_know, what="eight answers"))


def script(folder, text):
    """A program in place of the command effigy."""
    path = folder / "effigy-command"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_restart_by_name_only_what_the_box_allows(agent, tmp_path):
    noted = tmp_path / "noted"
    command = script(tmp_path, f'echo "$*" >>{noted}')
    stage, endpoint = agent("--effigy", command, "--restart", "normaliser,tracker")
    assert ask("--restart", "tracker", endpoint).returncode == 0
    assert noted.read_text() == "restart tracker\n"
    for name in ("sink", "track", "tracker,normaliser", "", "agent", "../tracker", "x" * 31):
        result = ask("--restart", name, endpoint)
        assert result.returncode == 1 and "EFFIGY_ALLOW_RESTART" in result.stderr
    assert ask("--restart", "x" * 32, endpoint).returncode == 2
    assert noted.read_text() == "restart tracker\n"
    assert "restarts tracker" in stage.log()
    assert answer(endpoint)


def test_why_a_restart_failed_is_told(agent, tmp_path):
    command = script(tmp_path, "echo 'effigy: supervisord does not \033[2Janswer' >&2; echo more; exit 1")
    _, endpoint = agent("--effigy", command, "--restart", "tracker")
    result = ask("--restart", "tracker", endpoint)
    assert result.returncode == 1
    assert result.stderr == f"effigy-ask: tracker was not restarted at {endpoint}: " \
        "supervisord does not ?[2Janswer\n"
    _, endpoint = agent("--effigy", tmp_path / "missing", "--restart", "tracker")
    assert "No such file" in ask("--restart", "tracker", endpoint).stderr


def test_an_agent_answers_while_a_restart_takes_its_time(agent, tmp_path):
    command = script(tmp_path, f'while [ ! -e {tmp_path}/go ]; do sleep 0.05; done; yes | head -c 100000')
    stage, endpoint = agent("--effigy", command, "--restart", "tracker")
    with subprocess.Popen([BIN / "effigy-ask", "--restart", "tracker", endpoint]) as asking:
        wait_for(lambda: "restarts tracker" in stage.log(), what="restart")
        assert stages(endpoint)["tracker"]["fps"] == 29.5
        assert "another restart" in ask("--restart", "tracker", endpoint).stderr
        assert asking.poll() is None
        (tmp_path / "go").touch()
        assert asking.wait(PATIENCE_S) == 0


def test_a_restart_ends_with_its_agent(agent, tmp_path):
    command = script(tmp_path, f'echo $$ >{tmp_path}/pid; exec sleep 1000')
    stage, endpoint = agent("--effigy", command, "--restart", "tracker")
    with subprocess.Popen([BIN / "effigy-ask", "--restart", "tracker", endpoint],
                          stderr=subprocess.DEVNULL) as asking:
        pid = wait_for(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text(), what="pid")
        assert stage.stop() == 0
        wait_for(lambda: not os.path.exists(f"/proc/{int(pid)}"), what="end of the restart")
        asking.kill()


def test_wrong_arguments(start):
    for arguments, said in ((["--in", "tcp://*:5550"], "keys"), (["--restart", "agent"], "cannot restart itself"),
                            (["--in", "tcp://127.0.0.1:5550", "--publish"], "cannot be reached")):
        stage = start("agent", *arguments, env={**os.environ, "EFFIGY_KEYS": "/nonexistent"})
        assert stage.wait() in (1, 2) and said in stage.log()

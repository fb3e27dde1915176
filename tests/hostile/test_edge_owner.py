"""An edge has one owner: a second stage names the first one, and does not disturb it."""

import msgpack
from conftest import face, pack, wait_for


def test_second_stage_on_the_same_edge_is_refused_and_reads_nothing(start, runtime, sockets):
    expressions = sockets.pull("expressions")
    first = start("normaliser")
    wait_for((runtime / "faces").exists, what="socket")
    second = start("normaliser")
    assert second.wait() == 1
    assert f"in use by effigy-normaliser (process {first.process.pid})" in second.log()
    assert (runtime / "faces").exists()
    push = sockets.push("faces")
    wait_for(lambda: push.send(pack(face(1))) or expressions.poll(100), what="expression")
    assert msgpack.unpackb(expressions.recv())["k"] == "expression"
    assert first.stop() == 0
    assert not list(runtime.glob("faces*"))

"""--scale: an image that takes too long is rendered smaller; the sink enlarges it."""

import msgpack
from conftest import AVATAR, expression, pack, wait_for


def test_scale_auto_renders_a_slow_image_smaller(start, sockets, monkeypatch):
    # One thread of a software renderer, four million pixels: never within the budget of 25 ms.
    monkeypatch.setenv("LP_NUM_THREADS", "1")
    push, pull = sockets.push("expressions"), sockets.pull("render")
    node = start("blender-node", "--avatar", AVATAR, "--size", "2560x1440", "--scale", "auto")
    sizes = []
    for seq in range(200):
        push.send(pack(expression(seq)))
        image = msgpack.unpackb(pull.recv())
        sizes.append((image["w"], image["h"]))
        assert len(image["data"]) == image["w"] * image["h"] * 3 // 2
        if image["w"] < 2560:
            break
    assert sizes[0] == (2560, 1440) and sizes[-1] == (1920, 1080)
    wait_for(lambda: node.stats().get("note") == "voltage at 3/4 size", what="note")
    assert "renders at 3/4 of the full size" in node.log()


def test_fixed_scale_is_kept(start, sockets):
    push, pull = sockets.push("expressions"), sockets.pull("render")
    start("blender-node", "--avatar", AVATAR, "--size", "320x240", "--scale", "3/8")
    push.send(pack(expression(1)))
    image = msgpack.unpackb(pull.recv())
    assert (image["w"], image["h"]) == (120, 90)

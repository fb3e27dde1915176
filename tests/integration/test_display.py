"""Without an X server, through EGL, the stage draws the same picture."""

import os
import pathlib

import msgpack
import pytest
from conftest import AVATAR, expression, pack

# In software on every machine, as on Xvfb.
MESA = "/usr/share/glvnd/egl_vendor.d/50_mesa.json"
SOFTWARE = {"LIBGL_ALWAYS_SOFTWARE": "1", "__EGL_VENDOR_LIBRARY_FILENAMES": MESA}


# The shaders of other shadings take long to compile in software.
RENDERERS = {"direct": ["--renderer", "direct"],
             "view3d": ["--renderer", "view3d", "--shading", "solid"]}


def node(start, display, renderer, **more):
    """A stage without the user's X server."""
    environment = {**os.environ, **SOFTWARE, **more}
    environment.pop("DISPLAY", None)
    return start("blender-node", "--policy", "all", "--avatar", AVATAR, "--size", "160x120",
                 "--display", display, *RENDERERS[renderer], env=environment)


def programs(pid):
    """Names of a process's children."""
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {pathlib.Path(f"/proc/{child}/comm").read_text().strip() for child in children}


@pytest.mark.parametrize("renderer", RENDERERS)
def test_the_picture_is_the_same_without_an_x_server(renderer, start, sockets):
    output, pictures = sockets.pull("render"), {}
    for display in ("auto", "none"):
        stage = node(start, display, renderer)
        push = sockets.push("expressions")
        push.send(pack(expression(7, {"jawOpen": 0.5})))
        pictures[display] = msgpack.unpackb(output.recv())["data"]
        assert ("Xvfb" in programs(stage.process.pid)) == (display == "auto")
        assert stage.stop() == 0
        push.close()
    assert pictures["none"] == pictures["auto"]
    assert len(set(pictures["none"])) > 50


def test_without_egl_the_stage_says_what_to_do(start):
    stage = node(start, "none", "direct", __EGL_VENDOR_LIBRARY_FILENAMES="/nowhere.json")
    assert stage.wait() == 1
    assert "use --display auto" in stage.log()

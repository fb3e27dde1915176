"""The structs that C and Python share: a library with any different struct is refused."""

import ctypes
import importlib.util
import os
import re
import shutil

import pytest
from conftest import AVATAR, BIN, ROOT

LIBRARY = BIN / "libeffigy_node.so"
WIRE = ROOT / "blender-node/node/wire.py"


def changed(tmp_path, old, new):
    """Imports wire.py with one change."""
    text = WIRE.read_text()
    assert text.count(old) == 1
    path = tmp_path / "wire.py"
    path.write_text(text.replace(old, new))
    spec = importlib.util.spec_from_file_location("changed_wire", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def library():
    """A library with sanitizers cannot be loaded into a Python without them."""
    try:
        ctypes.CDLL(str(LIBRARY))
    except OSError as error:
        pytest.skip(str(error))
    return str(LIBRARY)


def test_structs_match(library, tmp_path):
    wire = changed(tmp_path, "COEFFICIENTS = 52", "COEFFICIENTS = 52 ")
    assert len(wire.coefficient_names(wire.load(library))) == 52


@pytest.mark.parametrize("old, new", [
    ("COEFFICIENTS = 52", "COEFFICIENTS = 51"),
    ("('avatar', ctypes.c_char_p), ('map', ctypes.c_char_p)",
     "('map', ctypes.c_char_p), ('avatar', ctypes.c_char_p)"),
    ("('effects', ctypes.c_int32)]", "]"),
    ("('effects', ctypes.c_int32)]", "('effects', ctypes.c_int32), ('more', ctypes.c_int32)]"),
    ("('effects', ctypes.c_int32)]", "('effects', ctypes.c_int16)]"),
    ("('shading', ctypes.c_int32),\n                ('w', ctypes.c_int32)",
     "('w', ctypes.c_int32),\n                ('shading', ctypes.c_int32)"),
    ("('state', ctypes.c_int32)", "('state', ctypes.c_int64)"),
    ("('q', ctypes.c_float * 4)", "('q', ctypes.c_double * 4)"),
    ("('offset', ctypes.c_float * 3)", "('offset', ctypes.c_float * 4)"),
    ("('seq', ctypes.c_uint64), ('t', ctypes.c_int64)",
     "('t', ctypes.c_int64), ('seq', ctypes.c_uint64)"),
])
def test_struct_mismatch_names_the_field(library, tmp_path, old, new):
    wire = changed(tmp_path, old, new)
    with pytest.raises(wire.Mismatch) as told:
        wire.load(library)
    line = str(told.value)
    assert "\n" not in line and library in line
    assert re.search(r'"(ef_node_\w+(\.\w+)? \d+ \d+|end)" in the first is "\S+.*" in the second', line)


def test_library_without_layout_is_refused(library, tmp_path):
    wire = changed(tmp_path, "library.ef_node_layout", "library.ef_node_layout_of_old")
    with pytest.raises(wire.Mismatch, match="does not describe its structs"):
        wire.load(library)


def test_stage_reports_mismatch_in_one_line(start, runtime, tmp_path, monkeypatch):
    folder = tmp_path / "node"
    shutil.copytree(ROOT / "blender-node/node", folder)
    text = (folder / "wire.py").read_text()
    (folder / "wire.py").write_text(text.replace("('w', ctypes.c_int32), ", ""))
    monkeypatch.setenv("EFFIGY_NODE_DIR", str(folder))
    node = start("blender-node", "--avatar", AVATAR, "--size", "160x120", env=dict(os.environ))
    assert node.wait() == 1
    lines = [line for line in node.log().splitlines() if line.startswith("E: ")]
    assert len(lines) == 1, node.log()
    assert re.search(r'"ef_node_settings_t.w (\d+) 4" in the first is "ef_node_settings_t.h \1 4"',
                     lines[0])

"""ARKit's 52 coefficients in the order of the wire, for tests without the library."""

import pathlib
import re

_SOURCE = pathlib.Path(__file__).resolve().parents[2] / "proto/wire/arkit.c"
NAMES = tuple(re.findall(r'"(\w+)"', _SOURCE.read_text().partition("};")[0]))
assert len(set(NAMES)) == len(NAMES) == 52

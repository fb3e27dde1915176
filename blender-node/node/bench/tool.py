"""What the tools share that run inside Blender from the build tree:

    xvfb-run -a blender --factory-startup -noaudio -p 0 0 64 64 --python TOOL.py -- AVATAR ...
"""

import argparse
import os

import compat
import start
import wire
from character import Character

_HERE = os.path.dirname(os.path.abspath(__file__))
LIBRARY = os.path.join(_HERE, '../../../build/libeffigy_node.so')


def load(options):
    """(Character, library) of the avatar, with the mapping beside it."""
    library = wire.load(LIBRARY)
    return Character(options.avatar, None, wire.coefficient_names(library), print), library


def register(program, arguments, load, work):
    """Call load(options) once Blender is ready, then work(options, what that returned), which
    may draw, and exit with 0. arguments: [(name, keywords)] of argparse, after AVATAR."""
    parser = argparse.ArgumentParser(prog=program)
    parser.add_argument('avatar', metavar='AVATAR')
    for name, keywords in arguments:
        parser.add_argument(name, **keywords)

    def main():
        options = parser.parse_args(start.arguments())
        compat.prepare()
        loaded = load(options)
        start.with_opengl(lambda: work(options, loaded))
        return 0

    start.register(main)

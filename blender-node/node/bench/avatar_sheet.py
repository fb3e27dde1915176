"""Writes the contact sheet of a character, drawn by the direct renderer.

    xvfb-run -a blender --factory-startup -noaudio -p 0 0 64 64 \\
        --python avatar_sheet.py -- AVATAR OUT.png
"""

import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from bench import tool  # noqa: E402
from draw import direct, evaluate, offscreen  # noqa: E402
from inspection import sheet  # noqa: E402


def make(options, loaded):
    character, _ = loaded
    poses = sheet.stills(character.inputs, {b.source for b in character.bindings})
    target = offscreen.Offscreen(*sheet.size())
    renderer = direct.Direct(target, evaluate.Evaluation(), lambda level, text: print(text))
    sheet.write(character, renderer, target, poses, options.out)


if __name__ == '__main__':
    tool.register('avatar_sheet.py', [('out', {'metavar': 'OUT.png'})], tool.load, make)

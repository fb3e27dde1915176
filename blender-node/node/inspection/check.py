"""Writes a report on a character; effigy avatar check and map start it, by

    effigy-blender-node --avatar FILE --check FOLDER

FOLDER gets `report` (text for a person), `map` (a mapping text) and `sheet.png`.
"""

import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import node as stage  # noqa: E402
import start  # noqa: E402


def write(folder, name, text):
    with open(os.path.join(folder, name), 'w', encoding='utf-8', errors='replace') as file:
        file.write(text)


def run(node, launcher, _log, coefficients):
    """Write the three files. Returns the status: 0 when something follows the face."""
    # Only here an import that fails can be logged.
    import compat
    from bind import mapping_text
    from inspection.examination import Examination
    compat.prepare()
    found, folder = Examination(node, coefficients), os.environ['EFFIGY_CHECK']
    launcher.ready()
    write(folder, 'map', found.mapping())

    def draw():
        found.draw(os.path.join(folder, 'sheet.png'))
        return [mapping_text.printable(line) for line in found.report()]

    write(folder, 'report', '\n'.join(start.with_opengl(draw)) + '\n')
    return 0 if found.bound else stage.LOGGED


if __name__ == '__main__':
    start.register(lambda: stage.main(run))

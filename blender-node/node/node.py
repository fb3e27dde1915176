"""The stage's part inside Blender; effigy-blender-node starts it.

    blender ... --python node.py -- OPTIONS

The stage never returns to Blender: Blender draws nothing in its window and keeps no
undo history.
"""

import os
import sys
import traceback

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import levels  # noqa: E402
import start  # noqa: E402
import wire  # noqa: E402
from launcher_link import Launcher  # noqa: E402
from trouble import Trouble  # noqa: E402

# Exit status for the launcher: the reason has been logged.
LOGGED = 3


def run(node, launcher, log, coefficients):
    """Load everything, render once, open the links, loop. Returns the status."""
    # Only here an import that fails can be logged.
    import compat
    from stage import Stage, load
    compat.prepare()
    character = load(node, launcher.character, coefficients, log)

    def live():
        stage = Stage(node, launcher, character, log)
        if not launcher.ready():
            return 0
        if not node.open():
            return LOGGED
        stage.run()
        return LOGGED if node.status() else 0

    return start.with_opengl(live)


def where(error):
    """'FILE:LINE: what' of an exception of this stage's own code."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return '%s:%d: %s: %s' % (last.filename, last.lineno, type(error).__name__, error)


def attempt(work, node, launcher, log, coefficients):
    """Do the work, with errors reported to the launcher or in the log. Returns the
    status."""
    try:
        return work(node, launcher, log, coefficients)
    except Trouble as trouble:
        why = str(trouble)
    except ModuleNotFoundError as error:
        why = 'Blender\'s Python has no module %s; install it (numpy: the package python3-numpy)' \
            % error.name
    except BaseException as error:  # any error must end the stage with a message
        why = 'internal error with %s: %s; please report it' % (
            launcher.character, where(error))
    if not launcher.trouble(why):
        log(levels.ERROR, why)
    return LOGGED


def main(work):
    """Set up the library and do the work: function (wire.Node, Launcher, log,
    coefficients) that returns the exit status."""
    try:
        library = wire.load(os.environ['EFFIGY_NODE_LIBRARY'])
    except wire.Mismatch as mismatch:
        # Nothing of that library can be used, not even its log.
        Launcher().trouble(str(mismatch))
        return LOGGED
    try:
        node = wire.Node(library, start.arguments())
    except wire.Refused:
        return LOGGED
    status = attempt(
        work, node, Launcher(), wire.logger(library), wire.coefficient_names(library))
    node.close()
    return status


if __name__ == '__main__':
    start.register(lambda: main(run))

"""The stage's part inside Blender; effigy-blender-node starts it.

    blender ... --python node.py -- OPTIONS

The loop runs in one timer, where the window's OpenGL context is at hand, and
never goes back to Blender: nothing is drawn in the window, nothing is undone,
and the process ends in here.
"""

import os
import sys
import traceback

import bpy

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import wire  # noqa: E402
from launcher_link import Launcher  # noqa: E402
from trouble import Trouble  # noqa: E402

# Told to the launcher by the exit status: why has been logged.
LOGGED = 3
WAIT_MS = 100
# Live, while no expression has come: a picture of the character at rest each so
# many waits, so that what follows has one.
REST_WAITS = 10


class Stage:
    """Draws the character by each expression, until it is time to leave."""

    def __init__(self, node, launcher, names, log):
        """node: wire.Node; launcher: launcher.Launcher; names: the 52
        coefficients. Raises Trouble."""
        import idle
        from bind import mapping
        from draw import offscreen
        import head_pose
        from draw import renderers
        self._node, self._launcher, self._names, self._log = node, launcher, names, log
        try:
            self._target = offscreen.Offscreen(*node.render_size())
        except (RuntimeError, ValueError, MemoryError) as error:
            raise Trouble('cannot make a picture of %dx%d: %s; choose a smaller --size'
                          % (*node.render_size(), error))
        self._way = renderers.choose(node.renderer, log)
        self._idle = idle.Idle(names + mapping.MORE_INPUTS)
        self._inputs = head_pose.inputs(node.expression)
        # The source's time of the first expression: there the timeline begins.
        self._begin = None
        self._character = self._load(launcher.character)

    def _make_renderer(self, evaluation):
        from draw import renderers
        return renderers.make(self._way, self._target, evaluation, self._node, self._log)

    def _load(self, path):
        """The Character of a path, drawn once: that compiles its shaders before
        anybody waits for a picture."""
        import character
        from load import loader
        told = self._node.map if path == self._node.avatar else None
        map_path = told or loader.map_beside(path)
        loaded = character.Character(path, map_path, self._names, self._make_renderer,
                                     self._node.effects, self._log)
        loaded.draw(self._inputs, 0.0)
        return loaded

    def _draw(self):
        """Draw the expression received last, alive where the face is lost."""
        import idle
        import head_pose
        expression = self._node.expression
        self._inputs = head_pose.inputs(expression)
        self._idle.add(self._inputs, expression.t * 1e-9, expression.state == idle.LOST)
        self._target.resize(*self._node.render_size())
        self._begin = expression.t if self._begin is None else self._begin
        self._character.draw(self._inputs, (expression.t - self._begin) * 1e-9)

    def run(self):
        """Render each expression."""
        self._log(wire.INFO, 'ready: %s, %d targets, %dx%d' % (
            self._character.path, len(self._character.rig), *self._target.size))
        self._node.shows(self._character.name)
        waits = 0
        while True:
            self._launcher.tick()
            got = self._node.receive(WAIT_MS)
            if got == 1:
                waits = -1
                self._draw()
            elif got == 0:
                # waits stays -1 once an expression has come.
                waits += 1 if self._node.live and waits >= 0 else 0
                if waits < REST_WAITS:
                    continue
                waits = 0
                # What is drawn already, once more.
                self._node.rest()
            else:
                return
            if not self._node.send(self._target):
                return


def run(node, launcher, log, names):
    """Load everything, render once, open the links, loop. Returns the status."""
    import compat
    compat.prepare()
    stage = Stage(node, launcher, names, log)
    if not launcher.ready():
        return 0
    if not node.open():
        return LOGGED
    stage.run()
    return LOGGED if node.status() else 0


def where(error):
    """'FILE:LINE: what' of an exception of this stage's own code."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return '%s:%d: %s: %s' % (last.filename, last.lineno, type(error).__name__, error)


def attempt(node, launcher, log, names):
    """run, with what went wrong told to the launcher, or in the log. Returns the
    status."""
    try:
        return run(node, launcher, log, names)
    except Trouble as trouble:
        why = str(trouble)
    except BaseException as error:  # whatever it is, the stage must end and say so
        why = 'a fault in the stage with %s: %s; please report it' % (
            launcher.character, where(error))
    if not launcher.trouble(why):
        log(wire.ERROR, why)
    return LOGGED


def main():
    """Timer function: does everything, never returns."""
    try:
        library = wire.load(os.environ['EFFIGY_NODE_LIBRARY'])
    except wire.Mismatch as mismatch:
        # Nothing of that library can be trusted, its log neither.
        Launcher().trouble(str(mismatch))
        os._exit(LOGGED)
    arguments = sys.argv[sys.argv.index('--') + 1:] if '--' in sys.argv else []
    try:
        node = wire.Node(library, arguments)
    except wire.Refused:
        os._exit(LOGGED)
    status = attempt(node, Launcher(), wire.logger(library), wire.coefficient_names(library))
    node.close()
    # Blender's own way out takes time, and may crash in the driver.
    os._exit(status)


def guarded():
    """main, and out with whatever happens before there is a log."""
    try:
        main()
    except BaseException:
        traceback.print_exc()
        os._exit(1)


if __name__ == '__main__':
    bpy.app.timers.register(guarded, persistent=True)

"""The stage: draws the character for each expression and sends the image."""

import head_pose
import idle
import levels
from character import Character
from draw import evaluate, offscreen, renderers, timeline
from trouble import Trouble

WAIT_MS = 100
# Under policy latest, until the first expression: a render of the character at rest after
# this many waits, so that the next stage has one.
REST_WAITS = 10
# How far each input moves before the first expression, and seconds into the timeline.
REHEARSAL = 0.3


def load(node, path, coefficients, log):
    """The Character at a path. coefficients: the 52 names. Raises Trouble."""
    def warn(text):
        log(levels.WARNING, text)

    # --map belongs to --avatar, not to a character that was requested later.
    loaded = Character(path, node.map if path == node.avatar else None, coefficients, warn)
    if not node.effects:
        timeline.hide_effects()
    if len(loaded) == 0:
        warn('nothing in %s follows the face: no shape key or bone has a known name and no '
             'mapping binds anything; see effigy avatar check' % path)
    return loaded


class Stage:
    """Draws the character for each expression, until the stage must exit."""

    def __init__(self, node, launcher, character, log):
        """node: wire.Node; launcher: Launcher; character: Character. Draws the character
        once, so that its shaders are compiled before the first expression. Raises Trouble."""
        self._node, self._launcher, self._log = node, launcher, log
        try:
            self._target = offscreen.Offscreen(*node.render_size())
        except (RuntimeError, ValueError, MemoryError) as error:
            raise Trouble('cannot make an off-screen buffer of %dx%d: %s; choose a smaller --size'
                          % (*node.render_size(), error))
        way = renderers.choose(node.renderer, log)
        self._idle = idle.Idle(character.inputs)
        self._character = character
        self._evaluation = evaluate.Evaluation()
        self._renderer = renderers.make(way, self._target, self._evaluation, node, log)
        self._rehearse(head_pose.inputs(node.expression))

    def _render(self, inputs, seconds):
        """Draw the character. seconds: into the timeline."""
        self._character.apply(inputs)
        self._evaluation.seconds = seconds
        self._renderer.render()

    def _rehearse(self, rest):
        """Draw the character before the first expression: shaders are compiled, and what
        stands still is known, whichever expressions this renderer gets first."""
        moved = [REHEARSAL] * len(rest)
        for inputs, seconds in ((rest, 0.0), (moved, REHEARSAL), (rest, 0.0), (rest, 0.0)):
            self._render(inputs, seconds)
            if self._renderer.name != 'direct':
                break
        self._target.forget()

    def _draw(self):
        """Draw the last received expression, with idle motion where the face is lost."""
        expression = self._node.expression
        inputs = head_pose.inputs(expression)
        self._idle.add(inputs, expression.t * 1e-9, expression.state == idle.LOST,
                       expression.idle)
        self._target.resize(*self._node.render_size())
        # The source's clock, and not the time since the first expression: renderers that share the
        # work show the same moment of the timeline.
        self._render(inputs, expression.t * 1e-9)

    def run(self):
        """Render each expression."""
        self._log(levels.INFO, 'ready: %s, %d targets, %dx%d' % (
            self._character.path, len(self._character), *self._target.size))
        self._node.shows(self._character.name)
        waits = 0
        while True:
            self._launcher.tick()
            got = self._node.receive(WAIT_MS)
            if got == 1:
                waits = -1
                self._draw()
            elif got == 0:
                # Stays -1 after the first expression.
                waits += 1 if self._node.live and waits >= 0 else 0
                if waits < REST_WAITS:
                    continue
                waits = 0
                # Sends the image drawn last once more.
                self._node.rest()
            else:
                return
            if not self._node.send(self._target):
                return
            self._renderer.prepare()

"""The character that is shown: its file, its rig, and what draws it."""

import os

from draw import evaluate
from load import loader
from bind import mapping
from bind import match
from bind import rig
import timeline
import wire
from trouble import Trouble


def find_bindings(map_path, names, tell):
    """[Binding] of the mapping text, or of None, and of what the loaded file has
    by name; their keyframes are silenced. names: the 52 coefficients. tell:
    function (text), told of each line that is left out. Raises Trouble."""
    bindings = []
    if map_path:
        try:
            bindings, problems = mapping.parse(map_path, names + mapping.MORE_INPUTS)
        except OSError as error:
            raise Trouble('cannot read the mapping %s: %s; give another with --map'
                          % (map_path, error.strerror))
        for problem in problems:
            tell(problem)
    bindings += match.by_name(names, bindings)
    timeline.release(bindings)
    return bindings


def _make_rig(path, map_path, names, log):
    def warn(text):
        log(wire.WARNING, text)

    made = rig.Rig(find_bindings(map_path, names, warn), warn)
    if len(made) == 0:
        log(wire.WARNING, 'nothing in %s follows the face: no shape key or bone has a known name '
            'and no mapping binds anything; see effigy avatar check' % path)
    return made


class Character:
    """A loaded character; whichever was loaded before is gone."""

    def __init__(self, path, map_path, names, make_renderer, effects, log):
        """map_path: the mapping text, or None. names: the 52 coefficients.
        make_renderer: function (Evaluation). effects: False hides the file's
        effects. Raises Trouble."""
        self.path = path
        self.name = os.path.splitext(os.path.basename(path))[0]
        for warning in loader.load(path):
            log(wire.WARNING, warning)
        if not effects:
            timeline.hide_effects()
        self.rig = _make_rig(path, map_path, names, log)
        self._evaluation = evaluate.Evaluation()
        self._renderer = make_renderer(self._evaluation)

    def draw(self, inputs, seconds):
        """Draw into the target. inputs: [float], 52 coefficients and
        mapping.MORE_INPUTS; seconds: into the timeline."""
        self.rig.apply(inputs)
        self._evaluation.seconds = seconds
        self._renderer.render()

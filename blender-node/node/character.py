"""A loaded character and what moves it."""

import os

from bind import mapping, match, rig
from draw import timeline
from load import loader
from trouble import Trouble


def find_bindings(map_path, coefficients, tell):
    """[Binding] of the mapping text (None for none) and, by name, of the loaded file;
    mutes the keyframes of their targets. tell: function (text), called for each line
    that is ignored. Raises Trouble."""
    bindings = []
    if map_path:
        try:
            bindings, problems = mapping.parse(map_path, coefficients + mapping.MORE_INPUTS)
        except OSError as error:
            raise Trouble('cannot read the mapping %s: %s; give another with --map'
                          % (map_path, error.strerror)) from None
        for problem in problems:
            tell(problem)
    bindings += match.by_name(coefficients, bindings, loader.vrm())
    timeline.release(bindings)
    return bindings


class Character:
    """A character that can be posed. Loading it replaces the one loaded before.

    inputs: names of all inputs, in order; bindings: [Binding], also those without a
    target.
    """

    def __init__(self, path, map_path, coefficients, tell):
        """map_path: the mapping text, or None for the one beside the file, if any.
        coefficients: the 52 names, in order. tell: function (text), called for each
        warning. Raises Trouble."""
        self.path = path
        self.name = os.path.splitext(os.path.basename(path))[0]
        for warning in loader.load(path, coefficients):
            tell(warning)
        self.inputs = coefficients + mapping.MORE_INPUTS
        self.bindings = find_bindings(map_path or loader.map_beside(path), coefficients, tell)
        self._rig = rig.Rig(self.bindings, tell)

    def __len__(self):
        """How many targets follow the inputs."""
        return len(self._rig)

    def apply(self, values):
        """Pose it. values: [float], one for each input."""
        self._rig.apply(values)

    def pose(self, values):
        """Pose it. values: {input: float}, 0 for the others."""
        self._rig.apply([float(values.get(name, 0.0)) for name in self.inputs])

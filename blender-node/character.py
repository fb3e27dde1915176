"""The character that is shown: its file, its rig, and what draws it."""

import os

import bpy

import camera
import compat
import evaluate
import mapping
import rig
import timeline
import wire


class Trouble(Exception):
    """What the user can set right; its text says what, why and what to do."""


def load(path):
    """Load the character's file and make sure that it can be seen. Returns warnings."""
    problem = compat.open_file(path)
    if problem:
        raise Trouble('cannot load the character %s: %s; save it again from Blender, or give '
                      'another with --avatar' % (path, problem))
    if not any(o.type == 'MESH' and o.visible_get() for o in bpy.context.scene.objects):
        raise Trouble('%s shows no mesh; unhide the character and save it' % path)
    told = camera.ensure(bpy.context.scene)
    return [told] if told else []


def map_beside(path):
    """The path of the mapping text beside a character's file, or None."""
    beside = os.path.splitext(path)[0] + '.map'
    return beside if os.path.exists(beside) else None


def _make_rig(path, map_path, names, log):
    """The Rig of the mapping, if any, and of what is found by name."""
    bindings = []
    if map_path:
        try:
            bindings, problems = mapping.parse(map_path, names + mapping.MORE_INPUTS)
        except OSError as error:
            raise Trouble('cannot read the mapping %s: %s; give another with --map'
                          % (map_path, error.strerror))
        for problem in problems:
            log(wire.WARNING, problem)
    bindings += rig.by_name(names, bindings)
    timeline.release(bindings)
    made = rig.Rig(bindings, lambda text: log(wire.WARNING, text))
    if len(made) == 0:
        log(wire.WARNING, 'nothing in %s follows the face: no shape key has an ARKit name and no '
            'mapping binds anything; write one (see the man page)' % path)
    return made


class Character:
    """A loaded character; whichever was loaded before is gone."""

    def __init__(self, path, map_path, names, make_renderer, effects, log):
        """map_path: the mapping text, or None. names: the 52 coefficients.
        make_renderer: function (Evaluation). effects: False hides the file's
        effects. Raises Trouble."""
        self.path = path
        self.name = os.path.splitext(os.path.basename(path))[0]
        for warning in load(path):
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

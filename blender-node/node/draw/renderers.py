"""Chooses and creates the renderer."""

import compat
import levels
from draw import direct, view3d


def choose(wanted, log):
    """'direct' or 'view3d'; wanted may be 'auto' as well. Logs the reason."""
    drawn_by = compat.renderer_name()
    if wanted != 'auto':
        log(levels.INFO, 'renderer %s (--renderer), on %s' % (wanted, drawn_by))
        return wanted
    if not compat.is_software():
        log(levels.INFO, 'renderer view3d: OpenGL uses a GPU, %s' % drawn_by)
        return 'view3d'
    log(levels.INFO, 'renderer direct: OpenGL runs in software, %s' % drawn_by)
    return 'direct'


def make(name, target, evaluation, settings, log):
    """The renderer of the scene that is loaded. target: Offscreen; settings:
    wire.Node."""
    if name == 'view3d':
        return view3d.View3D(target, evaluation, settings.shading)
    return direct.Direct(target, evaluation, log)

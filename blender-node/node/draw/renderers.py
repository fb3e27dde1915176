"""Chooses and creates the renderer."""

import compat
import wire
from trouble import Trouble


def choose(wanted, log):
    """'direct' or 'view3d'; wanted may be 'auto' as well. Logs the reason."""
    drawn_by = compat.renderer_name()
    if wanted != 'auto':
        log(wire.INFO, 'renderer %s (--renderer), on %s' % (wanted, drawn_by))
        return wanted
    if not compat.is_software():
        log(wire.INFO, 'renderer view3d: OpenGL uses a GPU, %s' % drawn_by)
        return 'view3d'
    log(wire.INFO, 'renderer direct: OpenGL runs in software, %s' % drawn_by)
    return 'direct'


def make(name, target, evaluation, settings, log):
    """The renderer of the scene that is loaded. target: Offscreen; settings:
    wire.Node. Raises Trouble."""
    if name == 'view3d':
        from draw import view3d
        return view3d.View3D(target, evaluation, settings.shading)
    try:
        from draw import direct
    except ModuleNotFoundError as error:
        raise Trouble('the direct renderer needs %s in Blender\'s Python (Debian: python3-numpy); '
                      'install it, or use --renderer view3d' % error.name)
    return direct.Direct(target, evaluation, log)

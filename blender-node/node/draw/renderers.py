"""Which renderer draws, and that renderer made."""

import compat
import wire
from trouble import Trouble


def choose(wanted, log):
    """'direct' or 'view3d'; wanted may be 'auto' as well. A log line says why."""
    drawn_by = compat.renderer_name()
    if wanted != 'auto':
        log(wire.INFO, 'renderer %s as told, on %s' % (wanted, drawn_by))
        return wanted
    if not compat.is_software():
        log(wire.INFO, 'renderer view3d: OpenGL has a GPU, %s' % drawn_by)
        return 'view3d'
    log(wire.INFO, 'renderer direct: OpenGL is software here, %s' % drawn_by)
    return 'direct'


def make(name, target, evaluation, settings, log):
    """The renderer of the scene that is loaded. target: Offscreen; settings:
    wire.Node. Raises Trouble."""
    if name == 'view3d':
        from draw import view3d
        return view3d.View3D(target, evaluation, settings.shading, settings.samples)
    try:
        from draw import direct
    except ModuleNotFoundError as error:
        raise Trouble('the direct renderer needs %s in Blender\'s Python (Debian: python3-numpy); '
                      'install it, or say --renderer view3d' % error.name)
    return direct.Direct(target, evaluation, log)

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
from trouble import Trouble  # noqa: E402

# Told to the launcher by the exit status: why has been logged.
LOGGED = 3
WAIT_MS = 100
# Live, while no expression has come: a picture of the character at rest each so
# many waits, so that what follows has one.
REST_WAITS = 10


def make_rig(node, names, log):
    """The Rig of the mapping and of what is found by name."""
    import loader
    import mapping
    import match
    import rig
    inputs = names + mapping.MORE_INPUTS
    bindings = []
    text = node.map or loader.map_beside(node.avatar)
    if text:
        try:
            bindings, problems = mapping.parse(text, inputs)
        except OSError as error:
            raise Trouble('cannot read the mapping %s: %s; give another with --map'
                          % (text, error.strerror))
        for problem in problems:
            log(wire.WARNING, problem)
    bindings += match.by_name(names, bindings)
    made = rig.Rig(bindings, lambda text: log(wire.WARNING, text))
    if len(made) == 0:
        log(wire.WARNING, 'nothing in %s follows the face: no shape key or bone has a known name '
            'and no mapping binds anything; see effigy avatar check' % node.avatar)
    return made


def choose(node, log):
    """'direct' or 'view3d', and a log line that says why."""
    import compat
    name = compat.renderer_name()
    if node.renderer != 'auto':
        log(wire.INFO, 'renderer %s as told, on %s' % (node.renderer, name))
        return node.renderer
    if not compat.is_software():
        log(wire.INFO, 'renderer view3d: OpenGL has a GPU, %s' % name)
        return 'view3d'
    log(wire.INFO, 'renderer direct: OpenGL is software here, %s' % name)
    return 'direct'


def make_renderer(node, log):
    """The renderer and its Offscreen."""
    import evaluate
    import offscreen
    try:
        target = offscreen.Offscreen(*node.size)
    except (RuntimeError, ValueError, MemoryError) as error:
        raise Trouble('cannot make a picture of %dx%d: %s; choose a smaller --size'
                      % (*node.size, error))
    evaluation = evaluate.Evaluation()
    if choose(node, log) == 'view3d':
        import view3d
        return view3d.View3D(target, evaluation, node.shading), target
    try:
        import direct
    except ModuleNotFoundError as error:
        raise Trouble('the direct renderer needs %s in Blender\'s Python (Debian: python3-numpy); '
                      'install it, or say --renderer view3d' % error.name)
    return direct.Direct(target, evaluation, log), target


def pose_inputs(node, life):
    """The inputs of the expression received last, alive where the face is lost."""
    import idle
    import pose
    values = pose.inputs(node.expression)
    life.add(values, node.expression.t * 1e-9, node.expression.state == idle.LOST)
    return values


def loop(node, rig, renderer, target, life):
    """Render each expression until it is time to leave. life: Idle."""
    waits = 0
    while True:
        got = node.receive(WAIT_MS)
        if got == 1:
            waits = -1
            rig.apply(pose_inputs(node, life))
        elif got == 0:
            # waits stays -1 once an expression has come.
            waits += 1 if node.live and waits >= 0 else 0
            if waits < REST_WAITS:
                continue
            waits = 0
            # What is drawn already, once more.
            node.rest()
        else:
            return
        if got == 1:
            renderer.render()
        if not node.send(target.address):
            return


def run(node, log, names):
    """Load everything, render once, open the links, loop."""
    import compat
    import idle
    import loader
    import mapping
    import pose
    compat.prepare()
    for told in loader.load(node.avatar):
        log(wire.WARNING, told)
    rig = make_rig(node, names, log)
    renderer, target = make_renderer(node, log)
    # The first picture compiles shaders: before anybody waits for one.
    rig.apply(pose.inputs(node.expression))
    renderer.render()
    if not node.open():
        return LOGGED
    log(wire.INFO, 'ready: %s, %d targets, %dx%d' % (node.avatar, len(rig), *node.size))
    loop(node, rig, renderer, target, idle.Idle(names + mapping.MORE_INPUTS))
    return LOGGED if node.status() else 0


def where(error):
    """'FILE:LINE: what' of an exception of this stage's own code."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return '%s:%d: %s: %s' % (last.filename, last.lineno, type(error).__name__, error)


def main():
    """Timer function: does everything, never returns."""
    library = wire.load(os.environ['EFFIGY_NODE_LIBRARY'])
    log = wire.logger(library)
    node, status = None, LOGGED
    try:
        arguments = sys.argv[sys.argv.index('--') + 1:] if '--' in sys.argv else []
        node = wire.Node(library, arguments)
        status = run(node, log, wire.coefficient_names(library))
    except wire.Refused:
        pass
    except Trouble as trouble:
        log(wire.ERROR, trouble)
    except BaseException as error:  # whatever it is, the stage must end and say so
        log(wire.ERROR, 'a fault in the stage: %s; please report it' % where(error))
    if node is not None:
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

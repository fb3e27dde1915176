"""How each script inside Blender starts, reaches OpenGL and ends.

With a window it runs in a timer, because only there the window's OpenGL context is current.
In the background (blender -b) there is no window, and with_opengl makes a context current
through EGL. The script never returns to Blender: the process exits with its status.
"""

import os
import shutil
import sys
import traceback

import bpy

from trouble import Trouble


def arguments():
    """The words of the command line after `--`, where Blender's own end."""
    return sys.argv[sys.argv.index('--') + 1:] if '--' in sys.argv else []


def _status(main):
    try:
        return main()
    except SystemExit as leave:  # argparse has printed why
        return leave.code
    except BaseException:
        traceback.print_exc()
        return 1


def register(main):
    """Run main() once Blender is ready, and exit with the status that it returns. What main
    draws, it draws in with_opengl."""
    def run():
        status = _status(main)
        sys.stdout.flush()
        shutil.rmtree(bpy.app.tempdir, ignore_errors=True)
        # Blender's normal exit takes time, and may crash in the driver.
        os._exit(status)

    if bpy.app.background:
        run()  # it has no timers
    else:
        bpy.app.timers.register(run, persistent=True)


def with_opengl(work):
    """The result of work(), called where OpenGL's context is current. It must not load a
    file: in the background Blender would wait for itself."""
    return _while_rendering(work) if bpy.app.background else work()


def _while_rendering(work):
    """In the background a context is current only while an engine of Python's renders, where
    only an operator may change the scene: so this is an operator that such an engine runs."""
    results, failures = [], []

    class Work(bpy.types.Operator):
        bl_idname, bl_label = 'effigy.work', 'Effigy'

        def execute(self, _context):
            try:
                results.append(work())
            except BaseException as error:  # Blender would only print it
                failures.append(error)
            return {'FINISHED'}

    class Engine(bpy.types.RenderEngine):
        bl_idname, bl_label = 'EFFIGY', 'Effigy'
        bl_use_gpu_context = True

        def render(self, _depsgraph):
            bpy.ops.effigy.work()

    bpy.utils.register_class(Work)
    bpy.utils.register_class(Engine)
    # A scene of its own: the character's may have several layers, each of which is rendered.
    scene = bpy.data.scenes.new('effigy')
    scene.render.engine = Engine.bl_idname
    scene.camera = bpy.context.scene.camera
    bpy.ops.render.render(scene=scene.name)
    if failures:
        raise failures[0]
    if not results:
        raise Trouble('OpenGL does not run without a display here; use --display auto')
    return results[0]

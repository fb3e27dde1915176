"""How each script inside Blender starts and ends.

It runs in a timer, because only there the window's OpenGL context is current. The
timer never returns to Blender: the process exits with the script's status.
"""

import os
import shutil
import sys
import traceback

import bpy


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
    """Run main() once Blender is ready, and exit with the status that it returns."""
    def run():
        status = _status(main)
        sys.stdout.flush()
        shutil.rmtree(bpy.app.tempdir, ignore_errors=True)
        # Blender's normal exit takes time, and may crash in the driver.
        os._exit(status)

    bpy.app.timers.register(run, persistent=True)

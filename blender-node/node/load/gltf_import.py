"""Loads glTF with Blender's own importer, into an empty file."""

import os
import shutil
import tempfile

import addon_utils
import bpy
import numpy
from mathutils import Matrix

from load import gltf_copy, gltf_file, stance, surroundings, vrm
from trouble import Trouble

ADDON = 'io_scene_gltf2'
EXPORT_AGAIN = 'export it again as .glb, without compression'


def _prepare():
    """Enable the importer."""
    # Blender 3.4's importer asks for a name that numpy 1.24 has dropped.
    if 'bool' not in vars(numpy):
        numpy.bool = bool
    if not addon_utils.check(ADDON)[1] and addon_utils.enable(ADDON) is None:
        raise Trouble('this Blender has no importer for glTF (%s); install its add-ons, or give '
                      'a .blend with --avatar' % ADDON)


def _reason(error):
    """The last line of what the importer says, which may be a whole traceback."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith(('Location:', 'File "', '^'))]
    return lines[-1].removeprefix('Error: ') if lines else type(error).__name__


def _import(copy):
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True, load_ui=False)
    # The importer asks for a window, which a timer's context no longer has.
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
        bpy.ops.import_scene.gltf(filepath=copy)
    for image in bpy.data.images:
        # The copy's folder will be removed.
        if image.source == 'FILE' and image.packed_file is None:
            image.pack()


def _turn_round():
    """Turn the character by 180 degrees: VRM 0 faces the other way."""
    turn = Matrix.Rotation(numpy.pi, 4, 'Z')
    for obj in bpy.context.scene.objects:
        if obj.parent is None:
            obj.matrix_world = turn @ obj.matrix_world
    bpy.context.view_layer.update()


def load(path):
    """Load a .glb, .gltf or .vrm. Returns vrm.Facts, or None without a VRM part;
    raises Trouble."""
    _prepare()
    folder = tempfile.mkdtemp(prefix='effigy-gltf-')
    try:
        gltf = gltf_file.read(path)
        copy = gltf_copy.write(gltf, folder)
        facts = vrm.facts(gltf.document)
        _import(copy)
    except gltf_file.GltfError as error:
        raise Trouble('cannot load the character %s: %s; %s' % (path, error, EXPORT_AGAIN)) \
            from None
    except PermissionError as error:
        raise Trouble('cannot load the character %s: it refers to %s, which it may not read; %s'
                      % (path, error.filename, surroundings.advice(surroundings.folder_of(path)))) \
            from None
    except (RuntimeError, OSError, MemoryError) as error:
        raise Trouble('cannot load the character %s: %s; %s'
                      % (path, _reason(error), EXPORT_AGAIN)) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if facts is not None and facts.version == 0:
        _turn_round()
    if facts is not None:
        stance.lower_arms(facts.bones)
    bpy.context.scene.view_settings.view_transform = 'Standard'
    return facts

"""Loads a character of any kind and replaces the one that is loaded.

Each load removes everything, including Blender's handlers: create Evaluation, Rig
and renderer again afterwards. After a failure the previous file can be loaded
again.
"""

import os
import stat

import bpy

import compat
from load import (blend_header, default_light, gltf_import, image_sizes, scene_camera,
                  surroundings)
from trouble import Trouble

GIVE_ANOTHER = 'give another with --avatar'
ENDINGS = ('.blend', '.glb', '.gltf', '.vrm')
START = 1 << 18  # bytes needed to recognise a file
MANY_TRIANGLES = 250_000
TRIANGLES_MAX = 5_000_000

_KINDS = ((b'\x89PNG', 'a PNG image'), (b'\xff\xd8\xff', 'a JPEG image'),
          (b'PK\x03\x04', 'a ZIP archive; unpack it'), (b'Kaydara FBX', 'an FBX file; convert it '
          'with Blender'), (b'%PDF', 'a PDF'), (b'Pmx ', 'an MMD model; convert it with Blender'),
          (b'Pmd', 'an MMD model; convert it with Blender'), (b'\x7fELF', 'a program'))

_vrm = None


def vrm():
    """The VRM part of the file loaded last (vrm.Facts), or None."""
    return _vrm


def map_beside(path):
    """The mapping text beside a character: FILE.map for FILE.blend, or None."""
    start, ending = os.path.splitext(path)
    beside = start + '.map'
    return beside if ending.lower() in ENDINGS and os.path.exists(beside) else None


def _read_start(path):
    """The file's first bytes."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise Trouble('the character %s is not a regular file; %s' % (path, GIVE_ANOTHER))
        with open(path, 'rb') as file:
            start = file.read(START)
    except OSError as error:
        raise Trouble('cannot read the character %s: %s; %s'
                      % (path, error.strerror, GIVE_ANOTHER)) from None
    if not start:
        raise Trouble('the character %s is empty; %s' % (path, GIVE_ANOTHER))
    return start


def _check_version(path, start):
    """[warning] about a file of a newer Blender; refuses one of the next major version."""
    wrote, here = blend_header.version(start), bpy.app.version[:2]
    if wrote is None:
        raise Trouble('%s is damaged: its header cannot be read; save it again from Blender, or '
                      '%s' % (path, GIVE_ANOTHER))
    if wrote <= here:
        return []
    words = '%s was written by Blender %d.%d, and this is %d.%d' % (path, *wrote, *here)
    if wrote[0] > here[0]:
        raise Trouble('%s, which cannot read it; use a newer Blender, first on PATH, or export '
                      'the character as .glb' % words)
    return [words + ': features of the newer version may be missing']


def _load_blend(path, start):
    warnings = _check_version(path, start)
    # Not by a link: the files beside the link do not belong to the character.
    problem = compat.open_file(os.path.realpath(path))
    if problem:
        raise Trouble('cannot load the character %s: %s; the file may be cut short: save it again '
                      'from Blender, or %s' % (path, problem, GIVE_ANOTHER))
    warnings += surroundings.strip(path)
    _check_images(path)
    return warnings


def _image_size(image):
    """(width, height) of an image that nothing has decoded yet, or None."""
    if image.source == 'GENERATED':
        return image.generated_width, image.generated_height
    try:
        if image.packed_file is not None:
            return image_sizes.size(image.packed_file.data[:image_sizes.START])
        with open(bpy.path.abspath(image.filepath, library=image.library), 'rb') as file:
            return image_sizes.size(file.read(image_sizes.START))
    except OSError:
        return None


def _check_images(path):
    budget = image_sizes.Budget()
    for image in bpy.data.images:
        problem = budget.add(image.name, _image_size(image))
        if problem is not None:
            raise Trouble('cannot show the character %s: %s; use smaller images' % (path, problem))


def _load_other(path, start):
    """Load glTF. Returns vrm.Facts or None; raises Trouble for any other file."""
    if start.startswith(b'glTF') or start.lstrip(b'\xef\xbb\xbf \t\r\n').startswith(b'{'):
        return gltf_import.load(path)
    known = next((what for bytes_, what in _KINDS if start.startswith(bytes_)), None)
    raise Trouble('%s is not a Blender file or glTF (.glb, .gltf, .vrm)%s; %s'
                  % (path, ' but ' + known if known else '', GIVE_ANOTHER))


def _shown():
    return [o for o in bpy.context.scene.objects if o.type == 'MESH' and o.visible_get()]


def triangles():
    """The number of triangles that are drawn, modifiers included."""
    depsgraph = bpy.context.evaluated_depsgraph_get()
    meshes = (o.evaluated_get(depsgraph).data for o in _shown())
    # A polygon of n corners is n - 2 triangles.
    return sum(len(m.loops) - 2 * len(m.polygons) for m in meshes)


def load(path, coefficients):
    """Load the character. coefficients: the 52 names, by which a face is found.
    Returns [warning]; raises Trouble."""
    global _vrm
    start = _read_start(path)
    _vrm, warnings = None, []
    if blend_header.is_blend(start):
        warnings = _load_blend(path, start)
    else:
        _vrm = _load_other(path, start)
    if not any(len(o.data.polygons) > 0 for o in _shown()):
        raise Trouble('; '.join(['%s has no visible mesh; unhide the character and save it, or %s'
                                 % (path, GIVE_ANOTHER), *warnings]))
    warnings += scene_camera.ensure(bpy.context.scene, coefficients)
    default_light.ensure(bpy.context.scene)
    count = triangles()
    if count > TRIANGLES_MAX:
        raise Trouble('%s has %d triangles with its modifiers; the limit is %d: use fewer '
                      'subdivisions or smaller arrays' % (path, count, TRIANGLES_MAX))
    if count > MANY_TRIANGLES:
        warnings.append('%s has %d triangles and will be slow; keep it below %d with the '
                        'Decimate modifier or fewer subdivisions' % (path, count, MANY_TRIANGLES))
    return warnings

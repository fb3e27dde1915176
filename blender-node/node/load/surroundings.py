"""The files that a .blend refers to outside of itself: images, films, sounds, caches,
fonts, libraries, anything for which Blender has a path.

A character may read only its own folder; otherwise a .blend with a film could show
private files. The launcher's confinement enforces that where the kernel supports
it; this module checks the paths, reports those that are ignored, and ignores them
on any kernel.

There is no list of kinds: Blender's own description of its data (RNA) tells which
values are paths.
"""

import os
import re
import stat

import bpy

from trouble import Trouble

_PATHS = ('FILE_PATH', 'DIR_PATH')
# Paths that are written, notes on where data once came from, and data that Blender derives.
_NOT_READ = ('RenderSettings', 'BakeSettings', 'CompositorNodeOutputFile', 'LibraryWeakReference',
             'PathCompare', 'Depsgraph')
# Types of buttons, menus and the like.
_WINDOWS = re.compile('_(OT|PT|MT|HT|UL|GT|GGT|KM)_')
# Parts of the window, which are not loaded from a character.
_NOT_CHARACTER = ('screens', 'window_managers', 'workspaces')
_ADVICE = 'put it there, or pack it into the .blend (File, External Data)'
_ALONE = 'move it into a folder of its own together with its files'
_TOLD_MAX = 8
_DROPPED_MAX = 200
_INSIDE = ('', '<builtin>')
_STRIP = getattr(bpy.types, 'Strip', None) or bpy.types.Sequence  # 4.4 renamed it


def folder_of(path):
    """The folder that a character may read, or '' for only its own file, as set by
    the launcher; without a launcher, the character's folder."""
    return os.environ.get('EFFIGY_NODE_FOLDER', os.path.dirname(os.path.realpath(path)))


def advice(folder):
    """What to do about a file that a character may not read."""
    return _ADVICE if folder else _ALONE


def refusal(path, folder, itself):
    """Why a path is not read, or None. folder: as folder_of; itself: the
    character."""
    real = os.path.realpath(path.replace('\\', '/'))
    root = os.path.realpath(folder) if folder else None
    if root is None and real != os.path.realpath(itself):
        return 'but a character in a shared folder may read only itself'
    if root is not None and os.path.commonpath([root, real]) != root:
        return 'which is not in its folder'
    try:
        mode = os.stat(real).st_mode
    except OSError:
        return None  # Blender reports missing files
    return None if stat.S_ISREG(mode) or stat.S_ISDIR(mode) else 'which is not a regular file'


class _Types:
    """Which of Blender's types hold paths, themselves or in their parts."""

    def __init__(self):
        types = {}
        for name in dir(bpy.types):
            rna = None if _WINDOWS.search(name) else getattr(
                getattr(bpy.types, name), 'bl_rna', None)
            if rna is not None and rna.identifier not in _NOT_READ:
                types[rna.identifier] = rna
        ids = {name for name, rna in types.items() if 'ID' in self._bases(rna)}
        derived, self.paths, self.parts = {}, {}, {}
        for name, rna in types.items():
            for base in self._bases(rna):
                derived.setdefault(base, []).append(name)
            self._describe(name, rna, types, ids)
        self._keep_holders(derived)

    @staticmethod
    def _bases(rna):
        while rna is not None:
            yield rna.identifier
            rna = rna.base

    def _describe(self, name, rna, types, ids):
        self.paths[name], self.parts[name] = [], []
        for prop in rna.properties:
            # A text block's path has no path subtype.
            if prop.type == 'STRING' and (prop.subtype in _PATHS or
                                          prop.identifier == 'filepath'):
                self.paths[name].append(prop.identifier)
            elif prop.type in ('POINTER', 'COLLECTION') and prop.fixed_type is not None:
                kind = prop.fixed_type.identifier
                # Other data-blocks are visited by themselves, except node trees inside of them.
                if kind in types and (kind not in ids or kind == 'NodeTree'):
                    self.parts[name].append((prop.identifier, kind, prop.type == 'COLLECTION'))

    def _keep_holders(self, derived):
        """Remove from `parts` all that leads to no path, such as vertices."""
        users = {}
        for name, parts in self.parts.items():
            for _, kind, _ in parts:
                for more in derived.get(kind, ()):
                    users.setdefault(more, set()).add(name)
        holders = {name for name, paths in self.paths.items() if paths}
        todo = list(holders)
        while todo:
            for user in users.get(todo.pop(), ()):
                if user not in holders:
                    holders.add(user)
                    todo.append(user)
        self.parts = {name: [(prop, many) for prop, kind, many in parts
                             if not holders.isdisjoint(derived.get(kind, ()))]
                      for name, parts in self.parts.items()}


def _walk(types, block):
    """(holder, property) of each path in a data-block and its parts."""
    # Parts refer to each other; and a struct and its first part have the same address.
    seen, todo = set(), [block]
    while todo:
        holder = todo.pop()
        kind = holder.bl_rna.identifier
        if (holder.as_pointer(), kind) in seen:
            continue
        seen.add((holder.as_pointer(), kind))
        for prop in types.paths.get(kind, ()):
            yield holder, prop
        for prop, many in types.parts.get(kind, ()):
            part = getattr(holder, prop, None)
            todo += [one for one in (part if many and part is not None else [part])
                     if one is not None]


def _blocks():
    """Every data-block; libraries first, because removing one removes its data too."""
    yield from bpy.data.libraries
    for prop in bpy.data.bl_rna.properties:
        if prop.type == 'COLLECTION' and prop.identifier not in _NOT_CHARACTER:
            yield from getattr(bpy.data, prop.identifier)


def _is_packed(block):
    return getattr(block, 'packed_file', None) is not None or len(
        getattr(block, 'packed_files', ())) > 0


def _files(holder, value, library):
    """The paths that a value stands for, absolute."""
    path = bpy.path.abspath(value, library=library)
    for element in getattr(holder, 'elements', ()):  # of a strip of images
        yield os.path.join(path, element.filename)
    yield path
    if getattr(holder, 'source', '') in ('SEQUENCE', 'TILED') or getattr(
            holder, 'is_sequence', False):
        # It may use any file of that folder.
        try:
            yield from (entry.path for entry in os.scandir(os.path.dirname(path))
                        if entry.is_symlink())
        except OSError:
            pass


def _drop(block, holder, prop):
    if holder == block:
        # Together with data that was read from it already.
        bpy.data.batch_remove([block])
    elif getattr(block, 'sequence_editor', None) is not None and isinstance(holder, _STRIP):
        # The sequencer is not shown here anyway.
        block.sequence_editor_clear()
    elif isinstance(holder, bpy.types.FluidDomainSettings):
        # Without a folder it would write into the current working directory.
        for modifier in [m for m in block.modifiers if m.type == 'FLUID']:
            block.modifiers.remove(modifier)
    else:
        setattr(holder, prop, '')


def _first_wrong(types, character, folder):
    """(block, holder, property, path, why) of a path that may not be read, or None."""
    for block in _blocks():
        if _is_packed(block):
            continue
        for holder, prop in _walk(types, block):
            value = getattr(holder, prop)
            for path in _files(holder, value, block.library) if value not in _INSIDE else ():
                why = refusal(path, folder, character)
                if why is not None:
                    return block, holder, prop, path, why
    return None


def _origins():
    """Files from which data was once copied into this one; Blender only notes them."""
    notes = (getattr(block, 'library_weak_reference', None) for block in _blocks())
    return {bpy.path.abspath(note.filepath) for note in notes if note is not None}


def _refuse_the_rest(character, folder):
    """Check Blender's own list of files, which may contain some that its types do not."""
    for path in set(bpy.utils.blend_paths(absolute=True, packed=False, local=False)) - _origins():
        why = refusal(path, folder, character) if path else None
        if why is not None:
            raise Trouble('%s refers to %s, %s; %s' % (character, path, why, advice(folder)))


def strip(character):
    """Remove what the loaded file refers to outside of its folder. Returns [warning];
    raises Trouble when that is not possible."""
    folder, types, told = folder_of(character), _Types(), {}
    for _ in range(_DROPPED_MAX):
        wrong = _first_wrong(types, character, folder)
        if wrong is None:
            break
        # Search again each time: removing one may remove others.
        block, holder, prop, path, why = wrong
        told.setdefault(path, why)
        _drop(block, holder, prop)
    _refuse_the_rest(character, folder)
    lines = ['%s refers to %s, %s: ignored; %s' % (character, path, why, advice(folder))
             for path, why in told.items()]
    more = len(lines) - _TOLD_MAX
    return lines[:_TOLD_MAX] + (['%s refers to %d more files that are ignored' % (character, more)]
                                if more > 0 else [])

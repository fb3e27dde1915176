"""A working copy of a glTF file with unique names, so that what its JSON refers to
by index can be found by name in Blender. No bpy."""

import json
import os

NAME_BYTES = 58  # Blender keeps 63, and adds '.001' to duplicates
_VRM = ('VRM', 'VRMC_')


def _short(text):
    return text.encode('utf-8', 'replace')[:NAME_BYTES - 6].decode('utf-8', 'ignore')


def unique(names, fallback):
    """The names, changed only where one is a duplicate, empty or too long."""
    taken, out = set(), []
    for number, name in enumerate(names):
        base = _short(name) if isinstance(name, str) else ''
        base = base or '%s_%d' % (fallback, number)
        name, more = base, 1
        while name in taken:
            more += 1
            name = '%s~%d' % (base, more)
        taken.add(name)
        out.append(name)
    return out


def target_names(mesh):
    """Names of a mesh's morph targets, which some exporters keep with the
    first primitive."""
    primitives = mesh.get('primitives') or [{}]
    count = max(len(p.get('targets', [])) for p in primitives)
    told = []
    for holder in (mesh, primitives[0]):
        extras = holder.get('extras')
        names = extras.get('targetNames') if isinstance(extras, dict) else None
        told = told or (names if isinstance(names, list) else [])
    told = (told + [None] * count)[:count]
    # 'Basis' is Blender's own.
    return unique([None if name == 'Basis' else name for name in told], 'target')


def name_all(document):
    """Give every node, mesh and morph target a unique name."""
    for key, fallback in (('nodes', 'Node'), ('meshes', 'Mesh')):
        things = document.get(key, [])
        for thing, name in zip(things, unique([t.get('name') for t in things], fallback)):
            thing['name'] = name
    for mesh in document.get('meshes', []):
        names = target_names(mesh)
        extras = mesh.get('extras')
        mesh['extras'] = {**(extras if isinstance(extras, dict) else {}), 'targetNames': names}


def strip(document):
    """Remove what a character does not need here: animations and cameras."""
    document.pop('animations', None)
    document.pop('cameras', None)
    for node in document.get('nodes', []):
        node.pop('camera', None)
    required = document.get('extensionsRequired')
    if isinstance(required, list):
        document['extensionsRequired'] = [
            r for r in required if not (isinstance(r, str) and r.startswith(_VRM))]


def write(gltf, folder):
    """Write the copy into an empty folder. Returns the path of its .gltf."""
    name_all(gltf.document)
    strip(gltf.document)
    for kind in ('buffers', 'images'):
        for number, thing in enumerate(gltf.document.get(kind, [])):
            there = gltf.resolve(thing['uri']) if 'uri' in thing else None
            name = '%s%d' % (kind, number)
            if there is not None:
                name += os.path.splitext(there)[1]
                os.symlink(there, os.path.join(folder, name))
                thing['uri'] = name
            elif kind == 'buffers' and 'uri' not in thing:
                with open(os.path.join(folder, name), 'wb') as file:
                    file.write(gltf.binary)
                thing['uri'] = name
    path = os.path.join(folder, 'character.gltf')
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(gltf.document, file)
    return path

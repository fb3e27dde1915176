"""Reads the VRM part of a glTF file: expressions, the humanoid's bones, and how it looks
around.

VRM 0: https://github.com/vrm-c/vrm-specification/tree/master/specification/0.0
VRM 1: https://github.com/vrm-c/vrm-specification/tree/master/specification/VRMC_vrm-1.0
No bpy in here. Malformed parts are ignored.
"""

from collections import namedtuple

# version: 0 or 1. expressions: {name: [(mesh's name, target's name, weight 0..1)]}.
# bones: {'head': name of a node, 'leftEye': ...}. look: Look, or None where the file says nothing.
Facts = namedtuple('Facts', 'version expressions bones look')
# bones: whether it looks by the bones of its eyes, or else by expressions. ends: {'In', 'Out',
# 'Up', 'Down': how far at the end of its range}, degrees of a bone or the weight of an expression;
# without those that the file does not tell.
Look = namedtuple('Look', 'bones ends')

_RANGES_0 = {'In': 'lookAtHorizontalInner', 'Out': 'lookAtHorizontalOuter',
             'Up': 'lookAtVerticalUp', 'Down': 'lookAtVerticalDown'}
_RANGES_1 = {'In': 'rangeMapHorizontalInner', 'Out': 'rangeMapHorizontalOuter',
             'Up': 'rangeMapVerticalUp', 'Down': 'rangeMapVerticalDown'}
# The end that each of these expressions has; sideways both versions use the outer one.
_LOOKS = {'lookup': 'Up', 'lookdown': 'Down', 'lookleft': 'Out', 'lookright': 'Out'}


def _dict(holder, *keys):
    for key in keys:
        holder = holder.get(key) if isinstance(holder, dict) else None
    return holder if isinstance(holder, dict) else {}


def _dicts(holder, key):
    values = holder.get(key)
    return [v for v in values if isinstance(v, dict)] if isinstance(values, list) else []


def _at(things, index):
    """things[index], or {} where that is not there."""
    there = isinstance(index, int) and not isinstance(index, bool) and 0 <= index < len(things)
    return things[index] if there else {}


def _bind(mesh, index, weight):
    """[(mesh, target, weight)] of one bind, or []."""
    target = _at(_dict(mesh, 'extras').get('targetNames', []), index)
    if not target or not isinstance(weight, (int, float)):
        return []
    return [(mesh['name'], target, min(1.0, max(0.0, float(weight))))]


def _expressions_0(document, extension):
    meshes = document.get('meshes', [])
    out = {}
    for group in _dicts(_dict(extension, 'blendShapeMaster'), 'blendShapeGroups'):
        preset = group.get('presetName')
        name = preset if preset not in (None, '', 'unknown') else group.get('name')
        binds = [b for bind in _dicts(group, 'binds')
                 for b in _bind(_at(meshes, bind.get('mesh')), bind.get('index'),
                                _percent(bind.get('weight')))]
        if isinstance(name, str) and binds:
            out.setdefault(name, binds)
    return out


def _percent(value):
    return value / 100.0 if isinstance(value, (int, float)) else None


def _expressions_1(document, extension):
    meshes, nodes = document.get('meshes', []), document.get('nodes', [])
    out = {}
    for kind in ('preset', 'custom'):
        for name, expression in _dict(extension, 'expressions', kind).items():
            binds = []
            for bind in _dicts(expression if isinstance(expression, dict) else {},
                               'morphTargetBinds'):
                mesh = _at(meshes, _at(nodes, bind.get('node')).get('mesh'))
                binds += _bind(mesh, bind.get('index'), bind.get('weight', 1.0))
            if binds:
                out.setdefault(name, binds)
    return out


def _bones(document, extension):
    told = _dict(extension, 'humanoid').get('humanBones')
    if isinstance(told, list):  # VRM 0
        pairs = [(b.get('bone'), b.get('node')) for b in told if isinstance(b, dict)]
    else:
        pairs = [(name, _dict(told, name).get('node')) for name in _dict(told)]
    nodes = document.get('nodes', [])
    named = [(bone, _at(nodes, node).get('name')) for bone, node in pairs]
    return {bone: name for bone, name in named if isinstance(bone, str) and name}


def _look(part, kind, ranges, end):
    """The Look that a part of the file describes, or None. kind, end: its names of the kind
    of look and of a range's end; ranges: {way: its name}. Where a range begins and how it
    curves makes no difference here: its end is where a person's eyes are at theirs."""
    told = part.get(kind)
    if not isinstance(told, str) or told.lower() not in ('bone', 'blendshape', 'expression'):
        return None
    ends = {way: _dict(part, name).get(end) for way, name in ranges.items()}
    return Look(told.lower() == 'bone', {
        way: float(e) for way, e in ends.items()
        if isinstance(e, (int, float)) and not isinstance(e, bool) and 0.0 <= e <= 180.0})


def _scaled(expressions, look):
    """Expressions that look around, at the weights that `look` gives them."""
    if look is None or look.bones:
        return expressions
    share = {name: min(1.0, look.ends.get(_LOOKS.get(name.lower()), 1.0)) for name in expressions}
    return {name: [(mesh, target, weight * share[name]) for mesh, target, weight in binds]
            for name, binds in expressions.items()}


def facts(document):
    """The Facts of a document whose parts have names (gltf_copy.name_all), or
    None when it has no VRM part."""
    extensions = _dict(document, 'extensions')
    if _dict(extensions, 'VRMC_vrm'):
        version, part = 1, extensions['VRMC_vrm']
        expressions = _expressions_1(document, part)
        look = _look(_dict(part, 'lookAt'), 'type', _RANGES_1, 'outputScale')
    elif _dict(extensions, 'VRM'):
        version, part = 0, extensions['VRM']
        expressions = _expressions_0(document, part)
        look = _look(_dict(part, 'firstPerson'), 'lookAtTypeName', _RANGES_0, 'yRange')
    else:
        return None
    return Facts(version, _scaled(expressions, look), _bones(document, part), look)

"""Finds bindings by the names of shape keys and bones (names.py, rigify.py)."""

import math

import bpy

from bind import eyes, names, rigify
from bind.mapping import Binding

JAW_OPEN = 0.35  # radians of a bone named jaw
HEAD_SHARE, NECK_SHARE = 0.65, 0.35
GAZE = 0.30  # radians of an eye, where the file does not tell
# Degrees of a person's eye where its coefficient is 1: no character's turns farther.
_FARTHEST = {'In': 30.0, 'Out': 30.0, 'Up': 25.0, 'Down': 25.0}
# Input behind the coefficients, channel, sign.
_POSE = ((0, 'rx', 1.0), (1, 'rz', 1.0), (2, 'ry', -1.0))
# The VRM humanoid's name of a role.
_VRM_BONES = {'head': 'head', 'neck': 'neck', 'jaw': 'jaw', 'eyeLeft': 'leftEye',
              'eyeRight': 'rightEye'}


def _is_driven(keys, block):
    """True when a driver of the file moves the shape key."""
    motion = keys.animation_data
    path = 'key_blocks["%s"].value' % bpy.utils.escape_identifier(block.name)
    return motion is not None and any(d.data_path == path for d in motion.drivers)


def shape_keys():
    """[(object, block)] of all shape keys that can be set; shared data once."""
    seen, out = set(), []
    for obj in bpy.context.scene.objects:
        keys = getattr(obj.data, 'shape_keys', None)
        if keys and keys.name not in seen:
            seen.add(keys.name)
            out += [(obj, b) for b in keys.key_blocks
                    if b != keys.reference_key and not _is_driven(keys, b)]
    return out


def armatures():
    return [o for o in bpy.context.scene.objects if o.type == 'ARMATURE']


class _Finder:
    """Collects bindings. inputs: the coefficients' names, in order; facts: vrm.Facts
    or None."""

    def __init__(self, inputs, facts):
        self._inputs, self._facts = inputs, facts
        self._left = set(names.GROUPS)
        self._look = facts.look if facts else None
        # (armature, {role: bone}), the one with the most known bones.
        self._main = max(((rig, _roles(rig, facts)) for rig in armatures()),
                         key=lambda r: len(r[1]), default=(None, {}))
        self.found = []

    def _add(self, how, coefficient, kind, target, part, channel, gain):
        source = coefficient if isinstance(coefficient, int) else self._inputs.index(coefficient)
        self.found.append(Binding(how, source, kind, target, part, channel, round(gain, 6)))

    def _shapes(self, places, systems):
        """Bind by name. places: {name: [(object, shape key, weight)]}."""
        taken = set()
        for recipe in names.recipes(self._inputs, list(places), systems, self._left):
            taken.add(recipe.group)
            for obj, key, weight in places[recipe.name]:
                for coefficient, gain in recipe.terms:
                    self._add(recipe.how, coefficient, 'shape', obj, key, 'value', gain * weight)
        self._left -= taken

    def shapes(self):
        keys, expressions = {}, _expressions(self._facts)
        for obj, block in shape_keys():
            keys.setdefault(block.name, []).append((obj.name, block.name, 1.0))
        self._shapes(expressions, ())  # ARKit's names alone, as "perfect sync" has them
        self._shapes(keys, names.SHAPE_SYSTEMS[:1])
        if self._look and self._look.bones and any(r.startswith('eye') for r in self._main[1]):
            self._left.discard('gaze')  # its expressions are not for looking around
        self._shapes(expressions, names.EXPRESSION_SYSTEMS)
        self._shapes(keys, names.SHAPE_SYSTEMS[1:])

    def rigify(self, rig):
        heads = {b.name: tuple(rig.matrix_world @ b.bone.head_local) for b in rig.pose.bones}
        for coefficient, control, channel, gain in rigify.bindings(heads):
            if names.group_of(coefficient) in self._left:
                self._add('Rigify control', coefficient, 'bone', rig.name, control, channel, gain)

    def head(self, rig, roles):
        shares = [(roles[r], s) for r, s in (('head', HEAD_SHARE), ('neck', NECK_SHARE))
                  if r in roles]
        whole = sum(share for _, share in shares)
        for bone, share in shares:
            for k, channel, sign in _POSE:
                self._add('bone name', len(self._inputs) + k, 'bone', rig.name, bone, channel,
                          sign * share / whole)

    def jaw(self, rig, roles):
        if 'jaw' not in roles:
            return
        # A shape key that opens the mouth of a mesh that the jaw's bone carries
        # would open it twice.
        jaw = self._inputs.index('jawOpen')
        opened = {b.target for b in self.found if b.source == jaw and b.kind == 'shape'}
        if not any(_carries(roles['jaw'], bpy.data.objects[o]) for o in opened):
            self._add('bone name', 'jawOpen', 'bone', rig.name, roles['jaw'], 'rx', JAW_OPEN)

    def _turned_by_shapes(self, rig, bones):
        """Whether shape keys turn the eyes that these bones carry, or the file says that
        expressions do. Keys that move only the lids leave the turning to the bones."""
        keys = {}
        for b in self.found:
            if b.kind == 'shape' and names.group_of(self._inputs[b.source]) == 'gaze':
                keys.setdefault(b.target, set()).add(b.part)
        if self._look and not self._look.bones:
            return bool(keys)
        return any(eyes.turned_by(rig, bones, bpy.data.objects[obj], some)
                   for obj, some in keys.items())

    def _turn(self, way):
        """Radians of an eye at 1."""
        end = self._look.ends.get(way) if self._look and self._look.bones else None
        return GAZE if end is None else math.radians(min(end, _FARTHEST[way]))

    def gaze(self, rig, roles):
        sides = [('eyeLeft', 'Left', 1.0, 1.0), ('eyeRight', 'Right', -1.0, 1.0)]
        if not any(role in roles for role, *_ in sides):
            sides = [('eyes', 'Left', 1.0, 0.5), ('eyes', 'Right', -1.0, 0.5)]
        sides = [side for side in sides if side[0] in roles]
        if not sides or self._turned_by_shapes(rig, [roles[role] for role, *_ in sides]):
            return
        targets = [eyes.target(rig, roles[role]) for role, *_ in sides]
        for (role, side, out, share), target in zip(sides, targets):
            if target:
                # One target of both eyes follows their mean.
                same = sum(t is not None and t[:3] == target[:3] for t in targets)
                self._move_target(target, side, out, 1.0 / same)
            else:
                self._turn_eye(rig, roles[role], side, out, share)

    def _turn_eye(self, rig, bone, side, out, share):
        for way, channel, sign in (('Up', 'rx', -1.0), ('Down', 'rx', 1.0), ('Out', 'rz', out),
                                   ('In', 'rz', -out)):
            self._add('bone name', 'eyeLook' + way + side, 'bone', rig.name, bone, channel,
                      sign * share * self._turn(way))

    def _move_target(self, target, side, out, share):
        for way, channel, sign in (('Up', 'tz', 1.0), ('Down', 'tz', -1.0), ('Out', 'tx', out),
                                   ('In', 'tx', -out)):
            self._add('bone name', 'eyeLook' + way + side, target.kind, target.name, target.part,
                      channel, sign * share * target.away * math.tan(self._turn(way)))

    def bones(self):
        rig, roles = self._main
        if rigify.is_rigify(rig.pose.bones.keys() if rig else ()):
            self.rigify(rig)
            roles = {r: b for r, b in roles.items() if r in ('head', 'neck')}
        self.head(rig, roles)
        self.jaw(rig, roles)
        self.gaze(rig, roles)


def _expressions(facts):
    """{expression: [(object, shape key, weight)]} of the file's VRM part."""
    by_mesh = {}
    for obj, block in shape_keys():
        by_mesh.setdefault((obj.data.name.rpartition('.')[0], block.name), obj.name)
        by_mesh[obj.data.name, block.name] = obj.name
    out = {}
    for name, binds in (facts.expressions if facts else {}).items():
        places = [(by_mesh[mesh, key], key, weight) for mesh, key, weight in binds
                  if (mesh, key) in by_mesh]
        if places:
            out[name] = places
    return out


def _roles(rig, facts):
    """{role: bone} of an armature."""
    bones = rig.pose.bones.keys()
    told = facts.bones if facts else {}
    roles = {role: told[name] for role, name in _VRM_BONES.items() if told.get(name) in bones}
    for role in ('head', 'neck', 'jaw', 'eyeLeft', 'eyeRight', 'eyes'):
        bone = roles.get(role) or names.find_bone(role, bones)
        if bone:
            roles[role] = bone
    return roles


def _carries(bone, obj):
    """Whether a bone moves vertices of a mesh."""
    group = obj.vertex_groups.get(bone)
    return group is not None and any(
        g.group == group.index and g.weight > 0.0 for v in obj.data.vertices for g in v.groups)


def by_name(inputs, bindings, facts=None):
    """Bindings by name for the targets that `bindings` do not name. inputs: the 52
    coefficients; facts: vrm.Facts of the file, or None. A binding's `where` tells how
    it was found."""
    finder = _Finder(inputs, facts)
    finder.shapes()
    finder.bones()
    told = {(b.target, b.part) for b in bindings}
    return [b for b in finder.found if (b.target, b.part) not in told]

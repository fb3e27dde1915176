"""Moves shape keys, bones, objects and hooks by the inputs.

A `Rig` is made once from bindings. `apply` then sets, for each frame, what has
changed; Blender evaluates it when the view layer is updated.
"""

import bpy
from mathutils import Euler, Vector

from bind.mapping import MORE_INPUTS

# A smaller change is not visible.
STILL = 1e-5


class _ShapeKey:
    """Sets one shape key's value, within its range in the file."""

    def __init__(self, block):
        self._block = block
        block.mute = False

    def set(self, values):
        """values: {'value': sum of gain * input}. Blender keeps the range."""
        self._block.value = values['value']


class _Transform:
    """Turns and moves a pose bone or an object against its rest, about and
    along the world's axes at rest."""

    def __init__(self, thing, frame):
        """frame: Matrix 3x3, from the thing's own axes at rest to the world."""
        basis = thing.matrix_basis.copy()
        self._thing = thing
        self._turn = frame.to_quaternion()
        self._move = frame.inverted_safe()
        self._rest_turn = basis.to_quaternion()
        self._rest_place = basis.to_translation()
        thing.rotation_mode = 'QUATERNION'

    def set(self, values):
        """values: radians for rx, ry, rz and units for tx, ty, tz; any subset."""
        get = values.get
        # Order: roll, pitch, yaw, the order of pose.angles.
        turn = Euler((get('rx', 0.0), get('ry', 0.0), get('rz', 0.0)), 'YXZ').to_quaternion()
        own = self._turn.inverted() @ turn @ self._turn
        self._thing.rotation_quaternion = own @ self._rest_turn
        place = Vector((get('tx', 0.0), get('ty', 0.0), get('tz', 0.0)))
        self._thing.location = self._rest_place + self._move @ place


def _bone(rig, name):
    pose = rig.pose.bones[name]
    frame = rig.matrix_world.to_3x3() @ pose.bone.matrix_local.to_3x3()
    return _Transform(pose, frame)


def _object(obj):
    # The parent's frame: what stands before the object's own channels.
    parent = obj.matrix_world @ obj.matrix_basis.inverted_safe()
    return _Transform(obj, parent.to_3x3())


def _find_shape(binding):
    obj = bpy.data.objects.get(binding.target)
    if obj is None:
        return None, 'there is no object "%s"' % binding.target
    keys = getattr(obj.data, 'shape_keys', None)
    block = keys.key_blocks.get(binding.part) if keys else None
    if block is None:
        return None, 'object "%s" has no shape key "%s"' % (binding.target, binding.part)
    obj.show_only_shape_key = False  # a pinned key hides all others
    return _ShapeKey(block), None


def _find_bone(binding):
    rig = bpy.data.objects.get(binding.target)
    if rig is None or rig.type != 'ARMATURE':
        return None, 'there is no armature "%s"' % binding.target
    if binding.part not in rig.pose.bones:
        return None, 'armature "%s" has no bone "%s"' % (binding.target, binding.part)
    return _bone(rig, binding.part), None


def _find_object(binding):
    obj = bpy.data.objects.get(binding.target)
    if obj is None:
        return None, 'there is no object "%s"' % binding.target
    if binding.kind == 'hook' and not is_hook(obj):
        return None, 'no mesh has a hook modifier on object "%s"' % binding.target
    return _object(obj), None


def is_hook(obj):
    """Whether a mesh is deformed by the object."""
    return any(m.type == 'HOOK' and m.object == obj
               for other in bpy.data.objects for m in other.modifiers)


_FIND = {'shape': _find_shape, 'bone': _find_bone, 'object': _find_object, 'hook': _find_object}


class Rig:
    """All bindings, grouped by target."""

    def __init__(self, bindings, warn):
        """warn: function (text), called for each binding without a target."""
        targets = {}
        for binding in bindings:
            key = (binding.kind == 'shape', binding.target, binding.part)
            if key not in targets:
                target, problem = _FIND[binding.kind](binding)
                if problem:
                    warn('%s: %s; correct the name or remove the line' % (binding.where, problem))
                    continue
                targets[key] = (target, [])
            targets[key][1].append((binding.source, binding.channel, binding.gain))
        self._targets = list(targets.values())
        self._last = [None] * len(self._targets)

    def __len__(self):
        return len(self._targets)

    def apply(self, inputs):
        """Set the targets that changed. inputs: [float], 52 coefficients and
        MORE_INPUTS. Returns how many targets moved."""
        moved = 0
        for k, (target, terms) in enumerate(self._targets):
            values = {}
            for source, channel, gain in terms:
                values[channel] = values.get(channel, 0.0) + gain * inputs[source]
            last = self._last[k]
            if last is None or any(abs(values[c] - last[c]) > STILL for c in values):
                target.set(values)
                self._last[k] = values
                moved += 1
        return moved


def rest_inputs(count):
    """The inputs of a face at rest that faces the webcam."""
    return [0.0] * (count + len(MORE_INPUTS))

"""What turns an eyeball besides its bone: shape keys, or a target that the bone tracks."""

from collections import namedtuple

import numpy as np

# kind: 'bone' or 'object'; name, part: as in mapping.Binding; away: from the eye, Blender's units.
Target = namedtuple('Target', 'kind name part away')
_TRACKS = {'DAMPED_TRACK', 'TRACK_TO', 'LOCKED_TRACK'}

HELD = 0.5  # weight of a bone from which it holds a vertex
TURNED = 0.02  # of the held part's size: what moves less does not look elsewhere


def _held(rig, bones, obj):
    """Indices of the vertices of a mesh that these bones or their children hold."""
    whole = {child.name for name in bones
             for child in (rig.data.bones[name], *rig.data.bones[name].children_recursive)}
    if obj.parent == rig and obj.parent_type == 'BONE' and obj.parent_bone in whole:
        return np.arange(len(obj.data.vertices))
    groups = {group.index for group in obj.vertex_groups if group.name in whole}
    if not groups:
        return np.array([], int)
    return np.array([v.index for v in obj.data.vertices
                     if sum(g.weight for g in v.groups if g.group in groups) >= HELD], int)


def _places(block):
    flat = np.empty(len(block.data) * 3, np.float32)
    block.data.foreach_get('co', flat)
    return flat.reshape(-1, 3)


def turned_by(rig, bones, obj, keys):
    """Whether shape keys move what bones of a rig carry of a mesh. bones, keys: [name]; the
    object has those shape keys."""
    held = _held(rig, bones, obj)
    for block in (obj.data.shape_keys.key_blocks[key] for key in keys if len(held)):
        rest = _places(block.relative_key)[held]
        moved = np.abs(_places(block)[held] - rest).max()
        if moved > TURNED * np.ptp(rest, axis=0).max():
            return True
    return False


def target(rig, bone):
    """The Target, a bone or an empty, that a bone tracks by a constraint, or None."""
    pose = rig.pose.bones[bone]
    for track in pose.constraints:
        there = track.target if track.type in _TRACKS and not track.mute else None
        part = track.subtarget if there and there.type == 'ARMATURE' else None
        if part and part in there.pose.bones:
            place = there.matrix_world @ there.pose.bones[part].head
        elif there and there.type == 'EMPTY':
            place = there.matrix_world.translation
        else:
            continue
        away = (place - rig.matrix_world @ pose.head).length
        return Target('bone' if part else 'object', there.name, part, away)
    return None

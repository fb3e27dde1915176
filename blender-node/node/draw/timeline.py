"""Plays the scene's timeline: what the .blend animates beside the face.

The frames from the scene's start to its end run in a loop, by the clock of the source:
converting a file twice gives the same images.
"""

import bpy

import compat

# Collections of this name hold what --effects off hides.
EFFECTS = 'Effects'
_MOVES = ('location', 'rotation_euler', 'rotation_quaternion', 'rotation_axis_angle')


def frame_at(seconds, start, end, rate):
    """(frame, part of a frame 0..1) shown at that time, frames `start` to `end`
    at `rate` a second, over and over."""
    at = seconds * rate % (end - start + 1)
    return start + int(at), at % 1.0


def hide_effects():
    """Hide the collection `Effects`, if there is one; it then takes no time."""
    collection = bpy.data.collections.get(EFFECTS)
    if collection is not None:
        collection.hide_viewport = collection.hide_render = True


def _driven(binding):
    """(the ID that holds a binding's animation, its data paths)."""
    obj = bpy.data.objects.get(binding.target)
    if obj is None:
        return None, ()
    part = bpy.utils.escape_identifier(binding.part or '')
    if binding.kind == 'shape':
        return getattr(obj.data, 'shape_keys', None), ('key_blocks["%s"].value' % part,)
    before = 'pose.bones["%s"].' % part if binding.kind == 'bone' else ''
    return obj, tuple(before + move for move in _MOVES)


def release(bindings):
    """Mute the keyframes of targets that the face moves."""
    for binding in bindings:
        owner, paths = _driven(binding)
        data = getattr(owner, 'animation_data', None)
        if data is None:
            continue
        strips = [strip.action for track in data.nla_tracks for strip in track.strips]
        for action in filter(None, [data.action, *strips]):
            for curve in compat.curves(action):
                if curve.data_path in paths:
                    curve.mute = True

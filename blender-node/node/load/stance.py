"""Lowers the arms of a VRM, which are stretched out to the sides in the file."""

import bpy
from mathutils import Quaternion, Vector

DOWN = 1.2  # radians
LEVEL = 0.35  # of an arm's length: an arm that falls less is stretched out
_ARMS = (('leftUpperArm', 1.0), ('rightUpperArm', -1.0))


def _lower(rig, bone, sign):
    pose = rig.pose.bones[bone]
    frame = (rig.matrix_world.to_3x3() @ pose.bone.matrix_local.to_3x3()).to_quaternion()
    # A bone lies along its own Y; the character faces -Y, its left arm at +X.
    if abs((frame @ Vector((0.0, 1.0, 0.0))).z) < LEVEL:
        turn = Quaternion((0.0, 1.0, 0.0), sign * DOWN)
        pose.rotation_mode = 'QUATERNION'
        pose.rotation_quaternion = frame.inverted() @ turn @ frame


def lower_arms(bones):
    """Lower both upper arms where they are held out. bones: vrm.Facts.bones."""
    for rig in bpy.context.scene.objects:
        for role, sign in _ARMS:
            if rig.type == 'ARMATURE' and bones.get(role) in rig.pose.bones:
                _lower(rig, bones[role], sign)
    bpy.context.view_layer.update()

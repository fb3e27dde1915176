"""The names of FaceKit's expressions, and which of ARKit's coefficients they are."""

# In the order of FaceKit's expressions, which the films' truth has.
NAMES = ('browDown_L browDown_R browInnerUp_L browInnerUp_R browOuterUp_L browOuterUp_R cheekPuff_L '
         'cheekPuff_R cheekSquint_L cheekSquint_R eyeBlink_L eyeBlink_R eyeLookDown_L eyeLookDown_R '
         'eyeLookIn_L eyeLookIn_R eyeLookOut_L eyeLookOut_R eyeLookUp_L eyeLookUp_R eyeSquint_L '
         'eyeSquint_R eyeWide_L eyeWide_R jawForward jawLeft jawOpen jawRight mouthClose '
         'mouthDimple_L mouthDimple_R mouthFrown_L mouthFrown_R mouthFunnel mouthLeft '
         'mouthLowerDown_L mouthLowerDown_R mouthPress_L mouthPress_R mouthPucker mouthRight '
         'mouthRollLower mouthRollUpper mouthShrugLower mouthShrugUpper mouthSmile_L mouthSmile_R '
         'mouthStretch_L mouthStretch_R mouthUpperUp_L mouthUpperUp_R noseSneer_L noseSneer_R'
         ).split()


_BOTH = ('browInnerUp', 'cheekPuff')  # ARKit has one coefficient for both sides


def arkit(name):
    """The coefficient of ARKit that has this expression of FaceKit."""
    plain, _, side = name.partition('_')
    return plain if plain in _BOTH else plain + {'L': 'Left', 'R': 'Right', '': ''}[side]


def mirrored(name):
    """The same on the other side of the face; itself when it has none."""
    for a, b in (('_L', '_R'), ('_R', '_L'), ('Left', 'Right'), ('Right', 'Left')):
        if name.endswith(a):
            return name[:-len(a)] + b
    return name

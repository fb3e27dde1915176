"""Converts the head pose of the wire to the angles that bindings use.

Wire axes: x to the image's right, y up, z towards the webcam. Blender's: the
character faces -Y, Z is up; wire (x, y, z) is Blender (x, -z, y).
"""

import math


def angles(q):
    """(pitch, yaw, roll) in radians of a unit quaternion (x, y, z, w).

    The rotation is yaw about y, of pitch about x, of roll about z: + yaw turns
    towards the image's right, + pitch nods down, + roll leans
    counter-clockwise in the image.
    """
    x, y, z, w = q
    length = math.sqrt(x * x + y * y + z * z + w * w)
    if not length > 1e-6:
        return 0.0, 0.0, 0.0
    x, y, z, w = x / length, y / length, z / length, w / length
    pitch = math.asin(max(-1.0, min(1.0, 2.0 * (w * x - y * z))))
    yaw = math.atan2(2.0 * (x * z + w * y), 1.0 - 2.0 * (x * x + y * y))
    roll = math.atan2(2.0 * (x * y + w * z), 1.0 - 2.0 * (x * x + z * z))
    return pitch, yaw, roll


def inputs(expression):
    """All inputs of one expression: 52 coefficients, then pitch, yaw, roll in
    radians, x, y, z in head widths, and no breath (mapping.MORE_INPUTS)."""
    return expression.coeff[:] + list(angles(expression.q)) + expression.offset[:] + [0.0]

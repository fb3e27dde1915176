"""Where iBUG's annotators put the 68 points of a head whose truth is known. numpy only.

FaceKit's landmarks are points of the skin. iBUG's are points of the picture: the outline of a face is
where the picture has it, which on the far side of a turned head is the cheek; a brow is its upper edge;
the inner points of the lips are spread evenly. The shifts were read off pictures of modelled heads, beside
the landmarks that the published model of that convention finds there.
"""

import os
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '../faces'), os.path.join(HERE, '../face_reader')]

import facekit  # noqa: E402
from films import MIRROR  # noqa: E402

# cm to the right of the picture and down, on an upright head, of landmarks on the left of the picture;
# those on the right go the other way.
_SHIFTS = {4: (0.0, -0.2), 5: (-0.35, -0.5), 6: (-0.2, -0.2), 7: (-0.15, 0.1), 17: (-0.15, -0.15),
           18: (-0.05, -0.25), 19: (0.2, -0.25), 20: (0.2, -0.2), 21: (0.2, -0.1), 31: (-0.1, -0.4),
           32: (-0.1, -0.25), 33: (0.0, -0.15), 37: (0.1, -0.05), 38: (0.05, -0.05), 49: (0.15, 0.0),
           50: (0.1, 0.0), 58: (0.35, 0.05), 59: (0.2, 0.05), 60: (0.1, -0.05), 61: (0.4, -0.1),
           67: (0.4, 0.0)}
_OUTLINE = [0, 1, 2, 3, 4, 12, 13, 14, 15, 16]
_BEYOND = 0.25  # cm that the outline is drawn outside the skin
_HIGH = 0.4  # cm above and below a landmark where the skin may be its outline
_EARS = 7.7  # cm from the middle


class Convention:
    """Moves the landmarks of FaceKit's heads to where iBUG has them."""

    def __init__(self, path):
        """path: facekit.npz."""
        kit = facekit.FaceKit(path)
        self._marks = kit.neutral[kit.landmarks]
        self._shapes = kit.expressions[:, kit.landmarks]
        self._shifts = np.zeros((68, 2))
        for i, shift in _SHIFTS.items():
            self._shifts[i] = shift
            self._shifts[MIRROR[i]] = shift * np.where(MIRROR[i] == i, 1, [-1, 1])
        skin = kit.neutral[facekit.FACE]
        self._rims = [skin[self._near(skin, i, kit)] for i in _OUTLINE]

    def _near(self, skin, i, kit):
        """The skin that may be the outline at landmark i."""
        mark, behind = kit.neutral[kit.landmarks[i]], kit.neutral[kit.contour[i]]
        return ((np.abs(skin[:, 1] - mark[1]) < _HIGH) & (skin[:, 2] >= min(mark[2], behind[2]))
                & (skin[:, 0] * mark[0] > 0.0) & (np.abs(skin[:, 0]) < _EARS))

    def move(self, marks, weights, rotation):
        """marks (68, 2), weights (53,), rotation (3, 3) of a frame, as the films' truth has them.
        Returns the marks (68, 2) of the convention."""
        head = (self._marks + np.tensordot(weights, self._shapes, 1)) @ rotation.T
        seen = head[:, :2] * [1.0, -1.0]
        scale = np.std(marks, axis=0).sum() / np.std(seen, axis=0).sum()  # pixels a cm
        down = -rotation[:2, 1] * [1.0, -1.0]
        down /= np.linalg.norm(down)
        right = np.array([down[1], -down[0]])
        shifts = self._shifts.copy()
        for i, rim in zip(_OUTLINE, self._rims):
            side = 1.0 if i > 8 else -1.0
            rim = rim @ rotation.T
            outer = (rim[:, :2] * [1.0, -1.0] @ right * side).max()
            at = (self._marks[i] @ rotation.T)[:2] * [1.0, -1.0] @ right * side
            shifts[i, 0] += side * (outer - at + _BEYOND)
        return marks + scale * (shifts[:, :1] * right + shifts[:, 1:] * down)

"""How much of each coefficient the solver tells, by the pose of the head: fitted to people that it was not
trained on. numpy only."""

import os
import re

import numpy as np

from expressions import mirrored

_ARKIT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../proto/wire/arkit.c')
# The output of a linear map that shows a coefficient (normaliser/solver/appearance.c). What the mouth's network
# tells, too, the solver takes the mean of, which errs by no more than the mean of both errors.
_SHOWN = {'eyeBlink': 'closed', 'eyeWide': 'closed', 'eyeLookIn': 'gazeOut', 'eyeLookOut': 'gazeOut',
          'eyeLookUp': 'gazeUp', 'eyeLookDown': 'gazeUp', 'browDown': 'inner', 'browInnerUp': 'inner',
          'browOuterUp': 'outer', 'mouthSmile': 'cornerLeft', 'mouthFrown': 'cornerLeft',
          'mouthStretch': 'width'}


def coefficients():
    """The names of ARKit's coefficients in the order of the wire, of the one place that has them."""
    with open(_ARKIT) as file:
        return re.findall(r'"(\w+)"', file.read().partition('[')[2].partition('};')[0])


def fit(told, truth, turned, labels):
    """{label: (3,)} of outputs (n, labels): the squared error to be expected, as a share of the variance of
    the truth, of a head that is turned by yaw and pitch (n, 2), radians: what it is at rest, and what
    it grows by with yaw² and with pitch². Both sides of the face are alike."""
    share = (told - truth) ** 2 / truth.var(axis=0)
    share = (share + share[:, [labels.index(mirrored(label)) for label in labels]]) / 2
    return {label: _growth(turned ** 2, share[:, k]) for k, label in enumerate(labels)}


def _growth(x, y):
    """(a, b1, b2) of the least squares fit y = a + b1 x1 + b2 x2 in which no b is below 0."""
    x = np.c_[np.ones(len(x)), x]
    used = [0, 1, 2]
    while True:
        fitted = np.zeros(3)
        fitted[used] = np.linalg.lstsq(x[:, used], y, rcond=None)[0]
        if fitted[1:].min() >= 0.0:
            return fitted
        used.remove(1 + int(fitted[1:].argmin()))


def tensors(fitted):
    """What normaliser/solver/certainty.c reads. fitted: {label: (3,)} of all networks; what no output shows
    is not told at all."""
    rows = np.array([np.mean([fitted[label] for label in _outputs(name) if label in fitted]
                             or [(1.0, 0.0, 0.0)], axis=0) for name in coefficients()])
    return {'certainty.dense1.weights': rows[:, 1:].T, 'certainty.dense1.bias': rows[:, 0]}


def _outputs(name):
    """The labels of outputs that show one of ARKit's coefficients, if there are such."""
    plain = re.sub('(Left|Right)$', '', name)
    return _SHOWN.get(plain), name, plain + {'Left': '_L', 'Right': '_R'}.get(name[len(plain):], '')

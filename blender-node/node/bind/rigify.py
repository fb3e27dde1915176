"""A face rig that Rigify has generated: which control each coefficient moves.

Rigify's controls are moved, not turned, but for the jaw. Amounts are shares of
the width of the mouth, of an eye's height, and of the way to an eye's target;
the signs are the left side's, whose controls lie at +X. No bpy in here.
"""

import math

JAW = 0.32  # radians
GAZE = math.tan(0.35)

# coefficient: [(control, channel, amount)], in widths of the mouth.
_MOUTH = {
    'mouthSmile': (('lips', 'tx', 0.18), ('lips', 'tz', 0.22)),
    'mouthFrown': (('lips', 'tz', -0.18), ('lips', 'tx', 0.03)),
    'mouthStretch': (('lips', 'tx', 0.18), ('lips', 'tz', -0.03)),
    'mouthUpperUp': (('lip.T.@.001', 'tz', 0.12), ('lip.T', 'tz', 0.06)),
    'mouthLowerDown': (('lip.B.@.001', 'tz', -0.12), ('lip.B', 'tz', -0.06)),
    'browDown': (('brow.T.@.003', 'tz', -0.20), ('brow.T.@.003', 'tx', -0.06),
                 ('brow.T.@.002', 'tz', -0.16), ('brow.T.@.001', 'tz', -0.06)),
    'browOuterUp': (('brow.T.@.001', 'tz', 0.18), ('brow.T.@.002', 'tz', 0.10),
                    ('brow.T.@', 'tz', 0.08)),
}
_BOTH = {
    'mouthPucker': (('lips', 'tx', -0.24), ('lips', 'ty', -0.10)),
    'mouthFunnel': (('lips', 'tx', -0.16), ('lips', 'ty', -0.06)),
    'browInnerUp': (('brow.T.@.003', 'tz', 0.18), ('brow.T.@.002', 'tz', 0.08)),
    'cheekPuff': (('cheek.B.@.001', 'tx', 0.14), ('cheek.B.@.001', 'ty', -0.06)),
}
_MIDDLE = {
    'mouthPucker': (('lip.T', 'ty', -0.14), ('lip.B', 'ty', -0.14)),
    'mouthFunnel': (('lip.T', 'ty', -0.12), ('lip.B', 'ty', -0.12), ('lip.T', 'tz', 0.10),
                    ('lip.B', 'tz', -0.12)),
    'mouthLeft': tuple((c, 'tx', 0.14) for c in ('lips.L', 'lips.R', 'lip.T', 'lip.B')),
    'mouthRight': tuple((c, 'tx', -0.14) for c in ('lips.L', 'lips.R', 'lip.T', 'lip.B')),
}
# In heights of the eye.
_LIDS = {
    'eyeBlink': (('lid.T.@.002', 'tz', -0.88), ('lid.T.@.001', 'tz', -0.62),
                 ('lid.T.@.003', 'tz', -0.62), ('lid.B.@.002', 'tz', 0.08)),
    'eyeWide': (('lid.T.@.002', 'tz', 0.22), ('lid.B.@.002', 'tz', -0.10)),
    'eyeSquint': (('lid.B.@.002', 'tz', 0.25), ('lid.B.@.001', 'tz', 0.15),
                  ('lid.B.@.003', 'tz', 0.15)),
}
# In ways to the target.
_GAZE = {'eyeLookUp': ('tz', GAZE), 'eyeLookDown': ('tz', -GAZE), 'eyeLookOut': ('tx', GAZE),
         'eyeLookIn': ('tx', -GAZE)}


def is_rigify(bones):
    """Whether these are the names of a generated rig with a face."""
    return {'jaw_master', 'lips.L', 'lips.R'} <= set(bones)


def _sided(control, side):
    if '@' in control:
        return control.replace('@', side)
    return control + '.' + side if control == 'lips' else control


def _moves(table, side, unit):
    """(coefficient, control, channel, amount) of one side."""
    sign = 1.0 if side == 'L' else -1.0
    for name, moves in table.items():
        for control, channel, amount in moves:
            yield name, _sided(control, side), channel, amount * unit * (
                sign if channel == 'tx' else 1.0)


def _apart(heads, one, other, axis):
    """How far apart two controls are along an axis; 0 where one is missing."""
    if one not in heads or other not in heads:
        return 0.0
    return abs(heads[one][axis] - heads[other][axis])


def bindings(heads):
    """[(coefficient, control, channel, gain)]. heads: {control: (x, y, z)},
    where each begins, world axes, at rest."""
    width = _apart(heads, 'lips.L', 'lips.R', 0)
    out = [('jawOpen', 'jaw_master', 'rx', JAW)]
    out += [(name, *move, amount * width) for name, moves in _MIDDLE.items()
            for *move, amount in moves]
    for side, word in (('L', 'Left'), ('R', 'Right')):
        eye = _apart(heads, 'lid.T.%s.002' % side, 'lid.B.%s.002' % side, 2)
        way = _apart(heads, 'eye.' + side, 'master_eye.' + side, 1)
        gaze = {name: (('eye.@', *move),) for name, move in _GAZE.items()}
        out += _moves(_BOTH, side, width)
        out += [(name + word, *move) for table, unit in
                ((_MOUTH, width), (_LIDS, eye), (gaze, way))
                for name, *move in _moves(table, side, unit)]
    return [(*move, round(gain, 6)) for *move, gain in out if move[1] in heads and gain]

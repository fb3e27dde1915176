"""The report of `effigy avatar check`, as text. No bpy."""

from bind import names
from bind.mapping_text import how, place

_PAIRS = ('Left', 'Right')


def _both(name):
    return tuple(name + side for side in _PAIRS)


# What will not show when nothing follows these coefficients, which the normaliser measures.
_UNSEEN = (
    (('jawOpen',), 'the mouth will not open'),
    (_both('mouthSmile'), 'smiles will not show'),
    (_both('mouthFrown'), 'a sad mouth will not show'),
    (_both('mouthStretch'), 'a wide mouth (E, I) will not show'),
    (('mouthPucker',), 'a pursed mouth (U) will not show'),
    (('mouthFunnel',), 'a round mouth (O) will not show'),
    (('mouthLeft', 'mouthRight'), 'a mouth to one side will not show'),
    ((*_both('mouthUpperUp'), *_both('mouthLowerDown')), 'bared teeth will not show'),
    (_both('eyeBlink'), 'blinks will not show'),
    (_both('eyeWide'), 'wide eyes will not show'),
    (tuple(n for way in ('Up', 'Down', 'In', 'Out') for n in _both('eyeLook' + way)),
     'the eyes will not look around'),
    (_both('browDown'), 'lowered brows will not show'),
    (('browInnerUp', *_both('browOuterUp')), 'raised brows will not show'),
    (('headPitch', 'headYaw', 'headRoll'), 'the head will not turn'),
)
MEASURED = tuple(name for some, _ in _UNSEEN for name in some)
_TITLES = (('mouth', 'Mouth and jaw'), ('eyes', 'Eyelids'), ('gaze', 'Gaze'),
           ('brows', 'Brows'), ('head', 'Head'))


def group_of(name):
    return 'head' if name.startswith('head') or name == 'breath' else names.group_of(name)


def _target(binding):
    """'Rig/jaw rx +0.42'; a shape key that is set to 1 by its name alone."""
    if binding.kind == 'shape' and binding.gain == 1.0:
        return place(binding)
    channel = '' if binding.kind == 'shape' else binding.channel + ' '
    return '%s %s%+.2g' % (place(binding), channel, binding.gain)


def _coefficient(name, bindings):
    """One line: what a coefficient moves, and how that was found."""
    ways = dict.fromkeys(how(b) for b in bindings)
    parts = ['%s (%s)' % (', '.join(_target(b) for b in bindings if how(b) == way), way)
             for way in ways]
    return '  %-20s %s' % (name, '; '.join(parts))


def matched(inputs, bindings):
    """Lines on what each coefficient moves, group by group."""
    for group, title in _TITLES:
        lines = [_coefficient(name, mine) for k, name in enumerate(inputs)
                 for mine in [[b for b in bindings if b.source == k]]
                 if mine and group_of(name) == group]
        if lines:
            yield title
            yield from lines


def missing(bound):
    """[coefficient], measured ones that move nothing. bound: {input}."""
    return [name for name in MEASURED if name not in bound]


def unseen(bound):
    """Lines on what will not show."""
    for some, what in _UNSEEN:
        absent = [name for name in some if name not in bound]
        if absent:
            words = what if len(absent) == len(some) else what.replace('will not', 'will partly')
            yield '  %s (%s)' % (words, ', '.join(absent))

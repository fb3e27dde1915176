"""The mapping text: which coefficient moves what, one binding a line.

    COEFFICIENT KIND TARGET CHANNEL GAIN      # a comment

No bpy in here: a target's existence is checked where it is looked up (rig.py).
"""

import errno
import math
import os
import re
import stat
from collections import namedtuple

# Inputs after the coefficients. breath: 0..1, how far the lungs are filled (idle.py).
MORE_INPUTS = ('headPitch', 'headYaw', 'headRoll', 'headX', 'headY', 'headZ', 'breath')
SIZE_MAX = 1 << 20  # bytes of a text
MOVES = ('rx', 'ry', 'rz', 'tx', 'ty', 'tz')
CHANNELS = {'shape': ('value',), 'bone': MOVES, 'object': MOVES, 'hook': MOVES}

# where: 'FILE:LINE' for messages, or how a binding was found by name.
# source: index into the inputs (52 coefficients, then MORE_INPUTS).
# target: object name, and shape key or bone in `part` (None for object, hook).
# gain: units of the channel for 1.0 of the source.
Binding = namedtuple('Binding', 'where source kind target part channel gain')

# A target's name may contain spaces.
_LINE = re.compile(r'(\S+)\s+(\S+)\s+(\S.*?)\s+(\S+)\s+(\S+)$')
# A name may contain a # inside of a word.
_COMMENT = re.compile(r'(^|\s)#.*')


class MappingError(Exception):
    """Why one line of a mapping cannot be used, and what to do."""


def _source(name, inputs):
    if name not in inputs:
        close = [i for i in inputs if i.lower() == name.lower()]
        hint = 'did you mean %s?' % close[0] if close else (
            'use an ARKit name such as jawOpen, or one of ' + ', '.join(MORE_INPUTS))
        raise MappingError('unknown coefficient "%s"; %s' % (name, hint))
    return inputs.index(name)


def _gain(text):
    try:
        gain = float(text)
    except ValueError:
        gain = math.nan
    if not math.isfinite(gain):
        raise MappingError('"%s" is not a number; give the gain as one, such as 0.35' % text)
    return gain


def _target(kind, text):
    """('Object', 'Part') of 'Object/Part'; an object's name may contain a slash."""
    if kind not in ('shape', 'bone'):
        return text, None
    target, slash, part = text.rpartition('/')
    if not slash or not target or not part:
        what = 'Object/ShapeKey' if kind == 'shape' else 'Rig/bone'
        raise MappingError('"%s" does not name a %s; write %s' % (text, kind, what))
    return target, part


def without_comment(line):
    """The line without its comment and surrounding spaces."""
    return _COMMENT.sub('', line).strip()


def parse_line(line, where, inputs):
    """The Binding of one line without comment; raises MappingError."""
    words = _LINE.match(line)
    if not words:
        raise MappingError('%d words instead of 5; write COEFFICIENT KIND TARGET CHANNEL GAIN'
                           % len(line.split()))
    name, kind, text, channel, gain = words.groups()
    source = _source(name, inputs)
    if kind not in CHANNELS:
        raise MappingError('unknown kind "%s"; use one of %s' % (kind, ', '.join(CHANNELS)))
    if channel not in CHANNELS[kind]:
        raise MappingError('a %s has no channel "%s"; use %s'
                           % (kind, channel, ', '.join(CHANNELS[kind])))
    target, part = _target(kind, text)
    return Binding(where, source, kind, target, part, channel, _gain(gain))


def parse(path, inputs):
    """Read a mapping file.

    inputs: names of all inputs, in order. Returns ([Binding], [str]), the
    second with one message 'FILE:LINE: what; what to do' for each line that is
    ignored. Raises OSError when the file cannot be read.
    """
    bindings, problems = [], []
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, 'it is not a regular file')
    if status.st_size > SIZE_MAX:
        raise OSError(errno.EFBIG, 'it is larger than %d bytes' % SIZE_MAX)
    with open(path, encoding='utf-8', errors='replace') as file:
        for number, line in enumerate(file, 1):
            line = without_comment(line)
            if not line:
                continue
            where = '%s:%d' % (path, number)
            try:
                bindings.append(parse_line(line, where, inputs))
            except MappingError as error:
                problems.append('%s: %s' % (where, error))
    return bindings, problems

"""Writes a mapping text, for a person to edit; mapping.py reads it. No bpy."""

from bind import mapping
from bind.mapping import MORE_INPUTS

_HEAD = '''\
# What moves %s: one binding a line.
#
# COEFFICIENT KIND TARGET CHANNEL GAIN
#
# shape: value, for 1.0 of the coefficient; several lines for one key add up, and
# the key keeps the range that it has in the file.
# bone, object, hook: rx ry rz turn, in radians, tx ty tz move, in Blender's units,
# about and along the world's axes at rest (the character faces -Y, Z is up).
# A target that is named here follows only these lines.
'''


def printable(text):
    """One line of text, whatever an object is called."""
    return ''.join(c if c.isprintable() else '?' for c in text)


def place(binding):
    """'Object/part', or 'Object' where there is no part."""
    return binding.target if binding.part is None else '%s/%s' % (binding.target, binding.part)


def _text(binding):
    """KIND TARGET CHANNEL GAIN; repr gives the same number back."""
    return '%-6s %s %s %r' % (binding.kind, place(binding), binding.channel, binding.gain)


def how(binding):
    """How it was found: by what kind of name, or by a mapping text."""
    return 'map' if binding.where[-1:].isdigit() else binding.where


def _line(binding, inputs):
    """The binding's line; commented out where its names cannot be read back."""
    line = '%-20s %s' % (inputs[binding.source], _text(binding))
    try:
        back = mapping.parse_line(mapping.without_comment(line), None, inputs)
        if back[2:6] == binding[2:6]:
            return line
    except mapping.MappingError:
        pass
    return '# rename this target first: ' + printable(line)


def write(name, inputs, bindings, missing, things):
    """The text. name: the character's file, for the first line; inputs: names
    of all inputs, in order; missing: coefficients that move nothing; things:
    [(kind, 'Object/part')], all that could be bound."""
    lines = [_HEAD % printable(name)]
    for way in dict.fromkeys(how(b) for b in bindings):
        lines.append('\n# By %s' % way)
        lines += [_line(b, inputs) for b in bindings if how(b) == way]
    if missing:
        lines.append('\n# These move nothing; name a target and remove the #.')
        lines += ['# %-18s shape  Object/Key value 1' % m for m in missing]
    bound = {place(b) for b in bindings}
    lines.append('\n# Inputs beside ARKit\'s names: ' + ' '.join(MORE_INPUTS))
    lines.append('# Other possible targets:')
    lines += [printable('#   %-6s %s' % thing) for thing in things if thing[1] not in bound]
    return '\n'.join(lines) + '\n'

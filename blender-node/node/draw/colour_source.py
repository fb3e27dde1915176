"""Where a colour or a number of a material comes from: a constant, times an image,
times painted colours. The direct renderer ignores what nodes do beyond that."""

from collections import namedtuple


# image: bpy image; uv: the name of a UV map, '' for the active one; extension: what is beyond the
# image's edges, 'REPEAT', 'EXTEND' or 'CLIP'.
Picture = namedtuple('Picture', 'image uv extension')


class Source(namedtuple('Source', 'colour picture attribute left_out')):
    """colour: linear RGB; picture: Picture or None; attribute: name of painted
    colours, '' the active ones, None for none; left_out: whether nodes do more
    than that."""

    __slots__ = ()

    def __new__(cls, colour, picture=None, attribute=None, left_out=False):
        return super().__new__(cls, tuple(colour), picture, attribute, left_out)

    def times(self, factor):
        """The same, that many times as bright."""
        return self._replace(colour=tuple(c * factor for c in self.colour))

    def multiplied(self, other):
        """The product of two; it can hold one image and one colour attribute."""
        both = self.picture is not None and other.picture is not None or (
            self.attribute is not None and other.attribute is not None)
        return Source(
            [a * b for a, b in zip(self.colour, other.colour)],
            other.picture if self.picture is None else self.picture,
            other.attribute if self.attribute is None else self.attribute,
            both or self.left_out or other.left_out)

    def is_rich(self):
        """Whether it varies over the surface."""
        return self.picture is not None or self.attribute is not None


_WHITE = (1.0, 1.0, 1.0)
_DEPTH = 12


def _uv_map(node):
    """The name of the UV map that an image node uses, '' for the active one."""
    vector = node.inputs['Vector']
    for _ in range(_DEPTH):
        if not vector.is_linked:
            return ''
        feeding = vector.links[0].from_node
        if feeding.type == 'UVMAP':
            return feeding.uv_map
        vector = feeding.inputs.get('Vector')
        if vector is None:
            return ''
    return ''


def _of_mix(node, depth):
    """The Source of a colour mix: the product for Multiply, else whichever
    side has an image or paint."""
    sockets = [s for s in node.inputs if s.type == 'RGBA' and s.enabled]
    if len(sockets) < 2:
        return None
    sides = [read(s, _WHITE, depth - 1) for s in sockets[:2]]
    if node.blend_type == 'MULTIPLY':
        return sides[0].multiplied(sides[1])
    rich = next((s for s in sides if s.is_rich()), sides[0])
    return rich._replace(left_out=True)


def _is_there(image):
    """Whether the image can be drawn: its file was found, and it is not tiled (UDIM)."""
    return image is not None and image.source != 'TILED' and min(image.size) > 0


def _of_node(node, depth):
    """The Source of a node's colour, or None for one that is not known."""
    if node.type == 'TEX_IMAGE':
        if not _is_there(node.image):
            return None
        return Source(_WHITE, Picture(node.image, _uv_map(node), node.extension))
    if node.type == 'VERTEX_COLOR':
        return Source(_WHITE, attribute=node.layer_name)
    if node.type == 'ATTRIBUTE':
        return Source(_WHITE, attribute=node.attribute_name)
    if node.type == 'RGB':
        return Source(tuple(node.outputs[0].default_value)[:3])
    if node.type == 'VALUE':
        return Source((float(node.outputs[0].default_value),) * 3)
    if node.type == 'MATH' and node.operation == 'MULTIPLY':
        return read(node.inputs[0], _WHITE, depth - 1).multiplied(
            read(node.inputs[1], _WHITE, depth - 1))
    if node.type in ('MIX_RGB', 'MIX'):
        return _of_mix(node, depth)
    # Any other node in between (hue, curves, gamma, reroute): its input.
    linked = [s for s in node.inputs if s.is_linked]
    if depth > 0 and linked:
        found = [read(s, _WHITE, depth - 1) for s in linked]
        rich = next((s for s in found if s.is_rich()), None)
        if rich is not None:
            return rich._replace(left_out=rich.left_out or node.type != 'REROUTE')
    return None


def read(socket, fallback, depth=_DEPTH):
    """The Source of a socket, a number being grey; `fallback` is the colour where it
    cannot be told."""
    if socket is None:
        return Source(fallback)
    if not socket.is_linked or depth <= 0:
        value = socket.default_value
        return Source(tuple(value)[:3] if socket.type == 'RGBA' else (float(value),) * 3)
    found = _of_node(socket.links[0].from_node, depth)
    return found if found is not None else Source(fallback, left_out=True)

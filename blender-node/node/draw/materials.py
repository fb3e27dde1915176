"""Reads materials into the few numbers that the direct renderer shades with."""

import re
from collections import namedtuple

import compat
from draw.colour_source import Source, read as source_of

# base, glow, alpha: Source of what is lit, of what shines by itself, both linear, and of 0..1
# (grey; of an image or paint, its alpha counts). f0: RGB reflected head on. roughness 0..1.
# blended: transparent below full alpha; cut: alpha below which it is not drawn, or 0.
# culled: visible from the front only. style: shading, '' smooth, 'toon' in steps,
# 'matcap' by its image of a ball seen from the scene camera.
Material = namedtuple(
    'Material', 'base glow alpha f0 roughness blended cut culled style')

_BLACK, _WHITE = Source((0.0, 0.0, 0.0)), Source((1.0, 1.0, 1.0))
DEFAULT = Material(Source((0.8, 0.8, 0.8)), _BLACK, _WHITE, (0.04, 0.04, 0.04), 0.5, False, 0.0,
                   False, '')
_SHADERS = ('BSDF_PRINCIPLED', 'EMISSION', 'BACKGROUND', 'BSDF_DIFFUSE', 'BSDF_GLOSSY',
            'EEVEE_SPECULAR')


def _upstream(socket, types, depth=8):
    """The nearest node of one of the types that feeds a socket, or None; a
    group's own nodes count."""
    level = [socket]
    for _ in range(depth):
        nodes = [link.from_node for s in level for link in s.links]
        for node in nodes:
            if node.type in types:
                return node
        level = [s for node in nodes for s in (*node.inputs, *_of_group(node)) if s.is_linked]
    return None


def _of_group(node):
    """What a group of nodes gives, as the sockets inside it."""
    if node.type != 'GROUP' or node.node_tree is None:
        return ()
    return next((n.inputs for n in node.node_tree.nodes if n.type == 'GROUP_OUTPUT'), ())


def _output(material):
    """The node whose Surface is drawn, or None."""
    outputs = [n for n in material.node_tree.nodes if n.type == 'OUTPUT_MATERIAL']
    return next((n for n in outputs if n.is_active_output), outputs[0] if outputs else None)


def _style(name):
    """The style by a material's name: 'Skin toon', 'Toon.001', 'MToon_Hair'."""
    words = re.split(r'[^a-z]+', re.sub(r'([a-z])([A-Z])', r'\1 \2', name).lower())
    if 'matcap' in words:
        return 'matcap'
    return 'toon' if 'toon' in words or 'mtoon' in words else ''


def _number(node, fallback, *names):
    socket = compat.socket(node, *names)
    return fallback if socket is None or socket.is_linked else float(socket.default_value)


def _transparent_mix(output):
    """The factor socket of a mix of a transparent shader with another, or None."""
    mix = _upstream(output.inputs['Surface'], ('MIX_SHADER',))
    if mix is None or not any(_upstream(s, ('BSDF_TRANSPARENT',), 1) for s in mix.inputs[1:]):
        return None
    # glTF's unlit materials mix by the light path, which only a ray tracer knows.
    factor = mix.inputs[0]
    return None if factor.is_linked and factor.links[0].from_node.type == 'LIGHT_PATH' else factor


def _principled(node, shown):
    base = source_of(compat.socket(node, 'Base Color', 'Color'), shown)
    glow = source_of(compat.socket(node, *compat.EMISSION), (0.0, 0.0, 0.0))
    metallic = _number(node, 0.0, 'Metallic')
    specular = 0.08 * _number(node, 0.5, *compat.SPECULAR)
    return DEFAULT._replace(
        base=base.times(1.0 - metallic),
        glow=glow.times(_number(node, 1.0, 'Emission Strength')),
        alpha=source_of(node.inputs.get('Alpha'), (1.0, 1.0, 1.0)),
        f0=tuple(specular + (c - specular) * metallic for c in base.colour),
        roughness=_number(node, 0.5, 'Roughness'))


def _emission(node, output, shown):
    glow = source_of(node.inputs.get('Color'), shown).times(_number(node, 1.0, 'Strength'))
    return DEFAULT._replace(base=_BLACK, glow=glow, f0=(0.0, 0.0, 0.0),
                            alpha=source_of(_transparent_mix(output), (1.0, 1.0, 1.0)))


def _of_nodes(material):
    shown = tuple(material.diffuse_color)[:3]
    output = _output(material)
    node = _upstream(output.inputs['Surface'], _SHADERS) if output else None
    if node is None:
        return DEFAULT._replace(base=Source(shown))
    if node.type in ('EMISSION', 'BACKGROUND'):
        return _emission(node, output, shown)
    return _principled(node, shown)


def _matcap(read):
    """A matcap's image replaces all light."""
    source = read.base if read.base.picture else read.glow
    return read._replace(base=_BLACK, glow=source, f0=(0.0, 0.0, 0.0)) if source.picture \
        else read._replace(style='')


def read(material):
    """The Material of a bpy material, or of an empty slot (None)."""
    if material is None:
        return DEFAULT
    if not material.use_nodes or material.node_tree is None:
        # Without nodes: the viewport colour, multiplied by a colour attribute.
        shown = tuple(material.diffuse_color)
        found = DEFAULT._replace(base=Source(shown[:3], attribute='Col'),
                                 alpha=Source((shown[3],) * 3), roughness=material.roughness)
    else:
        found = _of_nodes(material)
    found = found._replace(blended=compat.is_blended(material), cut=compat.alpha_cut(material),
                           culled=material.use_backface_culling, style=_style(material.name))
    if found.style == 'toon':
        return found._replace(f0=(0.0, 0.0, 0.0))
    return _matcap(found) if found.style == 'matcap' else found


def _sources(material):
    return material.base, material.glow, material.alpha


def left_out(material):
    """Whether some of its nodes are ignored."""
    pictures = {s.picture for s in _sources(material) if s.picture is not None}
    return len(pictures) > 1 or any(s.left_out for s in _sources(material))


def picture(material):
    """The one Picture that the material is drawn with, or None."""
    return next((s.picture for s in _sources(material) if s.picture is not None), None)


def attribute(material):
    """The name of its colour attribute, '' for the active one, None for none."""
    return next((s.attribute for s in _sources(material) if s.attribute is not None), None)


def is_unlit(material):
    """True when no light changes how it looks."""
    return max(material.base.colour) <= 0.0 and max(material.f0) <= 0.0


def is_seen_through(material):
    alpha = material.alpha
    return material.blended and (alpha.colour[0] < 0.999 or alpha.is_rich())

"""Materials as the few numbers that the direct renderer shades with."""

from collections import namedtuple

import compat

# base, glow: linear RGB of what is lit and what shines by itself; alpha 0..1.
# f0: RGB reflected head on. roughness 0..1. attribute: name of the colour
# attribute that multiplies base and glow, '' for the active one, None for none.
# blended: below full alpha it is seen through. culled: seen from the front only.
Material = namedtuple(
    'Material', 'base glow alpha f0 roughness attribute paints_glow blended culled textured')

DEFAULT = Material((0.8, 0.8, 0.8), (0.0, 0.0, 0.0), 1.0, (0.04, 0.04, 0.04), 0.5, None, False,
                   False, False, False)
_SHADERS = ('BSDF_PRINCIPLED', 'EMISSION', 'BSDF_DIFFUSE', 'BSDF_GLOSSY', 'EEVEE_SPECULAR')


def _upstream(socket, types, depth=8):
    """The nearest node of one of the types that feeds a socket, or None."""
    level = [socket]
    for _ in range(depth):
        nodes = [link.from_node for s in level for link in s.links]
        for node in nodes:
            if node.type in types:
                return node
        level = [s for node in nodes for s in node.inputs if s.is_linked]
    return None


def _surface(material):
    """The shader node that the material's look comes from, or None."""
    outputs = [n for n in material.node_tree.nodes if n.type == 'OUTPUT_MATERIAL']
    output = next((n for n in outputs if n.is_active_output), outputs[0] if outputs else None)
    socket = output.inputs.get('Surface') if output else None
    return _upstream(socket, _SHADERS) if socket else None


def _colour(socket, fallback):
    """(RGB, attribute name or None, whether a texture is ignored) of a socket."""
    if socket is None:
        return fallback, None, False
    if not socket.is_linked:
        return tuple(socket.default_value)[:3], None, False
    node = _upstream(socket, ('VERTEX_COLOR', 'ATTRIBUTE', 'RGB', 'TEX_IMAGE'))
    if node is not None and node.type == 'VERTEX_COLOR':
        return (1.0, 1.0, 1.0), node.layer_name, False
    if node is not None and node.type == 'ATTRIBUTE':
        return (1.0, 1.0, 1.0), node.attribute_name, False
    if node is not None and node.type == 'RGB':
        return tuple(node.outputs[0].default_value)[:3], None, False
    return fallback, None, True


def _number(node, fallback, *names):
    socket = compat.socket(node, *names)
    return fallback if socket is None or socket.is_linked else float(socket.default_value)


def _principled(material, node):
    shown = tuple(material.diffuse_color)[:3]
    base, attribute, textured = _colour(compat.socket(node, 'Base Color', 'Color'), shown)
    glow, glow_attribute, _ = _colour(compat.socket(node, 'Emission', 'Emission Color'), shown)
    strength = _number(node, 1.0, 'Emission Strength')
    metallic = _number(node, 0.0, 'Metallic')
    # 4.x names the same number 'Specular IOR Level'.
    specular = 0.08 * _number(node, 0.5, 'Specular', 'Specular IOR Level')
    return Material(
        base=tuple(c * (1.0 - metallic) for c in base),
        glow=tuple(c * strength for c in glow),
        alpha=_number(node, 1.0, 'Alpha'),
        f0=tuple(specular + (c - specular) * metallic for c in base),
        roughness=_number(node, 0.5, 'Roughness'),
        attribute=attribute if attribute is not None else glow_attribute,
        paints_glow=glow_attribute is not None,
        blended=compat.is_blended(material), culled=material.use_backface_culling,
        textured=textured)


def _emission(material, node):
    shown = tuple(material.diffuse_color)[:3]
    glow, attribute, textured = _colour(node.inputs.get('Color'), shown)
    strength = _number(node, 1.0, 'Strength')
    return DEFAULT._replace(
        base=(0.0, 0.0, 0.0), glow=tuple(c * strength for c in glow), f0=(0.0, 0.0, 0.0),
        attribute=attribute, paints_glow=True, culled=material.use_backface_culling,
        textured=textured)


def read(material):
    """The Material of a bpy material, or of an empty slot (None)."""
    if material is None:
        return DEFAULT
    if not material.use_nodes or material.node_tree is None:
        # Without nodes the viewport colour is all there is; paint multiplies it.
        shown = tuple(material.diffuse_color)
        return DEFAULT._replace(base=shown[:3], alpha=shown[3], roughness=material.roughness,
                                attribute='Col', culled=material.use_backface_culling)
    node = _surface(material)
    if node is None:
        return DEFAULT._replace(base=tuple(material.diffuse_color)[:3])
    if node.type == 'EMISSION':
        return _emission(material, node)
    return _principled(material, node)


def is_unlit(material):
    """True when no light changes how it looks."""
    return max(material.base) <= 0.0 and max(material.f0) <= 0.0


def is_seen_through(material):
    return material.blended and material.alpha < 0.999

"""How a triangle is drawn: what follows from its material once for all frames."""

from collections import namedtuple

import direct_shader
import materials

# Shaded at each pixel, at each vertex, not at all.
LIT, DENSE, UNLIT = range(3)

# image: bpy image or None; image_use: how much of it multiplies base, glow and alpha, and the
# alpha below which nothing is drawn.
Look = namedtuple('Look', 'shade blended style image image_use')


def of(material):
    """The Look of a Material, with LIT where it might be DENSE."""
    image = materials.image(material)
    blended = materials.is_seen_through(material)
    return Look(
        UNLIT if materials.is_unlit(material) else LIT, blended, material.style, image,
        (float(material.base.image is not None), float(material.glow.image is not None),
         float(material.alpha.image is not None), 0.0 if blended else material.cut))


def may_be_dense(look):
    """Whether shading at the vertices might do."""
    return look.shade == LIT and look.image is None and not look.style and not look.blended


def shader(look, suns, lamps):
    """The shader that draws a Look, for that many lights."""
    if look.shade == DENSE:
        return direct_shader.dense(suns, lamps)
    if look.shade == LIT:
        return direct_shader.lit(suns, lamps, look.image is not None, look.style == 'toon')
    if look.image is not None:
        return direct_shader.unlit_image(look.style == 'matcap')
    return direct_shader.unlit()

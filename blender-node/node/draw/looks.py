"""How a triangle is drawn, as determined once from its material."""

from collections import namedtuple

from draw import direct_shader, materials

# Shaded per pixel, per vertex, not at all.
LIT, DENSE, UNLIT = range(3)

# picture: colour_source.Picture or None; image_use: how much of it multiplies base, glow and alpha,
# and the alpha below which nothing is drawn.
Look = namedtuple('Look', 'shade blended style picture image_use')


def of(material):
    """The Look of a Material, with LIT where it might be DENSE."""
    blended = materials.is_seen_through(material)
    return Look(
        UNLIT if materials.is_unlit(material) else LIT, blended, material.style,
        materials.picture(material),
        (float(material.base.picture is not None), float(material.glow.picture is not None),
         float(material.alpha.picture is not None), 0.0 if blended else material.cut))


def may_be_dense(look):
    """Whether shading at the vertices may be enough."""
    return look.shade == LIT and look.picture is None and not look.style and not look.blended


def _extension(look):
    return look.picture.extension if look.picture is not None else None


def shader(look, suns, lamps):
    """The shader that draws a Look, for that many lights."""
    if look.shade == DENSE:
        return direct_shader.dense(suns, lamps)
    if look.shade == LIT:
        return direct_shader.lit(suns, lamps, _extension(look), look.style == 'toon', look.blended)
    if look.picture is not None:
        return direct_shader.unlit_image(_extension(look), look.style == 'matcap', look.blended)
    return direct_shader.unlit(look.blended)

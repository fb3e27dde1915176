"""A friendly fox in an autumn dusk, built by a script.

    blender -b --factory-startup --python fox.py -- OUT.blend

The scale, the axes and the names are as in voltage.py: the character faces -Y,
+X is its left, one Blender unit is about 10 cm.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from fox import fox_body  # noqa: E402
from fox import fox_features  # noqa: E402
from fox import fox_fur  # noqa: E402
from fox import fox_head  # noqa: E402
from fox import fox_woods  # noqa: E402
from common import shapes  # noqa: E402
from common import stage_set  # noqa: E402


def bones():
    """Bones: name, parent, head, tail. A bone turns about its head."""
    yield 'shoulders', None, (0, 0.14, -2.9), (0, 0.14, -1.8)
    yield 'neck', 'shoulders', (0, 0.14, -1.8), (0, 0.14, -1.05)
    yield 'head', 'neck', (0, 0.14, -1.05), (0, 0.14, 0.6)
    yield 'jaw', 'head', fox_features.FOX.JAW_PIVOT, (0, -1.1, -0.8)
    yield 'tongue', 'jaw', (0, -0.5, -0.74), (0, -1.1, -0.7)
    yield 'tuft', 'head', tuple(fox_fur.TUFT_ROOT), (0, -0.3, 1.6)
    yield 'scarf', 'neck', (0.42, -0.66, -1.55), (0.55, -0.9, -2.6)
    for side, suffix in ((1.0, '.L'), (-1.0, '.R')):
        mirror = (side, 1.0, 1.0)
        eye = (fox_features.EYE_X * side, fox_features.EYE_Y, fox_features.EYE_Z)
        yield 'eye' + suffix, 'head', eye, (eye[0], -1.1, eye[2])
        ear = fox_fur.EAR_ROOT * mirror
        yield 'ear' + suffix, 'head', tuple(ear), tuple(ear + (0.35 * side, 0.1, 1.1))
        ruff = fox_fur.RUFF_ROOT * mirror
        yield 'ruff' + suffix, 'head', tuple(ruff), tuple(ruff + (0.6 * side, 0.0, -0.1))


def build_character(rig):
    """Every part of the fox, parented to its bone."""
    mats = fox_head.materials()
    upper, lower = fox_head.teeth(mats)
    parts = [(fox_head.face(mats), 'head'), (fox_head.skull(mats), 'head'),
             (fox_head.nose(mats), 'head'), (upper, 'head'), (lower, 'jaw'),
             (fox_head.tongue(mats), 'tongue'), (fox_fur.tuft(mats), 'tuft'),
             (fox_body.body(mats), 'shoulders'), (fox_body.neck(mats), 'neck'),
             (fox_body.scarf(mats), 'neck'),
             (fox_body.scarf_end(mats), 'scarf')]
    for side, suffix in ((1, '.L'), (-1, '.R')):
        parts += [(fox_head.brow(mats, side), 'head'), (fox_head.eye(mats, side), 'eye' + suffix),
                  (fox_fur.ear(mats, side), 'ear' + suffix),
                  (fox_fur.ruff(mats, side), 'ruff' + suffix)]
    for obj, bone in parts:
        shapes.parent_to_bone(obj, rig, bone)


def light_scene():
    """A low golden sun from the right, soft sky from the left, a violet dusk."""
    stage_set.add_sun('Key', '#fff1dc', 2.6, (0.50, 0.85, -0.55))
    stage_set.add_sun('Rim.gold', '#ffc46a', 2.2, (-0.95, -0.35, -0.20))
    stage_set.add_sun('Rim.violet', '#8a7cff', 1.4, (0.95, -0.45, -0.05))
    stage_set.add_sun('Fill', '#ffc0ac', 0.9, (-0.5, 0.8, 0.4))
    stage_set.set_world('#7a6c92')


def build():
    """Build the whole scene."""
    scene = stage_set.clear()
    build_character(stage_set.build_rig(bones()))
    fox_woods.build()
    light_scene()
    stage_set.add_camera(scene, distance=9.1, height=0.06)


if __name__ == '__main__':
    build()
    stage_set.save()

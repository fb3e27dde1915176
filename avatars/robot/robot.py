"""Robot, a friendly machine whose face is moved by hooks, built by a script.

    blender -b --factory-startup --python robot.py -- OUT.blend

One Blender unit is about 10 cm. The character faces -Y, +X is its left. There
is no shape key: lips, brows, nose and antenna are deformed by hooks, shutters,
cheeks and teeth are objects, the rest are bones. `robot.map` names them all.
"""

import os
import sys

import bpy

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from robot import robot_body as body  # noqa: E402
from robot import robot_eyes as eyes  # noqa: E402
from robot import robot_face as face  # noqa: E402
from robot import robot_plates as plates  # noqa: E402
from robot import robot_sky  # noqa: E402
from common import shapes  # noqa: E402
from common import stage_set  # noqa: E402

# Bones: name, parent, head, tail. A bone turns about its head.
BONES = (
    ('shoulders', None, (0, 0.12, -3.0), (0, 0.12, -1.9)),
    ('neck', 'shoulders', (0, 0.12, -1.9), (0, 0.12, -1.15)),
    ('head', 'neck', (0, 0.12, -1.15), (0, 0.12, 0.6)),
    ('jaw', 'head', (0, -0.10, -0.10), (0, -0.7, -0.9)),
    ('eye.L', 'head', tuple(eyes.centre(1)), (eyes.EYE_X, -1.2, eyes.EYE_Z)),
    ('eye.R', 'head', tuple(eyes.centre(-1)), (-eyes.EYE_X, -1.2, eyes.EYE_Z)),
)
# Suns: colour, strength, direction.
SUNS = (('#fff0dc', 3.0, (0.55, 0.85, -0.60)), ('#ff8a5c', 1.5, (-0.95, -0.15, -0.05)),
        ('#5ad1ff', 1.4, (0.95, -0.35, -0.10)), ('#8a7bff', 0.8, (-0.5, 0.8, 0.45)))
AMBIENT = '#5a548c'


def build_character(rig):
    """Every part, parented to its bone; then the hooks."""
    mats = {'paint': shapes.material('Paint', '#ffffff', 0.5, painted=True),
            'lamp': shapes.material('Lamp', '#ffd76a', glow=1.0), 'eye': eyes.materials()}
    parts = [(body.helmet(mats), 'head'), (body.jaw(mats), 'jaw'), (body.neck(mats), 'neck'),
             (body.torso(mats), 'shoulders'), (face.teeth(mats, True), 'head'),
             (face.teeth(mats, False), 'jaw'), (face.tongue(mats), 'jaw')]
    hooked = [face.muzzle(mats), face.nose(mats), body.antenna(mats)]
    for side, suffix in ((1, 'L'), (-1, 'R')):
        hooked.append(face.brow(mats, side))
        parts += [(eyes.plate(mats, side), 'head'), (eyes.eye(mats, side), 'eye.' + suffix),
                  (eyes.shutter(mats, side, True), 'head'),
                  (eyes.shutter(mats, side, False), 'head'), (face.cheek(mats, side), 'head')]
    for obj, bone in parts + [(obj, 'head') for obj, _ in hooked]:
        shapes.parent_to_bone(obj, rig, bone)
    bpy.context.view_layer.update()
    for obj, hooks in hooked:
        for name, (bone, weights) in hooks.items():
            plates.add_hook(obj, rig, name, bone, weights)


def build():
    """Build the whole scene."""
    scene = stage_set.clear()
    build_character(stage_set.build_rig(BONES))
    robot_sky.build()
    # Warm key from the upper left, the dusk and the night on the edges.
    for number, (colour, strength, direction) in enumerate(SUNS):
        stage_set.add_sun('Sun%d' % number, colour, strength, direction)
    stage_set.set_world(AMBIENT)
    stage_set.add_camera(scene)


if __name__ == '__main__':
    build()
    stage_set.save()

"""Electric arcs that crawl over the skin.

Bolts are ribbons in the domain of `surface` with the face's expressions, so they follow
the skin. The bolts of a route are one mesh, which has only the expressions that reach it:
many keys on many points are dear. At rest a ribbon has no width; the shape key `arc.K`
gives bolt K its width, and the scene's timeline plays these keys: a few bolts at a time,
each for 0.1 to 0.4 s, flickering.
"""

import bpy
import numpy as np

from common import expressions
from common import shapes  # before compat: it says where that is
from voltage import surface
import compat
from voltage.surface import VOLTAGE as f

# Where bolts run on the left half: cheeks, temples, jaw, forehead; the eyes and the
# mouth stay free. Mirrored for the right, but for those that cross the middle.
SIDE_ROUTES = (
    ((1.10, 0.40), (0.94, 0.06), (0.82, -0.26), (0.72, -0.60), (0.42, -0.84)),
    ((0.98, 0.00), (0.70, -0.16), (0.42, -0.24), (0.20, -0.18)),
    ((1.05, -0.10), (0.90, -0.40), (0.70, -0.70), (0.30, -0.86)),
    ((0.72, -0.12), (0.68, -0.34), (0.60, -0.62), (0.46, -0.80)),
    ((0.80, 0.68), (0.86, 0.42), (0.92, 0.14), (1.02, -0.20)),
    ((0.10, 0.86), (0.16, 0.72), (0.06, 0.60), (0.02, 0.34)),
)
MIDDLE_ROUTES = (
    ((-0.78, 0.66), (-0.34, 0.72), (0.10, 0.66), (0.62, 0.72)),
    ((-0.68, -0.20), (-0.24, -0.18), (0.12, -0.09), (0.66, -0.22)),
    ((-0.66, -0.74), (-0.22, -0.86), (0.20, -0.84), (0.70, -0.70)),
)
# Bolts of each route, shown one after the other: it writhes.
VARIANTS = 2
# Half widths of the core and of the glow around it (units); height above the skin.
CORE, GLOW = 0.008, 0.075
LIFT = 0.030
CORE_COLOUR, GLOW_COLOUR = shapes.rgb('#a4f4ff'), shapes.rgb('#6a3cff') * (1.0, 1.0, 1.0, 0.0)
# Expressions that carry the skin far, and how much of one is worth following (units): each
# costs time in every frame, and an arc floats a little anyway.
FOLLOWED = ('jawOpen', 'jawLeft', 'jawRight', 'mouthSmileLeft', 'mouthSmileRight', 'cheekPuff',
            'browInnerUp', 'browDownLeft', 'browDownRight', 'browOuterUpLeft', 'browOuterUpRight')
SEEN = 0.012
# The timeline: frames of the loop at FPS, bolts at a time, frames one lasts and pauses.
FPS, FRAMES, STRANDS = 24, 144, 3
LASTS, PAUSES = (3, 9), (0, 5)


def routes():
    """All routes as arrays (n, 2) of domain points."""
    side = [np.array(r) for r in SIDE_ROUTES]
    return side + [r * (-1.0, 1.0) for r in side] + [np.array(r) for r in MIDDLE_ROUTES]


def material():
    """Light whose colour and alpha are painted."""
    mat = shapes.material('Arc', '#dcfbff', glow=1.0)
    tree = mat.node_tree
    paint = tree.nodes.new('ShaderNodeVertexColor')
    paint.layer_name = 'Col'
    for output, into in (('Color', compat.EMISSION), ('Alpha', ('Alpha',))):
        tree.links.new(paint.outputs[output],
                       compat.socket(tree.nodes['Principled BSDF'], *into))
    mat.blend_method = 'BLEND'
    mat.use_backface_culling = True
    return mat


def _jagged(points, chance, rough, halvings):
    """A line halved again and again, each middle pushed aside."""
    for _ in range(halvings):
        a, b = points[:-1], points[1:]
        across = (b - a)[:, ::-1] * (1.0, -1.0)
        middle = 0.5 * (a + b) + across * chance.uniform(-rough, rough, (len(a), 1))
        points = np.insert(points, np.arange(1, len(points)), middle, axis=0)
    return points


def _clear(points):
    """Push points out of the eyes and the mouth."""
    for u, v, width, height in ((f.EYE_U, f.EYE_V, 0.36, 0.265), (-f.EYE_U, f.EYE_V, 0.36, 0.265),
                                (0.0, f.MOUTH_V, f.MOUTH_WIDTH + 0.08, 0.20)):
        away = (points - (u, v)) / (width, height)
        far = np.linalg.norm(away, axis=1)[:, None]
        points = np.where(far < 1.0, (u, v) + away / np.maximum(far, 1e-6) * (width, height), points)
    return points


def bolt(route, chance):
    """[(points (n, 2), widths (n,))]: a trunk and its branches, thinner to their ends."""
    trunk = _clear(_jagged(route + chance.normal(0.0, 0.022, route.shape), chance, 0.32, 2))
    along = np.linspace(0.0, 1.0, len(trunk))
    lines = [(trunk, 0.25 + 0.75 * np.sin(np.pi * np.clip(along * 0.9 + 0.1, 0.0, 1.0)) ** 0.6)]
    for at in chance.choice(np.arange(2, len(trunk) - 2), 3, replace=False):
        heading = trunk[at + 1] - trunk[at - 1]
        turn = chance.uniform(0.5, 1.1) * chance.choice((-1.0, 1.0))
        heading = np.array((heading[0] * np.cos(turn) - heading[1] * np.sin(turn),
                            heading[0] * np.sin(turn) + heading[1] * np.cos(turn)))
        end = trunk[at] + heading / np.linalg.norm(heading) * chance.uniform(0.10, 0.22)
        branch = _clear(_jagged(np.array((trunk[at], end)), chance, 0.35, 2))
        lines.append((branch, np.linspace(0.62, 0.08, len(branch))))
    return lines


def _widen(line, widths):
    """Offsets (n, 4, 3) that give a line on the skin its width."""
    middle = surface.point(line[:, 0], line[:, 1], LIFT)
    across = np.cross(np.gradient(middle, axis=0), middle - surface.CENTRE)
    across /= np.linalg.norm(across, axis=1)[:, None]
    sides = np.array((-GLOW, -CORE, CORE, GLOW))
    return across[:, None] * (widths[:, None] * sides)[:, :, None]


class _Bolts:
    """The bolts of a route: rows of four vertices across each point of their lines."""

    def __init__(self, route, chance):
        lines = [(k, *line) for k in range(VARIANTS) for line in bolt(route, chance)]
        self.owners = np.concatenate([np.full(len(line), k) for k, line, _ in lines])
        self.at = np.concatenate([line for _, line, _ in lines])
        self.wide = np.concatenate([_widen(line, widths) for _, line, widths in lines])
        self.faces, base = [], 0
        for _, line, _ in lines:
            self.faces += shapes.bridge([range(4)] * len(line), closed=False, base=base)
            base += 4 * len(line)

    def keys(self):
        """[(name, offsets)] of the expressions that move the skin here, and of each width."""
        u, v = self.at.T
        moves = expressions.shape_offsets(f, u, v, np.full(len(u), LIFT), u, v, FOLLOWED)
        keys = [(name, np.repeat(offset, 4, axis=0)) for name, offset in moves
                if np.abs(offset).max() > SEEN]
        for k in range(VARIANTS):
            mine = (self.owners == k)[:, None, None]
            keys.append(('arc.%d' % k, np.where(mine, self.wide, 0.0).reshape(-1, 3)))
        return keys


def arcs():
    """The objects `Arc.N`, one a route, with the face's expressions; animated."""
    chance = np.random.default_rng(11)
    light, made = material(), []
    for number, route in enumerate(routes()):
        bolts = _Bolts(route, chance)
        rest = np.repeat(surface.point(*bolts.at.T, LIFT), 4, axis=0)
        obj = shapes.mesh_object('Arc.%d' % number, rest, bolts.faces, [light])
        shapes.paint(obj, np.tile((GLOW_COLOUR, CORE_COLOUR, CORE_COLOUR, GLOW_COLOUR),
                                  (len(bolts.at), 1)))
        shapes.add_shape_keys(obj, bolts.keys())
        collect(obj)
        made.append(obj)
    _animate(made, chance)
    return made


def collect(obj):
    """Move an object into the collection `Effects`, which --effects off hides."""
    effects = bpy.data.collections.get('Effects')
    if effects is None:
        effects = bpy.data.collections.new('Effects')
        bpy.context.scene.collection.children.link(effects)
    bpy.context.scene.collection.objects.unlink(obj)
    effects.objects.link(obj)


def _schedule(count, chance):
    """{(route, variant): {frame: width}} of a loop: strands that jump from route to route."""
    shown = {}
    for strand in range(STRANDS):
        # No strand takes another's route: the routes are dealt out.
        mine = np.arange(strand, count, STRANDS)
        frame, at = 1 + 2 * strand, 0
        while frame < FRAMES:
            at = (at + int(chance.integers(1, len(mine)))) % len(mine)
            lasts = int(chance.integers(*LASTS))
            for k in range(min(lasts, FRAMES - frame)):
                fading = 0.55 if k == lasts - 1 else 1.0
                widths = shown.setdefault((mine[at], k // 2 % VARIANTS), {})
                widths[frame + k] = fading * chance.uniform(0.75, 1.25)
            frame += lasts + int(chance.integers(*PAUSES))
    return shown


def _key(thing, path, values, otherwise):
    """Key a property in steps. values: {frame: value}; beside those it is `otherwise`."""
    beside = {1, *(frame + 1 for frame in values)} - set(values)
    for frame, value in sorted({**dict.fromkeys(beside, otherwise), **values}.items()):
        setattr(thing, path, value)
        thing.keyframe_insert(path, frame=frame)


def _animate(objects, chance):
    """Key the widths of the bolts, and hide each route's object while it has none:
    what is hidden costs nothing."""
    scene = bpy.context.scene
    scene.render.fps, scene.frame_start, scene.frame_end = FPS, 1, FRAMES
    lit = {}
    for (route, variant), widths in _schedule(len(objects), chance).items():
        blocks = objects[route].data.shape_keys.key_blocks
        _key(blocks['arc.%d' % variant], 'value', widths, 0.0)
        lit.setdefault(route, {}).update(dict.fromkeys(widths, False))
    for route, frames in lit.items():
        _key(objects[route], 'hide_viewport', frames, True)
        _key(objects[route], 'hide_render', frames, True)
    owners = [owner for obj in objects for owner in (obj, obj.data.shape_keys)]
    for curve in (c for o in owners if o.animation_data for c in o.animation_data.action.fcurves):
        for point in curve.keyframe_points:
            point.interpolation = 'CONSTANT'

"""The fox's head: painted face, skull, brows, eyes, nose, teeth and tongue."""

import numpy as np

from common import expressions
from common import facemesh
from fox import fox_expressions
from fox import fox_features
from common import shapes
from fox.fox_features import FOX as f
from common.shapes import mix, rgb

ORANGE, GOLD, RUST = rgb('#f47a20'), rgb('#ff9a3a'), rgb('#c9420f')
CREAM, WHITE, SHADE = rgb('#ffe9cf'), rgb('#fff8ee'), rgb('#e8b58f')
DARK, BLUSH = rgb('#3a1414'), rgb('#ff5570')
MOUTH_DARK, MOUTH_RED = rgb('#2a0710'), rgb('#8a1f33')

# White cheeks and muzzle: from below the nose, along its bridge, under the eye
# and out to the ruff (left half).
MASK = ((0.0, -0.110), (0.075, -0.105), (0.115, -0.070), (0.150, -0.020), (0.215, -0.050),
        (0.330, -0.090), (0.460, -0.095), (0.590, -0.070), (0.720, -0.015), (0.860, 0.045),
        (1.000, 0.060), (1.180, 0.010), (1.420, -0.150), (1.700, -0.400), (1.700, -1.150),
        (0.0, -1.150))
# The line from the nose to the mouth.
PHILTRUM = ((0.0, -0.13), (0.008, -0.13), (0.008, -0.336), (0.0, -0.336))



def _liner():
    """A dark line about the left eye: bold above, in a wing at the outer corner."""
    turn = np.linspace(0.0, 2.0 * np.pi, 36, endpoint=False)
    grow = 0.010 + 0.028 * f.smooth(-0.25, 0.5, np.sin(turn)) + 0.022 * f.bump(turn - 0.30, 0.25)
    return tuple(zip(*f.eye_outline(turn, grow)))


MARKS = [facemesh.Mark(MASK, facemesh.MARK, (1, -1)),
         facemesh.Mark(_liner(), facemesh.LIP, (1, -1)),
         facemesh.Mark(PHILTRUM, facemesh.LIP, (1, -1))]


def materials():
    """Materials by name, shared by the parts of the character."""
    make = shapes.material
    return {
        'fur': make('Fur', '#f47a20', 0.75, painted=True),
        'dark': make('Dark', '#3a1414', 0.55),
        'nose': make('Nose', '#2a1018', 0.25),
        'eye': make('Eye', '#1fb0a0', glow=1.0, painted=True),
        'teeth': make('Teeth', '#ffffff', 0.35, lift=0.25),
        'tongue': make('Tongue', '#f0627a', 0.5),
        'cloth': make('Scarf', '#12808a', 0.85, painted=True),
    }


def orange(u, v):
    """Orange fur: lighter on the forehead, deeper at the sides and behind."""
    au = np.abs(u)
    c = np.broadcast_to(ORANGE, (len(u), 4))
    c = mix(c, GOLD, 0.8 * f.bump(au, 0.55) * f.smooth(0.2, 0.9, v))
    c = mix(c, GOLD, 0.7 * f.bump(au, 0.12) * f.bump(v - 0.05, 0.25))
    c = mix(c, RUST, 0.75 * f.smooth(0.95, 1.9, au))
    return c


def white(u, v):
    """White fur: blush on the cheeks, shade under the chin."""
    au = np.abs(u)
    c = np.broadcast_to(WHITE, (len(u), 4))
    c = mix(c, BLUSH, 0.60 * f.bump(au - 0.62, 0.18) * f.bump(v + 0.17, 0.10))
    return mix(c, SHADE, 0.75 * f.smooth(-0.62, -1.05, v))


def face(mats):
    """The object `Face` with every shape key."""
    data = facemesh.build_face(f, MARKS)
    u, v, h = data.u, data.v, data.h
    obj = shapes.mesh_object('Face', f.point(u, v, h), data.faces, [mats['fur']],
                             np.zeros(len(data.faces)))
    paint_face(obj, data)
    shapes.add_shape_keys(obj, expressions.shape_offsets(
        f, u, v, h, u[data.anchor], v[data.anchor], expressions.NAMES, fox_expressions.MOTIONS))
    return obj


def paint_face(obj, data):
    """Orange, white, lips and mouth, each up to the edge of its faces."""
    u, v = data.u, data.v
    skin, pale = orange(u, v), white(u, v)
    # What folds in from the edge of a lid is as dark as its line.
    fold = np.arange(len(u)) >= data.surface_count
    lip = np.broadcast_to(DARK, (len(u), 4)).copy()
    deep = mix(MOUTH_RED, MOUTH_DARK, np.clip(-data.h / 0.40, 0.0, 1.0))
    deep = mix(DARK, deep, np.clip((-data.h - 0.06) / 0.15, 0.0, 1.0))
    sources = {facemesh.SKIN: skin, facemesh.LIP: lip, facemesh.INSIDE: deep,
               facemesh.MARK: pale}
    mesh = obj.data
    layer = mesh.color_attributes.new('Col', 'BYTE_COLOR', 'CORNER')
    values = np.ones((len(mesh.loops), 4), dtype=np.float32)
    for poly, kind in zip(mesh.polygons, data.kinds):
        if kind == facemesh.SKIN and fold[list(poly.vertices)].any():
            kind = facemesh.LIP
        for loop in poly.loop_indices:
            values[loop] = sources[kind][mesh.loops[loop].vertex_index]
    layer.data.foreach_set('color', values.ravel())


def skull(mats):
    """The rest of the head, a hair below the face's surface, so that no seam
    shows."""
    u = np.linspace(-np.pi, np.pi, 40, endpoint=False)
    low = 0.94 - 2.14 * f.smooth(1.70, 1.95, np.abs(u))
    rows = [f.point(u, low + (np.pi / 2 - low) * t, -0.012)
            for t in (0.0, 0.2, 0.4, 0.6, 0.8, 0.93)]
    heights = np.concatenate([low + (np.pi / 2 - low) * t for t in (0.0, 0.2, 0.4, 0.6, 0.8, 0.93)])
    verts = np.concatenate(rows + [f.point(0.0, np.pi / 2, -0.012)])
    faces = shapes.bridge(rows)
    faces += [(200 + k, 200 + (k + 1) % 40, 240) for k in range(40)]
    obj = shapes.mesh_object('Skull', verts, faces, [mats['fur']])
    shapes.paint(obj, orange(np.append(np.tile(u, 6), 0.0), np.append(heights, 1.5)))
    return obj


def brow(mats, side):
    """One brow: a bold drop that slides on the forehead."""
    t = np.linspace(0.0, 1.0, 11)
    (u0, v0), (u1, v1) = f.BROW_INNER, f.BROW_OUTER
    u = u0 + (u1 - u0) * t
    v = v0 + (v1 - v0) * t + 0.075 * np.sin(np.pi * t ** 1.1)
    half = 0.062 * np.sin(np.pi * np.clip(0.04 + 0.96 * t, 0.0, 1.0) ** 0.62) ** 0.8 + 0.002
    section = ((-1.0, -0.03), (-0.85, 0.030), (0.0, 0.055), (0.85, 0.030), (1.0, -0.03))
    gu = np.repeat(u, 5) * side
    gv = (v[:, None] + half[:, None] * [a for a, _ in section]).ravel()
    gh = np.tile([h for _, h in section], 11)
    faces = shapes.bridge(np.arange(55).reshape(11, 5), closed=False)
    faces = [face[::-1] for face in faces] if side > 0 else faces
    obj = shapes.mesh_object('Brow.' + ('L' if side > 0 else 'R'), f.point(gu, gv, gh),
                             faces, [mats['dark']])
    away = 'Right' if side > 0 else 'Left'
    names = [n for n in expressions.NAMES
             if n.startswith(('brow', 'eyeWide', 'mouthSmile')) and not n.endswith(away)]
    shapes.add_shape_keys(obj, expressions.shape_offsets(
        f, gu, gv, gh, gu, np.repeat(v, 5), names, fox_expressions.MOTIONS))
    return obj


# Rings of the eyeball: degrees from its front, and the colours above and below.
EYE_RINGS = ((15.0, '#06181c', '#06181c'), (19.0, '#0a5c66', '#25c9a8'),
             (24.0, '#0c7f86', '#5ff0bd'), (29.5, '#0a6f7c', '#3fe0b4'),
             (32.5, '#073a48', '#0b5a60'), (50.0, '#dfe0ee', '#ffffff'),
             (75.0, '#b9b6d2', '#f4f0f4'))
SPARKS = ((-0.17, 0.22, 0.125), (0.18, -0.20, 0.060))


def eye(mats, side, steps=24):
    """One eyeball that shines by itself, looking straight ahead."""
    turn = np.linspace(0.0, 2.0 * np.pi, steps, endpoint=False)
    pile, colours = shapes.Pile(), []
    rows = []
    for angle, above, below in EYE_RINGS:
        a = np.radians(angle)
        rows.append(np.stack((np.sin(a) * np.cos(turn), np.full(steps, -np.cos(a)),
                              np.sin(a) * np.sin(turn)), axis=1))
        # Faces take a colour of their own: the iris is dark above, bright below.
        height = 0.5 + 0.5 * np.sin(turn + np.pi / steps)
        colours.append(mix(rgb(below), rgb(above), f.smooth(0.15, 0.95, height)))
    verts = np.concatenate([[(0.0, -1.0, 0.0)]] + rows)
    pile.add(verts, [(0, 1 + k, 1 + (k + 1) % steps) for k in range(steps)]
             + shapes.bridge(rows, base=1))
    for x, z, size in SPARKS:
        at = np.stack((x + size * np.cos(turn[::2]), z + size * np.sin(turn[::2])), axis=1)
        depth = -np.sqrt(1.0 - (at ** 2).sum(axis=1)) - 0.02
        pile.add(np.stack((at[:, 0], depth, at[:, 1]), axis=1), [tuple(range(len(at)))])
        colours.append(rgb('#ffffff')[None])
    obj = pile.object('Eye.' + ('L' if side > 0 else 'R'), [mats['eye']])
    layer = obj.data.color_attributes.new('Col', 'BYTE_COLOR', 'CORNER')
    corner = [c for p, c in zip(obj.data.polygons, np.concatenate(colours))
              for _ in p.loop_indices]
    layer.data.foreach_set('color', np.array(corner, dtype=np.float32).ravel())
    obj.scale = (fox_features.EYE_RADIUS,) * 3
    obj.location = (fox_features.EYE_X * side, fox_features.EYE_Y, fox_features.EYE_Z)
    return obj


def _ball(centre, radii, rows=7, steps=16):
    """(verts, faces) of an ellipsoid without poles."""
    rings = [np.stack((np.cos(b) * np.cos(t), np.cos(b) * np.sin(t), np.full(steps, np.sin(b))),
                      axis=1)
             for b in np.linspace(-1.45, 1.45, rows)
             for t in [np.linspace(0.0, 2.0 * np.pi, steps, endpoint=False)]]
    last = (rows - 1) * steps
    caps = [tuple(reversed(range(steps))), tuple(range(last, last + steps))]
    return np.concatenate(rings) * radii + np.array(centre), shapes.bridge(rings) + caps


def nose(mats):
    """A rounded triangle of a nose with its highlight."""
    verts, faces = _ball((0.0, -1.36, -0.24), (0.225, 0.14, 0.145))
    # Wide above, narrow below.
    verts[:, 0] *= 1.0 - 1.6 * np.clip(-0.24 - verts[:, 2], 0.0, None) / 0.29
    pile = shapes.Pile()
    pile.add(verts, faces)
    pile.add(*_ball((-0.075, -1.460, -0.175), (0.058, 0.028, 0.026), 5, 10), kind=1)
    return pile.object('Nose', [mats['nose'], mats['teeth']])


def _tooth_row(edge, root, depth, width, count):
    """A band of rounded teeth from `root` to `edge`, heights from the mouth's middle."""
    u = np.linspace(-width, width, 4 * count + 1)
    # Deeper towards the corners, which lips cross when they move sideways.
    depth = depth + 0.10 * (u / width) ** 2
    phase = np.abs(np.sin(np.linspace(0.0, np.pi * count, len(u)))) ** 0.5
    line = f.MOUTH_V + 0.06 * (u / f.MOUTH_WIDTH) ** 2
    tip = edge + np.sign(root - edge) * 0.016 * (1.0 - phase)
    root = root * (1.0 - 0.6 * (u / width) ** 2)
    rows = [f.point(u, line + v, h) for v, h in ((root, -depth), (tip, -depth),
                                                 (tip, -depth - 0.06))]
    faces = shapes.bridge(rows, closed=False)
    return np.concatenate(rows), [q[::-1] for q in faces] if edge < root[0] else faces


def _fang(u, drop, depth):
    """A small fang hanging at azimuth `u`."""
    top, tip = f.point([u, u * 0.97], [f.MOUTH_V + 0.06, f.MOUTH_V - drop], [-depth, -depth])
    return shapes.tube(np.linspace(top, tip, 4), (0.045, 0.042, 0.032, 0.012),
                       (0.04, 0.035, 0.028, 0.012), (1, 0, 0), 7)


def teeth(mats):
    """Upper teeth with two fangs, and lower ones; the lower belong to the jaw."""
    pile = shapes.Pile()
    pile.add(*_tooth_row(-0.010, 0.20, 0.15, 0.25, 7))
    for side in (1.0, -1.0):
        pile.add(*_fang(0.20 * side, 0.040, 0.17))
    upper = pile.object('Teeth.upper', [mats['teeth']])
    lower = shapes.mesh_object('Teeth.lower', *_tooth_row(-0.060, -0.15, 0.15, 0.24, 6),
                               [mats['teeth']])
    return upper, lower


def tongue(mats):
    """A tongue resting behind the lower teeth."""
    path = np.array(((0, -0.45, -0.74), (0, -0.62, -0.68), (0, -0.80, -0.66), (0, -0.97, -0.67),
                     (0, -1.08, -0.70), (0, -1.12, -0.73)))
    return shapes.mesh_object('Tongue', *shapes.tube(
        path, (0.18, 0.22, 0.24, 0.22, 0.15, 0.05), (0.05, 0.06, 0.06, 0.055, 0.045, 0.02),
        (1, 0, 0), 12), [mats['tongue']])

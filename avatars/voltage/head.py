"""The head: painted face, brows, ears, eyes, teeth and tongue."""

import numpy as np

from common import expressions
from common import facemesh
from common import shapes
from voltage import surface
from voltage.surface import VOLTAGE as f
from common.shapes import mix, rgb

SKIN_LIGHT, SKIN, SKIN_DEEP = rgb('#8f86ff'), rgb('#6a5cf0'), rgb('#3d2bb0')
BLUSH, SHADOW, LIPS = rgb('#ff5f8a'), rgb('#7a1fb8'), rgb('#f2447c')
MOUTH_DARK, MOUTH_RED = rgb('#16021a'), rgb('#4a0a30')
BROW_DARK = rgb('#180a3c')

# Lightning on the cheek and on the forehead (left half), domain points.
BOLT_CHEEK = ((1.02, 0.18), (0.66, -0.17), (0.785, -0.185), (0.54, -0.46),
              (0.95, -0.115), (0.82, -0.095))
BOLT_BROW = ((0.40, 0.90), (0.20, 0.735), (0.27, 0.725), (0.12, 0.575),
             (0.38, 0.745), (0.30, 0.76))
DASH_CHEEK = (((0.66, -0.130), (1.02, -0.020), (1.02, -0.070), (0.665, -0.180)),
              ((0.66, -0.230), (0.92, -0.150), (0.92, -0.200), (0.665, -0.280)))
MARKS = ([facemesh.Mark(bolt, facemesh.MARK, (1,)) for bolt in (BOLT_CHEEK, BOLT_BROW)]
         + [facemesh.Mark(dash, facemesh.MARK, (-1,)) for dash in DASH_CHEEK])


def materials():
    """Materials by name, shared by the parts of the character."""
    make = shapes.material
    return {
        'skin': make('Skin', '#6a5cf0', 0.55, painted=True),
        'lips': make('Lips', '#f2447c', 0.45, painted=True),
        'inside': make('Mouth', '#2a0420', 0.9, painted=True),
        'glow': make('Streak', '#35f2ff', glow=1.0),
        'brow': make('Brow', '#180a3c', 0.6),
        'white': make('EyeWhite', '#eef3ff', 0.35, lift=0.15),
        'limbus': make('EyeLimbus', '#120a4a', 0.3),
        'iris': make('Iris', '#1f8bff', glow=1.0),
        'iris_hot': make('IrisGlow', '#7df6ff', glow=1.0),
        'pupil': make('Pupil', '#05020f', glow=1.0),
        'spark': make('Spark', '#ffffff', glow=1.0),
        'teeth': make('Teeth', '#ffffff', 0.3, lift=0.25),
        'tongue': make('Tongue', '#e0486e', 0.5),
        'hair': make('Hair', '#ff3d6e', 0.45, painted=True),
    }


def skin_colour(u, v):
    """Painted skin at domain points: planes, blush, eye shadow."""
    au = np.abs(u)
    c = np.broadcast_to(SKIN, (len(u), 4))
    c = mix(c, SKIN_LIGHT, 0.75 * f.bump(au, 0.55) * f.smooth(-0.1, 0.7, v))
    c = mix(c, SKIN_LIGHT, 0.7 * f.bump(au, 0.10) * f.bump(v + 0.05, 0.22))
    c = mix(c, SKIN_LIGHT, 0.35 * f.bump(au, 0.3) * f.bump(v + 0.84, 0.12))
    c = mix(c, SKIN_DEEP, 0.75 * f.smooth(0.85, 1.35, au))
    c = mix(c, SKIN_DEEP, 0.85 * f.smooth(-0.90, -1.12, v))
    c = mix(c, SKIN_DEEP, 0.40 * f.bump(au - 0.80, 0.22) * f.bump(v + 0.55, 0.18))
    c = mix(c, BLUSH, 0.62 * f.bump(au - 0.60, 0.24) * f.bump(v + 0.23, 0.15))
    c = mix(c, BLUSH, 0.55 * f.bump(au, 0.15) * f.bump(v + 0.20, 0.10))
    c = mix(c, BLUSH, 0.30 * f.bump(au, 0.16) * f.bump(v + 0.83, 0.08))
    c = mix(c, SHADOW, 0.9 * f.bump(au - 0.080, 0.035) * f.bump(v + 0.285, 0.020))
    x, z = (au - f.EYE_U) / 0.33, v - f.EYE_V - 0.13 * (au - f.EYE_U)
    lid = np.clip(1.25 - np.hypot(x, z / np.where(z > 0, 0.33, 0.25)), 0.0, 1.0) / 0.45
    return mix(c, SHADOW, 0.80 * np.clip(lid, 0.0, 1.0) * np.where(z > 0, 1.0, 0.6))


def _lip_bulge(u, v, count):
    """Height of the lips above the smooth surface."""
    upper = v > f.mouth_line(u)
    height = np.where(upper, f.lip_height(u, True), f.lip_height(u, False))
    across = np.abs(v - f.mouth_line(u)) / np.maximum(height, 0.012)
    swell = np.where(across < 1.0, np.sin(np.pi * (0.22 + 0.78 * across)), 0.0)
    size = np.where(upper, 0.060, 0.070) * np.clip(height / 0.06, 0.0, 1.0)
    bulge = swell * size
    bulge[count:] = 0.0
    return bulge


def face(mats):
    """The object `Face` with every shape key."""
    data = facemesh.build_face(f, MARKS)
    u, v = data.u, data.v
    h = data.h + _lip_bulge(u, v, data.surface_count)
    au, av = u[data.anchor], v[data.anchor]
    obj = shapes.mesh_object('Face', surface.point(u, v, h), data.faces,
                             [mats[k] for k in ('skin', 'lips', 'inside', 'glow')], data.kinds)
    paint_face(obj, data, u, v)
    shapes.add_shape_keys(obj, expressions.shape_offsets(
        f, u, v, h, au, av, expressions.NAMES))
    return obj


def paint_face(obj, data, u, v):
    """Skin, lip and mouth paint, each up to the edge of its faces."""
    mesh = obj.data
    skin = skin_colour(u, v)
    fold = np.arange(len(u)) >= data.surface_count
    # The rims of the lids: dark, as lashes are.
    skin[fold] = BROW_DARK
    rims = np.concatenate(data.lids)
    upper = v[rims] > f.eye_closed_line(np.abs(u[rims])) + 0.03
    skin[rims] = mix(skin[rims], BROW_DARK, np.where(upper, 1.0, 0.55))
    # The liner reaches into the next row above the eye.
    away = np.hypot(u[:, None] - u[rims][upper], v[:, None] - v[rims][upper]).min(axis=1)
    near = (away < 0.042) & ~fold
    skin[near] = mix(skin[near], BROW_DARK, 0.75)
    line = np.clip(np.abs(v - f.mouth_line(u)) / 0.045, 0.0, 1.0)
    lip = mix(rgb('#5a0a48'), LIPS, line ** 0.7)
    lip[fold] = MOUTH_DARK
    deep = mix(MOUTH_RED, MOUTH_DARK, np.clip(-data.h / 0.35, 0.0, 1.0))
    layer = mesh.color_attributes.new('Col', 'BYTE_COLOR', 'CORNER')
    values = np.ones((len(mesh.loops), 4), dtype=np.float32)
    for poly, kind in zip(mesh.polygons, data.kinds):
        source = (skin, lip, deep, None)[kind]
        if source is not None:
            for loop in poly.loop_indices:
                values[loop] = source[mesh.loops[loop].vertex_index]
    layer.data.foreach_set('color', values.ravel())


def brow(mats, side):
    """One brow: a bold tapering shape that slides on the forehead."""
    t = np.linspace(0.0, 1.0, 11)
    (u0, v0), (u1, v1) = f.BROW_INNER, f.BROW_OUTER
    u = u0 + (u1 - u0) * t
    v = v0 + (v1 - v0) * t + 0.090 * np.sin(np.pi * t ** 1.25)
    half = 0.058 * (1.0 - t ** 2.6) ** 0.8 * (0.50 + 0.50 * f.smooth(-0.02, 0.16, t)) + 0.004
    section = ((-1.0, -0.03), (-0.85, 0.035), (0.0, 0.060), (0.85, 0.035), (1.0, -0.03))
    gu, gv, gh = [], [], []
    for across, height in section:
        gu.append(u)
        gv.append(v + across * half)
        gh.append(height * (0.55 + 0.45 * (1.0 - t)))
    gu, gv, gh = np.array(gu).T.ravel(), np.array(gv).T.ravel(), np.array(gh).T.ravel()
    rings = [np.arange(5) + 5 * i for i in range(len(t))]
    faces = shapes.bridge(rings, closed=False)
    # `bridge` runs across first; on the left side that faces inwards.
    faces = [face[::-1] for face in faces] if side > 0 else faces
    gu *= side
    obj = shapes.mesh_object('Brow.' + ('L' if side > 0 else 'R'),
                             surface.point(gu, gv, gh), faces, [mats['brow']])
    names = [n for n in expressions.NAMES if n.startswith(('brow', 'eyeWide'))]
    wanted = [n for n in names if not n.endswith('Right' if side > 0 else 'Left')]
    centre_v = np.repeat(v, 5)
    shapes.add_shape_keys(obj, expressions.shape_offsets(f, gu, gv, gh, gu, centre_v, wanted))
    group = obj.vertex_groups.new(name='tip')
    for back, weight in enumerate((1.0, 0.7, 0.4, 0.15)):
        end = len(gu) - 5 * back
        group.add(list(range(end - 5, end)), weight, 'REPLACE')
    return obj


def ear(mats, side):
    """One pointed ear; its tip is a vertex group for a hook."""
    # Outline in (out, up) of the ear's own plane, from lobe round to the tip.
    outline = np.array(((0.00, -0.30), (0.10, -0.34), (0.20, -0.26), (0.27, -0.10),
                        (0.36, 0.08), (0.46, 0.30), (0.57, 0.56), (0.40, 0.44),
                        (0.24, 0.30), (0.10, 0.20), (0.00, 0.14), (-0.06, -0.08)))
    middle = np.array((0.13, -0.03))
    inner = middle + (outline - middle) * np.array((0.66, 0.70))
    out = np.array((0.80, 0.60, 0.0))
    front = np.array((0.60, -0.80, 0.0))
    root = np.array((0.845, 0.12, -0.06))

    def place(flat, lift):
        return root + np.outer(flat[:, 0], out) + np.outer(flat[:, 1], (0, 0, 1.0)) \
            + np.outer(np.full(len(flat), lift), front)

    back = middle + (outline - middle) * 0.8
    verts = np.concatenate((place(back, -0.10), place(outline, 0.0), place(inner, -0.015),
                            place(middle + (inner - middle) * 0.75, -0.07),
                            place(middle[None], -0.08), place(middle[None], -0.13)))
    n = len(outline)
    faces = shapes.bridge([range(n)] * 4)
    faces += [(3 * n + i, 3 * n + (i + 1) % n, 4 * n) for i in range(n)]
    faces += [((i + 1) % n, i, 4 * n + 1) for i in range(n)]
    if side < 0:
        verts = verts * (-1.0, 1.0, 1.0)
        faces = [face[::-1] for face in faces]
    colours = np.concatenate((np.repeat([SKIN_DEEP], n, 0), np.repeat([SKIN], n, 0),
                              np.repeat([mix(SKIN, BLUSH, 0.35)], n, 0),
                              np.repeat([mix(SKIN_DEEP, BLUSH, 0.55)], n + 1, 0),
                              [SKIN_DEEP]))
    obj = shapes.mesh_object('Ear.' + ('L' if side > 0 else 'R'), verts, faces, [mats['skin']])
    shapes.paint(obj, colours)
    group = obj.vertex_groups.new(name='tip')
    for away, weight in enumerate((1.0, 0.65, 0.3, 0.1)):
        ids = [row * n + k for row in range(4) for k in {6 - away, 6 + away}]
        group.add(ids, weight, 'REPLACE')
    return obj


def _ball(angles, steps=24):
    """Cap of the unit sphere about -Y with rings at polar `angles`."""
    turn = np.linspace(0.0, 2.0 * np.pi, steps, endpoint=False)
    # Anticlockwise as seen from the front.
    verts = [np.array([(0.0, -1.0, 0.0)])]
    for a in angles:
        verts.append(np.stack((np.sin(a) * np.cos(turn), np.full(steps, -np.cos(a)),
                               np.sin(a) * np.sin(turn)), axis=1))
    faces = [(0, 1 + k, 1 + (k + 1) % steps) for k in range(steps)]
    faces += [tuple(reversed(q)) for q in shapes.bridge([range(steps)] * len(angles), base=1)]
    return np.concatenate(verts), faces


def eye(mats, side):
    """One eyeball with pupil, iris and two sparks, looking straight ahead."""
    rings = np.radians((10.0, 17.0, 22.5, 25.0, 38.0, 53.0, 72.0))
    verts, faces = _ball(rings)
    steps = 24
    bands = [4] * steps + [3] * steps + [2] * steps + [1] * steps + [0] * (3 * steps)
    pile = shapes.Pile()
    pile.add(verts, faces)
    pile.kinds = bands
    for x, z, size in ((-0.20, 0.24, 0.085), (0.17, -0.19, 0.040)):
        turn = np.linspace(0.0, 2.0 * np.pi, 8, endpoint=False)
        disc = np.stack((x + size * np.cos(turn), np.zeros(8), z + size * np.sin(turn)), axis=1)
        disc[:, 1] = -np.sqrt(1.0 - disc[:, 0] ** 2 - disc[:, 2] ** 2) - 0.02
        pile.add(disc, [tuple(range(8))], kind=5)
    names = ('white', 'limbus', 'iris', 'iris_hot', 'pupil', 'spark')
    obj = pile.object('Eye.' + ('L' if side > 0 else 'R'), [mats[k] for k in names])
    obj.scale = (surface.EYE_RADIUS,) * 3
    obj.location = (surface.EYE_X * side, surface.EYE_Y, surface.EYE_Z)
    return obj


def _tooth_row(low, high, depth, width, bites_down):
    """A curved band of teeth; `low`, `high` from the line of the mouth.

    Front and biting edge have vertices of their own, so the edge is crisp.
    """
    per_tooth, count = 4, 8
    u = np.linspace(-width, width, per_tooth * count + 1)
    phase = np.abs(np.sin(np.linspace(0.0, np.pi * count, len(u)))) ** 0.5
    biting, root = (low, high) if bites_down else (high, low)
    edge = biting + np.sign(root - biting) * 0.012 * (1.0 - phase)
    crease = 0.010 * (phase - 1.0)
    front, behind = crease - depth, crease - depth - 0.07
    pieces = [np.array([surface.point(u, f.MOUTH_V + v, h) for v, h in rows])
              for rows in (((np.full_like(u, root), front), (edge, front)),
                           ((edge, front), (edge, behind)))]
    n = 2 * len(u)
    faces = shapes.bridge(pieces[0], closed=False) + shapes.bridge(pieces[1], closed=False, base=n)
    if bites_down:
        faces = [face[::-1] for face in faces]
    return np.concatenate([p.reshape(-1, 3) for p in pieces]), faces


def teeth(mats):
    """Upper and lower teeth; the lower ones belong to the jaw."""
    upper = shapes.mesh_object('Teeth.upper', *_tooth_row(-0.095, 0.08, 0.115, 0.38, True),
                               [mats['teeth']])
    lower = shapes.mesh_object('Teeth.lower', *_tooth_row(-0.25, -0.155, 0.135, 0.34, False),
                               [mats['teeth']])
    return upper, lower


def tongue(mats):
    """A tongue resting behind the lower teeth."""
    path = np.array(((0, -0.30, -0.80), (0, -0.40, -0.71), (0, -0.52, -0.685),
                     (0, -0.64, -0.70), (0, -0.70, -0.735), (0, -0.715, -0.76)))
    verts, faces = shapes.tube(path, (0.16, 0.20, 0.215, 0.185, 0.12, 0.03),
                               (0.05, 0.06, 0.06, 0.055, 0.045, 0.02), (1, 0, 0), 10)
    obj = shapes.mesh_object('Tongue', verts, faces, [mats['tongue']])
    # Out between the lips, and down over the lower one.
    along = np.repeat(np.linspace(0.0, 1.0, len(path)), 10)[:, None]
    out = (along ** 1.3 * (0.0, -0.44, 0.0) + np.sin(np.pi * along ** 0.8) * (0.0, 0.0, 0.15)
           + along ** 4 * (0.0, 0.0, -0.12))
    # A round tip, where the rings draw together at rest.
    middle = np.repeat(path, 10, axis=0)
    wide = np.repeat((0.0, 0.0, 0.0, 0.10, 0.75, 3.2), 10)[:, None]
    shapes.add_shape_keys(obj, [('tongueOut', out + (verts - middle) * wide * (1.0, 0.2, 0.4))])
    return obj

"""A person's head, hair, glasses and shoulders as one mesh whose points follow an expression.

Centimetres, x to the subject's left, y up, z forward, as FaceKit has it. numpy only.
"""

from collections import namedtuple

import numpy as np

import facekit
import paint

SKIN, PAINTED, GLOSSY, LASH, LENS, GLINT = range(6)  # materials
PIVOT = np.array([0.0, -3.0, -1.0], np.float32)  # what the head turns about
BROWS, IRISES, TEETH = slice(17, 27), slice(68, 70), slice(70, None)  # of Figure.place's marks
MOST = 1.1  # of an expression: at 1.0 of eyeBlink FaceKit's lids leave a bright slit
LOOK = np.radians([30.0, 25.0])  # turn of an eyeball at eyeLook 1: sideways, up or down

# weights: (53,) 0..1; look: (2, 2) radians of the left and right eye, to the subject's left
# and up; turn: rotation matrix of the head, (3, 3);
# shift: of the head, cm.
Pose = namedtuple('Pose', 'weights look turn shift')


class _Parts:
    """Meshes put together: points, faces (n, 4) with -1 in the fourth place of a triangle."""

    def __init__(self):
        self.points, self.faces, self.slots, self.colours, self.rigid = [], [], [], [], []
        self.count = 0

    def add(self, points, faces, slot, colour, rigid):
        """colour: (3,) or (n, 3), linear RGB; rigid: share of the head's turn, number or (n,).
        Returns the range of the points."""
        points, faces = np.asarray(points, np.float32), np.asarray(faces)
        first = self.count
        self.count += len(points)
        self.points.append(points)
        self.faces.append(np.where(faces >= 0, faces + first, -1))
        self.slots.append(np.full(len(faces), slot))
        self.colours.append(np.broadcast_to(colour, (len(points), 3)))
        self.rigid.append(np.broadcast_to(rigid, len(points)))
        return slice(first, self.count)


def _pick(faces, wanted):
    """(indices of used points, faces that count from 0) of those faces whose points are all
    wanted (bool for each point)."""
    inside = np.where(faces >= 0, wanted[faces], True).all(axis=1)
    faces = faces[inside]
    used, index = np.unique(faces, return_inverse=True)
    index = index.reshape(faces.shape)
    if len(used) and used[0] == -1:
        used, index = used[1:], index - 1
    return used, index


def _grid(rows, columns, closed):
    """Quads of a grid of points, row by row; closed: the last column meets the first."""
    r, c = np.meshgrid(np.arange(rows - 1), np.arange(columns - (not closed)), indexing='ij')
    a, b = r * columns + c, r * columns + (c + 1) % columns
    return np.stack((a, b, b + columns, a + columns), axis=-1).reshape(-1, 4)


def _smooth(x, low, high):
    t = np.clip((x - low) / (high - low), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


class Figure:
    """Static: points, faces, slots (material of each face), colours (linear RGB of each point),
    uv (corner UVs of each face, (n, 4, 2)), image (the face's, linear RGB)."""

    def __init__(self, kit, person):
        self.kit, self.person = kit, person
        self._rest = kit.head(person.identity)
        self._gains = person.gains.astype(np.float32)
        parts = _Parts()
        self._add_head(parts)
        self._add_eyes(parts)
        if not person.bald:
            self._add_hair(parts)
        self._add_shoulders(parts)
        if person.glasses:
            self._add_glasses(parts)
        self.points = np.concatenate(parts.points)
        self.faces = np.concatenate(parts.faces)
        self.slots = np.concatenate(parts.slots)
        self.colours = np.concatenate(parts.colours).astype(np.float32)
        self._rigid = np.concatenate(parts.rigid).astype(np.float32)[:, None]
        self.uv = np.zeros((len(self.faces), 4, 2), np.float32)
        self.uv[:len(self._head_uv)] = self._head_uv
        self.image = paint.face(person, self._landmark_uv())

    def _landmark_uv(self):
        faces = self.kit.faces_of('M_Face')
        corner, uv = self.kit.faces[faces].ravel(), self.kit.faces_uv[faces].ravel()
        place = np.full((len(self._rest), 2), np.nan)
        place[corner[corner >= 0]] = self.kit.uv[uv[corner >= 0]]
        marks = place[self.kit.landmarks]
        marks[BROWS] = (place[self._used[self._brow_points]] * self._brow_shares).sum(axis=1)
        return marks

    def _place_brows(self):
        """This person's brows: each of their landmarks as a mix of three points of the head."""
        rest = self._rest[self._used]
        wanted = self._rest[self.kit.landmarks[BROWS], :2].copy()
        drop = self.person.brow_drop
        wanted[:, 1] -= np.concatenate((drop[::-1], drop))  # 17 is the outer end, 26 the other one
        far = np.linalg.norm(rest[None, :, :2] - wanted[:, None], axis=2)
        far[:, (self._used >= facekit.FACE.stop) | (rest[:, 2] < 0.0)] = np.inf
        self._brow_points = np.argsort(far, axis=1)[:, :3]
        shares = 1.0 / (np.take_along_axis(far, self._brow_points, 1) + 0.01)
        self._brow_shares = (shares / shares.sum(axis=1, keepdims=True))[..., None]

    def _add_head(self, parts):
        chosen = self.kit.drawn()
        used, faces = _pick(self.kit.faces[chosen], np.ones(len(self._rest), bool))
        self._used = used
        person, rng = self.person, np.random.default_rng((13, self.person.seed))
        colours = np.empty((len(self._rest), 3))
        colours[:] = person.skin
        colours[facekit.SOCKET] = [0.05, 0.012, 0.012]
        colours[facekit.GUMS] = np.array([0.35, 0.11, 0.11]) * rng.uniform(0.7, 1.2)
        colours[facekit.TEETH] = np.array([0.72, 0.66, 0.52]) * rng.uniform(0.7, 1.15)
        colours[facekit.LASHES] = 0.01
        # Hair cropped short is paint.
        if not person.bald:
            crop = _smooth(self._amount(), -0.5, 1.0)[:, None]
            colours = np.where(np.arange(len(colours))[:, None] < facekit.HEAD.stop,
                               colours + (person.hair - colours) * crop, colours)
        y = self._rest[used, 1]
        material = self.kit.face_material[chosen]
        is_face = material == self.kit.materials.index('M_Face')
        self._head = parts.add(self._rest[used], faces, PAINTED, colours[used],
                               _smooth(y, -16.0, -7.0))
        is_lash = material == self.kit.materials.index('M_EyeLashes')
        parts.slots[-1] = np.where(is_face, SKIN, np.where(is_lash, LASH, PAINTED))
        corners = self.kit.faces_uv[chosen]
        self._head_uv = np.where(is_face[:, None, None], self.kit.uv[np.maximum(corners, 0)], 0.0)
        shapes = self.kit.expressions[:, used]
        self._shapes = np.ascontiguousarray(shapes.reshape(len(shapes), -1))
        self._place_brows()
        self._marks = np.searchsorted(used, np.r_[self.kit.landmarks, facekit.front_teeth(self.kit)])

    def _amount(self):
        """How far inside the hair each point of the head lies, cm of height; below 0: no hair."""
        x, y, z = self._rest.T
        line = self.person.hairline
        limit = np.interp(z, [-6.0, -2.0, 1.0, 4.0, 7.0, 9.0], [-7.0, -3.0, 3.0, 6.5, line, line])
        ear = (np.abs(self.kit.neutral[:, 0]) > 7.5) & (self.kit.neutral[:, 1] < 5.5)
        limit = np.where(ear, 99.0, limit)
        return y - limit - 0.5 * np.cos(x) + np.where(self.person.fringe, 1.5, 0.0) * (z > 5)

    def _add_eyes(self, parts):
        rng = np.random.default_rng((17, self.person.seed))
        pupil = rng.uniform(0.14, 0.3)
        # No white is much lighter than the skin about it, once the webcam exposes for that.
        white = np.array([0.78, 0.74, 0.72]) * rng.uniform(0.35, 1.0) \
            * min(1.0, np.mean(self.person.skin) / 0.35) ** 0.5
        shadow = rng.uniform(0.2, 0.7)
        self._eyes = []
        for side in 'LR':
            centre, radius = facekit.eye(self._rest, side)
            offset = self._rest - centre.astype(np.float32)
            off_axis, front = np.hypot(offset[:, 0], offset[:, 1]), offset[:, 2] > 0.0
            name = {'L': 'Left', 'R': 'Right'}[side]
            for material, wanted in (('M_Sclera', ~front | (off_axis > facekit.VISIBLE_IRIS)),
                                     ('M_Iris', front & (off_axis < facekit.VISIBLE_IRIS + 0.04))):
                faces = self.kit.faces[self.kit.faces_of(material + name)]
                used, faces = _pick(faces, wanted)
                r = off_axis[used][:, None]
                if material == 'M_Sclera':
                    colour = white * (1.0 - 0.25 * _smooth(r, 0.9, 1.5) * [0.3, 1.0, 1.0])
                    # The upper lid's shadow.
                    colour = colour * (1.0 - shadow * _smooth(offset[used, 1:2], -0.1, 0.6))
                else:
                    streaks = rng.uniform(0.7, 1.3, (len(used), 1))
                    colour = self.person.iris * streaks * (1.0 - 0.8 * _smooth(r, 0.45, 0.58))
                    colour = np.where(r < pupil, 0.004, colour)
                where = parts.add(self._rest[used], faces, GLOSSY, colour, 1.0)
                self._eyes.append((where, centre.astype(np.float32), 0 if side == 'L' else 1))

    def _add_hair(self, parts):
        person, rng = self.person, np.random.default_rng((19, self.person.seed))
        amount = self._amount()
        amount[facekit.HEAD.stop:] = -1.0
        scalp = self.kit.faces[self.kit.faces_of('M_Face', 'M_BackHead')]
        used, faces = _pick(scalp, amount > 0.0)
        points = self._rest[used]
        out = points - [0.0, 3.0, 1.0]
        out /= np.linalg.norm(out, axis=1, keepdims=True)
        waves = np.sin(points @ rng.normal(0.0, 1.2, (3, 4)) + rng.uniform(0, 6, 4)).mean(axis=1)
        lift = person.volume * _smooth(amount[used], 0.0, 3.0) * (1.0 + 0.5 * waves)
        shade = rng.uniform(0.75, 1.25, (len(used), 1))
        parts.add(points + out * (0.1 + lift)[:, None], faces, PAINTED, person.hair * shade, 1.0)
        if person.length:
            self._add_curtain(parts, rng)

    def _add_curtain(self, parts, rng):
        """Hair that hangs beside the face and behind it."""
        person, rows, columns = self.person, 14, 40
        opening = rng.uniform(0.9, 1.7)  # radians from straight ahead
        angle = np.linspace(opening, 2.0 * np.pi - opening, columns)
        y = np.linspace(9.0, -7.0 - person.length, rows)[:, None]
        radius = np.interp(y, [-30.0, -10.0, 0.0, 6.0, 9.0], [11.0, 10.0, 9.2, 8.5, 5.5])
        radius = radius + 0.6 * person.volume + 0.4 * rng.normal(size=(1, columns))
        points = np.stack((radius * np.sin(angle), np.broadcast_to(y, radius.shape),
                           1.15 * radius * np.cos(angle) - 0.5), axis=-1).reshape(-1, 3)
        shade = np.tile(rng.uniform(0.6, 1.25, columns), rows)[:, None]
        parts.add(points, _grid(rows, columns, False), PAINTED, person.hair * shade,
                  _smooth(points[:, 1], -18.0, -6.0))

    def _add_shoulders(self, parts):
        rows, columns = 10, 32
        up = np.linspace(0.0, 0.5 * np.pi, rows)[:, None]
        angle = np.linspace(0.0, 2.0 * np.pi, columns, endpoint=False)
        points = np.stack((24.0 * np.cos(up) ** 0.6 * np.cos(angle),
                           np.broadcast_to(-32.0 + 15.5 * np.sin(up), (rows, columns)),
                           11.0 * np.cos(up) ** 0.6 * np.sin(angle) - 3.0), axis=-1).reshape(-1, 3)
        parts.add(points, _grid(rows, columns, True), PAINTED, self.person.cloth, 0.0)

    def _add_glasses(self, parts):
        glasses = self.person.glasses
        turn = np.linspace(0.0, 2.0 * np.pi, 32, endpoint=False)
        c, s = np.cos(turn), np.sin(turn)
        power = 2.0 / glasses.round
        out = np.stack((np.sign(c) * np.abs(c) ** power, np.sign(s) * np.abs(s) ** power), axis=-1)
        outline = out * [glasses.width / 2.0, glasses.height / 2.0]
        tops = []
        for side, sign in (('L', 1.0), ('R', -1.0)):
            centre, radius = facekit.eye(self._rest, side)
            middle = centre + [sign * 0.15, -0.3, radius + 1.1]
            flat = np.c_[outline, -0.06 * np.abs(outline[:, 0])] * [sign, 1.0, 1.0] + middle
            self._add_tube(parts, flat, glasses.rim, True)
            around = np.arange(32)
            fan = np.stack((0 * around, around + 1, (around + 1) % 32 + 1, 0 * around - 1),
                           axis=-1)
            parts.add(np.concatenate((middle[None], flat)), fan, LENS, 1.0, 1.0)
            if glasses.glint > 0.75:
                corners = np.array([[-0.5, -0.8, 0], [0.1, -0.8, 0], [0.6, 0.8, 0], [0.0, 0.8, 0]])
                spot = middle + [0.6, 0.4, 0.05] + corners * 0.8
                parts.add(spot, [[0, 1, 2, 3]], GLINT, 1.0, 1.0)
            tops.append(middle)
            ear = np.array([sign * 7.6, 4.5, -1.5])
            self._add_tube(parts, np.linspace(flat[np.argmax(sign * flat[:, 0])], ear, 6),
                           glasses.rim, False)
        inner = [m - [sign * glasses.width / 2.0, -0.5, 0.0] for m, sign in zip(tops, (1.0, -1.0))]
        self._add_tube(parts, np.linspace(inner[0], inner[1], 5), glasses.rim, False)

    def _add_tube(self, parts, line, radius, closed):
        around = np.linspace(0.0, 2.0 * np.pi, 5, endpoint=False)
        ring = np.stack((np.cos(around), np.sin(around)), axis=-1) * radius
        ahead = np.roll(line, -1, axis=0) - np.roll(line, 1, axis=0) if closed \
            else np.gradient(line, axis=0)
        ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
        first = np.cross(ahead, [0.1, 0.2, 1.0])
        first /= np.linalg.norm(first, axis=1, keepdims=True) + 1e-9
        second = np.cross(ahead, first)
        points = line[:, None] + ring[:, :1] * first[:, None] + ring[:, 1:] * second[:, None]
        if closed:
            points = np.concatenate((points, points[:1]))
        parts.add(points.reshape(-1, 3), _grid(len(points), 5, True), GLOSSY,
                  self.person.glasses.colour, 1.0)

    def place(self, pose):
        """(points, marks): all points, and those whose place in the picture is part of the truth
        (68 landmarks, IRISES, TEETH), in this pose."""
        points = self.points.copy()
        weights = np.clip(pose.weights * self._gains + self.person.resting, 0.0, MOST)
        points[self._head] += (weights.astype(np.float32) @ self._shapes).reshape(-1, 3)
        for where, centre, side in self._eyes:
            points[where] = (points[where] - centre) @ rotation(*pose.look[side]).T + centre
        turned = (points - PIVOT) @ pose.turn.T + PIVOT
        turned += pose.shift.astype(np.float32)
        points += self._rigid * (turned - points)
        head = points[self._head][self._marks]
        head[BROWS] = (points[self._head][self._brow_points] * self._brow_shares).sum(axis=1)
        return points, np.concatenate((head[:68], self._irises(pose), head[68:]))

    def _irises(self, pose):
        """(2, 3): the middle of the left and right iris."""
        at = np.array([facekit.eye(self._rest, side)[0] + rotation(*look)[:, 2] * facekit.IRIS_DEPTH
                       for side, look in zip('LR', pose.look)], np.float32)
        return (at - PIVOT) @ pose.turn.T + PIVOT + pose.shift.astype(np.float32)


def rotation(yaw, pitch, roll=0.0):
    """(3, 3): to the subject's left, up, and towards the subject's left shoulder; radians."""
    c, s = np.cos(yaw), np.sin(yaw)
    sideways = np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])
    c, s = np.cos(pitch), np.sin(pitch)
    upward = np.array([[1.0, 0.0, 0.0], [0.0, c, s], [0.0, -s, c]])
    c, s = np.cos(roll), np.sin(roll)
    tilt = np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])
    return (sideways @ upward @ tilt).astype(np.float32)


def angles(turn):
    """(..., 3): yaw, pitch and roll of rotations (..., 3, 3): the inverse of rotation ()."""
    turn = np.asarray(turn)
    return np.stack((np.arctan2(turn[..., 0, 2], turn[..., 2, 2]),
                     np.arcsin(np.clip(turn[..., 1, 2], -1.0, 1.0)),
                     np.arctan2(-turn[..., 1, 0], turn[..., 1, 1])), axis=-1)

"""The ICT-FaceKit head as arrays: identities, ARKit's expressions, the parts that are drawn.

Units are centimetres; x to the subject's left, y up, z forward. numpy only.
"""

import numpy as np

EYE_RADIUS = 1.577
VISIBLE_IRIS = 0.58  # radius; the model's iris goes far behind it
IRIS_DEPTH = 1.467  # from the middle of the eyeball to that of the visible iris
# Vertex ranges of the model's parts.
FACE, HEAD, SOCKET = slice(0, 9409), slice(9409, 11248), slice(11248, 13294)
GUMS, TEETH, LASHES = slice(14062, 17039), slice(17039, 21451), slice(25351, 26719)
SCLERAS = {'L': slice(21451, 22221), 'R': slice(23021, 23791)}
IRISES = {'L': slice(22221, 23021), 'R': slice(23791, 24591)}
_DRAWN = ('M_Face', 'M_BackHead', 'M_GumsTongue', 'M_Teeth', 'M_EyeLashes')


class FaceKit:
    """names: of the expressions; expressions (53, n, 3), identities (100, n, 3): cm at 1."""

    def __init__(self, path):
        """path: facekit.npz (pack_facekit.py makes it from a checkout of ICT-FaceKit)."""
        data = np.load(path)
        step = np.float32(data['step_cm'])
        self.neutral = data['neutral'].astype(np.float32)
        self.names = [str(name) for name in data['expression_names']]
        self.expressions = data['expressions'].astype(np.float32) * step
        self.identities = data['identities'].astype(np.float32) * step
        self.faces, self.faces_uv, self.uv = data['faces'], data['faces_uv'], data['uv']
        self.materials = [str(name) for name in data['materials']]
        self.face_material = data['face_material']
        self.landmarks = data['landmarks68']

    def faces_of(self, *materials):
        """Indices of the faces with one of these materials."""
        wanted = [self.materials.index(name) for name in materials]
        return np.flatnonzero(np.isin(self.face_material, wanted))

    def drawn(self):
        """Indices of the faces of the head without its eyeballs, and without their sockets,
        which are never seen."""
        faces = self.faces_of(*_DRAWN)
        first = self.faces[faces, 0]
        return faces[(first < SOCKET.stop) | (first >= GUMS.start)]

    def head(self, identity):
        """(n, 3): a person's face at rest. identity: up to 100 coefficients, unit normal."""
        identity = np.asarray(identity, np.float32)
        return self.neutral + np.tensordot(identity, self.identities[:len(identity)], 1)


def eye(head, side):
    """(centre, radius) of an eyeball by a least-squares sphere of its sclera."""
    points = head[SCLERAS[side]].astype(float)
    system = np.c_[2.0 * points, np.ones(len(points))]
    solution = np.linalg.lstsq(system, (points ** 2).sum(axis=1), rcond=None)[0]
    centre = solution[:3]
    return centre, float(np.sqrt(solution[3] + centre @ centre))


def front_teeth(kit):
    """Indices of points spread over the front of the teeth that a mouth can show."""
    teeth = np.arange(TEETH.start, TEETH.stop)
    x, _, z = kit.neutral[teeth].T
    return teeth[(np.abs(x) < 2.2) & (z > np.quantile(z, 0.5))][::8]

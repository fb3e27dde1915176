"""Where a take is filmed: light, backdrop, camera; another one each time."""

import bpy
import numpy as np
from mathutils import Matrix

import figure
import paint
import people
from actor import TO_BLENDER, image

FACE_HEIGHT = 2.2  # from chin to crown, in Blender's units


def clear():
    """An empty file."""
    bpy.ops.wm.read_factory_settings(use_empty=True)


def _sun(direction, strength, colour):
    data = bpy.data.lights.new('Sun', 'SUN')
    data.energy, data.color = strength, colour
    obj = bpy.data.objects.new('Sun', data)
    z = np.asarray(direction, float) / np.linalg.norm(direction)
    x = np.cross([0.0, 0.0, 1.0], z)
    x /= np.linalg.norm(x) + 1e-9
    turn = np.eye(4)
    turn[:3, :3] = np.stack((x, np.cross(z, x), z), axis=-1)
    obj.matrix_world = Matrix(turn.tolist())
    bpy.context.scene.collection.objects.link(obj)


def furnish(rng, skin):
    """Light, backdrop and camera of one take. skin: linear RGB of the person. Returns the camera's
    object."""
    scene = bpy.context.scene
    scene.view_settings.view_transform = 'Standard'
    # Webcams expose for the face, though not fully.
    exposure = np.clip((0.3 / np.mean(skin)) ** rng.uniform(0.3, 0.8), 0.8, 4.0)
    _build_world(scene, rng, exposure)
    warm = rng.uniform(-0.12, 0.12)
    for k in range(rng.integers(1, 4)):
        angle, high = rng.uniform(-1.5, 1.5), rng.uniform(-0.2, 1.2)
        direction = np.sin(angle) * np.cos(high), -np.cos(angle) * np.cos(high), np.sin(high)
        strength = exposure * rng.uniform(0.7, 2.6) / (k + 1)
        _sun(direction, strength, (1.0, 1.0 - abs(warm) / 2, 1.0 - warm))
    return _place_camera(scene, rng)


def _build_world(scene, rng, exposure):
    scene.world = bpy.data.worlds.new('World')
    scene.world.use_nodes = True
    tree = scene.world.node_tree
    tree.nodes['Background'].inputs['Strength'].default_value = exposure * rng.uniform(0.15, 0.7)
    node = tree.nodes.new('ShaderNodeTexEnvironment')
    node.image = _backdrop(rng)
    tree.links.new(node.outputs['Color'], tree.nodes['Background'].inputs['Color'])


def _place_camera(scene, rng):
    """From 38 to 90 cm away, with the lens for a face of 24 to 72 % of the height."""
    obj = bpy.data.objects.new('Camera', bpy.data.cameras.new('Camera'))
    scene.collection.objects.link(obj)
    scene.camera = obj
    distance, share = rng.uniform(3.8, 9.0), rng.uniform(0.24, 0.72)
    obj.data.sensor_fit = 'VERTICAL'
    obj.data.angle = 2.0 * np.arctan(FACE_HEIGHT / 2.0 / share / distance)
    rise = rng.uniform(-0.2, 0.25)
    obj.location = (rng.uniform(-0.25, 0.25) / share, -distance, 0.1 + rise * distance * 0.3)
    obj.rotation_euler = (np.pi / 2 - 0.3 * rise, 0.0, 0.0)
    return obj


def _backdrop(rng):
    """A blurred room: a gradient, patches, edges."""
    size = 128
    base = people.linear(rng.uniform(0.05, 0.95, 3))
    wall = np.empty((size, size, 3))
    wall[:] = base
    wall *= (1.0 + 0.4 * np.linspace(-1, 1, size)[:, None, None] * rng.uniform(-1, 1))
    for _ in range(rng.integers(0, 8)):
        x, y = rng.integers(0, size, 2)
        w, h = rng.integers(8, 70, 2)
        wall[y:y + h, x:x + w] = people.linear(rng.uniform(0.02, 1.0, 3))
    wall *= 1.0 + 0.15 * paint.noise(rng, size, rng.integers(2, 20))[..., None]
    return image('Room', np.clip(wall, 0.0, 1.0))


class Camera:
    """The scene's camera as numbers: where points come out in the picture."""

    def __init__(self, obj, width, height):
        depsgraph = bpy.context.evaluated_depsgraph_get()
        obj = obj.evaluated_get(depsgraph)
        self.view = np.array(obj.matrix_world.normalized().inverted())
        self.projection = np.array(obj.calc_matrix_camera(depsgraph, x=width, y=height))
        self.half = np.array([width, height]) / 2.0

    def pixels(self, points):
        """(n, 2) pixels, y down, of points (n, 3) in Blender's axes."""
        seen = np.c_[points, np.ones(len(points))] @ (self.projection @ self.view).T
        at = seen[:, :2] / seen[:, 3:]
        return (at * [1.0, -1.0] + 1.0) * self.half

    def head(self, turn, shift):
        """(rotation, place in cm) of the head as the camera sees it: x to the right of the
        picture, y up, z to the camera."""
        to_view = self.view[:3, :3] @ TO_BLENDER
        axes = to_view / np.cbrt(np.linalg.det(to_view))
        place = self.view[:3, :3] @ (TO_BLENDER @ (shift + figure.PIVOT)) + self.view[:3, 3]
        return axes @ turn, place / np.linalg.norm(TO_BLENDER[0])

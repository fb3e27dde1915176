"""The backdrop behind everything: the world's colour, image or gradient, or the scene
camera's background image.

An image covers the whole target and is cropped where its aspect differs. A
colour ramp that feeds the world's background is drawn from the bottom (its
left end) to the top. An environment image is drawn flat.
"""

import gpu
import numpy as np
from gpu_extras.batch import batch_for_shader

from draw import colour_source, screen_shader

STEPS = 128  # of a gradient


def encode(colour):
    """sRGB of linear values, both 0..1; any shape."""
    c = np.clip(colour, 0.0, 1.0)
    return np.where(c <= 0.0031308, 12.92 * c, 1.055 * np.power(c, 1.0 / 2.4) - 0.055)


def _background_node(scene):
    world = scene.world
    if world is None or not world.use_nodes or world.node_tree is None:
        return None
    return next((n for n in world.node_tree.nodes if n.type == 'BACKGROUND'), None)


def _feeding(node, types):
    """The node of one of the types that gives the background's colour, or None."""
    level = [node.inputs['Color']]
    while level:
        nodes = [link.from_node for socket in level for link in socket.links]
        found = next((n for n in nodes if n.type in types), None)
        if found is not None:
            return found
        level = [s for n in nodes for s in n.inputs if s.is_linked]
    return None


def world_colour(scene):
    """Linear RGB of the world's light: its colour, or the mean of its gradient."""
    node = _background_node(scene)
    if node is None:
        return tuple(scene.world.color) if scene.world is not None else (0.05, 0.05, 0.05)
    strength = node.inputs['Strength'].default_value
    ramp = _feeding(node, ('VALTORGB',))
    if ramp is not None:
        colour = _ramp(ramp)[:, :3].mean(axis=0)
    else:
        # The light of an image is not computed: a medium grey.
        colour = colour_source.read(node.inputs['Color'], (0.3, 0.3, 0.3)).colour
    return tuple(float(c) * strength for c in colour)


def _ramp(node):
    """Linear RGBA (STEPS, 4) along a colour ramp."""
    return np.array([node.color_ramp.evaluate(t) for t in np.linspace(0.0, 1.0, STEPS)], np.float32)


def _camera_image(scene):
    data = scene.camera.data if scene.camera is not None else None
    if data is None or not getattr(data, 'show_background_images', False):
        return None
    return next((b.image for b in data.background_images
                 if b.show_background_image and b.image is not None), None)


class Backdrop:
    """Draws behind everything that is drawn already."""

    def __init__(self, scene, exposure):
        """exposure: factor of all light."""
        self._texture, self._aspect, self._gain = None, None, exposure
        node = _background_node(scene)
        strength = node.inputs['Strength'].default_value if node is not None else 1.0
        image = _camera_image(scene)
        if image is None and node is not None:
            feeding = _feeding(node, ('TEX_ENVIRONMENT', 'TEX_IMAGE', 'VALTORGB'))
            if feeding is not None and feeding.type == 'VALTORGB':
                self._set_ramp(_ramp(feeding))
            elif feeding is not None:
                image = feeding.image
            self._gain *= strength
        if image is not None and min(image.size) > 0:
            self._texture = gpu.texture.from_image(image)
            self._aspect = image.size[0] / image.size[1]
        self._batch = self._shader = None
        if self._texture is not None:
            self._shader = screen_shader.backdrop()
            self._batch = batch_for_shader(self._shader, 'TRIS',
                                           {'pos': ((-1.0, -1.0), (3.0, -1.0), (-1.0, 3.0))})

    def _set_ramp(self, colours):
        rows = np.repeat(colours, 2, axis=0).reshape(-1)
        buffer = gpu.types.Buffer('FLOAT', len(rows), rows)
        self._texture = gpu.types.GPUTexture((2, STEPS), format='RGBA32F', data=buffer)

    def draw(self, width, height):
        """Fill the pixels that nothing covers, at the far plane, where depth is 1."""
        if self._texture is None:
            return
        share = (1.0, 1.0)
        if self._aspect is not None:
            ratio = width / height / self._aspect
            share = (min(1.0, ratio), min(1.0, 1.0 / ratio))
        self._shader.bind()
        self._shader.uniform_sampler('image', self._texture)
        self._shader.uniform_float('share', (*share, self._gain, 0.0))
        self._batch.draw(self._shader)

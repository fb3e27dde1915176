"""The scenery: what stands still behind everything that moves, drawn once and kept as
an image.

Software OpenGL would spend half of each frame on a city and a sky that never change.
A mesh belongs to the scenery while its shape and place have never changed and all
of it is farther away than everything else: then its depth need not be kept. Because
it is drawn once, it can be drawn with more samples.
"""

import gpu
from gpu_extras.batch import batch_for_shader

from draw import area, opengl, screen_shader

FINER = 3  # how many samples of a pixel, each way


class Scenery:
    """Finds what stands still, and keeps its image."""

    def __init__(self):
        self._first = {}  # name: (mesh, reads, place) when it was seen first
        self._moving = set()
        self._view, self._limit = None, 0.0
        self._depths = {}  # name: (nearest, farthest) of what has not moved
        self._key = self._drawn = None
        self._target = self._bound = None
        self._batch = batch_for_shader(screen_shader.copy(), 'TRIS',
                                       {'pos': ((-1.0, -1.0), (3.0, -1.0), (-1.0, 3.0))})

    def _note(self, placed, view):
        """Record which meshes have moved."""
        if view != self._view:
            self._view, self._limit, self._depths = view.copy(), 0.0, {}
        for p in placed:
            name = p.mesh.obj.name_full
            if name not in self._moving:
                state = p.mesh, p.mesh.reads, p.world
                if self._first.setdefault(name, state) != state:
                    self._moving.add(name)

    def find(self, placed, view):
        """Those of the _Placed that stand still behind the others."""
        self._note(placed, view)
        still = []
        for p in placed:
            name = p.mesh.obj.name_full
            if name in self._moving:
                # Never less than before, so that motion to and fro does not toggle meshes.
                self._limit = max(self._limit, p.mesh.depths(p.modelview)[1])
            else:
                if name not in self._depths:
                    self._depths[name] = p.mesh.depths(p.modelview)
                still.append((p, *self._depths[name]))
        limit = self._limit
        while True:
            kept = [s for s in still if s[1] > limit]
            if len(kept) == len(still):
                return [p for p, _, _ in kept]
            limit = max(far for _, near, far in still if near <= limit)
            still = kept

    def is_worth(self, key):
        """Whether `key`, all that the image depends on, is the same as last time; if not,
        the image would be used only once."""
        before, self._key = self._key, key
        return before == key

    def refresh(self, key, width, height, draw):
        """Draw the image with draw(framebuffer, Area), unless it is current."""
        if self._drawn == key:
            return
        if self._target is None or (self._target.width, self._target.height) != (width, height):
            self.free()
            self._target = gpu.types.GPUOffScreen(width, height)
        fine = gpu.types.GPUOffScreen(FINER * width, FINER * height)
        with fine.bind():
            draw(gpu.state.active_framebuffer_get(), area.whole((fine.width, fine.height)))
        with self._target.bind():
            gpu.state.active_framebuffer_get().clear(depth=1.0)
            self._fill(screen_shader.copy(FINER), fine)
            self._bound = opengl.bound() if opengl.is_available() else None
        fine.free()
        self._drawn = key

    def _fill(self, shader, source):
        gpu.state.depth_test_set('LESS_EQUAL')
        gpu.state.blend_set('NONE')
        shader.bind()
        shader.uniform_sampler('image', source.texture_color)
        self._batch.draw(shader)

    def draw(self, framebuffer, within):
        """Show nothing but the image within an Area of the bound framebuffer, at the far plane."""
        framebuffer.clear()  # or Blender would bind later, with other state
        if self._bound is not None and opengl.copy(within, self._bound):
            return
        self._bound = None
        framebuffer.clear(depth=1.0)
        self._fill(screen_shader.copy(), self._target)

    def free(self):
        """Free the image's memory."""
        if self._target is not None:
            self._target.free()
            self._target = self._drawn = None

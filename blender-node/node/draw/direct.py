"""The direct renderer: draws Blender's evaluated meshes in one pass with its own
shaders. For OpenGL in software, where Blender's viewport takes ten times as long."""

from collections import namedtuple

import bpy
import gpu
import numpy as np
from mathutils import Vector

import levels
from draw import area, backdrop, lights, looks, materials, opengl, scenery
from draw.direct_mesh import BACK, BOTH, FRONT, DirectMesh

_SOLID = ('TEXTURED', 'SOLID')
_CULLED = {FRONT: 'BACK', BACK: 'FRONT', BOTH: 'NONE'}
_GEOMETRY = ('MESH', 'CURVE', 'SURFACE', 'META', 'FONT')

# A mesh in this frame. world: its matrix; mirrored: its triangles have the opposite winding.
_Placed = namedtuple('_Placed', 'mesh world mirrored modelview')


def _may_be_shown(obj):
    return obj.type in _GEOMETRY and obj.display_type in _SOLID


def _is_shown(obj):
    return obj.visible_get() and not obj.hide_render


def _table(obj):
    """[Material] of an evaluated object's slots, at least one."""
    return [materials.read(slot.material) for slot in obj.material_slots] or [materials.DEFAULT]


def left_out(scene):
    """Names of the materials of which this renderer draws only a part."""
    names = {slot.material.name: materials.read(slot.material)
             for obj in scene.objects if _may_be_shown(obj)
             for slot in obj.material_slots if slot.material is not None}
    return sorted(name for name, m in names.items() if materials.left_out(m))


class Direct:
    """Draws the scene into an Offscreen."""

    name = 'direct'

    def __init__(self, offscreen, evaluation, log):
        """log: function (level, text)."""
        self._offscreen = offscreen
        self._evaluation = evaluation
        self._scene = bpy.context.scene
        self._objects = [o for o in self._scene.objects if _may_be_shown(o)]
        self._meshes = {}
        self._passes, self._blended = {}, []
        self._textures = {}
        self._block = None
        self._uniform = None
        self._suns, self._lamps = lights.find(self._scene)
        exposure = 2.0 ** self._scene.view_settings.exposure
        self._exposure = exposure
        self._world = np.array(backdrop.world_colour(self._scene)) * exposure
        self._sky = [float(c) for c in backdrop.encode(self._world)]
        self._backdrop = backdrop.Backdrop(self._scene, exposure)
        self._scenery = scenery.Scenery()
        # What is behind all that moves: what it depends on, and how to draw it.
        self._behind, self._draw_behind = None, None
        # Where something stands before it in the framebuffer, and in the last picture.
        self._covered = self._before = area.NOTHING
        lacking = left_out(self._scene)
        if lacking:
            log(levels.WARNING, 'the direct renderer ignores some nodes of the materials %s; bake '
                'them into an image or colour attributes, or use --renderer view3d'
                % ', '.join(lacking))
        self.update()

    def _add(self, obj, depsgraph):
        """Build an object's DirectMesh; nothing where it has no faces."""
        evaluated = obj.evaluated_get(depsgraph)
        mesh = evaluated.to_mesh()
        self._meshes[obj.name_full] = None
        if mesh is not None and len(mesh.polygons) > 0:
            view, projection = self._look(depsgraph)
            matrix = np.array(projection @ view @ evaluated.matrix_world)
            half = (self._offscreen.width / 2.0, self._offscreen.height / 2.0, 1.0, 1.0)
            self._meshes[obj.name_full] = DirectMesh(
                obj, mesh, _table(evaluated), np.diag(half) @ matrix)
        evaluated.to_mesh_clear()

    def _read(self, obj, depsgraph):
        """Read an object's new shape. True when it has new batches."""
        held = self._meshes[obj.name_full]
        evaluated = obj.evaluated_get(depsgraph)
        # Its `data` would do, but Blender never frees data that Python has accessed.
        mesh = evaluated.to_mesh()
        fits = held is not None and held.fits(mesh)
        if fits:
            held.read(mesh)
        evaluated.to_mesh_clear()
        if not fits:
            self._add(obj, depsgraph)
        return not fits

    def update(self):
        """Evaluate the scene and upload what is new or has changed shape."""
        depsgraph, changed = self._evaluation.update()
        is_new = False
        for obj in self._objects:
            name = obj.name_full
            if not _is_shown(obj):
                continue
            if name not in self._meshes:
                self._add(obj, depsgraph)
                is_new = True
            elif name in changed:
                is_new |= self._read(obj, depsgraph)
        if is_new:
            self._plan()
        return depsgraph

    def _plan(self):
        """Put the batches in the order in which they are drawn: solid ones by
        shader, near ones first, so that what they hide is not shaded."""
        camera = self._scene.camera.matrix_world.translation
        meshes = sorted((m for m in self._meshes.values() if m is not None), key=lambda m: (
            m.obj.matrix_world @ Vector(m.centre()) - camera).length)
        solid, blended = {}, []
        for mesh in meshes:
            for look, faces in mesh.batches:
                shader = looks.shader(look, len(self._suns), len(self._lamps))
                if look.picture is not None and look.picture.image not in self._textures:
                    self._textures[look.picture.image] = gpu.texture.from_image(look.picture.image)
                if look.blended:
                    blended.append((mesh, look, faces, shader))
                else:
                    order = faces, -look.shade if look.shade != looks.UNLIT else 1
                    solid.setdefault((order, shader), []).append((mesh, look, faces))
        self._passes = dict(sorted(solid.items(), key=lambda item: item[0][0]))
        # Far ones first, and of each the far side.
        self._blended = sorted(reversed(blended), key=lambda b: (-meshes.index(b[0]), b[2] != BACK))

    def _look(self, depsgraph):
        """(view, projection) of the scene camera."""
        camera = self._scene.camera.evaluated_get(depsgraph)
        return camera.matrix_world.normalized().inverted(), camera.calc_matrix_camera(
            depsgraph, x=self._offscreen.width, y=self._offscreen.height)

    def _set_scene(self, view, projection):
        """Fill the uniform block; send it when it has changed."""
        shining = lights.pack(self._suns + self._lamps, view)
        shining[:, 1, :3] *= self._exposure
        block = np.zeros((4 + 3 * lights.MAX_LIGHTS + 2, 4), np.float32)
        block[:4] = projection.transposed()  # GLSL stores columns
        block[4:-2] = shining.reshape(-1, 4)
        block[-2, :3] = self._world
        block[-1, :3] = view.to_3x3() @ Vector((0.0, 0.0, 1.0))
        if self._uniform is None:
            self._uniform = gpu.types.GPUUniformBuf(block.tobytes())
        elif not np.array_equal(block, self._block):
            self._uniform.update(block.tobytes())
        self._block = block

    def _draw(self, shader, look, faces, placed):
        """Draw one batch with the shader that is bound."""
        # A mirror turns the triangles, but not the normals that stand out from them.
        gpu.state.front_facing_set(placed.mirrored)
        shader.uniform_float('modelview', placed.modelview)
        if look.shade != looks.UNLIT:
            shader.uniform_float('side', 1.0 if placed.mirrored == (faces == BACK) else -1.0)
        if look.picture is not None:
            shader.uniform_sampler('image', self._textures[look.picture.image])
            shader.uniform_float('image_use', look.image_use)
        placed.mesh.batches[look, faces].draw(shader)

    def _bind(self, shader, faces):
        shader.bind()
        shader.uniform_block('scene', self._uniform)
        gpu.state.face_culling_set(_CULLED[faces])

    def _draw_solid(self, placed):
        gpu.state.depth_test_set('LESS_EQUAL')
        gpu.state.depth_mask_set(True)
        gpu.state.blend_set('NONE')
        for ((faces, _), shader), batches in self._passes.items():
            self._bind(shader, faces)
            for mesh, look, _ in batches:
                if mesh in placed:
                    self._draw(shader, look, faces, placed[mesh])

    def _draw_blended(self, placed):
        gpu.state.blend_set('ALPHA_PREMULT')
        gpu.state.depth_mask_set(False)
        for mesh, look, faces, shader in self._blended:
            if mesh in placed:
                self._bind(shader, faces)
                self._draw(shader, look, faces, placed[mesh])
        gpu.state.depth_mask_set(True)

    def _draw_placed(self, placed):
        """Draw these meshes over what is drawn. placed: [_Placed]."""
        placed = {p.mesh: p for p in placed}
        self._draw_solid(placed)
        self._draw_blended(placed)
        gpu.state.front_facing_set(False)
        gpu.state.face_culling_set('NONE')

    def _draw_backdrop(self, framebuffer, within):
        """Show nothing but the backdrop within an Area."""
        with opengl.scissor(within, framebuffer):
            framebuffer.clear(color=(*self._sky, 1.0), depth=1.0)
            gpu.state.depth_test_set('LESS_EQUAL')
            gpu.state.blend_set('NONE')
            self._backdrop.draw(self._offscreen.width, self._offscreen.height)

    def _place(self, depsgraph, view):
        """[_Placed] of all that is shown."""
        placed = []
        for mesh in self._meshes.values():
            if mesh is not None and _is_shown(mesh.obj):
                world = mesh.obj.evaluated_get(depsgraph).matrix_world.copy()
                placed.append(_Placed(mesh, world, world.is_negative, view @ world))
        return placed

    def _find_behind(self, placed, view):
        """Set what is drawn behind all that moves. Returns the [_Placed] before it."""
        still = self._scenery.find(placed, view)
        key = (self._offscreen.size, view.copy(), self._block.tobytes(),
               [(p.mesh, p.mesh.reads) for p in still])
        behind, draw_behind = key[:-1], self._draw_backdrop
        if still and len(still) < len(placed) and self._scenery.is_worth(key):
            self._scenery.refresh(key, *self._offscreen.size, lambda framebuffer, whole: (
                self._draw_backdrop(framebuffer, whole), self._draw_placed(still)))
            behind, draw_behind = key, self._scenery.draw
            kept = {p.mesh for p in still}
            placed = [p for p in placed if p.mesh not in kept]
        if behind != self._behind:
            self._behind, self._draw_behind = behind, draw_behind
            self._covered = self._before = area.whole(self._offscreen.size)
        return placed

    def _find_area(self, placed, projection):
        """The Area that meshes cover. placed: [_Placed]."""
        if not opengl.is_available():
            return area.whole(self._offscreen.size)
        return area.covered([p.mesh.bounds for p in placed], [p.modelview for p in placed],
                            projection, self._offscreen.size)

    def prepare(self):
        """Draw what will be behind the next picture, while there is time."""
        if self._covered.is_empty():
            return
        with self._offscreen.target.bind():
            self._draw_behind(gpu.state.active_framebuffer_get(), self._covered)
        opengl.flush()
        self._covered = area.NOTHING

    def draw(self, depsgraph):
        """Draw the evaluated scene and read back what has changed."""
        view, projection = self._look(depsgraph)
        self._set_scene(view, projection)
        placed = self._find_behind(self._place(depsgraph, view), view)
        self.prepare()
        now = self._find_area(placed, projection)
        with self._offscreen.target.bind():
            framebuffer = gpu.state.active_framebuffer_get()
            with opengl.scissor(now, framebuffer):
                self._draw_placed(placed)
            self._offscreen.read(framebuffer, now.united(self._before))
        self._covered = self._before = now

    def render(self):
        """Evaluate, draw, read back."""
        self.draw(self.update())

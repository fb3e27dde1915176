"""The direct renderer: Blender's evaluated meshes, drawn in one pass by shaders
of our own. For OpenGL in software, where Blender's viewport takes ten times as
long."""

import bpy
import gpu
import numpy as np
from mathutils import Vector

import direct_shader
import lights
import materials
from direct_mesh import BACK, BLENDED, BOTH, DENSE, FRONT, LIT, UNLIT, DirectMesh, encode

_SOLID = ('TEXTURED', 'SOLID')
_CULLED = {FRONT: 'BACK', BACK: 'FRONT', BOTH: 'NONE'}
_GEOMETRY = ('MESH', 'CURVE', 'SURFACE', 'META', 'FONT')


def _is_shown(obj):
    return (obj.type in _GEOMETRY and obj.display_type in _SOLID and obj.visible_get()
            and not obj.hide_render)


def _table(obj):
    """[Material] of an evaluated object's slots, at least one."""
    return [materials.read(slot.material) for slot in obj.material_slots] or [materials.DEFAULT]


class Direct:
    """Draws the scene into an Offscreen."""

    name = 'direct'

    def __init__(self, offscreen, evaluation, log):
        """log: function (level, text)."""
        self._offscreen = offscreen
        self._evaluation = evaluation
        self._log = log
        self._scene = bpy.context.scene
        self._meshes = {}
        self._block = None
        self._uniform = None
        suns, lamps = lights.find(self._scene)
        self._lights = suns + lamps
        self._shaders = {LIT: direct_shader.lit(len(suns), len(lamps)),
                         DENSE: direct_shader.dense(len(suns), len(lamps)),
                         UNLIT: direct_shader.unlit()}
        self._shaders[BLENDED] = self._shaders[LIT]
        self._exposure = 2.0 ** self._scene.view_settings.exposure
        self._world = np.array(lights.world_colour(self._scene)) * self._exposure
        self._sky = [float(c) for c in encode(self._world)]
        self._build()

    def _build(self):
        depsgraph, _ = self._evaluation.update()
        for obj in self._scene.objects:
            if _is_shown(obj):
                self._add(obj, depsgraph)
        textured = [m.obj.name for m in self._meshes.values() if m.textured]
        if textured:
            self._log(1, 'textures of %s are not drawn by the direct renderer, which shows the '
                         'material\'s viewport colour; paint them as colour attributes, or '
                         'say --renderer view3d' % ', '.join(textured))
        camera = self._scene.camera.matrix_world.translation
        # Near ones first: what they hide is not shaded.
        self._order = sorted(self._meshes.values(), key=lambda m: (
            m.obj.matrix_world @ Vector(m.centre()) - camera).length)

    def _add(self, obj, depsgraph):
        evaluated = obj.evaluated_get(depsgraph)
        mesh = evaluated.data if obj.type == 'MESH' else evaluated.to_mesh()
        if mesh is not None and len(mesh.polygons) > 0:
            view, projection = self._look(depsgraph)
            matrix = np.array(projection @ view @ evaluated.matrix_world)
            half = (self._offscreen.width / 2.0, self._offscreen.height / 2.0, 1.0, 1.0)
            self._meshes[obj.name_full] = DirectMesh(
                obj, mesh, _table(evaluated), np.diag(half) @ matrix)

    def update(self):
        """Evaluate the scene and upload what has changed shape."""
        depsgraph, changed = self._evaluation.update()
        for name in changed:
            held = self._meshes.get(name)
            if held is None:
                continue
            evaluated = held.obj.evaluated_get(depsgraph)
            mesh = evaluated.data if held.obj.type == 'MESH' else evaluated.to_mesh()
            if held.fits(mesh):
                held.read(mesh)
            else:
                at = self._order.index(held)
                self._add(held.obj, depsgraph)
                self._order[at] = self._meshes[name]
        return depsgraph

    def _look(self, depsgraph):
        """(view, projection) of the scene's camera."""
        camera = self._scene.camera.evaluated_get(depsgraph)
        return camera.matrix_world.normalized().inverted(), camera.calc_matrix_camera(
            depsgraph, x=self._offscreen.width, y=self._offscreen.height)

    def _set_scene(self, view, projection):
        """Fill the uniform block; send it when it has changed."""
        shining = lights.pack(self._lights, view)
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

    def _draw_kind(self, kind, faces, meshes):
        """Draw the batches of one kind; meshes: [(DirectMesh, mirrored, modelview)]."""
        shader = self._shaders[kind]
        key = kind, faces
        shader.bind()
        shader.uniform_block('scene', self._uniform)
        gpu.state.face_culling_set(_CULLED[faces])
        for mesh, mirrored, modelview in meshes:
            batch = mesh.batches.get(key)
            if batch is not None:
                # A mirrored object's triangles run the other way round.
                gpu.state.front_facing_set(mirrored)
                shader.uniform_float('modelview', modelview)
                if kind != UNLIT:
                    # Nor does a mirror turn the normals that stand out from them.
                    shader.uniform_float('side', 1.0 if mirrored == (faces == BACK) else -1.0)
                batch.draw(shader)

    def _draw_solid(self, meshes):
        gpu.state.depth_test_set('LESS_EQUAL')
        gpu.state.depth_mask_set(True)
        gpu.state.blend_set('NONE')
        for faces in (FRONT, BACK):
            for kind in (DENSE, LIT):
                self._draw_kind(kind, faces, meshes)
        self._draw_kind(UNLIT, BOTH, meshes)

    def _draw_blended(self, meshes):
        gpu.state.blend_set('ALPHA')
        gpu.state.depth_mask_set(False)
        for mesh in reversed(meshes):
            for faces in (BACK, FRONT):
                self._draw_kind(BLENDED, faces, [mesh])
        gpu.state.depth_mask_set(True)

    def draw(self, depsgraph):
        """Draw the evaluated scene and read it back."""
        view, projection = self._look(depsgraph)
        self._set_scene(view, projection)
        meshes = []
        for mesh in self._order:
            matrix = mesh.obj.evaluated_get(depsgraph).matrix_world
            meshes.append((mesh, matrix.is_negative, view @ matrix))
        blended = [m for m in meshes if m[0].is_blended]
        with self._offscreen.target.bind():
            framebuffer = gpu.state.active_framebuffer_get()
            framebuffer.clear(color=(*self._sky, 1.0), depth=1.0)
            self._draw_solid(meshes)
            self._draw_blended(blended)
            gpu.state.front_facing_set(False)
            gpu.state.face_culling_set('NONE')
            self._offscreen.read(framebuffer)

    def render(self):
        """Evaluate, draw, read back."""
        self.draw(self.update())

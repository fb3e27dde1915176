"""The view3d renderer: Blender's own viewport drawing, through the scene camera."""

import bpy
import gpu

import compat


class View3D:
    """Draws the scene into an Offscreen."""

    name = 'view3d'

    def __init__(self, offscreen, evaluation, shading):
        """shading: 'MATERIAL', 'RENDERED' or 'SOLID'."""
        self._offscreen = offscreen
        self._evaluation = evaluation
        self._space, self._region = compat.view3d_space()
        self._space.overlay.show_overlays = False
        self._space.show_gizmo = False
        self._space.shading.type = shading
        # Off screen, EEVEE draws all its samples for each frame: one is the fastest.
        bpy.context.scene.eevee.taa_samples = 1
        if shading == 'MATERIAL':
            # The scene's own lights and world rather than a studio's.
            self._space.shading.use_scene_lights = True
            self._space.shading.use_scene_world = True

    def render(self):
        """Evaluate, draw, read back."""
        depsgraph, _ = self._evaluation.update()
        scene, offscreen = bpy.context.scene, self._offscreen
        camera = scene.camera.evaluated_get(depsgraph)
        offscreen.target.draw_view3d(
            scene, bpy.context.view_layer, self._space, self._region,
            camera.matrix_world.normalized().inverted(),
            camera.calc_matrix_camera(depsgraph, x=offscreen.width, y=offscreen.height),
            do_color_management=True)
        with offscreen.target.bind():
            offscreen.read(gpu.state.active_framebuffer_get())

    def prepare(self):
        """Nothing of the next picture can be drawn ahead."""

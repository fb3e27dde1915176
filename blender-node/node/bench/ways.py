"""The ways of getting pixels out of Blender. Each function prepares one for a size
(width, height) and returns draw() and prepare(). draw() ends with the pixels in memory or
the file in a folder in memory; those of `direct` and `view3d` return their Offscreen.
prepare() draws what can be drawn before the next pose is known."""

import os
import time

import bpy
import numpy as np

import compat
from draw import direct, evaluate, offscreen, view3d


def _nothing():
    """Nothing can be drawn ahead."""


class _TimedEvaluation(evaluate.Evaluation):
    """Keeps how long its last update took, ms."""

    last_ms = 0.0

    def update(self):
        before = time.perf_counter()
        result = super().update()
        self.last_ms = 1e3 * (time.perf_counter() - before)
        return result


def by_direct(size, parts):
    """parts: dict of lists that get the times of each step, ms."""
    evaluation = _TimedEvaluation()
    target = offscreen.Offscreen(*size)
    renderer = direct.Direct(target, evaluation, lambda level, text: None)
    parts.update(evaluate=[], upload=[], draw_read=[])

    def draw():
        evaluation.seconds += 1.0 / 30.0
        begin = time.perf_counter()
        depsgraph = renderer.update()
        updated = time.perf_counter()
        renderer.draw(depsgraph)
        drawn = time.perf_counter()
        parts['evaluate'].append(evaluation.last_ms)
        parts['upload'].append(1e3 * (updated - begin) - evaluation.last_ms)
        parts['draw_read'].append(1e3 * (drawn - updated))
        return target

    return draw, renderer.prepare


def by_view3d(size, shading):
    """Blender's viewport off screen; shading: 'SOLID', 'MATERIAL', 'RENDERED'."""
    target = offscreen.Offscreen(*size)
    renderer = view3d.View3D(target, evaluate.Evaluation(), shading)

    def draw():
        renderer.render()
        return target

    return draw, _nothing


def _prepare_file(render, size, folder, file_format):
    """A scene's render settings for a PNG or an uncompressed TIFF in that folder."""
    render.resolution_x, render.resolution_y = size
    render.resolution_percentage = 100
    render.image_settings.file_format = file_format
    if file_format == 'TIFF':
        render.image_settings.tiff_codec = 'NONE'
    render.filepath = os.path.join(folder, 'frame')
    render.use_file_extension = True


def by_opengl(size, folder, file_format):
    """render.opengl of the viewport, solid, through the camera."""
    _prepare_file(bpy.context.scene.render, size, folder, file_format)
    space, region = compat.view3d_space()
    space.shading.type = 'SOLID'
    space.region_3d.view_perspective = 'CAMERA'
    window = bpy.context.window_manager.windows[0]
    area = next(a for a in window.screen.areas if a.spaces.active == space)

    def draw():
        with bpy.context.temp_override(window=window, area=area, region=region):
            bpy.ops.render.opengl(write_still=True, view_context=True)

    return draw, _nothing


def _use_engine(engine):
    """One sample of 'EEVEE', 'WORKBENCH' or 'CYCLES'."""
    scene = bpy.context.scene
    scene.render.engine = {'EEVEE': compat.eevee(), 'WORKBENCH': 'BLENDER_WORKBENCH',
                           'CYCLES': 'CYCLES'}[engine]
    scene.eevee.taa_render_samples = 1
    scene.display.render_aa = 'OFF'
    if engine == 'CYCLES':
        scene.cycles.samples = 1
        scene.cycles.use_denoising = False


def by_render(size, folder, engine, file_format):
    """render.render into a file."""
    _prepare_file(bpy.context.scene.render, size, folder, file_format)
    _use_engine(engine)
    return lambda: bpy.ops.render.render(write_still=True), _nothing


def by_sequencer(size, folder, engine):
    """render.render of another scene, whose sequencer shows this one in a strip."""
    scene = bpy.context.scene
    _use_engine(engine)
    master = bpy.data.scenes.new('sequence')
    _prepare_file(master.render, size, folder, 'TIFF')
    master.render.engine = scene.render.engine
    master.render.use_sequencer = True
    master.frame_set(scene.frame_current)
    compat.strips(master.sequence_editor_create()).new_scene(
        'scene', scene, 1, scene.frame_start)
    return lambda: bpy.ops.render.render(write_still=True, scene=master.name), _nothing


def by_viewer(size, folder, engine):
    """render.render without a file. Python cannot read the Render Result: a
    compositor's Viewer node makes an image that it can, of floats."""
    by_render(size, folder, engine, 'TIFF')
    tree = compat.compositor(bpy.context.scene)
    layers = tree.nodes.new('CompositorNodeRLayers')
    viewer = tree.nodes.new('CompositorNodeViewer')
    tree.links.new(layers.outputs['Image'], viewer.inputs['Image'])
    pixels = np.empty(size[0] * size[1] * 4, np.float32)

    def draw():
        bpy.ops.render.render()
        bpy.data.images['Viewer Node'].pixels.foreach_get(pixels)

    return draw, _nothing

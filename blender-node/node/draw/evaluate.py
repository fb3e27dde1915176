"""Blender's evaluation of the scene at a moment of its timeline, and which meshes
it changed the shape of."""

import bpy

import timeline


class Evaluation:
    """Evaluates the scene and keeps the objects whose geometry changed.

    seconds: the moment of the timeline to show, set before `update`.
    """

    def __init__(self):
        self.seconds = 0.0
        self._changed = set()
        bpy.app.handlers.frame_change_post.append(self._note)

    def _note(self, _scene, depsgraph):
        # Told only here: the update's marks are gone when it returns.
        for update in depsgraph.updates:
            if update.is_updated_geometry and isinstance(update.id, bpy.types.Object):
                self._changed.add(update.id.name_full)

    def update(self):
        """Evaluate. Returns (depsgraph, names of objects with new geometry)."""
        self._changed = set()
        scene = bpy.context.scene
        frame, part = timeline.frame_at(self.seconds, scene.frame_start, scene.frame_end,
                                        scene.render.fps / scene.render.fps_base)
        # Takes in what the rig has set, too, and costs no more than an update without time.
        scene.frame_set(frame, subframe=part)
        return bpy.context.evaluated_depsgraph_get(), self._changed

"""Evaluates the scene at a moment of its timeline, and tells which meshes changed
shape."""

import bpy

from draw import timeline


class Evaluation:
    """Evaluates the scene and keeps the objects whose geometry changed.

    seconds: the moment of the timeline to show, set before `update`.
    """

    def __init__(self):
        self.seconds = 0.0
        self._changed = set()
        bpy.app.handlers.frame_change_post.append(self._note)

    def _note(self, _scene, depsgraph):
        # Only known here: the marks are reset when the update returns.
        for update in depsgraph.updates:
            if update.is_updated_geometry and isinstance(update.id, bpy.types.Object):
                self._changed.add(update.id.name_full)

    def update(self):
        """Evaluate. Returns (depsgraph, names of objects with new geometry)."""
        self._changed = set()
        scene = bpy.context.scene
        frame, part = timeline.frame_at(self.seconds, scene.frame_start, scene.frame_end,
                                        scene.render.fps / scene.render.fps_base)
        # Also evaluates what the rig has set, and costs no more than an update without a frame.
        scene.frame_set(frame, subframe=part)
        return bpy.context.evaluated_depsgraph_get(), self._changed

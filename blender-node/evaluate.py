"""Blender's evaluation of the scene, and which meshes it changed the shape of."""

import bpy


class Evaluation:
    """Evaluates the view layer and keeps the objects whose geometry changed."""

    def __init__(self):
        self._changed = set()
        bpy.app.handlers.depsgraph_update_post.append(self._note)

    def _note(self, _scene, depsgraph):
        # Told only here: the update's marks are gone when it returns.
        for update in depsgraph.updates:
            if update.is_updated_geometry and isinstance(update.id, bpy.types.Object):
                self._changed.add(update.id.name_full)

    def update(self):
        """Evaluate. Returns (depsgraph, names of objects with new geometry)."""
        self._changed = set()
        bpy.context.view_layer.update()
        return bpy.context.evaluated_depsgraph_get(), self._changed

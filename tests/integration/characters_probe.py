"""Measures inside Blender what each input of a character moves.

    blender -b --factory-startup --python characters_probe.py -- AVATAR.blend AVATAR.map OUT.json

Writes {"bound": [input], "gains": {bone: headYaw's gain}, "vertices", "morphing",
"finite", "seen": {coefficient: visible vertices it moves}, "eyes": {pose: rays that hit an
eyeball}}. Eyeballs are the objects whose names start with "Eye.".
"""

import json
import pathlib
import sys

import bpy
import numpy as np
from mathutils import Vector

NODE = pathlib.Path(__file__).resolve().parents[2] / "blender-node/node"
sys.path.insert(0, str(NODE))

from bind import mapping  # noqa: E402
from bind import match  # noqa: E402
from bind import rig as rigs  # noqa: E402
from inspection import sheet  # noqa: E402
import wire  # noqa: E402

# Blender units, of 10 cm: a pixel or two at 640x480.
MOVED = 0.02
TURNS = {"ahead": {}, "left": {"headYaw": 0.5}, "right": {"headYaw": -0.5},
         "up": {"headPitch": -0.3}, "down": {"headPitch": 0.3}}


class Character:
    """The open file's character, posed by its map and its names."""

    def __init__(self, map_path):
        names = wire.coefficient_names(wire.load(str(NODE.parents[1] / "build/libeffigy_node.so")))
        self.inputs = list(names) + list(mapping.MORE_INPUTS)
        bindings, problems = mapping.parse(map_path, self.inputs)
        self.bindings = bindings + match.by_name(names, bindings)
        self.problems = problems
        self._rig = rigs.Rig(self.bindings, problems.append)
        self.meshes = [o for o in bpy.context.scene.objects if o.type == "MESH"]

    def pose(self, values):
        """Take on {input: value}. Returns the evaluated depsgraph."""
        self._rig.apply([float(values.get(name, 0.0)) for name in self.inputs])
        bpy.context.view_layer.update()
        return bpy.context.evaluated_depsgraph_get()

    def places(self, depsgraph):
        """World positions of all vertices, (n, 3)."""
        return np.concatenate([_places(o.evaluated_get(depsgraph)) for o in self.meshes])


def _places(obj):
    flat = np.empty(len(obj.data.vertices) * 3, np.float32)
    obj.data.vertices.foreach_get("co", flat)
    matrix = np.array(obj.matrix_world)
    return flat.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3]


def _hit(depsgraph, towards):
    """(object, place) that the scene camera sees in the direction of a point."""
    eye = bpy.context.scene.camera.matrix_world.translation
    _, place, _, _, obj, _ = bpy.context.scene.ray_cast(
        depsgraph, eye, (Vector(towards) - eye).normalized())
    return obj, place


def _seen(depsgraph, places):
    """How many of these vertices the scene camera sees."""
    return sum((_hit(depsgraph, p)[1] - Vector(p)).length < 0.01 for p in places)


def _eyeball_rays(character, depsgraph):
    """Rays of a fine grid over both eyeballs that hit an eyeball."""
    hits = 0
    for ball in (o for o in character.meshes if o.name.startswith("Eye.")):
        places = _places(ball.evaluated_get(depsgraph))
        low, high = places.min(axis=0), places.max(axis=0)
        for x in np.linspace(low[0], high[0], 48):
            for z in np.linspace(low[2], high[2], 48):
                obj, _ = _hit(depsgraph, (x, low[1], z))
                hits += obj is not None and obj.name.startswith("Eye.")
    return hits


def measure(character):
    depsgraph = character.pose({})
    rest = character.places(depsgraph)
    finite = bool(np.isfinite(rest).all())
    seen, eyes = {}, {}
    for name in sheet.COEFFICIENTS:
        depsgraph = character.pose({name: 1.0})
        places = character.places(depsgraph)
        finite &= bool(np.isfinite(places).all())
        moved = np.flatnonzero(np.linalg.norm(places - rest, axis=1) > MOVED)
        # A sample is enough, and quick.
        seen[name] = _seen(depsgraph, places[moved[::max(1, len(moved) // 200)]])
    for turn, head in TURNS.items():
        for lids in (0.0, 0.5, 1.0):
            depsgraph = character.pose({**head, "eyeBlinkLeft": lids, "eyeBlinkRight": lids})
            eyes["%s %g" % (turn, lids)] = _eyeball_rays(character, depsgraph)
    yaw = character.inputs.index("headYaw")
    return {"bound": sorted({character.inputs[b.source] for b in character.bindings}),
            "problems": character.problems,
            "gains": {(b.part or b.target).lower(): b.gain for b in character.bindings
                      if b.source == yaw and b.channel == "rz"},
            "vertices": len(rest), "finite": finite, "seen": seen, "eyes": eyes,
            "morphing": sum(len(o.data.vertices) for o in character.meshes
                            if o.data.shape_keys or o.modifiers)}


def main():
    avatar, map_path, out = sys.argv[sys.argv.index("--") + 1:]
    bpy.ops.wm.open_mainfile(filepath=avatar)
    pathlib.Path(out).write_text(json.dumps(measure(Character(map_path)), indent=1))


main()

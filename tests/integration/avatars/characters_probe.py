"""Measures inside Blender what each input of a character moves.

    blender -b --factory-startup --python characters_probe.py -- AVATAR.blend AVATAR.map OUT.json

Writes {"bound": [input], "gains": {bone: headYaw's gain}, "vertices", "morphing",
"finite", "seen": {coefficient: visible vertices it moves}, "eyes": {pose: rays that hit an
eyeball}, "gaze": {pose: {side: [share of the pupil that is seen, how far it has moved to the
image's right, and up, in radii of the eyeball]}}}. Eyeballs are the objects Eye.L and Eye.R, whose
pupils are at their -Y.
"""

import json
import pathlib
import sys

import bpy
import numpy as np
from mathutils import Vector

NODE = pathlib.Path(__file__).resolve().parents[3] / "blender-node/node"
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
# Half the angle that a pupil takes of its eyeball; the largest one has 0.26.
PUPIL = 0.23


def look(right, up):
    """Both eyes turned, as shares of their furthest: to the image's right, and up."""
    values = {}
    for side, out in (("Left", right), ("Right", -right)):
        values.update({"eyeLookOut" + side: max(out, 0.0), "eyeLookIn" + side: max(-out, 0.0),
                       "eyeLookUp" + side: max(up, 0.0), "eyeLookDown" + side: max(-up, 0.0)})
    return values


GAZE = {"ahead": look(0, 0), "right": look(1, 0), "left": look(-1, 0), "up": look(0, 1),
        "down": look(0, -1), "half right": look(0.5, 0), "half up": look(0, 0.5),
        "right up": look(1, 1), "left down": look(-1, -1)}


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


def _pupil_points():
    """Points of a unit sphere's pupil about -Y: its middle and two rings, Blender's vectors."""
    points = [Vector((0.0, -1.0, 0.0))]
    for angle in (0.5 * PUPIL, PUPIL):
        for turn in np.linspace(0.0, 2.0 * np.pi, 12, endpoint=False):
            points.append(Vector((np.sin(angle) * np.cos(turn), -np.cos(angle),
                                  np.sin(angle) * np.sin(turn))))
    return points


def _pupil(depsgraph, ball):
    """(share of an eyeball's pupil that is seen, its middle in the world, the radius)."""
    there = ball.evaluated_get(depsgraph)
    size = max(v.co.length for v in ball.data.vertices)
    points = [there.matrix_world @ (size * p) for p in _pupil_points()]
    radius = (points[0] - there.matrix_world.translation).length
    # The scene's ray hits the ball itself a little before or behind the sphere.
    hits = [_hit(depsgraph, p) for p in points]
    seen = sum(obj is not None and obj.name == ball.name and (place - p).length < 0.2 * radius
               for (obj, place), p in zip(hits, points))
    return seen / len(points), points[0], radius


def _gaze(character):
    """{pose: {side: [share seen, moved right, moved up]}}."""
    out, rest = {}, {}
    for pose, values in GAZE.items():
        depsgraph = character.pose(values)
        out[pose] = {}
        for side in "LR":
            seen, place, radius = _pupil(depsgraph, bpy.data.objects["Eye." + side])
            moved = (place - rest.setdefault(side, place)) / radius
            out[pose][side] = [seen, moved.x, moved.z]
    return out


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
    for way, values in GAZE.items():
        shut = {**values, "eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0}
        eyes["shut " + way] = _eyeball_rays(character, character.pose(shut))
    yaw = character.inputs.index("headYaw")
    return {"bound": sorted({character.inputs[b.source] for b in character.bindings}),
            "problems": character.problems,
            "gains": {(b.part or b.target).lower(): b.gain for b in character.bindings
                      if b.source == yaw and b.channel == "rz"},
            "vertices": len(rest), "finite": finite, "seen": seen, "eyes": eyes,
            "gaze": _gaze(character),
            "morphing": sum(len(o.data.vertices) for o in character.meshes
                            if o.data.shape_keys or o.modifiers)}


def main():
    avatar, map_path, out = sys.argv[sys.argv.index("--") + 1:]
    bpy.ops.wm.open_mainfile(filepath=avatar)
    pathlib.Path(out).write_text(json.dumps(measure(Character(map_path)), indent=1))


main()

"""The .blend's timeline plays: the same in two conversions, and its effects can be hidden."""

import subprocess

import pytest
from conftest import PERFORMER, ROOT

FRAMES, WIDTH, HEIGHT = 40, 320, 240

# Inside Blender: a ball keyed to move 10 units in 1 s, and a shape key that is keyed
# although the face moves it.
SCENE = """
import sys
import bpy
sys.path.insert(0, 'blender-node/node')
sys.path.insert(0, 'tests/integration')
import arkit
from bind import mapping, match, rig
from draw import evaluate, timeline

scene = bpy.context.scene
scene.render.fps, scene.frame_start, scene.frame_end = 20, 1, 20
bpy.ops.mesh.primitive_cube_add()
cube = bpy.context.object
cube.name = 'Cube.face'
cube.shape_key_add(name='Basis')
key = cube.shape_key_add(name='jawOpen')
bpy.ops.mesh.primitive_cube_add()
ball = bpy.context.object
for frame, value in ((1, 0.0), (21, 1.0)):
    key.value = value
    key.keyframe_insert('value', frame=frame)
    ball.location.x = 10.0 * value
    ball.keyframe_insert('location', frame=frame)
for curve in ball.animation_data.action.fcurves:
    for point in curve.keyframe_points:
        point.interpolation = 'LINEAR'
key.value = 0.0
inputs = (*arkit.NAMES, *mapping.MORE_INPUTS)
jaw = inputs.index('jawOpen')
bindings = match.by_name(arkit.NAMES, [])
timeline.release(bindings)
face = rig.Rig(bindings, print)
evaluation = evaluate.Evaluation()
for seconds in (0.0, 0.25, 0.26, 0.5, 1.25, 3.5, -0.5):
    face.apply([0.1 * seconds % 1.0 if k == jaw else 0.0 for k in range(len(inputs))])
    evaluation.seconds = seconds
    depsgraph, changed = evaluation.update()
    print('AT', seconds, round(ball.evaluated_get(depsgraph).location.x, 3),
          round(cube.data.shape_keys.key_blocks['jawOpen'].value - 0.1 * seconds % 1.0, 6),
          'Cube.face' in changed)
"""


def test_keyframes_play_in_a_loop_except_on_what_the_face_moves():
    shown = subprocess.run(["blender", "-b", "--factory-startup", "--python-exit-code", "1",
                            "--python-expr", SCENE], cwd=ROOT, capture_output=True, text=True)
    assert shown.returncode == 0, shown.stderr
    rows = [line.split()[1:] for line in shown.stdout.splitlines() if line.startswith("AT")]
    assert len(rows) == 7
    for seconds, place, lag, _ in rows:
        assert float(place) == pytest.approx(10 * (float(seconds) % 1.0), abs=0.01)
        assert float(lag) == pytest.approx(0, abs=1e-5)
    # The evaluation reports geometry that a frame changed.
    assert all(row[3] == "True" for row in rows[1:])


def convert(effigy, out, **environment):
    """The luma of each frame that the first faces of the performer give, bytes."""
    short = out.with_suffix(".mp4")
    subprocess.run(["ffmpeg", "-v", "error", "-i", PERFORMER, "-frames:v", str(FRAMES), "-c:v",
                    "libx264", short], check=True)
    effigy("convert", short, out, "--size", f"{WIDTH}x{HEIGHT}", **environment)
    raw = subprocess.check_output(["ffmpeg", "-v", "error", "-i", out, "-f", "rawvideo",
                                   "-pix_fmt", "gray", "-"])
    size = WIDTH * HEIGHT
    assert len(raw) == FRAMES * size
    return [raw[k * size:(k + 1) * size] for k in range(FRAMES)]


def test_arcs_are_deterministic_and_effects_off_hides_them(effigy, runtime, tmp_path):
    first = convert(effigy, tmp_path / "first.y4m")
    again = convert(effigy, tmp_path / "again.y4m")
    # Blender adds up normals in several threads: a last bit may fall otherwise.
    assert all(abs(a - b) <= 2 for pair in zip(first, again) for a, b in zip(*pair))
    plain = convert(effigy, tmp_path / "plain.y4m", EFFIGY_EFFECTS="0")
    # Light: arcs brighten the little that they cover, and jump about.
    brighter = [frozenset(i for i, (a, b) in enumerate(zip(*pair)) if a > b + 8)
                for pair in zip(first, plain)]
    # From the moment that the scenery is known to stand still, which it is drawn finer for.
    darker = [sum(a + 8 < b for a, b in zip(*pair)) for pair in zip(first[4:], plain[4:])]
    most = max(map(len, brighter))
    assert 30 < most < 0.05 * WIDTH * HEIGHT
    assert max(darker) < 0.2 * most
    jumps = sum(len(a & b) < 0.5 * max(len(a), len(b), 1) for a, b in zip(brighter, brighter[1:]))
    assert jumps >= 5

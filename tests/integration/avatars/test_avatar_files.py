"""Loads characters of many kinds in a real Blender: what is bound, what moves, what is refused."""

import json
import math
import os
import shutil
import signal
import struct
import subprocess

import pytest
from conftest import AVATAR, PATIENCE_S, ROOT, processes_of, wait_for

HERE = ROOT / "tests" / "integration" / "avatars"
BOTH = {name: {name + "Left": 1.0, name + "Right": 1.0}
        for name in ("mouthSmile", "eyeBlink", "browDown", "eyeWide", "mouthStretch")}
POSES = {"jawOpen": {"jawOpen": 1.0}, "headYaw": {"headYaw": 0.5},
         "mouthPucker": {"mouthPucker": 1.0}, **BOTH,
         "lookRight": {"eyeLookOutLeft": 1.0, "eyeLookInRight": 1.0},
         "lookLeft": {"eyeLookInLeft": 1.0, "eyeLookOutRight": 1.0},
         "lookUp": {"eyeLookUpLeft": 1.0, "eyeLookUpRight": 1.0},
         "lookDown": {"eyeLookDownLeft": 1.0, "eyeLookDownRight": 1.0}}
# Degrees of a VRM's eyes at the ends of their ranges; a person's turn by 25 up and down.
LOOK = {"HorizontalInner": 9.0, "HorizontalOuter": 12.0, "VerticalUp": 15.0, "VerticalDown": 90.0}
BUNDLED = [AVATAR.with_name(name + ".blend") for name in ("voltage", "fox", "robot")]


@pytest.fixture(scope="module")
def characters(tmp_path_factory):
    """The folder of characters that a script makes, and of broken ones."""
    folder = tmp_path_factory.mktemp("characters")
    subprocess.run(["blender", "-b", "--factory-startup", "--python-exit-code", "1", "--python",
                    HERE / "make_characters.py", "--", AVATAR, folder], check=True, timeout=120,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    make_vrm(folder)
    make_broken(folder)
    return folder


def parts(path):
    """(document, binary) of a .glb."""
    data = path.read_bytes()
    size = struct.unpack_from("<I", data, 12)[0]
    return json.loads(data[20:20 + size]), data[28 + size:]


def glb(document, binary):
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    body = struct.pack("<II", len(text), 0x4E4F534A) + text
    body += struct.pack("<II", len(binary), 0x004E4942) + binary
    return struct.pack("<III", 0x46546C67, 2, 12 + len(body)) + body


def target(document, name):
    """(mesh, node, index) of the face's morph target of that name."""
    mesh = next(k for k, m in enumerate(document["meshes"]) if m["name"].startswith("Face"))
    node = next(k for k, n in enumerate(document["nodes"]) if n.get("mesh") == mesh)
    return mesh, node, document["meshes"][mesh]["extras"]["targetNames"].index(name)


def turned(document):
    """Faces the other way, as VRM 0 does."""
    roots = document["scenes"][0]["nodes"]
    document["nodes"].append({"name": "Turned", "children": roots, "rotation": [0, 1, 0, 0]})
    document["scenes"][0]["nodes"] = [len(document["nodes"]) - 1]
    return document


def bone(document, name):
    return next(k for k, n in enumerate(document["nodes"]) if n["name"] == name)


def make_vrm(folder):
    """VRM 0 and 1 of the same .glb, and one with ARKit's names as custom expressions."""
    presets = {"a": "Mouth.A", "i": "Mouth.I", "u": "Mouth.U", "e": "Mouth.E", "o": "Mouth.O",
               "joy": "Smiling", "blink_l": "Lids.left", "blink_r": "Lids.right",
               "lookup": "Look.up", "lookdown": "Look.down"}
    names = {"a": "aa", "i": "ih", "u": "ou", "e": "ee", "o": "oh", "joy": "happy",
             "blink_l": "blinkLeft", "blink_r": "blinkRight", "lookup": "lookUp",
             "lookdown": "lookDown"}
    document, binary = parts(folder / "expressions.glb")
    head, others = bone(document, "head"), {
        "leftUpperArm": bone(document, "arm.L"), "rightUpperArm": bone(document, "arm.R"),
        "leftEye": bone(document, "eye.L"), "rightEye": bone(document, "eye.R")}
    # Found by index: names that tell nothing.
    for number, node in enumerate((head, others["leftEye"], others["rightEye"])):
        document["nodes"][node]["name"] = f"Bone{number}"
    groups, preset = [], {}
    for name, key in presets.items():
        mesh, node, index = target(document, key)
        groups.append({"name": name, "presetName": name,
                       "binds": [{"mesh": mesh, "index": index, "weight": 100}]})
        preset[names[name]] = {"morphTargetBinds": [{"node": node, "index": index, "weight": 1.0}]}
    document["extensionsUsed"] = ["VRMC_vrm"]
    document["extensions"] = {"VRMC_vrm": {
        "specVersion": "1.0", "lookAt": {"type": "bone", **{
            "rangeMap" + name: {"inputMaxValue": 90.0, "outputScale": end}
            for name, end in LOOK.items()}}, "expressions": {"preset": preset, "custom": {}},
        "humanoid": {"humanBones": {"head": {"node": head},
                                    **{name: {"node": node} for name, node in others.items()}}}}}
    (folder / "one.vrm").write_bytes(glb(document, binary))
    document["extensions"]["VRMC_vrm"]["lookAt"] = {
        "type": "expression", "rangeMapVerticalUp": {"inputMaxValue": 30.0, "outputScale": 0.5}}
    mesh, node, index = target(document, "Smiling")
    document["extensions"]["VRMC_vrm"]["expressions"]["custom"] = {
        "MouthSmileLeft": {"morphTargetBinds": [{"node": node, "index": index, "weight": 0.5}]}}
    (folder / "sync.vrm").write_bytes(glb(document, binary))
    document["extensions"] = {"VRM": {
        "firstPerson": {"lookAtTypeName": "Bone", **{
            "lookAt" + name: {"xRange": 90.0, "yRange": end} for name, end in LOOK.items()}},
        "blendShapeMaster": {"blendShapeGroups": groups},
        "humanoid": {"humanBones": [{"bone": "head", "node": head},
                                    *({"bone": b, "node": n} for b, n in others.items())]}}}
    (folder / "zero.vrm").write_bytes(glb(turned(document), binary))


def make_broken(folder):
    voltage = AVATAR.read_bytes()
    plain = (folder / "nocamera.blend").read_bytes()
    (folder / "cut.blend").write_bytes(voltage[:len(voltage) // 2])
    (folder / "plain-cut.blend").write_bytes(plain[:len(plain) // 2])
    (folder / "newer.blend").write_bytes(plain[:9] + b"999" + plain[12:])
    (folder / "text.vrm").write_text("a text\n")
    (folder / "picture.vrm").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (folder / "archive.vrm").write_bytes(b"PK\x03\x04" + bytes(100))
    (folder / "empty.glb").write_bytes(b"")
    whole = (folder / "prefixed.glb").read_bytes()
    (folder / "cut.glb").write_bytes(whole[:len(whole) // 2])
    (folder / "lies.glb").write_bytes(whole[:12] + b"\xff\xff\xff\x7f" + whole[16:])
    document, binary = parts(folder / "prefixed.glb")
    document["buffers"][0]["uri"] = "../../../../../etc/passwd"
    (folder / "passwd.gltf").write_text(json.dumps(document))
    document, binary = parts(folder / "prefixed.glb")
    document["extensionsRequired"] = document["extensionsUsed"] = ["EXT_meshopt_compression"]
    (folder / "squeezed.glb").write_bytes(glb(document, binary))
    document["extensionsRequired"] = document["extensionsUsed"] = []
    # Indices that are no triangles, in lengths that hold.
    document["accessors"][0]["componentType"] = 5121
    (folder / "odd.glb").write_bytes(glb(document, binary))
    os.mkfifo(folder / "pipe.glb")


TROUBLES = {
    "cut.blend": ["cut short"], "plain-cut.blend": ["cut short"],
    "newer.blend": ["Blender 9.99", "and this is"], "nomesh.blend": ["no visible mesh"],
    "text.vrm": ["not a Blender file or glTF"], "picture.vrm": ["but a PNG image"],
    "archive.vrm": ["ZIP archive"],
    "empty.glb": ["empty"], "cut.glb": ["cut short"], "lies.glb": ["longer than the file"],
    "passwd.gltf": ["not in its folder"], "squeezed.glb": ["EXT_meshopt_compression"],
    "pipe.glb": ["not a regular file"], "gone.blend": ["No such file"]}
GOOD = ["range.blend", "prefixed.blend", "prefixed.glb", "separate.gltf", "mmd.blend", "vroid.blend",
        "zero.vrm", "one.vrm", "sync.vrm", "rigify.blend", "bones.blend", "eyeballs.blend",
        "targets.blend", "nocamera.blend", "zstd.blend", "hostile.blend", "million.blend"]


@pytest.fixture(scope="module")
def results(characters, tmp_path_factory):
    """{file: result} of one process that loads them all, broken ones between good ones."""
    folder = tmp_path_factory.mktemp("results")
    jobs = []
    for k in range(max(len(TROUBLES), len(GOOD))):
        jobs += [{"file": str(characters / name), **({"poses": POSES} if name in GOOD else {})}
                 for name in [*GOOD[k:k + 1], *list(TROUBLES)[k:k + 1]]]
    jobs += [{"file": str(path), "poses": POSES} for path in BUNDLED]
    jobs += [{"file": str(characters / "prefixed.glb"), "poses": POSES},
             {"file": str(characters / "odd.glb")}]
    (folder / "jobs").write_text(json.dumps(jobs))
    run = subprocess.run(
        ["xvfb-run", "-a", "blender", "--factory-startup", "--disable-autoexec", "-noaudio", "-p",
         "0", "0", "64", "64", "--python", HERE / "inside_blender.py", "--", folder / "jobs",
         folder / "results"], timeout=200, check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    done = json.loads((folder / "results").read_text())
    found = {}
    for job, result in zip(jobs, done):
        found.setdefault(os.path.basename(job["file"]), []).append(result)
    return found


def bound(result):
    """{input: {how}} of what was found."""
    out = {}
    for name, *_, how in result["bindings"]:
        out.setdefault(name, set()).add(how)
    return out


def moves(result, *poses):
    """Asserts that pixels move, where they should: the mouth below the eyes."""
    for pose in poses:
        assert result["moved"][pose][0] > 100, (pose, result["moved"])
    if "jawOpen" in poses and "eyeBlink" in poses:
        assert result["moved"]["jawOpen"][2] < result["moved"]["eyeBlink"][2]


@pytest.mark.parametrize("name", TROUBLES)
def test_load_failure_is_one_line(name, results):
    trouble = results[name][0]["trouble"]
    assert name in trouble and "\n" not in trouble and "Traceback" not in trouble
    for words in TROUBLES[name]:
        assert words in trouble


def test_process_survives_odd_data_in_the_importer(results):
    assert results["odd.glb"]


def test_second_load_gives_the_same_and_leaks_nothing(results):
    first, again = results["prefixed.glb"]
    assert again["moved"] == first["moved"]
    assert again["left"] == first["left"]


@pytest.mark.parametrize("name", ["prefixed.blend", "prefixed.glb", "separate.gltf"])
def test_arkit_names_move_the_face(name, results):
    result = results[name][0]
    moves(result, *POSES)
    # The jaw's bone moves the teeth, which no shape key does.
    assert bound(result)["jawOpen"] == {"ARKit name", "bone name"}
    assert bound(result)["mouthPucker"] == {"ARKit name"}


def test_shape_key_keeps_its_range_in_the_file(results):
    """And its saved value is not its rest."""
    half, whole = results["range.blend"][0]["moved"], results["prefixed.blend"][0]["moved"]
    assert 0 < half["jawOpen"][0] < 0.8 * whole["jawOpen"][0]
    assert half["mouthPucker"] == whole["mouthPucker"]


@pytest.mark.parametrize("name, how", [("mmd.blend", "MMD name"), ("vroid.blend", "VRoid name")])
def test_other_names_move_the_face(name, how, results):
    result = results[name][0]
    moves(result, *POSES)
    assert bound(result)["mouthPucker"] == {how} == bound(result)["eyeBlinkLeft"]


@pytest.mark.parametrize("name", ["zero.vrm", "one.vrm"])
def test_vrm_expressions_move_the_face(name, results):
    result = results[name][0]
    moves(result, "jawOpen", "headYaw", "mouthPucker", "mouthSmile", "eyeBlink")
    assert bound(result)["mouthPucker"] == {"VRM expression"}
    assert ["headYaw", "Rig", "Bone0"] in [[b[0], b[2], b[3]] for b in result["bindings"]]


def test_both_versions_of_vrm_face_the_scene_camera(results):
    """Facing away, the mouth would not be visible; the head turns to the same side."""
    zero, one = results["zero.vrm"][0]["moved"], results["one.vrm"][0]["moved"]
    assert zero == one


@pytest.mark.parametrize("name", ["zero.vrm", "one.vrm"])
def test_stretched_out_arms_are_lowered(name, results):
    fall = results[name][0]["fall"]
    assert set(fall) == {"arm.L", "arm.R"} and min(fall.values()) > 0.8


def test_custom_expressions_with_arkit_names_win(results):
    result = results["sync.vrm"][0]
    assert bound(result)["mouthSmileLeft"] == {"ARKit name"}
    assert "mouthPucker" not in bound(result)  # the mouth is taken as a whole
    assert bound(result)["eyeBlinkLeft"] == {"VRM expression"}
    assert [b[5] for b in result["bindings"] if b[0] == "mouthSmileLeft"] == [0.5]


def test_rigify_controls_move_the_face(results):
    result = results["rigify.blend"][0]
    moves(result, "jawOpen", "headYaw", "mouthPucker", "mouthSmile", "eyeBlink", "browDown")
    assert bound(result)["jawOpen"] == {"Rigify control"}
    lips = {b[4]: b[5] for b in result["bindings"] if b[0] == "mouthSmileLeft"}
    assert 0.005 < lips["tz"] < 0.03 and 0.005 < lips["tx"] < 0.03  # of a mouth 0.07 wide


def test_bones_with_usual_names_are_bound(results):
    result = results["bones.blend"][0]
    assert {(b[0], b[3]) for b in result["bindings"]} >= {
        ("headYaw", "mixamorig:Head"), ("headYaw", "mixamorig:Neck"), ("jawOpen", "Jaw_01"),
        ("eyeLookUpLeft", "LeftEye"), ("eyeLookUpRight", "RightEye")}
    moves(result, "headYaw")


LOOKING = [path.name for path in BUNDLED] + [
    "bones.blend", "eyeballs.blend", "targets.blend", "rigify.blend", "prefixed.blend",
    "prefixed.glb", "mmd.blend", "zero.vrm", "one.vrm"]


@pytest.mark.parametrize("name", LOOKING)
def test_pupils_go_where_the_person_looks(name, results):
    shift = results[name][0]["shift"]
    for pose, right, up in (("lookRight", 1, 0), ("lookLeft", -1, 0), ("lookUp", 0, 1),
                            ("lookDown", 0, -1)):
        x, y = shift[pose]
        assert right * x + up * y > 0.003, pose  # of the picture's sides
        assert abs(up * x + right * y) < 0.007, pose


def gaze(result):
    """{(coefficient, target): gain} of the left eye."""
    return {(b[0], b[3]): b[5] for b in result["bindings"]
            if b[0].startswith("eyeLook") and b[0].endswith("Left")}


@pytest.mark.parametrize("name", ["zero.vrm", "one.vrm"])
def test_vrm_eyes_turn_to_the_ends_of_their_ranges(name, results):
    """And no farther than a person's; the expressions of a VRM that looks by bones rest."""
    turns = {key: math.degrees(gain) for key, gain in gaze(results[name][0]).items()}
    assert turns == {("eyeLookOutLeft", "Bone1"): pytest.approx(12, abs=0.01),
                     ("eyeLookInLeft", "Bone1"): pytest.approx(-9, abs=0.01),
                     ("eyeLookUpLeft", "Bone1"): pytest.approx(-15, abs=0.01),
                     ("eyeLookDownLeft", "Bone1"): pytest.approx(25, abs=0.01)}


def test_vrm_that_looks_by_expressions_leaves_its_bones_alone(results):
    result = results["sync.vrm"][0]
    assert gaze(result) == {("eyeLookUpLeft", "Look.up"): 0.25,
                            ("eyeLookDownLeft", "Look.down"): 0.5}
    assert result["moved"]["lookUp"][0] > 100


def test_eye_bones_turn_unless_shape_keys_turn_what_they_carry(results):
    lids, balls = (gaze(results[name][0]) for name in ("nocamera.blend", "eyeballs.blend"))
    assert ("eyeLookUpLeft", "eyeLookUpLeft") in lids and ("eyeLookUpLeft", "eye.L") in lids
    assert balls and {target for _, target in balls} == {
        f"eyeLook{way}Left" for way in ("Up", "Down", "Out", "In")}


def test_target_that_both_eyes_track_moves_instead_of_their_bones(results):
    assert set(gaze(results["targets.blend"][0])) == {
        (f"eyeLook{way}Left", None) for way in ("Up", "Down", "Out", "In")}


@pytest.mark.parametrize("name", ["nocamera.blend", "zstd.blend", "prefixed.glb", "rigify.blend"])
def test_without_a_scene_camera_the_head_is_shown(name, results):
    result = results[name][0]
    assert any("no scene camera" in w for w in result["warnings"])
    pixels, x, y = result["moved"]["headYaw"]
    assert pixels > 3000 and 0.4 < x < 0.6 and 0.4 < y < 0.75


def test_a_million_vertices_load_with_a_warning(results):
    result = results["million.blend"][0]
    assert any("triangles" in w and "slow" in w for w in result["warnings"])
    moves(result, *POSES)


def test_python_in_a_file_is_never_run(characters, results):
    moves(results["hostile.blend"][0], "jawOpen")
    assert not list(characters.glob("touched*"))
    # Blender would run it, if it was allowed to.
    subprocess.run(["blender", "-b", "-y", characters / "hostile.blend"], check=True, timeout=60,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert {p.name for p in characters.glob("touched*")} >= {"touched-text", "touched-driver"}
    for path in characters.glob("touched*"):
        path.unlink()


# --- The command --------------------------------------------------------------------------------


def test_check_reports_matches_and_draws_them(effigy, runtime, characters):
    shown = effigy("avatar", "check", characters / "mmd.blend").stdout
    for words in ("MMD name", "triangles", "renderer direct", "ms per frame", "Face/あ",
                  "a mouth to one side will not show"):
        assert words in shown, shown
    sheet = runtime / "mmd.png"
    assert str(sheet) in shown
    assert sheet.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", sheet.read_bytes()[16:24])
    assert width > 1000 and height > 600
    assert sorted(p.name for p in runtime.iterdir()) == [".effigy", "mmd.png"]


def test_check_of_an_unusable_file_fails_in_one_line(effigy, runtime, characters):
    result = effigy("avatar", "check", characters / "picture.vrm", check=False)
    assert result.returncode == 1 and result.stdout == ""
    assert len(result.stderr.splitlines()) == 1 and "PNG image" in result.stderr
    for wrong in (["avatar"], ["avatar", "check"], ["avatar", "map", "a", "b", "c"]):
        assert effigy(*wrong, check=False).returncode == 2
    assert list(runtime.iterdir()) == []


def test_check_runs_no_python_of_the_file(effigy, characters):
    effigy("avatar", "check", characters / "hostile.blend")
    assert not list(characters.glob("touched*"))


def test_mapping_is_written_and_read_back_and_never_overwritten(effigy, characters, tmp_path):
    file = tmp_path / "face.blend"
    shutil.copy(characters / "vroid.blend", file)
    found = effigy("avatar", "map", file, "-").stdout
    assert "wrote" in effigy("avatar", "map", file).stdout
    text = (tmp_path / "face.map").read_text()
    assert text == found
    again = effigy("avatar", "map", file, check=False)
    assert again.returncode == 1 and "already exists" in again.stderr
    assert (tmp_path / "face.map").read_text() == text
    # Now everything comes from the mapping, and it is the same.
    lines = {line for line in text.splitlines() if line and line[0] != "#"}
    second = effigy("avatar", "map", file, "-").stdout
    assert {line for line in second.splitlines() if line and line[0] != "#"} == lines
    assert "# By map" in second and "VRoid" not in second


def test_interrupted_check_leaves_nothing_behind(effigy, runtime, characters):
    process = subprocess.Popen([ROOT / "effigy", "avatar", "check", characters / "million.blend"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: any(command.split(" ")[0].endswith("blender") for command in
                         processes_of(runtime).values()), what="Blender")
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_S) == 130
    assert list(runtime.iterdir()) == []
    assert processes_of(runtime) == {}

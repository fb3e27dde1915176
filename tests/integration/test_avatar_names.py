"""Names of shape keys and bones, mapping texts, and hostile glTF; no Blender needed."""

import copy
import json
import random
import struct
import sys

import arkit
import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "blender-node/node"))

from bind import mapping, mapping_text, names  # noqa: E402
from inspection import report  # noqa: E402
from load import blend_header, gltf_copy, gltf_file, vrm  # noqa: E402

INPUTS = arkit.NAMES + mapping.MORE_INPUTS


def terms(found, name):
    """{coefficient: gain} of what was found for a name."""
    return {c: g for r in found if r.name == name for c, g in r.terms}


# --- Shape keys ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [
    "eyeBlinkLeft", "EYEBLINK_L", "eye_blink_left", "Eye Blink.L", "eyeBlink_Left", "L_eyeBlink",
    "leftEyeBlink", "blendShape1.eyeBlinkLeft", "Head:EyeBlink_L", "Face_eyeBlinkLeft"])
def test_arkit_names_in_any_spelling(name):
    assert terms(names.recipes(arkit.NAMES, [name]), name) == {"eyeBlinkLeft": 1.0}


@pytest.mark.parametrize("name", ["Basis", "chest", "left", "mouth", "jaw", "L", "", "a_b", "Layer A",
                                  "eyebrowThickness", "∀", "Body_Fat.L"])
def test_other_names_are_ignored(name):
    assert names.recipes(arkit.NAMES, [name]) == []
    assert not names.is_facial(arkit.NAMES, name)


def test_each_coefficient_is_found_by_its_own_name():
    found = names.recipes(arkit.NAMES, arkit.NAMES)
    assert {r.name: r.terms for r in found} == {n: ((n, 1.0),) for n in arkit.NAMES}


def test_key_of_both_sides_is_shared_unless_each_side_has_one():
    assert terms(names.recipes(arkit.NAMES, ["mouthSmile"]), "mouthSmile") == {
        "mouthSmileLeft": 0.5, "mouthSmileRight": 0.5}
    both = names.recipes(arkit.NAMES, ["mouthSmile", "mouthSmile_L", "mouthSmile_R"])
    assert {r.name for r in both} == {"mouthSmile_L", "mouthSmile_R"}


def test_each_group_uses_only_one_system_of_names():
    found = names.recipes(arkit.NAMES, ["jawOpen", "A", "I", "あ", "Blink_L", "Blink_R", "まばたき"])
    assert {(r.name, r.how) for r in found} == {
        ("jawOpen", "ARKit name"), ("Blink_L", "VRM name"), ("Blink_R", "VRM name")}


@pytest.mark.parametrize("keys, how", [
    (["Fcl_MTH_A", "Fcl_MTH_I", "Fcl_MTH_U", "Fcl_MTH_E", "Fcl_MTH_O"], "VRoid name"),
    (["Face.M_F00_000_00_Fcl_MTH_" + v for v in "AIUEO"], "VRoid name"),
    (list("AIUEO"), "VRM name"), (["aa", "ih", "ou", "ee", "oh"], "VRM name"),
    (list("あいうえお"), "MMD name"),
    (["viseme_aa", "viseme_I", "viseme_U", "viseme_E", "viseme_O"], "usual name"),
    (["vrc.v_aa", "vrc.v_ih", "vrc.v_ou", "vrc.v_e", "vrc.v_oh"], "usual name")])
def test_visemes_follow_the_lips(keys, how):
    found = names.recipes(arkit.NAMES, keys)
    assert [r.how for r in found] == [how] * 5
    # What the lips do, and which of A I U E O shows most then.
    lips = [{"jawOpen": 1.0}, {"mouthStretchLeft": 1.0, "mouthStretchRight": 1.0},
            {"mouthPucker": 1.0}, {"mouthUpperUpLeft": 1.0, "mouthUpperUpRight": 1.0,
                                   "mouthStretchLeft": 0.3, "mouthStretchRight": 0.3},
            {"mouthFunnel": 1.0, "jawOpen": 0.5}]
    for shown, values in zip(keys, lips):
        sums = {k: max(0.0, sum(g * values.get(c, 0.0) for c, g in terms(found, k).items()))
                for k in keys}
        assert max(sums, key=sums.get) == shown, (values, sums)
        assert sums[shown] > 0.5
        assert sum(sums.values()) < 1.5, "two visemes at once"


def test_only_one_kind_of_blink_is_used():
    keys = ["まばたき", "ウィンク", "ウィンク右", "ウィンク２", "ｳｨﾝｸ２右"]
    assert {r.name for r in names.recipes(arkit.NAMES, keys)} == {"ウィンク２", "ｳｨﾝｸ２右"}
    assert {r.name for r in names.recipes(arkit.NAMES, keys[:3])} == {"ウィンク", "ウィンク右"}
    assert {r.name for r in names.recipes(arkit.NAMES, keys[:2])} == {"まばたき"}
    assert terms(names.recipes(arkit.NAMES, ["まばたき"]), "まばたき") == {
        "eyeBlinkLeft": 0.5, "eyeBlinkRight": 0.5}


# --- Bones --------------------------------------------------------------------------------------


@pytest.mark.parametrize("bones, roles", [
    (["mixamorig:Neck", "mixamorig:Head", "mixamorig:HeadTop_End"],
     {"head": "mixamorig:Head", "neck": "mixamorig:Neck"}),
    (["J_Bip_C_Head", "J_Bip_C_Neck", "J_Adj_L_FaceEye", "J_Adj_R_FaceEye"],
     {"head": "J_Bip_C_Head", "neck": "J_Bip_C_Neck", "eyeLeft": "J_Adj_L_FaceEye",
      "eyeRight": "J_Adj_R_FaceEye"}),
    (["Bip01 Neck", "Bip01 Head", "Bip01 HeadNub"], {"head": "Bip01 Head", "neck": "Bip01 Neck"}),
    (["首", "頭", "両目", "左目", "右目"], {"head": "頭", "neck": "首", "eyes": "両目",
                                  "eyeLeft": "左目", "eyeRight": "右目"}),
    (["ORG-jaw", "DEF-jaw", "MCH-jaw_master", "jaw_master", "eye.L", "ORG-eye.R"],
     {"jaw": "jaw_master", "eyeLeft": "eye.L"}),
    (["LeftEye", "RightEye", "Jaw"], {"eyeLeft": "LeftEye", "eyeRight": "RightEye", "jaw": "Jaw"}),
    (["lEye", "rEye", "lEyelid"], {"eyeLeft": "lEye", "eyeRight": "rEye"}),
    (["CC_Base_L_Eye", "CC_Base_R_Eye"], {"eyeLeft": "CC_Base_L_Eye", "eyeRight": "CC_Base_R_Eye"}),
    (["EyeL", "EyeR", "EyeTarget"], {"eyeLeft": "EyeL", "eyeRight": "EyeR"}),
    (["LeftEye_07", "RightEye_08", "Head_05"],
     {"eyeLeft": "LeftEye_07", "eyeRight": "RightEye_08", "head": "Head_05"}),
    (["L_eye_jnt", "eye_R_joint", "eye_L_end"],
     {"eyeLeft": "L_eye_jnt", "eyeRight": "eye_R_joint"}),
    (["Eyelid_L", "eyebrow.R", "eye_target.L", "Eye_L_end"], {}),
    (["Forearm", "HeadTop_End", "Spine"], {})])
def test_bones_by_usual_names(bones, roles):
    for role in ("head", "neck", "jaw", "eyeLeft", "eyeRight", "eyes"):
        if role in roles:
            assert names.find_bone(role, bones) == roles[role]
        elif not any(b.startswith("ORG") for b in bones):
            assert names.find_bone(role, bones) is None


# --- Mapping texts --------------------------------------------------------------------------------


def test_written_mapping_reads_back_the_same(tmp_path):
    bindings = [mapping.Binding("ARKit name", 17, "shape", "Face", "jawOpen", "value", 1.0),
                mapping.Binding("bone name", 53, "bone", "My Rig", "head  two", "rz", -0.123457),
                mapping.Binding("MMD name", 0, "shape", "顔#1", "ウィンク ２", "value", 0.5),
                mapping.Binding("map:3", 17, "hook", "ear tip", None, "tz", 1e-7)]
    text = mapping_text.write("x.blend", INPUTS, bindings, ["browInnerUp"], [("shape", "F/k")])
    file = tmp_path / "x.map"
    file.write_text(text)
    read, problems = mapping.parse(file, INPUTS)
    assert problems == []
    assert sorted(b[1:] for b in read) == sorted(b[1:] for b in bindings)
    assert "# browInnerUp" in text and "F/k" in text


@pytest.mark.parametrize("key", ["a/b", "a #b", "a ", "a\njawOpen shape F/k value 1"])
def test_names_that_a_mapping_cannot_contain_are_commented_out(key, tmp_path):
    binding = mapping.Binding("ARKit name", 17, "shape", "Face", key, "value", 1.0)
    file = tmp_path / "x.map"
    file.write_text(mapping_text.write("x.blend", INPUTS, [binding], [], []))
    assert mapping.parse(file, INPUTS) == ([], [])


def test_report_lists_what_will_not_show():
    lines = "\n".join(report.unseen({"jawOpen", "mouthSmileLeft"}))
    assert "smiles will partly show" in lines and "(mouthSmileRight)" in lines
    assert "blinks will not show (eyeBlinkLeft, eyeBlinkRight)" in lines
    assert "mouth will not open" not in lines
    assert set(report.MEASURED) <= set(INPUTS)


# --- Headers of .blend ----------------------------------------------------------------------------


@pytest.mark.parametrize("start, version", [
    (b"BLENDER-v304REND", (3, 4)), (b"BLENDER_V279", (2, 79)), (b"BLENDER-v403", (4, 3)),
    (b"BLENDER17-01v0502", (5, 2)), (b"BLENDER-v999", (9, 99)), (b"BLENDER", None),
    (b"BLENDER-vabc", None), (b"\x1f\x8bxxxx", None), (b"\x28\xb5\x2f\xfdxx", None)])
def test_version_in_the_header(start, version):
    assert blend_header.is_blend(start)
    assert blend_header.version(start) == version


# --- glTF -----------------------------------------------------------------------------------------


def document():
    """A triangle with one morph target, in two nodes of the same name."""
    return {
        "asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}],
        "nodes": [{"name": "Head", "mesh": 0, "children": [1]}, {"name": "Head"}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1, "targets": [
            {"POSITION": 0}, {"POSITION": 0}], "extras": {"targetNames": ["A", "A"]}}]}],
        "accessors": [{"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3"},
                      {"bufferView": 1, "componentType": 5123, "count": 3, "type": "SCALAR"}],
        "bufferViews": [{"buffer": 0, "byteLength": 36},
                        {"buffer": 0, "byteOffset": 36, "byteLength": 6}],
        "buffers": [{"byteLength": 42}]}


def glb(json_bytes, binary=bytes(44)):
    json_bytes += b" " * (-len(json_bytes) % 4)
    body = struct.pack("<II", len(json_bytes), 0x4E4F534A) + json_bytes
    body += struct.pack("<II", len(binary), 0x004E4942) + binary
    return struct.pack("<III", 0x46546C67, 2, 12 + len(body)) + body


def read(tmp_path, data):
    file = tmp_path / "x.glb"
    file.write_bytes(data)
    return gltf_file.read(file)


def changed(path, value):
    """The document with one value set; path: keys."""
    made = copy.deepcopy(document())
    holder = made
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return made


def test_names_are_made_unique(tmp_path):
    gltf = read(tmp_path, glb(json.dumps(document()).encode()))
    folder = tmp_path / "copy"
    folder.mkdir()
    made = json.loads(open(gltf_copy.write(gltf, folder), encoding="utf-8").read())
    assert [n["name"] for n in made["nodes"]] == ["Head", "Head~2"]
    assert made["meshes"][0]["extras"]["targetNames"] == ["A", "A~2"]
    assert made["meshes"][0]["name"] == "Mesh_0"
    assert (folder / made["buffers"][0]["uri"]).read_bytes() == bytes(44)
    long = gltf_copy.unique(["顔" * 40, "顔" * 40, "", None, 3], "x")
    assert len(set(long)) == 5 and all(len(n.encode()) < 63 for n in long)


@pytest.mark.parametrize("path, value, words", [
    (["asset", "version"], "1.0", "glTF 1.0"), (["asset"], 3, "version"),
    (["buffers", 0, "byteLength"], 1 << 40, "cut short"),
    (["buffers", 0, "byteLength"], -1, "byteLength"),
    (["buffers", 0, "uri"], "../../etc/passwd", "not in its folder"),
    (["buffers", 0, "uri"], "/etc/passwd", "not in its folder"),
    (["buffers", 0, "uri"], "%2e%2e/%2e%2e/etc/passwd", "not in its folder"),
    (["buffers", 0, "uri"], "file:///etc/passwd", "not in its folder"),
    (["buffers", 0, "uri"], "gone.bin", "missing"),
    (["buffers", 0, "uri"], "data:;base64,????", "base64"),
    (["images"], [{"uri": "../x.png"}], "not in its folder"),
    (["images"], [{"uri": "."}], "missing"),
    (["bufferViews", 0, "byteLength"], 43, "longer"),
    (["bufferViews", 0, "buffer"], 7, "buffer 7"),
    (["accessors", 0, "count"], 4, "longer"), (["accessors", 0, "count"], 1 << 60, "kind"),
    (["accessors", 0, "type"], "VEC9", "kind"), (["accessors", 0, "type"], ["VEC3"], "kind"),
    (["nodes", 1, "children"], [0], "circle"), (["nodes", 0, "children"], [1, 1], "two parents"),
    (["nodes", 0, "mesh"], 5, "mesh 5"), (["scenes", 0, "nodes"], [9], "node 9"),
    (["meshes", 0, "primitives", 0, "attributes"], [], "attributes"),
    (["meshes"], {"a": 1}, '"meshes"')])
def test_inconsistent_gltf_is_refused(path, value, words, tmp_path):
    with pytest.raises(gltf_file.GltfError, match=words):
        read(tmp_path, glb(json.dumps(changed(path, value)).encode()))


@pytest.mark.parametrize("data, words", [
    (b"glTF", "cut short"), (glb(b"{}")[:30], "cut short"), (glb(b"nonsense"), "JSON"),
    (glb(b"[" * 200000), "JSON"), (glb(b'{"asset": NaN}'), "JSON"), (glb(b"[]"), "object"),
    (struct.pack("<III", 0x46546C67, 1, 20) + bytes(8), "version 1"),
    (struct.pack("<III", 0x46546C67, 2, 28) + struct.pack("<II", 4000, 0x4E4F534A) + bytes(8),
     "longer than the file"), (b"{}", "version")])
def test_files_that_are_not_gltf_are_refused(data, words, tmp_path):
    with pytest.raises(gltf_file.GltfError, match=words):
        read(tmp_path, data)


def test_symbolic_links_out_of_the_folder_are_refused(tmp_path):
    (tmp_path / "inside").mkdir()
    (tmp_path / "secret.bin").write_bytes(bytes(42))
    (tmp_path / "inside" / "x.bin").symlink_to(tmp_path / "secret.bin")
    file = tmp_path / "inside" / "x.gltf"
    file.write_text(json.dumps(changed(["buffers", 0, "uri"], "x.bin")))
    with pytest.raises(gltf_file.GltfError, match="not in its folder"):
        gltf_file.read(file)


def test_truncated_and_changed_files_give_clear_errors(tmp_path):
    rng = random.Random(4)
    made = document()
    made["extensions"] = {"VRM": {"humanoid": {"humanBones": [{"bone": "head", "node": 1}]},
                                  "blendShapeMaster": {"blendShapeGroups": [
                                      {"presetName": "a", "binds": [
                                          {"mesh": 0, "index": 0, "weight": 100}]}]}}}
    whole = glb(json.dumps(made).encode())
    good = 0
    for _ in range(3000):
        data = bytearray(whole)
        for _ in range(rng.randrange(1, 4)):
            data[rng.randrange(len(data))] = rng.choice(b'0123456789-{}[]",:ae\x00\xff')
        if rng.random() < 0.2:
            del data[rng.randrange(len(data)):]
        try:
            gltf = read(tmp_path, bytes(data))
            gltf_copy.name_all(gltf.document)
            gltf_copy.strip(gltf.document)
            vrm.facts(gltf.document)
            good += 1
        except gltf_file.GltfError as error:
            assert str(error)
    assert 0 < good < 3000


# --- VRM ------------------------------------------------------------------------------------------


def test_vrm_0_expressions_and_bones():
    made = document()
    groups = [{"name": "A", "presetName": "a", "binds": [{"mesh": 0, "index": 1, "weight": 50}]},
              {"name": "jawOpen", "presetName": "unknown", "binds": [
                  {"mesh": 0, "index": 0, "weight": 100}, {"mesh": 9, "index": 0, "weight": 100}]},
              {"name": "empty", "presetName": "b", "binds": []}, 7]
    made["extensions"] = {"VRM": {"blendShapeMaster": {"blendShapeGroups": groups},
                                  "humanoid": {"humanBones": [{"bone": "head", "node": 1},
                                                              {"bone": "neck", "node": 99}]}}}
    gltf_copy.name_all(made)
    assert vrm.facts(made) == vrm.Facts(
        0, {"a": [("Mesh_0", "A~2", 0.5)], "jawOpen": [("Mesh_0", "A", 1.0)]},
        {"head": "Head~2"}, None)


def test_vrm_1_expressions_and_bones():
    made = document()
    made["extensions"] = {"VRMC_vrm": {
        "expressions": {"preset": {"aa": {"morphTargetBinds": [
            {"node": 0, "index": 0, "weight": 0.7}]}, "happy": 3},
            "custom": {"mouthSmileLeft": {"morphTargetBinds": [{"node": 0, "index": 1}]}}},
        "humanoid": {"humanBones": {"head": {"node": 0}, "jaw": {"node": None}}}}}
    gltf_copy.name_all(made)
    assert vrm.facts(made) == vrm.Facts(
        1, {"aa": [("Mesh_0", "A", 0.7)], "mouthSmileLeft": [("Mesh_0", "A~2", 1.0)]},
        {"head": "Head"}, None)
    assert vrm.facts(document()) is None


def looking(version, kind, ends):
    """The facts of a VRM that looks around that way; its lookLeft has a weight of 0.8.
    ends: of the ranges In, Out, Up, Down, None for one that is missing."""
    made = document()
    if version == 1:
        ranges = {"rangeMap" + name: {"inputMaxValue": 90.0, "outputScale": end}
                  for name, end in zip(("HorizontalInner", "HorizontalOuter", "VerticalUp",
                                        "VerticalDown"), ends) if end is not None}
        made["extensions"] = {"VRMC_vrm": {
            "lookAt": {"type": kind, **ranges}, "expressions": {"preset": {
                "lookLeft": {"morphTargetBinds": [{"node": 0, "index": 0, "weight": 0.8}]}}}}}
    else:
        ranges = {"lookAt" + name: {"curve": [0, 0, 0, 1, 1, 1, 1, 0], "xRange": 90, "yRange": end}
                  for name, end in zip(("HorizontalInner", "HorizontalOuter", "VerticalUp",
                                        "VerticalDown"), ends) if end is not None}
        made["extensions"] = {"VRM": {
            "firstPerson": {"lookAtTypeName": kind, **ranges}, "blendShapeMaster": {
                "blendShapeGroups": [{"presetName": "lookleft", "binds": [
                    {"mesh": 0, "index": 0, "weight": 80}]}]}}}
    gltf_copy.name_all(made)
    return vrm.facts(made)


@pytest.mark.parametrize("version, kind", [(0, "Bone"), (1, "bone")])
def test_vrm_tells_how_far_its_eyes_turn(version, kind):
    facts = looking(version, kind, (8, 12.5, 10, None))
    assert facts.look == vrm.Look(True, {"In": 8.0, "Out": 12.5, "Up": 10.0})
    assert [binds[0][2] for binds in facts.expressions.values()] == [0.8]


@pytest.mark.parametrize("version, kind", [(0, "BlendShape"), (1, "expression")])
def test_vrm_scales_the_expressions_that_look_around(version, kind):
    for end, weight in ((0.5, 0.4), (1, 0.8), (10, 0.8), (None, 0.8)):
        facts = looking(version, kind, (0.1, end, 0.1, 0.1))
        assert not facts.look.bones
        assert [binds[0][2] for binds in facts.expressions.values()] == [pytest.approx(weight)]


@pytest.mark.parametrize("kind", ["None", "", None, 3, ["bone"]])
def test_other_kinds_of_look_are_ignored(kind):
    assert looking(0, kind, (8, 8, 8, 8)).look is None
    assert looking(1, kind, (8, 8, 8, 8)).look is None
    broken = (-1, "8", True, float("nan"))
    assert looking(1, "bone", broken).look == vrm.Look(True, {})

"""Every command works, and prints the same messages, in four locales."""

import os
import pathlib
import shutil
import subprocess

import msgpack
import pytest
from conftest import AVATAR, BIN, ROOT, expression, pack, wait_for

LOCALES = ["tr_TR", "az_AZ", "lv_LV", "de_DE"]


@pytest.fixture(scope="module")
def locales(tmp_path_factory):
    """A folder with the four locales, built from Debian's sources, and C.UTF-8, which Debian always has."""
    if not pathlib.Path("/usr/share/i18n/charmaps/UTF-8.gz").exists():
        pytest.skip("the sources of locales are missing; apt install locales")
    folder = tmp_path_factory.mktemp("locales")
    for name in LOCALES:
        made = subprocess.run(["localedef", "--no-archive", "-i", name, "-f", "UTF-8",
                               folder / f"{name}.UTF-8"], capture_output=True, check=False)
        assert (folder / f"{name}.UTF-8" / "LC_NUMERIC").exists(), made.stderr
    shutil.copytree("/usr/lib/locale/C.utf8", folder / "C.utf8")
    return folder


def environment(locales, name):
    """The environment of a user with that locale."""
    return {"LOCPATH": str(locales), "LC_ALL": f"{name}.UTF-8", "LANG": f"{name}.UTF-8",
            "LANGUAGE": name[:2]}


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """A video of half a second without a face."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i",
                    "testsrc=size=160x120:rate=25", "-f", "lavfi", "-i", "sine", "-t", "0.4", path],
                   check=True)
    return path


@pytest.mark.parametrize("name", LOCALES)
def test_locale_is_installed(name, locales):
    """Otherwise the tests below check nothing."""
    shown = subprocess.run(["bash", "-c", "printf %.1f 1,5"], capture_output=True, text=True,
                           env=environment(locales, name) | {"PATH": "/usr/bin:/bin"}, check=True)
    assert shown.stdout == "1,5"


@pytest.mark.parametrize("name", LOCALES)
def test_every_command_works_in_each_locale(name, locales, clip, effigy, runtime, tmp_path):
    around = environment(locales, name)
    plain = {"LC_ALL": "C.UTF-8", "EFFIGY_RENDER_SIZE": "160x120"}
    around["EFFIGY_RENDER_SIZE"] = "160x120"
    for command in (["help"], ["status"], ["avatar", "list"], ["doctor", "programs", "settings"],
                    ["nonsense"], ["convert", clip, tmp_path / "out.avi"]):
        wanted, got = (effigy(*command, check=False, **env) for env in (plain, around))
        assert (got.returncode, got.stdout, got.stderr) == \
            (wanted.returncode, wanted.stdout, wanted.stderr), command
    out = tmp_path / "\u0131\u015f\u0131k.mp4"
    result = effigy("convert", clip, out, "--data", tmp_path / "data.jsonl", "--table", "--size",
                    "160x120", **around)
    assert str(out) in result.stdout
    assert [line for line in result.stderr.splitlines() if "no face" not in line
            and " of 10 frames, " not in line] == []
    assert "blender-node" in result.stdout and "," not in result.stdout.split("blender-node")[1][:60]
    assert len((tmp_path / "data.jsonl").read_text().splitlines()) == 10


@pytest.mark.parametrize("name", ["tr_TR", "de_DE"])
def test_stages_started_by_hand_use_the_c_locale(name, locales, start, sockets, clip, monkeypatch):
    for key, value in environment(locales, name).items():
        monkeypatch.setenv(key, value)
    shown = subprocess.check_output([BIN / "effigy-capture", "--probe", clip], text=True)
    assert "start 0.000000" in shown
    renders = sockets.pull("render")
    node = start("blender-node", "--avatar", AVATAR, "--size", "160x120", "--policy", "all")
    push = sockets.push("expressions")
    for seq in range(5):
        push.send(pack(expression(seq, {"jawOpen": 0.5})))
        assert msgpack.unpackb(renders.recv())["k"] == "render"
    wait_for(node.stats, what="statistics")
    assert isinstance(node.stats()["p50_ms"], float)
    node.stop()


@pytest.mark.parametrize("name", LOCALES)
def test_profiles_have_a_decimal_point_in_each_locale(name, locales):
    profile = ROOT / "tests" / "fuzz" / "corpus" / "profile" / "read"
    subprocess.run([BIN / "effigy-calibrate", "--check", profile], check=True,
                   env={**os.environ, **environment(locales, name)})

"""effigy.env: wrong settings are refused, and settings that were renamed are still read."""

import os
import subprocess

import pytest
from conftest import BIN, ROOT


@pytest.fixture
def script(runtime):
    """A copy of effigy that reads the effigy.env beside it."""
    os.symlink(ROOT / "supervise", runtime / "supervise")
    copy = runtime / "effigy"
    copy.write_bytes((ROOT / "effigy").read_bytes())
    copy.chmod(0o755)
    return copy


@pytest.mark.parametrize("text, words", [
    ("EFFIGY_SPEED=3\n", [":1:", "EFFIGY_SPEED"]),
    ("# fine\nEFFIGY_FPS\n", [":2:", "NAME=VALUE"]),
    ("EFFIGY_FPS=fast\n", ["EFFIGY_FPS", "fast"]),
    ("EFFIGY_SIZE=640\n", ["EFFIGY_SIZE", "640"]),
    ("EFFIGY_WEBCAM_CONTROLS=gain=1,hue\n", ["EFFIGY_WEBCAM_CONTROLS", "NAME=VALUE"]),
])
def test_wrong_settings_are_refused(text, words, script):
    # The last line with a name counts.
    script.with_name("effigy.env").write_text(text + (ROOT / "effigy.env").read_text() + text)
    result = subprocess.run([script, "status"], capture_output=True, text=True, check=False,
                            env={**os.environ, "EFFIGY_BIN": str(BIN)})
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    for word in words:
        assert word in result.stderr


NEW = "EFFIGY_WEBCAM_SIZE"
OLD = "EFFIGY_CAMERA_SIZE"


@pytest.mark.parametrize("lines, environment, size, warned", [
    ([f"{OLD}=1x1"], {}, "1x1", True),
    ([f"{NEW}=2x2"], {OLD: "1x1"}, "1x1", True),  # the environment overrides the file
    ([f"{OLD}=1x1", f"{NEW}=2x2"], {}, "2x2", True),
    ([f"{NEW}=2x2", f"{OLD}=1x1"], {}, "2x2", True),
    ([f"{OLD}=1x1"], {NEW: "2x2"}, "2x2", True),
    ([f"{NEW}="], {OLD: "1x1", NEW: "2x2"}, "2x2", True),
    ([f"{NEW}=2x2"], {}, "2x2", False),
    ([], {}, "", False),
])
def test_the_old_name_counts_where_the_new_one_is_not_set(lines, environment, size, warned, tmp_path):
    settings = tmp_path / "effigy.env"
    settings.write_text("".join(line + "\n" for line in lines))
    result = subprocess.run(
        ["bash", "-uc", f"""source <(sed '$d' '{ROOT}/effigy'); settings={settings}
            read_settings; echo "$EFFIGY_WEBCAM_SIZE" """],
        text=True, capture_output=True, check=True, env={**os.environ, **environment})
    assert result.stdout == size + "\n"
    assert result.stderr.count(f"{OLD} ") == result.stderr.count(f"is now called {NEW}") == warned


def test_every_old_name_is_read(script):
    shipped = (ROOT / "effigy.env").read_text()
    names = [line.split("=")[0] for line in shipped.splitlines() if line.startswith("EFFIGY_WEBCAM_")]
    assert len(names) == 4
    script.with_name("effigy.env").write_text(shipped.replace("\nEFFIGY_WEBCAM_", "\nEFFIGY_CAMERA_"))
    result = subprocess.run([script, "logs"], capture_output=True, text=True, check=False,
                            env={**os.environ, "EFFIGY_BIN": str(BIN)})
    assert [f"is now called {name}" in result.stderr for name in names] == [True] * 4
    assert "no logs yet" in result.stderr

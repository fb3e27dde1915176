"""Units of systemd, the udev rule, and effigy service. tests/kernel/tests/95-units.sh runs them with a user manager and
devices."""

import os
import subprocess

import pytest
from conftest import ROOT

UNITS = ROOT / "supervise" / "service"


@pytest.fixture
def installed(tmp_path):
    """The units as make install writes them."""
    fill = {"@BIN@": "/bin", "@LIBEXEC@": "/usr/lib/effigy"}
    for unit in UNITS.iterdir():
        text = unit.read_text()
        for word, path in fill.items():
            text = text.replace(word, path)
        (tmp_path / unit.name.removesuffix(".in")).write_text(text)
    # systemd looks for programs.
    return tmp_path


def test_units_are_in_order(installed):
    effigy = installed / "effigy"
    effigy.write_text("#!/bin/sh\n")
    effigy.chmod(0o755)
    for unit in installed.glob("*.service"):
        unit.write_text(unit.read_text().replace("/bin/effigy", str(effigy)))
        unit.rename(installed / unit.name.replace("@.", "@tracker."))
    units = sorted([*installed.glob("*.service"), *installed.glob("*.target")])
    assert len(units) == 3
    result = subprocess.run(["systemd-analyze", "verify", "--user", "--man=no", *units], check=False,
                            capture_output=True, text=True,
                            env={**os.environ, "XDG_RUNTIME_DIR": str(installed), "SYSTEMD_UNIT_PATH": f"{installed}:"})
    assert (result.returncode, result.stderr) == (0, "")


CARDS = {"/dev/video0": "HD Pro Webcam C920\tusb-0000:00:14.0-1", "/dev/video2": "Integrated Camera\tusb-0000:00:14.0-8"}


@pytest.mark.parametrize("setting, device, links, named", [
    ("camera:C920", "/dev/video0", [], True),
    ("camera:c920", "/dev/video0", [], True),
    ("camera:HD Pro", "/dev/video0", [], True),
    ("camera:00:14.0-8", "/dev/video2", [], True),
    ("camera:C920", "/dev/video2", [], False),
    ("camera:C9*", "/dev/video0", [], False),
    ("camera:", "/dev/video0", [], False),
    ("/dev/video0", "/dev/video0", [], True),
    ("/dev/video0", "/dev/video2", [], False),
    ("0", "/dev/video0", [], True),
    ("1", "/dev/video0", [], False),
    ("/dev/v4l/by-id/usb-C920-index0", "/dev/video0", ["v4l/by-id/usb-C920-index0", "v4l/by-path/x"], True),
    ("/dev/v4l/by-id/usb-C920-index0", "/dev/video0", ["/dev/v4l/by-id/usb-C920-index0"], True),
    ("/dev/v4l/by-id/usb-C920-index0", "/dev/video2", ["v4l/by-id/usb-other"], False),
    ("clip.mp4", "/dev/video0", [], False),
    ("-", "/dev/video0", [], False),
])
def test_the_named_webcam(tmp_path, setting, device, links, named):
    (tmp_path / "effigy.env").write_text(f"# EFFIGY_INPUT=9\nEFFIGY_INPUT={setting}\nEFFIGY_LOOP=0\n")
    capture = tmp_path / "effigy-capture"
    cases = "\n".join(f"{path}) printf '{path}\\t{card}\\t-\\n\\tMJPG 640x480\\n' ;;" for path, card in CARDS.items())
    capture.write_text(f'#!/bin/sh\n[ "$1" = --list ] || exit 2\ncase $2 in\n{cases}\n*) exit 1 ;;\nesac\n')
    capture.chmod(0o755)
    result = subprocess.run(["bash", UNITS / "named_webcam.sh", tmp_path / "effigy.env", capture, device, *links],
                            check=False, capture_output=True, text=True)
    assert (result.returncode == 0, result.stderr) == (named, "")


@pytest.fixture
def systemd(tmp_path, monkeypatch):
    """A systemctl that says what it was told; it knows one service, of fox, and no webcam."""
    folder = tmp_path / "systemd"
    folder.mkdir()
    (folder / "systemctl").write_text(f"""#!/bin/bash
echo "$*" >>{folder}/told
case "$*" in
*--property=Wants*) echo 'other.service effigy@fox.service' ;;
*is-active*effigy-webcam.target*) exit 3 ;;
*is-active*) echo inactive; exit 3 ;;
esac
""")
    (folder / "systemctl").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    return folder / "told"


def test_a_character_waits_for_its_webcam(effigy, systemd):
    result = effigy("service", "robot", EFFIGY_INPUT="camera:C920")
    assert result.stdout == "robot starts when the webcam camera:C920 is plugged in\n"
    told = systemd.read_text().splitlines()
    assert "--user disable --quiet --now effigy@fox.service" in told
    assert "--user enable --quiet effigy@robot.service" in told
    assert not any(" start " in line for line in told)


def test_a_film_waits_for_no_webcam(effigy, systemd):
    assert "robot runs" in effigy("service", "robot", EFFIGY_INPUT="clip.mp4").stdout
    assert "--user start effigy@robot.service" in systemd.read_text().splitlines()


def test_the_list_and_the_end(effigy, systemd):
    lines = effigy("service").stdout.splitlines()
    assert lines[0] == "* fox: inactive, starts with the webcam"
    assert sorted(lines[1:]) == ["  robot", "  voltage"]
    assert effigy("service", "--stop").stdout == "stopped: fox\n"
    assert "--user disable --quiet --now effigy@fox.service" in systemd.read_text().splitlines()


@pytest.mark.parametrize("arguments, status, said", [
    (["nobody"], 1, 'no character is called "nobody"'),
    (["--what"], 2, "service takes"),
    (["fox", "robot"], 2, "service takes"),
])
def test_what_is_no_character(effigy, systemd, arguments, status, said):
    result = effigy("service", *arguments, check=False)
    assert result.returncode == status and said in result.stderr
    assert not systemd.exists() or " enable " not in systemd.read_text()


def test_without_a_user_manager_it_says_what_to_do(effigy, runtime):
    result = effigy("service", "fox", check=False, XDG_RUNTIME_DIR=str(runtime), DBUS_SESSION_BUS_ADDRESS="")
    assert result.returncode == 1 and "loginctl enable-linger" in result.stderr

"""effigy doctor: finds problems and changes nothing."""

import os
import pty
import socket
import subprocess

import pytest
from conftest import BIN, NOBODY, ROOT, as_somebody, processes_of

OPTIONS = "options v4l2loopback video_nr=10 card_label=Effigy exclusive_caps=1\n"


def states(said):
    """The doctor's findings, each as (state, text and what to do)."""
    found = []
    for line in said.splitlines():
        if line.startswith("           ") and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} -> {line.strip()}")
        elif line.startswith("  "):
            state, text = line.split(maxsplit=1)
            found.append((state, text))
    return found


def said_so(said, state, *texts):
    """True when one finding has that state and contains all the texts."""
    return any(found[0] == state and all(text in found[1] for text in texts)
               for found in states(said))


# --- The doctor on this machine -------------------------------------------------------------------


def test_a_good_machine_has_no_problem_and_is_not_changed(effigy, runtime, tmp_path):
    absent = runtime / "absent"
    result = effigy("doctor", "blender", "programs", "settings", EFFIGY_RUNTIME=str(absent),
                    TMPDIR=str(tmp_path))
    assert result.stderr == ""
    assert said_so(result.stdout, "ok", "draws the character", "renderer direct: OpenGL runs") \
        or said_so(result.stdout, "ok", "draws the character", "renderer view3d: OpenGL uses a GPU")
    assert said_so(result.stdout, "info", "effigy is not up")
    assert result.stdout.splitlines()[-1] == "No problem found."
    assert not absent.exists()
    assert not list(tmp_path.iterdir())
    assert not processes_of(absent)


def test_a_missing_virtual_camera_is_a_problem(effigy):
    result = effigy("doctor", "camera", check=False, EFFIGY_OUTPUT="/dev/video199")
    assert result.returncode == 1
    assert said_so(result.stdout, "problem", "no virtual camera /dev/video199", "(EFFIGY_OUTPUT)", "install")
    assert result.stdout.splitlines()[-1] == "1 problem; start with the first one."
    result = effigy("doctor", "camera", check=False, EFFIGY_OUTPUT="camera:Of Nobody")
    assert said_so(result.stdout, "problem", 'no virtual camera named Of Nobody')
    result = effigy("doctor", "camera", check=False, EFFIGY_OUTPUT="/dev/null/video")
    assert result.returncode == 0
    assert said_so(result.stdout, "info", "not to a virtual camera")


@pytest.mark.parametrize("value, state, text", [
    ("/dev/video198", "problem", "/dev/video198: no webcam there (EFFIGY_INPUT)"),
    ("198", "problem", "198: no webcam there (EFFIGY_INPUT)"),
    ("camera:Of Nobody", "problem", "no webcam named Of Nobody"),
    ("/nonexistent/clip.mp4", "problem", "cannot be read"),
    ("/", "problem", "cannot be read"),
    ("-", "ok", "standard input"),
    (str(ROOT / "README.md"), "ok", "is the file"),
])
def test_each_kind_of_input(effigy, value, state, text):
    result = effigy("doctor", "input", check=False, EFFIGY_INPUT=value)
    assert said_so(result.stdout, state, text)
    assert result.returncode == (state == "problem")


@pytest.mark.parametrize("setting, value, text", [
    ("EFFIGY_MODEL", "/nonexistent.dat", "apt install libdlib-data"),
    ("EFFIGY_MODEL", "/dev", "cannot be read"),
    ("EFFIGY_AVATAR", "nobody", 'no character is called "nobody"'),
    ("EFFIGY_AVATAR", "/nonexistent.blend", "does not exist"),
    ("EFFIGY_MAP", "/nonexistent.map", "EFFIGY_MAP"),
    ("EFFIGY_FRAMES", "tcp://box:5551", "effigy keys new"),
    ("EFFIGY_RUNTIME", "/dev/null/effigy", "cannot make"),
    ("EFFIGY_RUNTIME", "/tmp/" + "x" * 100, "too long"),
    ("EFFIGY_RUNTIME", "/", "not a folder that you own with mode 0700"),
])
def test_an_unusable_setting(effigy, setting, value, text):
    result = effigy("doctor", "settings", check=False, **{setting: value})
    assert result.returncode == 1
    assert said_so(result.stdout, "problem", text)
    assert result.stderr == ""


@pytest.mark.parametrize("setting, value, text", [
    ("EFFIGY_FRAMES", "tcp://box:99999", "cannot connect to tcp://box:99999"),
    ("EFFIGY_EXPRESSIONS", "tcp://*:1,tcp://box", "HOST:PORT"),
    ("EFFIGY_FACES", "@tcp://192.0.2.1:5552", "no such address"),
])
def test_an_edge_that_cannot_be_used(effigy, setting, value, text):
    result = effigy("doctor", "settings", check=False, EFFIGY_INSECURE_PLAINTEXT="1", **{setting: value})
    assert (result.returncode, result.stderr) == (1, "")
    assert said_so(result.stdout, "problem", text, setting)


def test_what_runs_elsewhere_is_not_examined(effigy):
    result = effigy("doctor", "input", "camera", EFFIGY_INSECURE_PLAINTEXT="1", EFFIGY_FRAMES=">tcp://pi:5551",
                    EFFIGY_RENDER="tcp://tv:5554", EFFIGY_INPUT="/absent.mp4", EFFIGY_OUTPUT="/dev/video199")
    assert said_so(result.stdout, "info", "capture runs on another machine")
    assert said_so(result.stdout, "info", "sink runs on another machine")


def test_a_wrong_setting_is_reported_as_a_problem(effigy):
    result = effigy("doctor", check=False, EFFIGY_FPS="many")
    assert (result.returncode, result.stderr) == (1, "")
    assert said_so(result.stdout, "problem", "EFFIGY_FPS takes a rate")
    result = effigy("doctor", "camera", "teeth", check=False)
    assert result.returncode == 2
    assert "module, camera, input" in result.stderr.replace(" ", ", ")


def test_the_port_for_faces(effigy):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        faces = f"tcp://*:{taken.getsockname()[1]}"
        remote = {"EFFIGY_FRAMES": "tcp://127.0.0.1:1", "EFFIGY_FACES": faces, "EFFIGY_INSECURE_PLAINTEXT": "1"}
        assert said_so(effigy("doctor", "settings", **remote).stdout, "ok", "is free")
        taken.listen()
        result = effigy("doctor", "settings", check=False, **remote)
        assert said_so(result.stdout, "problem", "is in use by", f"(pid {os.getpid()})")


def test_colour_is_for_terminals(effigy, runtime):
    assert "\x1b" not in effigy("doctor", "programs").stdout
    ours, theirs = pty.openpty()
    subprocess.run([ROOT / "effigy", "doctor", "programs"], stdout=theirs, check=True)
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 4096):
            shown += chunk
    except OSError:
        pass  # the other end is closed
    os.close(ours)
    assert b"\x1b[32mok" in shown


def test_missing_programs(effigy, tmp_path):
    result = effigy("doctor", "programs", "camera", check=False, EFFIGY_BIN=str(tmp_path))
    assert said_so(result.stdout, "problem", "missing in", "effigy-capture, effigy-tracker", "make")
    assert said_so(result.stdout, "info", "not checked: effigy-sink is missing")


# --- The doctor on machines simulated by files ----------------------------------------------------


@pytest.fixture
def machine(tmp_path, runtime):
    """A simulated machine: add(path, text) below its root; examine(group) returns the doctor's output."""
    root = tmp_path / "machine"
    programs = tmp_path / "programs"
    for folder in (root, programs):
        folder.mkdir()
    (programs / "effigy-query").symlink_to(BIN / "effigy-query")

    class Machine:
        """Files below a root, and programs with a given output."""

        @staticmethod
        def add(path, content=b""):
            """A file, and the folders above it."""
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            if file.name == "modules.dep":
                content = "kernel/a.ko: kernel/b.ko\nupdates/dkms/v4l2loopback.ko.xz: kernel/a.ko\n"
            file.write_bytes(content if isinstance(content, bytes) else content.encode())

        @staticmethod
        def program(name, script):
            """A program of that name, a shell script."""
            file = programs / name
            file.write_text(f"#!/bin/sh\n{script}\n")
            file.chmod(0o755)

        @staticmethod
        def devices(line):
            """Sets the output of effigy-sink --list; EFFIGY_OUTPUT is /dev/video10 in any form."""
            (programs / "line").write_text("\t".join(line) + "\n")
            Machine.program("effigy-sink", f"""cd '{programs}'
                if [ $# = 1 ] || grep ^/dev/video10 line; then cat line; exit; fi
                echo 'effigy-sink: no virtual camera; found: x' >&2; exit 1""")

        @staticmethod
        def examine(group, **settings):
            """Runs one group of checks."""
            script = f"""
                source <(sed '$d' '{ROOT}/effigy')
                here='{ROOT}' settings='{ROOT}/effigy.env'
                read_settings; bin='{BIN}'; part runtime_folder; name_runtime; part doctor; part live
                bin='{programs}' root='{root}' release=6.1.0-test PATH='{programs}':$PATH
                doctor_{group}"""
            result = subprocess.run(["bash", "-uc", script], text=True, capture_output=True,
                                    check=False, env={**os.environ, **settings})
            assert result.stderr == ""
            return result.stdout

    return Machine


MODULE = "lib/modules/6.1.0-test/modules.dep"
SOURCE = "usr/src/v4l2loopback-0.12.7/dkms.conf"
SECURE_BOOT = "sys/firmware/efi/efivars/SecureBoot-8be4df61"
PARAMETERS = "sys/module/v4l2loopback/parameters"


@pytest.mark.parametrize("files, state, texts", [
    (["lib/modules/6.1.0-test/modules.builtin"], "problem",
     ["not installed", "sudo apt install v4l2loopback-dkms linux-headers-"]),
    (["lib/modules/6.2.0-new/modules.builtin"], "problem", ["no modules here", "restart"]),
    ([SOURCE, "lib/modules/6.1.0-test/modules.builtin", "lib/modules/6.0.0-old/modules.dep"],
     "problem", ["not built for this kernel, 6.1.0-test, only for 6.0.0-old",
                 "sudo apt install linux-headers-6.1.0-test"]),
    ([SOURCE, "lib/modules/6.1.0-test/build/Makefile"], "problem",
     ["not built for this kernel", "sudo dkms autoinstall"]),
    ([SOURCE, MODULE], "warn", ["headers are missing", "sudo apt install linux-headers-"]),
    ([MODULE], "problem", ["not loaded", "camera install"]),
    ([MODULE], "ok", ["installed for this kernel, 6.1.0-test"]),
])
def test_the_installed_module(machine, files, state, texts):
    for path in files:
        machine.add(path)
    assert said_so(machine.examine("module"), state, *texts)


@pytest.mark.parametrize("version, state, text", [
    ("", "ok", "several programs"), ("0.12.9", "ok", "several programs"),
    ("0.13.2", "info", "one program at a time"), ("1.0-3-gabc", "info", "one program at a time"),
])
def test_number_of_readers_depends_on_the_version(machine, version, state, text):
    machine.add(f"{PARAMETERS}/video_nr", "10\n")
    if version:
        machine.add("sys/module/v4l2loopback/version", version + "\n")
    said = machine.examine("module")
    assert said_so(said, "ok", f"is loaded, version {version or 'before 0.13'}")
    assert said_so(said, state, text)
    assert said_so(said, "warn", "not be loaded at the next boot")
    machine.add("etc/modules", "# modules\nv4l2loopback exclusive_caps=1\n")
    assert said_so(machine.examine("module"), "ok", "loaded at each boot")


@pytest.mark.parametrize("signer, test_key, state, texts", [
    ("", "", "problem", ["not signed"]),
    ("DKMS", "mok.pub is not enrolled", "problem",
     ["not enrolled", "sudo mokutil --import", "Enroll MOK"]),
    ("DKMS", "mok.pub is already enrolled", "ok", ["Secure Boot knows the key"]),
])
def test_secure_boot(machine, signer, test_key, state, texts):
    machine.add(MODULE)
    machine.add("var/lib/dkms/mok.pub")
    machine.program("modinfo", f"echo '{signer}'")
    machine.program("mokutil", f"echo '{test_key}'")
    machine.add(SECURE_BOOT, b"\x06\x00\x00\x00\x00")
    assert "Secure Boot" not in machine.examine("module")
    machine.add(SECURE_BOOT, b"\x06\x00\x00\x00\x01")
    assert said_so(machine.examine("module"), state, *texts)
    machine.add("sys/module/v4l2loopback/version", "0.12.7")
    assert "Secure Boot" not in machine.examine("module")


def test_options_in_several_files(machine):
    machine.add("etc/modprobe.d/effigy.conf", OPTIONS)
    machine.add("etc/modprobe.d/comments.conf", "# options v4l2loopback\n")
    assert "several files" not in machine.examine("module")
    machine.add("etc/modprobe.d/obs.conf", "options v4l2loopback devices=1\n")
    assert said_so(machine.examine("module"), "warn", "several files", "obs.conf")


GOOD = ("/dev/video10", "Effigy", "output", "-", "-")


@pytest.mark.parametrize("line, state, texts", [
    (GOOD, "ok", ['/dev/video10 "Effigy" is the virtual camera']),
    (GOOD, "ok", ["exclusive_caps is on"]),
    (GOOD, "info", ["no program writes to /dev/video10", "effigy up first", "reload its page"]),
    ((*GOOD[:2], "output and camera", "-", "-"), "problem", ["exclusive_caps is off", "Chrome"]),
    ((*GOOD[:2], "camera", "YUYV 640x480", "effigy-sink (pid 1), firefox (pid 2)"), "ok",
     ["effigy writes YUYV 640x480 to /dev/video10"]),
    ((*GOOD[:2], "camera", "YUYV 640x480", "ffmpeg (pid 1)"), "problem",
     ["another program writes to /dev/video10", "ffmpeg (pid 1)", "close it"]),
    ((*GOOD[:2], "camera", "YUYV 640x480", "-"), "problem", ["another user"]),
    ((*GOOD[:2], "output and camera", "YUYV 320x240", "zoom (pid 3)"), "problem",
     ["zoom (pid 3) keeps /dev/video10 at YUYV 320x240", "effigy needs YUYV 640x480"]),
    ((*GOOD[:2], "output", "YU12 640x480", "-"), "problem", ["fixed at YU12", "keep_format"]),
    ((*GOOD[:2], "no permission", "-", "-"), "problem", ["may not open", "usermod -aG video"]),
    ((*GOOD[:2], "Device or resource busy", "-", "a (pid 1)"), "problem", ["cannot open /dev/video10"]),
    (("/dev/video11", "OBS Cam", "output", "-", "-"), "problem",
     ["virtual camera", 'found /dev/video11 "OBS Cam"', "EFFIGY_OUTPUT=camera:LABEL"]),
    (("/dev/video11", "OBS Cam", "output", "-", "-"), "info", ["another virtual camera"]),
])
def test_the_virtual_camera(machine, line, state, texts):
    machine.add("sys/class/video4linux/video10/name", "Effigy\n")
    machine.add("dev/video10")
    machine.add(f"{PARAMETERS}/video_nr", "10,-1\n")
    machine.devices(line)
    for output in ("/dev/video10", "10", "camera:EFFIGY"):
        assert said_so(machine.examine("camera", EFFIGY_OUTPUT=output), state, *texts)


def test_options_of_the_loaded_module_decide(machine):
    machine.add("sys/class/video4linux/video10/name", "Effigy\n")
    machine.add("dev/video10")
    machine.add(f"{PARAMETERS}/video_nr", "7,10,-1\n")
    machine.devices((*GOOD[:2], "output and camera", "YUYV 640x480", "zoom (pid 3)"))
    machine.add(f"{PARAMETERS}/exclusive_caps", "Y,N,N\n")
    assert said_so(machine.examine("camera"), "problem", "exclusive_caps is off")
    machine.add(f"{PARAMETERS}/exclusive_caps", "N,Y,N\n")
    assert said_so(machine.examine("camera"), "ok", "exclusive_caps is on")
    machine.add("sys/class/video4linux/video10/max_openers", "2\n")
    assert said_so(machine.examine("camera"), "problem", "only 2 programs may open", "1 have it open")


def test_pipewire(machine):
    machine.add("sys/class/video4linux/video10/name", "Effigy\n")
    machine.add("dev/video10")
    machine.devices((*GOOD[:2], "camera", "YUYV 640x480", "effigy-sink (pid 1)"))
    machine.program("pgrep", "exit 1")
    assert said_so(machine.examine("camera"), "info", "PipeWire does not run")
    machine.program("pgrep", '[ "$4" = pipewire ]')
    assert said_so(machine.examine("camera"), "warn", "wireplumber does not run")
    machine.program("pgrep", "exit 0")
    machine.program("pw-dump", """echo '[{"info": {"props": {"api.v4l2.path": "/dev/video1"}}}]'""")
    assert said_so(machine.examine("camera"), "warn", "PipeWire does not see /dev/video10", "restart wirep")
    machine.program("pw-dump", """echo '[{"info": {"props": {"api.v4l2.path": "/dev/video10"}}}]'""")
    assert said_so(machine.examine("camera"), "ok", "PipeWire sees /dev/video10")
    machine.devices(GOOD)
    assert said_so(machine.examine("camera"), "info", "not checked whether PipeWire sees", "not up")


def test_webcam_by_name(machine):
    machine.program("effigy-capture", r"printf '/dev/full\tHD Webcam\tusb-1\t-\n\tYUYV 640x480\n'")
    said = machine.examine("input", EFFIGY_INPUT="camera:HD")
    assert said_so(said, "ok", '/dev/full "HD Webcam"', "delivers frames")
    machine.program("effigy-capture", r"""
        [ $# = 1 ] && printf '/dev/full\tHD Webcam\tusb-1\t-\n/dev/zero\tOther\tusb-2\t-\n' && exit
        echo 'effigy-capture: camera:X: no webcam named X; found: HD Webcam, Other; see y' >&2; exit 1""")
    said = machine.examine("input", EFFIGY_INPUT="camera:X")
    assert said_so(said, "problem", "no webcam named X (EFFIGY_INPUT)", "found: HD Webcam, Other")
    assert said_so(said, "info", '/dev/full "HD Webcam",/dev/zero "Other"')


@pytest.mark.parametrize("blender, node, state, texts", [
    ("Blender 3.3.1", "I: ready: x", "problem", ["Blender 3.3.1 is too old", "3.4"]),
    ("Segmentation fault", "I: ready: x", "problem", ["Blender does not start"]),
    ("Blender 5.0", "I: ready: x", "ok", ["Blender 5.0"]),
    ("Blender 4.2", "E: (blender-node) 26-01-01 10:00:00 no numpy; install it", "problem",
     ["does not draw the character: no numpy; install it"]),
    ("Blender 4.2", "W: (blender-node) 26-01-01 10:00:00 nothing follows\\nI: (blender-node) "
     "26-01-01 10:00:01 renderer view3d: OpenGL uses a GPU, Foo\\nI: ready: x", "ok",
     ["renderer view3d: OpenGL uses a GPU, Foo"]),
    ("Blender 4.2", "W: (blender-node) 26-01-01 10:00:00 nothing follows\\nI: ready: x", "warn",
     ["Blender warns: nothing follows"]),
])
def test_blender(machine, blender, node, state, texts):
    machine.program("blender", f"echo {blender}")
    stays = "exec sleep 60" if "ready" in node else "exit 1"
    machine.program("effigy-blender-node", f"printf '{node}\\n'; {stays}")
    assert said_so(machine.examine("blender"), state, *texts)


def test_xvfb_is_needed_only_for_a_display_of_its_own(machine, effigy):
    machine.program("blender", "echo Blender 4.2")
    machine.program("effigy-blender-node", 'case "$*" in *"--display none"*) printf \'I: ready: x\\n\'; '
                    "exec sleep 60;; esac; exit 1")
    said = machine.examine("blender", EFFIGY_DISPLAY="none")
    assert said_so(said, "ok", "draws the character") and "Xvfb" not in said
    assert said_so(machine.examine("blender"), "ok", "Xvfb")
    result = effigy("doctor", "settings", check=False, EFFIGY_DISPLAY="sideways")
    assert said_so(result.stdout, "problem", "EFFIGY_DISPLAY takes auto, none or an X display")


def test_programs_that_have_the_webcam_open(machine):
    for holders, state, text in (("-", "ok", "no other program has /dev/full open"),
                                 ("effigy-captur (pid 1)", "ok", "effigy has /dev/full open"),
                                 ("zoom (pid 2)", "warn", "zoom (pid 2) has /dev/full open")):
        machine.program("effigy-capture", rf"printf '/dev/full\tWebcam\tusb-1\t{holders}\n'")
        assert said_so(machine.examine("input", EFFIGY_INPUT="camera:Webcam"), state, text)
    machine.program("effigy-sink", r"printf '/dev/full\tEffigy\tcamera\t-\t-\n'")
    said = machine.examine("input", EFFIGY_INPUT="camera:Webcam", EFFIGY_OUTPUT="camera:Effigy")
    assert said_so(said, "problem", "/dev/full is both the webcam", "and the virtual camera")


def test_streams_and_file_names_with_colons(machine, tmp_path):
    assert said_so(machine.examine("input", EFFIGY_INPUT="rtsp://cam/1"), "info", "stream rtsp://cam/1")
    assert said_so(machine.examine("input", EFFIGY_INPUT="http:x.mp4"), "problem", "cannot be read")
    (tmp_path / "12:30.mp4").touch()
    said = machine.examine("input", EFFIGY_INPUT=f"{tmp_path}/12:30.mp4")
    assert said_so(said, "ok", "the input is the file")


def test_effigy_is_up_but_does_not_write_to_the_device(machine, runtime):
    machine.add("sys/class/video4linux/video10/name", "Effigy\n")
    machine.add("dev/video10")
    machine.devices(GOOD)
    supervisor = subprocess.Popen(["bash", "-c", "export EFFIGY_SUPERVISOR=$$; exec sleep 60"],
                                  env={**os.environ, "EFFIGY_PIPELINE": str(runtime)})
    (runtime / ".effigy").write_text(
        "All that lies here is Effigy's, which may overwrite and remove it.\n")
    (runtime / "supervisord.pid").write_text(str(supervisor.pid))
    try:
        assert said_so(machine.examine("camera"), "problem", "does not write", "logs sink")
    finally:
        supervisor.kill()
        supervisor.wait()


def test_a_full_disk(machine):
    machine.program("df", "printf 'head\\nfs 100 90 10240 90%% /tmp\\n'")
    assert said_so(machine.examine("settings"), "problem", "only 10 MB are free", "make room")


# --- As a user who is not root --------------------------------------------------------------------


@pytest.mark.skipif(os.getuid() != 0, reason="root may read what others may not")
def test_files_without_read_permission(runtime, tmp_path):
    secret = runtime / "model.dat"
    (runtime / "effigy.env").write_text((ROOT / "effigy.env").read_text())
    result = as_somebody(runtime, "doctor", "settings")
    assert said_so(result.stdout, "problem", "not a folder that you own")
    secret.write_text("x")
    secret.chmod(0)
    script = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
              runtime / "effigy", "doctor", "settings"]
    result = subprocess.run(script, text=True, capture_output=True, check=False,
                            env={**os.environ, "EFFIGY_MODEL": str(secret)})
    assert said_so(result.stdout, "problem", "model.dat (EFFIGY_MODEL) cannot be read", "chmod")
    (runtime / "effigy.env").chmod(0)
    result = subprocess.run(script, text=True, capture_output=True, check=False)
    assert result.returncode == 1
    assert said_so(result.stdout, "problem", "cannot read the settings file")

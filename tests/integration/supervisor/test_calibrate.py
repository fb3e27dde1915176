"""effigy calibrate saves the profile of a face; EFFIGY_FACE loads it."""

import json
import os
import signal
import subprocess
import threading

import msgpack
import pytest
from conftest import BIN, PATIENCE_S, PERFORMER, ROOT, as_somebody, heed_interrupts, processes_of, wait_for
from test_live import LIVE, all_running, status

TASKS = {"mouthSmileLeft": "smile", "jawOpen": "mouth open", "browInnerUp": "brows up",
         "browDownLeft": "brows down", "eyeBlinkLeft": "eyes shut"}


@pytest.fixture(scope="module")
def show(tmp_path_factory):
    """Makes a film of still pictures of the performer: pairs of a coefficient, at its largest, or None
    for the face at rest, and seconds."""
    folder = tmp_path_factory.mktemp("films")
    truth = json.loads((PERFORMER.parent / "performer.json").read_text())

    def still(coefficient):
        number = 5
        if coefficient:
            # In its own segment, in which nothing else moves.
            part = {"mouthSmileLeft": "smile", "jawOpen": "jaw", "browInnerUp": "browsUp",
                    "browDownLeft": "browsDown", "eyeBlinkLeft": "blink"}[coefficient]
            part = next(each for each in truth["segments"] if each["name"] == part)
            number = max(range(part["from"], part["to"]), key=truth["curves"][coefficient].__getitem__)
        path = folder / f"{number}.png"
        if not path.exists():
            subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", PERFORMER, "-vf",
                            f"select=eq(n\\,{number})", "-frames:v", "1", path], check=True)
        return path

    def make(name, parts, rate=15):
        path = folder / f"{name}.mp4"
        stills = folder / f"{name}.txt"
        stills.write_text("".join(f"file {still(part)}\nduration {seconds}\n" for part, seconds in parts)
                          + f"file {still(parts[-1][0])}\n")  # the end of the last one
        subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "concat", "-safe", "0", "-i",
                        stills, "-vf", f"fps={rate}", "-pix_fmt", "yuv420p", path], check=True)
        return path

    return make


@pytest.fixture(scope="module")
def film(show):
    """Somebody who does what is asked, when it is asked."""
    parts = [(None, 6.7)]
    for coefficient in TASKS:
        parts += [(coefficient, 2.3), (None, 1.7)]
    return show("willing", [*parts, (None, 1)])


@pytest.fixture
def home(tmp_path):
    """XDG_CONFIG_HOME, as a setting."""
    return {"XDG_CONFIG_HOME": str(tmp_path / "config")}


@pytest.fixture(scope="module")
def profile(film, tmp_path_factory):
    """The profile of the performer, made once."""
    folder = tmp_path_factory.mktemp("profile")
    subprocess.run([ROOT / "effigy", "calibrate", "performer"], check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, "EFFIGY_BIN": str(BIN), "EFFIGY_INPUT": str(film),
                        "EFFIGY_RUNTIME": str(folder / "run"), "XDG_CONFIG_HOME": str(folder)})
    return folder / "effigy" / "faces" / "performer"


@pytest.fixture
def saved(profile, home):
    """Saves a profile under a name, with other values."""
    faces = os.path.join(home["XDG_CONFIG_HOME"], "effigy", "faces")

    def save(name, **values):
        os.makedirs(faces, exist_ok=True)
        path = os.path.join(faces, name)
        with open(path, "w", encoding="utf-8") as file:
            json.dump({**json.loads(profile.read_text()), **values}, file)
        return path

    return save


# --- Making a profile -----------------------------------------------------------------------------

def test_a_film_of_somebody_willing_gives_a_profile(film, home, effigy, runtime, tmp_path):
    result = effigy("calibrate", "anna", EFFIGY_INPUT=str(film), **home)
    path = tmp_path / "config" / "effigy" / "faces" / "anna"
    assert result.stdout.splitlines()[-2] == f"saved in {path}"
    assert "EFFIGY_FACE=anna" in result.stdout
    for task in TASKS.values():
        assert f"{task}: reached 0." in result.stdout
    # For a program that reads it, the text has no escape sequences.
    assert "\x1b" not in result.stdout and "\a" not in result.stdout and "\r" not in result.stdout
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    made = json.loads(path.read_text())
    assert made["effigy_face"] == 1 and all(gain > 1.05 for gain in made["gains"].values())
    assert made["lids"] > 0.5 and made["read"]["sure"][2] > 0
    assert not processes_of(runtime) and not list(runtime.iterdir())
    # The film's own time counts: it is the same each time. The name need not be given again.
    first = path.read_bytes()
    effigy("calibrate", EFFIGY_FACE="anna", EFFIGY_INPUT=str(film), **home)
    assert path.read_bytes() == first
    assert [each.name for each in path.parent.iterdir()] == ["anna"]


def test_what_is_not_done_is_asked_again_and_then_left(show, home, effigy, tmp_path):
    still = show("still", [(None, 46.5)], rate=8)
    said = effigy("calibrate", EFFIGY_INPUT=str(still), **home).stdout
    for task in TASKS.values():
        assert said.count(f"{task}: hardly seen; once more") == 1
        assert said.count(f"{task}: hardly seen again") == 1
    made = json.loads((tmp_path / "config" / "effigy" / "faces" / "me").read_text())
    assert set(made["gains"].values()) == {1.0}


def test_a_film_that_ends_too_early_changes_nothing(show, saved, home, effigy, runtime):
    path = saved("me")
    before = open(path, "rb").read()
    result = effigy("calibrate", "me", check=False, EFFIGY_INPUT=str(show("short", [(None, 7)])), **home)
    assert result.returncode == 1 and "the video ended before" in result.stderr
    assert open(path, "rb").read() == before and not processes_of(runtime)


@pytest.mark.parametrize("name", ["", "a/b", "../a", ".a", "-a", "a\nb", "a\x1b[2J", "x" * 65, "/etc/passwd"])
def test_names_that_are_no_file_names_are_refused(name, home, effigy, tmp_path):
    for command in (["calibrate", name], ["convert", PERFORMER, "--data", tmp_path / "data"]):
        if command[0] == "convert" and name == "":
            continue  # no profile
        result = effigy(*command, check=False, **home, **({"EFFIGY_FACE": name} if len(command) > 2 else {}))
        assert result.returncode == 2 and len(result.stderr.splitlines()) == 1, result.stderr
        assert "\x1b" not in result.stderr
    assert not (tmp_path / "config").exists()


def test_a_name_may_have_spaces_and_letters(film, home, effigy, tmp_path):
    name = "Anna Müller's $(face) %s"
    said = effigy("calibrate", name, EFFIGY_INPUT=str(film), **home).stdout
    assert (tmp_path / "config" / "effigy" / "faces" / name).exists()
    used = next(line for line in said.splitlines() if line.startswith("to use it: "))
    word = used.removeprefix("to use it: EFFIGY_FACE=").split(" effigy up")[0]
    assert subprocess.check_output(["bash", "-c", f"printf %s {word}"], text=True) == name
    effigy("convert", PERFORMER, "--data", tmp_path / "data", EFFIGY_FACE=name, **home)


def test_places_that_cannot_be_written_are_reported_first(effigy, home, tmp_path):
    (tmp_path / "config").write_text("")
    for place in (tmp_path / "config", "/proc", "/dev/null"):
        result = effigy("calibrate", check=False, XDG_CONFIG_HOME=str(place), EFFIGY_INPUT=str(PERFORMER))
        assert result.returncode == 1 and result.stderr.startswith("effigy: cannot write in ")
        assert result.stdout == ""
    result = effigy("calibrate", check=False, XDG_CONFIG_HOME="", HOME="")
    assert result.returncode == 1 and "HOME" in result.stderr


def test_a_read_only_folder_is_reported(runtime, tmp_path):
    tmp_path.chmod(0o755)
    faces = runtime / "effigy" / "faces"
    faces.mkdir(parents=True)
    runtime.chmod(0o755)
    place = runtime / "copy"
    place.mkdir()
    os.environ["XDG_CONFIG_HOME"], own = str(runtime), os.environ.get("EFFIGY_RUNTIME")
    os.environ["EFFIGY_RUNTIME"] = ""
    try:
        result = as_somebody(place, "calibrate")
    finally:
        del os.environ["XDG_CONFIG_HOME"]
        os.environ["EFFIGY_RUNTIME"] = own
    assert result.returncode == 1 and f"cannot write in {faces}" in result.stderr


# --- Using it -------------------------------------------------------------------------------------

def expressions(effigy, film, data, **settings):
    """The coefficients of each frame of a film."""
    effigy("convert", film, "--data", data, **settings)
    return [json.loads(line)["expression"]["coeff"] for line in data.read_text().splitlines()]


def test_with_a_profile_the_first_second_may_show_anything(show, saved, home, effigy, tmp_path):
    film = show("surprised", [("browInnerUp", 2), (None, 1)], rate=30)
    saved("me")
    without = expressions(effigy, film, tmp_path / "data", **home)
    known = expressions(effigy, film, tmp_path / "data", EFFIGY_FACE="me", **home)
    # The first frames ease in.
    assert max(frame["browInnerUp"] for frame in without[10:55]) < 0.3
    assert min(frame["browInnerUp"] for frame in known[10:55]) > 0.5
    assert known[-1]["browInnerUp"] < 0.15


def test_gains_make_the_largest_expression_whole(show, saved, home, effigy, tmp_path):
    film = show("open", [(None, 1.5), ("jawOpen", 1.5)], rate=30)
    saved("me")
    saved("loud", gains={"smile": 1, "open": 0.7, "brows_up": 1, "brows_down": 1})
    known, loud = (expressions(effigy, film, tmp_path / "data", EFFIGY_FACE=name, **home)[-1]
                   for name in ("me", "loud"))
    assert known["jawOpen"] > 0.9
    assert loud["jawOpen"] < known["jawOpen"] - 0.15


def test_a_missing_profile_is_named_with_those_there_are(home, saved, effigy, tmp_path):
    data = tmp_path / "data"
    result = effigy("convert", PERFORMER, "--data", data, check=False, EFFIGY_FACE="bob", **home)
    assert result.returncode == 1 and "nor any other; make it with effigy calibrate bob" in result.stderr
    saved("anna")
    saved("me")
    for command in (["convert", PERFORMER, "--data", data], ["up", "-d"]):
        result = effigy(*command, check=False, EFFIGY_FACE="bob", **home)
        assert result.returncode == 1 and len(result.stderr.splitlines()) == 1
        assert "no profile \"bob\"" in result.stderr and "only anna, me; make it" in result.stderr


@pytest.mark.parametrize("values, why", [
    ({"effigy_face": 2}, "its format version is 2, but only version 1 is supported"),
    ({"lips": 1e9}, '"lips" is missing, or not what a face can have'),
    ({"landmarks": [0] * 136}, '"landmarks" is missing'),
])
def test_a_broken_profile_is_refused(values, why, saved, home, start, effigy, tmp_path):
    path = saved("me", **values)
    for command in (["convert", PERFORMER, "--data", tmp_path / "data"], ["up", "-d"]):
        result = effigy(*command, check=False, EFFIGY_FACE="me", **home)
        assert result.returncode == 1 and len(result.stderr.splitlines()) == 1 and why in result.stderr
    normaliser = start("normaliser", "--face", path, "--out", "none")
    assert normaliser.wait() == 1 and why in normaliser.log() and len(normaliser.log().splitlines()) == 1
    # doctor says so, too.
    said = effigy("doctor", "settings", check=False, EFFIGY_FACE="me", **home).stdout
    assert why in said


def test_a_wrong_profile_is_noticed_and_said(show, saved, home, start, runtime):
    landmarks = json.loads(open(saved("me"), encoding="utf-8").read())["landmarks"]
    # Somebody with another nose and other eyes.
    for point, (x, y) in {30: (0, -.03), 31: (-.02, -.03), 32: (-.02, -.03), 33: (0, -.03), 34: (.02, -.03),
                          35: (.02, -.03), 36: (.03, 0), 39: (.02, 0), 42: (-.02, 0), 45: (-.03, 0)}.items():
        landmarks[2 * point] += x
        landmarks[2 * point + 1] += y
    film = show("long", [(None, 12)], rate=10)
    for name, changed in (("me", {}), ("other", {"landmarks": landmarks})):
        normaliser = start("normaliser", "--policy", "all", "--out", "none", "--face", saved(name, **changed))
        start("tracker", "--policy", "all")
        start("capture", "--policy", "all", film)
        assert normaliser.wait() == 0
        noticed = "the face in the picture is not the one of profile other" in normaliser.log()
        assert noticed == (name == "other")
        assert normaliser.stats()["note"] == ("another face than that of profile other" if noticed else "")
        assert normaliser.log().count("is not the one of") == noticed


# --- Beside a running pipeline --------------------------------------------------------------------

@pytest.fixture
def live(effigy, tmp_path):
    effigy("up", "-d", **{**LIVE, "EFFIGY_OUTPUT": str(tmp_path / "live.y4m")})
    wait_for(lambda: all_running(effigy), what="running pipeline")


@pytest.fixture
def calibrate(runtime, home):
    """Starts effigy calibrate and waits until it asks. Whatever is left of it is ended."""
    started = []

    def run(*arguments, **settings):
        process = subprocess.Popen([ROOT / "effigy", "calibrate", *arguments], text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
                                   preexec_fn=heed_interrupts,
                                   env={**os.environ, "EFFIGY_BIN": str(BIN), **home, **settings})
        started.append(process)
        assert process.stdout.readline().startswith("Look at the webcam")
        return process

    yield run
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def calibrations(runtime):
    """The processes of effigy calibrate."""
    return [pid for pid, command in processes_of(runtime).items() if "calibrate" in command]


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_running_pipeline_goes_on_whatever_ends_it(ending, live, calibrate, effigy, runtime, sockets, home):
    before = {name: row[1] for name, row in status(effigy).items()}
    process = calibrate("anna")
    if ending == signal.SIGKILL:
        os.kill(process.pid, ending)
    else:
        os.killpg(process.pid, ending)
    assert process.wait(PATIENCE_S) == (130 if ending != signal.SIGKILL else -ending)
    wait_for(lambda: not calibrations(runtime), what="end of the calibration")
    assert {name: row[1] for name, row in status(effigy).items()} == before
    assert msgpack.unpackb(sockets.listen("expressions").recv())["k"] == "expression"
    wait_for(lambda: not list(runtime.glob("convert.*")), what="removed folder")
    assert not os.listdir(os.path.join(home["XDG_CONFIG_HOME"], "effigy", "faces"))


def test_faces_of_a_running_pipeline_are_learned(live, calibrate, effigy, home):
    process = calibrate("anna")
    said = process.communicate(timeout=PATIENCE_S)[0]
    assert process.returncode == 0, said
    assert os.listdir(os.path.join(home["XDG_CONFIG_HOME"], "effigy", "faces")) == ["anna"]


def test_it_ends_when_the_pipeline_is_stopped(live, calibrate, effigy):
    process = calibrate()
    effigy("down")
    said = process.communicate(timeout=PATIENCE_S)[1]
    assert (process.returncode, said) == (1, "effigy: effigy was stopped, so the calibration stops, too\n")


def test_stages_of_its_own_end_with_it(show, calibrate, runtime):
    film = show("still", [(None, 46.5)], rate=8)
    for ending in (signal.SIGINT, signal.SIGKILL):
        process = calibrate(EFFIGY_INPUT=str(film))
        os.kill(process.pid, signal.SIGSTOP)  # so that it does not end by itself meanwhile
        os.killpg(process.pid, ending) if ending == signal.SIGINT else os.kill(process.pid, ending)
        os.kill(process.pid, signal.SIGCONT) if ending == signal.SIGINT else None
        process.wait(PATIENCE_S)
        wait_for(lambda: not processes_of(runtime), what="end of every process")
        wait_for(lambda: not list(runtime.iterdir()), what="removed folder")


def test_two_at_once_do_not_mix(film, home, effigy, tmp_path):
    results = []
    threads = [threading.Thread(target=lambda: results.append(
        effigy("calibrate", "me", check=False, EFFIGY_INPUT=str(film), **home).returncode)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [0, 0]
    faces = tmp_path / "config" / "effigy" / "faces"
    assert [each.name for each in faces.iterdir()] == ["me"]
    assert json.loads((faces / "me").read_text())["effigy_face"] == 1


def test_a_tracker_on_another_machine_is_told(effigy, runtime, home, tmp_path):
    effigy("up", "-d", **{**LIVE, "EFFIGY_OUTPUT": str(tmp_path / "out.y4m"),
                          "EFFIGY_FRAMES": f"ipc://{runtime}/box", "EFFIGY_FACES": f"ipc://{runtime}/back"})
    said = effigy("calibrate", check=False, **home)
    assert said.returncode == 1 and "on another machine" in said.stderr


def test_it_needs_a_webcam_or_a_film(effigy, home):
    for given, word in (("-", "standard input"), ("/nowhere.mp4", "/nowhere.mp4"), (str(ROOT / "Makefile"), "not a video")):
        said = effigy("calibrate", check=False, EFFIGY_INPUT=given, **home)
        assert said.returncode == 1 and word in said.stderr and len(said.stderr.splitlines()) == 1, said.stderr
    assert effigy("calibrate", "a", "b", check=False, **home).returncode == 2

"""The files in docker/: every setting gets into the containers, and what they start is there."""

import os
import pathlib
import re
import subprocess

import pytest
import yaml
from conftest import BIN, ROOT, STAGES, wait_for

DOCKER = ROOT / "docker"
# Settings that make no sense in the environment of containers that share a folder, and why.
LEFT_OUT = {
    **dict.fromkeys(["EFFIGY_FRAMES", "EFFIGY_FACES", "EFFIGY_EXPRESSIONS", "EFFIGY_RENDER", "EFFIGY_TRACKER"],
                    "they have no network; those of compose.desk.yaml and compose.box.yaml have, and set these"),
    "EFFIGY_RUNTIME": "the image says where its sockets are",
    "EFFIGY_KEYS": "the image says where its keys are, a folder that is mounted there",
    "EFFIGY_BETWEEN": "it names a program of the host; a container of your own can stand between two stages",
    **dict.fromkeys(["EFFIGY_AGENT", "EFFIGY_ASK", "EFFIGY_ALLOW_RESTART", "EFFIGY_DISCOVER"],
                    "the container's engine tells how the stages are, and starts them again"),
}


def settings():
    """The names in effigy.env."""
    return set(re.findall(r"^(EFFIGY_\w+)=", (ROOT / "effigy.env").read_text(), re.M))


def compose(*names):
    """The services of compose files, the later over the earlier, as far as these tests look."""
    services = {}
    for name in names:
        for service, more in yaml.safe_load((DOCKER / name).read_text())["services"].items():
            before = services.setdefault(service, {})
            for key, value in more.items():
                both = isinstance(value, list) and isinstance(before.get(key), list)
                before[key] = before[key] + value if both else value
    return services


def pods():
    """The documents of kubernetes.yaml by kind."""
    return {part["kind"]: part for part in yaml.safe_load_all((DOCKER / "kubernetes.yaml").read_text())}


def targets():
    """The targets of the Dockerfile that are images of stages."""
    names = re.findall(r"^FROM (?:stage|video) AS (\S+)", (DOCKER / "Dockerfile").read_text(), re.M)
    return [name for name in names if name != "video"]


@pytest.mark.parametrize("stage", STAGES)
def test_every_setting_gets_into_a_container(stage):
    service = compose("compose.yaml")[stage]
    passed = set(service["environment"])
    assert settings() - passed - set(LEFT_OUT) == set()
    assert passed & set(LEFT_OUT) == set()
    # The file itself, too.
    assert "../effigy.env:/etc/effigy/effigy.env:ro" in service["volumes"]


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_has_an_image_without_root_and_a_health_check_everywhere(stage):
    dockerfile = (DOCKER / "Dockerfile").read_text()
    part = re.search(rf"^FROM \S+ AS {stage}$(.*?)(?=^FROM|\Z)", dockerfile, re.M | re.S).group(1)
    assert "\nUSER effigy\n" in part
    assert f'ENTRYPOINT ["effigy", "exec", "{stage}"]' in part
    assert f'--healthy "$EFFIGY_RUNTIME/stats/{stage}"' in part
    service = compose("compose.yaml")[stage]
    assert service["image"] == f"localhost/effigy-{stage}"
    assert service["healthcheck"]["test"][-1] == f"/run/effigy/stats/{stage}"
    quadlet = (DOCKER / "quadlet" / f"effigy-{stage}.container").read_text()
    assert f"\nImage=localhost/effigy-{stage}\n" in quadlet
    assert f"\nHealthCmd=effigy-query --healthy /run/effigy/stats/{stage}\n" in quadlet
    container = next(each for each in pods()["Pod"]["spec"]["containers"] if each["name"] == stage)
    assert container["image"] == f"localhost/effigy-{stage}"
    assert container["livenessProbe"]["exec"]["command"][-1] == f"/sockets/effigy/stats/{stage}"


def test_no_more_images_than_stages():
    assert sorted(targets()) == sorted(STAGES) == sorted(compose("compose.yaml"))


def test_only_capture_and_sink_have_a_device_and_none_a_network():
    for stage, service in compose("compose.yaml").items():
        assert service["network_mode"] == "none"
        assert ("devices" in service) == (stage in ("capture", "sink"))


def test_the_pod_sets_settings():
    assert set(pods()["ConfigMap"]["data"]) - {"EFFIGY_RUNTIME"} <= settings()
    assert pods()["Pod"]["spec"]["securityContext"]["runAsNonRoot"] is True


def ends(service, pattern):
    """The settings of edges of a service whose endpoint matches, and the ports there."""
    return {setting: port for setting, port in
            re.findall(rf"(EFFIGY_\w+)={pattern}:(\d+)", " ".join(service["environment"]))}


def test_two_machines_agree_about_ports():
    desk, box = compose("compose.yaml", "compose.desk.yaml"), compose("compose.yaml", "compose.box.yaml")
    here = {stage for stage in STAGES if desk[stage].get("profiles") != ["elsewhere"]}
    there = {stage for stage in STAGES if box[stage]["network_mode"] == "bridge"}
    assert here | there == set(STAGES) and not here & there
    connected, listening = {}, {}
    for stage in here:
        connected |= ends(desk[stage], r">?tcp://\$\{BOX[^}]*\}")
        assert "ports" not in desk[stage]
    for stage in there:
        bound = ends(box[stage], r"@?tcp://\*")
        assert [f"{port}:{port}" for port in bound.values()] == box[stage]["ports"]
        listening |= bound
    assert connected == listening == {"EFFIGY_FRAMES": "5551", "EFFIGY_FACES": "5552",
                                      "EFFIGY_EXPRESSIONS": "5553", "EFFIGY_RENDER": "5555"}
    for place, stages in ((desk, here), (box, there)):
        assert all(any(":/keys:ro" in volume for volume in place[stage]["volumes"]) for stage in stages)


# --- effigy exec, which each image starts --------------------------------------------------------------------


@pytest.fixture
def image(tmp_path):
    """Like an image: the programs of one stage only, made to print their command line."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "effigy-query").symlink_to(BIN / "effigy-query")
    for name in ("effigy-capture", "effigy-sink"):
        (folder / name).write_text('#!/bin/sh\nprintf "%s\\n" "$0" "$@"\n')
        (folder / name).chmod(0o755)
    return folder


def test_exec_passes_settings_and_options(effigy, image, runtime):
    said = effigy("exec", "capture", "--frames", "60", EFFIGY_BIN=str(image), EFFIGY_INPUT="/files/my film.mp4",
                  EFFIGY_LOOP="1", EFFIGY_WEBCAM_SIZE="640x480").stdout.splitlines()
    assert said[0] == str(image / "effigy-capture")
    assert said[said.index("--size") + 1] == "640x480"
    assert said[said.index("--stats") + 1] == f"{runtime}/stats/capture"
    assert "--loop" in said and "/files/my film.mp4" in said
    assert said[-2:] == ["--frames", "60"]
    said = effigy("exec", "sink", EFFIGY_BIN=str(image), EFFIGY_OUTPUT="/files/out.mp4").stdout.splitlines()
    assert said[-1] == "/files/out.mp4"


def test_exec_refuses_what_is_not_there(effigy, image):
    for arguments in ([], ["foo"]):
        result = effigy("exec", *arguments, check=False, EFFIGY_BIN=str(image))
        assert result.returncode == 2 and "exec takes one of: capture" in result.stderr
    result = effigy("exec", "tracker", check=False, EFFIGY_BIN=str(image))
    assert result.returncode == 1 and "not for tracker" in result.stderr


def test_exec_forgets_the_statistics_of_an_earlier_run(effigy, image, runtime):
    effigy("exec", "capture", EFFIGY_BIN=str(image))
    (runtime / "stats" / "capture").write_text("{}")
    effigy("exec", "capture", EFFIGY_BIN=str(image))
    assert not (runtime / "stats" / "capture").exists()


def test_exec_becomes_the_stage_which_is_healthy(runtime):
    process = subprocess.Popen([ROOT / "effigy", "exec", "normaliser"], stderr=subprocess.DEVNULL,
                               env={**os.environ, "EFFIGY_BIN": str(BIN)})
    statistics = runtime / "stats" / "normaliser"
    try:
        wait_for(statistics.exists, what="statistics")
        assert pathlib.Path(f"/proc/{process.pid}/exe").readlink().name == "effigy-normaliser"
        subprocess.run([BIN / "effigy-query", "--healthy", statistics], check=True)
    finally:
        process.terminate()
        process.wait()

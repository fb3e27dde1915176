"""effigy profile: a stage alone on a recording, its times, and its flame graph where perf is."""

import os
import pathlib
import shutil
import subprocess
import xml.etree.ElementTree

import pytest
from conftest import BIN, ROOT, frame, pack, processes_of

FACES = pathlib.Path(__file__).parent / "performer-faces.msgpack.zst"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def profile(runtime, tmp_path):
    """profile(words, path): runs it in an empty folder; the programs of PATH, or of a folder."""

    def run(*words, path=os.environ["PATH"]):
        work = tmp_path / "work"
        work.mkdir(exist_ok=True)
        result = subprocess.run([ROOT / "effigy", "profile", *map(str, words)], text=True, cwd=work, timeout=300,
                                capture_output=True, check=False,
                                env={**os.environ, "EFFIGY_BIN": str(BIN), "PATH": path, "TMPDIR": str(runtime)})
        # Nothing is left behind.
        assert not [each for each in runtime.iterdir() if each.name.startswith("tmp.")]
        assert not processes_of(runtime)
        return result, work

    return run


def times(result):
    """The line of the table: stage, frames, four times and seconds of processor time."""
    head, line = result.stdout.splitlines()[:2]
    assert head.split() == ["stage", "frames", "p50", "ms", "p95", "ms", "p99", "ms", "max", "ms", "CPU", "s"]
    stage, *numbers = line.split()
    return stage, [float(number) for number in numbers]


def without_perf(tmp_path):
    """A folder with every program but perf."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for place in os.environ["PATH"].split(":"):
        for program in pathlib.Path(place).glob("*") if os.path.isdir(place) else ():
            if program.name != "perf" and not (folder / program.name).exists():
                (folder / program.name).symlink_to(program)
    return str(folder)


def test_the_times_of_the_normaliser(profile, tmp_path):
    result, work = profile("normaliser", FACES, path=without_perf(tmp_path))
    assert result.returncode == 0, result.stderr
    stage, (frames, p50, p95, p99, longest, cpu) = times(result)
    assert stage == "normaliser" and frames == 180
    assert 0 < p50 <= p95 <= p99 <= longest and cpu > 0
    assert "apt install linux-perf" in result.stderr and len(result.stderr.splitlines()) == 1
    assert not list(work.iterdir())


def test_a_part_of_a_recording(profile, tmp_path):
    result, _ = profile("normaliser", FACES, "--from", "1", "--to", "2", path=without_perf(tmp_path))
    assert times(result)[1][0] == 30


def test_a_stage_that_writes_pictures(profile, tmp_path):
    path = tmp_path / "render"
    path.write_bytes(b"".join(pack(frame(seq, kind="render")) for seq in range(20)))
    result, _ = profile("sink", path, path=without_perf(tmp_path))
    assert result.returncode == 0, result.stderr
    assert times(result)[0] == "sink"


def test_the_flame_graph(profile, tmp_path):
    if shutil.which("perf") is None:
        pytest.skip("perf is not here")
    result, work = profile("normaliser", FACES, "--svg", "flames.svg")
    assert result.returncode == 0, result.stderr
    if "cannot measure here" in result.stderr:
        pytest.skip("perf is not allowed to measure here")
    root = xml.etree.ElementTree.parse(work / "flames.svg").getroot()
    boxes = {box.find(f"{SVG}title").text.rsplit(":", 1)[0]: box.find(f"{SVG}rect")
             for box in root.iter(f"{SVG}g")}
    assert "main" in boxes and "ef_stage_run" in boxes
    for box in boxes.values():
        assert float(box.get("x")) >= 10 and float(box.get("x")) + float(box.get("width")) < 1191
        assert 0 < float(box.get("y")) < float(root.get("height"))


def test_stacks_become_boxes(tmp_path):
    """fold_stacks.awk and flame_graph.awk on what perf prints."""
    folder = ROOT / "supervise" / "recordings"
    printed = ("a<b \n\t  55d0 leaf & co\n\t  55d1 middle;part\n\t  55d2 main\n\n"
               "a<b \n\t  55d9 [unknown]\n\t  55d2 main\n\n"
               "other \n\t  55d2 main\n\n")
    folded = subprocess.run(["awk", "-f", folder / "fold_stacks.awk"], input=printed, text=True,
                            capture_output=True, check=True).stdout
    assert folded.splitlines() == ["a<b;main;middle:part;leaf & co", "a<b;main;[55d9]", "other;main"]
    drawn = subprocess.run(["awk", "-v", "title=<t>", "-f", folder / "flame_graph.awk"],
                           input="".join(sorted(folded.splitlines(True))), text=True, capture_output=True,
                           check=True).stdout
    titles = [title.text for title in xml.etree.ElementTree.fromstring(drawn).iter(f"{SVG}title")]
    assert sorted(titles) == sorted(["a<b: 66.7 %", "main: 66.7 %", "[55d9]: 33.3 %", "middle:part: 33.3 %",
                                     "leaf & co: 33.3 %", "other: 33.3 %", "main: 33.3 %"])


@pytest.mark.parametrize("words, status", [
    (["capture", FACES], 2), (["normaliser"], 2), (["normaliser", "-"], 2), (["normaliser", "none"], 1),
    (["normaliser", FACES, "--to", "soon"], 2), (["normaliser", FACES, "--svg", "picture.png"], 2),
    (["sink", FACES], 1), (["normaliser", FACES, "--from", "100"], 1)])
def test_a_mistake_is_told(words, status, profile, tmp_path):
    result, _ = profile(*words)
    assert result.returncode == status
    assert 1 <= len(result.stderr.splitlines()) <= 2 and result.stdout == ""

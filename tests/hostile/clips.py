"""Short videos for the tests of effigy convert, and what they contain."""

import json
import subprocess

SMALL = ["--size", "160x120"]
FAST = {"EFFIGY_RENDER_SIZE": "160x120", "EFFIGY_RENDER_SCALE": "1"}


def ffmpeg(*arguments):
    """Creates a file with ffmpeg."""
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, arguments)], check=True)


def picture(path, *more, size="160x120", rate=25, seconds=1, sound=False):
    """A short video without a face."""
    source = ["-f", "lavfi", "-i", f"testsrc=size={size}:rate={rate}"]
    if sound:
        source += ["-f", "lavfi", "-i", "sine=frequency=800"]
    ffmpeg(*source, "-t", seconds, *more, path)
    return path


def shown(path, entries, stream="v:0"):
    """The streams of a file, by ffprobe."""
    text = subprocess.check_output(
        ["ffprobe", "-v", "error", "-count_packets", "-select_streams", stream, "-show_entries",
         f"stream={entries}", "-of", "json", str(path)])
    return json.loads(text)["streams"]


def pictures_of(path):
    """The number of video packets in a file."""
    return int(shown(path, "nb_read_packets")[0]["nb_read_packets"])


def leftovers(*folders):
    """Temporary folders that a run left."""
    return [entry for folder in folders for entry in folder.iterdir()
            if entry.name.startswith((".effigy", "convert."))]

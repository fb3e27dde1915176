"""Serves a page that reads a camera, and stores its reports.

browser_page.py FOLDER: a web server on a free port of 127.0.0.1, which it prints. A browser that
opens /NAME shows the camera "Effigy"; its report is written to FOLDER/NAME.json, twice a second.
"""

import http.server
import os
import sys

PAGE = b"""<!doctype html>
<meta charset="utf-8">
<title>reads a camera</title>
<video autoplay muted playsinline width="320" height="240"></video>
<script>
const CAMERA = "Effigy";
const seen = {
	labels: [], error: null, // of getUserMedia
	track: null, muted: null, // as they are: "live" or "ended"
	events: [], // mute, unmute, ended, pause: whatever befell the track, with its time
	frames: 0, longest: 0, // new frames, and the longest time between two, in ms
	now: 0, last: null, // this moment, and when the last frame came
	size: null, middle: null, corner: null, // what the canvas shows: [r, g, b]
};
const video = document.querySelector("video");
const canvas = document.createElement("canvas");
const pen = canvas.getContext("2d", {willReadFrequently: true});

function colour(x, y) {
	return Array.from(pen.getImageData(x, y, 1, 1).data.slice(0, 3));
}

function look() {
	const now = performance.now();
	if (seen.last !== null) {
		seen.longest = Math.max(seen.longest, now - seen.last);
	}
	seen.last = now;
	seen.frames += 1;
	canvas.width = video.videoWidth;
	canvas.height = video.videoHeight;
	pen.drawImage(video, 0, 0);
	seen.size = canvas.width + "x" + canvas.height;
	seen.middle = colour(canvas.width >> 1, canvas.height >> 1);
	seen.corner = colour(4, 4);
}

function watch_frames() {
	if (video.requestVideoFrameCallback) {
		video.requestVideoFrameCallback(() => { look(); watch_frames(); });
		return;
	}
	let before = -1;
	setInterval(() => {
		if (video.currentTime !== before) {
			before = video.currentTime;
			look();
		}
	}, 20);
}

async function read_camera() {
	const media = navigator.mediaDevices;
	// Names are told to those who have a camera open.
	let stream = await media.getUserMedia({video: true});
	const devices = (await media.enumerateDevices()).filter((d) => d.kind === "videoinput");
	seen.labels = devices.map((d) => d.label);
	stream.getTracks().forEach((t) => t.stop());
	const camera = devices.find((d) => d.label === CAMERA);
	if (!camera) {
		throw new Error("no camera " + CAMERA);
	}
	stream = await media.getUserMedia({video: {deviceId: {exact: camera.deviceId}}});
	const track = stream.getVideoTracks()[0];
	for (const name of ["mute", "unmute", "ended"]) {
		track.addEventListener(name, () => seen.events.push([name, performance.now()]));
	}
	for (const name of ["pause", "ended", "error", "emptied"]) {
		video.addEventListener(name, () => seen.events.push([name, performance.now()]));
	}
	video.srcObject = stream;
	watch_frames();
	await video.play();
	return track;
}

let track = null;
read_camera().then((t) => { track = t; }, (error) => { seen.error = String(error); });
setInterval(() => {
	seen.now = performance.now();
	if (track) {
		seen.track = track.readyState;
		seen.muted = track.muted;
	}
	fetch(location.pathname, {method: "POST", body: JSON.stringify(seen)});
}, 500);
</script>
"""


class Handler(http.server.BaseHTTPRequestHandler):
    """The page for a GET; a POST is a report."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def do_POST(self):
        report = self.rfile.read(int(self.headers["Content-Length"]))
        path = os.path.join(sys.argv[1], os.path.basename(self.path) + ".json")
        with open(path + ".new", "wb") as file:
            file.write(report)
        # Whoever looks finds a whole report.
        os.rename(path + ".new", path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print("port", server.server_address[1], flush=True)
server.serve_forever()

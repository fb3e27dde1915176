# The webcam is on only while a program reads the virtual camera.
. "$(dirname "$0")/lib.sh"

E=ipc://$T
SIZE=320x240

# Stands in for tracker, normaliser and Blender: sends a render of one colour for each frame.
cat >"$T/render.py" <<'END'
import sys
import msgpack, zmq
context = zmq.Context()
frames, renders = context.socket(zmq.PULL), context.socket(zmq.PUSH)
frames.bind(sys.argv[1] + "/frames")
renders.connect(sys.argv[1] + "/render")
print("ready", flush=True)
while True:
    frame = msgpack.unpackb(frames.recv())
    renders.send(msgpack.packb({**frame, "k": "render", "fmt": "GREY", "w": 320, "h": 240,
                                "data": bytes([150]) * 76800}))
END

webcam_is_on() {
	fuser -s /dev/video0
}
noted() { # noted STAGE TEXT
	jq -e --arg note "$2" '.note == $note' "$T/$1.stats" || { cat "$T/$1.stats"; false; }
}
fresh_and_live() { # the statistics are those of the running sink
	holds "$T/sink.stats" ".pid == ${started[sink]} and .note == \"live\""
}

demand_works() {
	start render /usr/bin/python3 "$T/render.py" "$E"
	within 30 said render ready
	start sink "$BIN/effigy-sink" --size $SIZE --fps 10 --in "$E/render" --stats "$T/sink.stats" \
		--on-demand "$E/control" 10
	start capture "$BIN/effigy-capture" --size 320x180 --fps 10 --out "$E/frames" \
		--stats "$T/capture.stats" --on-demand "$E/control" 0
	check "$1: the sink logs how it counts readers" within 5 said sink "$2"
	check "$1: without readers the sink rests" within 10 noted sink resting
	check "$1: capture rests, too" within 10 noted capture "off: nobody watches"
	check "$1: the webcam is off" not webcam_is_on
	check "$1: the device is a camera nevertheless" \
		eval "v4l2-ctl -d 10 --get-fmt-video | grep -q YUYV"

	start reader timeout 60 v4l2-ctl -d 10 --stream-mmap --stream-count=60 --stream-to="$T/first.raw"
	check "$1: a reader comes: the webcam is switched on" within 5 webcam_is_on
	finished reader
	/usr/bin/python3 "$HERE/look.py" "$T/first.raw" YUYV $SIZE >"$T/first.json"
	check "$1: the reader gets renders, and before at most a card" \
		holds "$T/first.json" '.rest == 0 and
		(.kinds | length) <= 2 and .kinds[-1][0] == "150,128,128"'
	check "$1: the reader has left: the webcam is switched off" within 10 not webcam_is_on
	check "$1: the sink rests again" within 10 noted sink resting

	# The sink is killed and restarted while a program reads.
	start reader timeout 60 v4l2-ctl -d 10 --stream-mmap --stream-count=600
	within 5 webcam_is_on
	stop sink KILL
	start sink "$BIN/effigy-sink" --size $SIZE --fps 10 --in "$E/render" --stats "$T/sink.stats" \
		--on-demand "$E/control" 10
	check "$1: a restarted sink finds its reader" within 15 fresh_and_live
	check "$1: the webcam is still on" webcam_is_on
	stop sink KILL
	check "$1: without a sink the webcam is switched off" within 15 not webcam_is_on
	stop reader
	stop capture
	stop render
}

load_vivid
load_loopback
if [ -n "${LOOPBACK_KO:-}" ]; then
	demand_works "on demand" "readers are counted by events of v4l2loopback"
else
	demand_works "on demand" "readers are counted by the processes that have it open"
fi
finish

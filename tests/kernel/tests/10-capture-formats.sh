# Capture from a webcam, in each format that vivid and the wire have in common.
. "$(dirname "$0")/lib.sh"

EDGE=ipc://$T/frames
TRACE=/sys/kernel/tracing

check "vivid is loaded" load_vivid

"$BIN/effigy-capture" --list >"$T/list" 2>&1
check "--list names the webcam" grep -P '^/dev/video0\tvivid\tplatform:vivid-000\t-$' "$T/list"
check "--list shows a mode" grep -P '^\tYUYV 320x180, up to \d+ fps$' "$T/list"
check "--list shows a control" grep -P '^\tcontrol brightness=\d+, takes 0 to 255$' "$T/list"
check "--list shows the items of a menu" \
	grep -P '^\tcontrol menu=3, takes 1 \(Menu Item 1\), 3 \(Menu Item 3\), 4' "$T/list"

# The driver's timestamps, from the kernel's own trace. First vivid gives the start of the picture,
# as webcams do; its other kind of timestamp lies in the future, and capture does not use it.
v4l2-ctl -d 0 -c timestamp_source=1
echo 1 >$TRACE/events/v4l2/v4l2_dqbuf/enable

# format bytes-of-320x180
while read -r format bytes; do
	start pull /usr/bin/python3 "$HERE/pull.py" "$EDGE" 8 60 "$T/$format.data"
	within 30 said pull ready
	start capture "$BIN/effigy-capture" --size 320x180 --fps 5 --format "$format" --out "$EDGE" 0
	finished pull
	v4l2-ctl -d 0 -c timestamp_source=0
	check "$format: capture keeps running" running capture
	stop capture
	check "$format: capture exits with status 0" test $? = 0
	tail -n 1 "$T/pull.log" >"$T/$format.json"
	check "$format: logs the mode it got" said capture "gives $format 320x180, 5 fps"
	check "$format: 8 frames and no other message come" holds "$T/$format.json" \
		'.count == 8 and .kind == ["frame"]'
	check "$format: frames have that format and size" holds "$T/$format.json" \
		".fmt == [\"$format\"] and .size == [\"320x180\"] and .bytes == [$bytes]"
	check "$format: seq counts from 0" holds "$T/$format.json" \
		'.first_seq <= 2 and .seq_step[0] == 1 and .seq_step[1] <= 2'
	check "$format: each picture differs" holds "$T/$format.json" '.pictures >= 7'
	check "$format: t increases at about the rate" holds "$T/$format.json" \
		'(.t_step_ms | min) > 20 and (.t_step_ms | add / length) > 120 and
			(.t_step_ms | add / length) < 500'
	check "$format: t is of CLOCK_MONOTONIC" holds "$T/$format.json" '(.age_ms | min) >= 0'
done <<END
YUYV 115200
NV12 86400
I420 86400
GREY 57600
END

grep -o 'timestamp = [0-9]*' $TRACE/trace | grep -o '[0-9]*$' >"$T/driver"
told() { # t of every frame, ns, is among the driver's timestamps, which the trace has in ns or µs
	jq '.t[]' "$T/YUYV.json" | sed 's/...$//' | while read -r micro; do
		grep -q "^$micro" "$T/driver" || { echo "$micro is none of:"; head -n 8 "$T/driver"; return 1; }
	done
}
check "t is the driver's timestamp" told

# vivid's test picture: colour bars, white to black.
bars() {
	/usr/bin/python3 - "$T/YUYV.data" <<-END
		import sys
		data = open(sys.argv[1], "rb").read()
		luma = data[170 * 640 : 171 * 640 : 2]
		print(list(luma[::20]))
		sys.exit(not (max(luma) - min(luma) > 150 and len(set(luma)) < 200))
	END
}
check "the picture is the test picture of vivid" bars

# Sizes and formats that vivid does not have.
wanted() { # wanted OPTIONS...: a second of capture with them
	timeout 15 "$BIN/effigy-capture" --out "$EDGE" --frames 1 "$@" 0 2>&1
}
check "the nearest size is used" grep -q 'gives YUYV 320x180, 10 fps' \
	<(wanted --size 300x170 --fps 10)
check "a format that the webcam does not have is an error" \
	grep -q 'vivid does not offer MJPG; see effigy-capture --list' \
	<(wanted --format MJPG)

# Inputs for which the driver lists no sizes: television, HDMI.
for type in 1 3; do
	rmmod vivid
	load_vivid input_types=$type
	start pull /usr/bin/python3 "$HERE/pull.py" "$EDGE" 3 60
	within 30 said pull ready
	start capture "$BIN/effigy-capture" --size 320x240 --out "$EDGE" 0
	finished pull
	stop capture
	tail -n 1 "$T/pull.log" >"$T/input$type.json"
	check "input of type $type: frames come" holds "$T/input$type.json" '.count == 3 and
		.fmt == ["YUYV"]'
done
finish

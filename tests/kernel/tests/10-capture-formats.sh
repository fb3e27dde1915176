# A camera's pictures, in each format that vivid and the wire have in common.
. "$(dirname "$0")/lib.sh"

EDGE=ipc://$T/frames
TRACE=/sys/kernel/tracing

check "vivid is there" load_vivid

"$BIN/effigy-capture" --list >"$T/list" 2>&1
check "--list names the camera" grep -P '^/dev/video0\tvivid\tplatform:vivid-000$' "$T/list"
check "--list tells a mode" grep -P '^\tYUYV 320x180, up to \d+ fps$' "$T/list"
check "--list tells a control" grep -P '^\tcontrol brightness=\d+, takes 0 to 255$' "$T/list"
check "--list tells a menu's items" \
	grep -P '^\tcontrol menu=3, takes 1 \(Menu Item 1\), 3 \(Menu Item 3\), 4' "$T/list"

# The times that the driver gives, from the kernel itself. vivid first tells when the picture was
# begun, as cameras do; its other kind of time lies in the future, which capture does not believe.
v4l2-ctl -d 0 -c timestamp_source=1
echo 1 >$TRACE/events/v4l2/v4l2_dqbuf/enable

# format bytes-of-320x180
while read -r format bytes; do
	start pull /usr/bin/python3 "$HERE/pull.py" "$EDGE" 8 60 "$T/$format.data"
	within 30 said pull ready
	start capture "$BIN/effigy-capture" --size 320x180 --fps 5 --format "$format" --out "$EDGE" 0
	finished pull
	v4l2-ctl -d 0 -c timestamp_source=0
	check "$format: capture runs on" running capture
	stop capture
	check "$format: capture stops clean" test $? = 0
	tail -n 1 "$T/pull.log" >"$T/$format.json"
	check "$format: says what it got" said capture "gives $format 320x180, 5 fps"
	check "$format: 8 frames, nothing else" holds "$T/$format.json" \
		'.count == 8 and .kind == ["frame"]'
	check "$format: of that format and size" holds "$T/$format.json" \
		".fmt == [\"$format\"] and .size == [\"320x180\"] and .bytes == [$bytes]"
	check "$format: seq counts from 0" holds "$T/$format.json" \
		'.first_seq <= 2 and .seq_step[0] == 1 and .seq_step[1] <= 2'
	check "$format: each picture is another" holds "$T/$format.json" '.pictures >= 7'
	check "$format: t increases at about the rate" holds "$T/$format.json" \
		'(.t_step_ms | min) > 20 and (.t_step_ms | add / length) > 120 and
			(.t_step_ms | add / length) < 500'
	check "$format: t is of this clock" holds "$T/$format.json" '(.age_ms | min) >= 0'
done <<END
YUYV 115200
NV12 86400
I420 86400
GREY 57600
END

grep -o 'timestamp = [0-9]*' $TRACE/trace | grep -o '[0-9]*$' >"$T/driver"
told() { # t of every frame, ns, is among the driver's times, which the kernel tells in ns or µs
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
check "the picture is vivid's" bars

# What is asked for, and what it makes of it.
wanted() { # wanted OPTIONS...: a second of capture with them
	timeout 15 "$BIN/effigy-capture" --out "$EDGE" --frames 1 "$@" 0 2>&1
}
check "the nearest size is taken" grep -q 'gives YUYV 320x180, 10 fps' \
	<(wanted --size 300x170 --fps 10)
check "a format it has not is told" grep -q 'vivid does not offer MJPG; see effigy-capture --list' \
	<(wanted --format MJPG)

# Inputs of which the driver lists no sizes: television, HDMI.
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

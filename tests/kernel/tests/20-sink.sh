# The sink on v4l2loopback, read by other projects' programs.
. "$(dirname "$0")/lib.sh"

EDGE=ipc://$T/render
SIZE=320x240
START="$BIN/effigy-sink --size $SIZE --fps 10 --in $EDGE"

# look NAME [FORMAT]: describes $T/NAME.raw in $T/NAME.json.
look() {
	/usr/bin/python3 "$HERE/look.py" "$T/$1.raw" "${2:-YUYV}" $SIZE "$T/card.y4m" >"$T/$1.json"
}

# The stand-by card, to compare with.
timeout 60 $START - 2>"$T/card.log" | head -c 200000 >"$T/card.y4m"
check "the sink writes a card to standard output" test "$(stat -c %s "$T/card.y4m")" -gt 115200

check "v4l2loopback is loaded" load_loopback
start sink $START /dev/video10
check "the sink logs what it writes" within 10 said sink "/dev/video10 takes YUYV $SIZE, 10 fps"

v4l2-ctl -d 10 --get-fmt-video --get-parm >"$T/told" 2>&1
check "readers see the size" grep -q 'Width/Height *: 320/240' "$T/told"
check "readers see the format" grep -q "Pixel Format *: 'YUYV'" "$T/told"
check "readers see the rate" grep -q '10.000 (10/1)' "$T/told"
v4l2-ctl -d 10 --info >"$T/info"
check "the virtual camera has its name" grep -q 'Card type *: Effigy' "$T/info"
sed -n '/Device Caps/,$p' "$T/info" >"$T/caps"
check "it is a capture device" grep -q 'Video Capture' "$T/caps"
check "it is not an output, so that browsers list it" not grep -q 'Video Output' "$T/caps"

# Three readers see the card.
began=$(date +%s%N)
check "v4l2-ctl reads 30 pictures" timeout 40 v4l2-ctl -d 10 --stream-mmap --stream-count=30 \
	--stream-to="$T/ctl.raw"
took=$((($(date +%s%N) - began) / 1000000))
look ctl
check "v4l2-ctl gets the whole card" holds "$T/ctl.json" \
	'.pictures == 30 and .rest == 0 and .set == ["card"]'
check "pictures come no faster than the set rate ($took ms)" test "$took" -gt 2000

timeout 60 ffmpeg -nostdin -v error -f v4l2 -i /dev/video10 -frames:v 10 -f rawvideo \
	"$T/ffmpeg.raw" >"$T/ffmpeg.log" 2>&1
check "ffmpeg reads" test $? = 0
look ffmpeg
check "ffmpeg gets the card" holds "$T/ffmpeg.json" \
	'.pictures >= 9 and .rest == 0 and .set == ["card"]'

timeout 60 gst-launch-1.0 -q v4l2src device=/dev/video10 num-buffers=10 ! \
	video/x-raw,format=YUY2,width=320,height=240 ! filesink "location=$T/gst.raw" \
	>"$T/gst.log" 2>&1
check "GStreamer reads" test $? = 0
look gst
check "GStreamer gets the card" holds "$T/gst.json" \
	'.pictures == 10 and .rest == 0 and .set == ["card"]'

# Renders.
start push /usr/bin/python3 "$HERE/push.py" "$EDGE" render $SIZE 120,90,160 10 60
within 30 said push ready
sleep 2
timeout 40 v4l2-ctl -d 10 --stream-mmap --stream-count=15 --stream-to="$T/render.raw" >/dev/null 2>&1
look render
check "the reader gets the renders" holds "$T/render.json" \
	'.pictures == 15 and .set == ["120,90,160"]'

# A frame, which holds the person's own face, is refused and never shown. The last render is
# repeated, then the card comes.
timeout 80 v4l2-ctl -d 10 --stream-mmap --stream-count=120 --stream-to="$T/frame.raw" >/dev/null 2>&1 &
reader=$!
within 10 test -s "$T/frame.raw"
stop push
start face /usr/bin/python3 "$HERE/push.py" "$EDGE" frame $SIZE 200,40,210 10 5
within 10 said sink "does not accept messages of this kind"
check "a frame is refused" said sink "does not accept messages of this kind"
wait $reader
look frame
check "a frame is never shown" holds "$T/frame.json" \
	'.pictures == 120 and (.set - ["120,90,160", "card", "other"]) == []'
check "the last render is repeated, then a card comes, and stays" holds "$T/frame.json" \
	'[.kinds[][0]] == ["120,90,160", "other"]'
stop face

check "the sink keeps running" running sink
stop sink INT
check "the sink exits with status 0 after SIGINT" test $? = 0

# The other formats.
for format in I420 NV12; do
	rmmod v4l2loopback
	load_loopback
	start sink $START --format $format /dev/video10
	check "$format: the sink logs it" within 10 said sink "takes $format $SIZE"
	timeout 40 v4l2-ctl -d 10 --stream-mmap --stream-count=5 --stream-to="$T/$format.raw" \
		>/dev/null 2>&1
	look $format $format
	check "$format: the reader gets the card" \
		holds "$T/$format.json" '.pictures == 5 and .set == ["card"]'
	stop sink
done
rmmod v4l2loopback
load_loopback
start sink $START --format MJPG /dev/video10
check "MJPG: the sink logs it" within 10 said sink "takes MJPG $SIZE"
timeout 40 ffmpeg -nostdin -v error -f v4l2 -input_format mjpeg -i /dev/video10 -frames:v 3 \
	-pix_fmt yuyv422 -f rawvideo "$T/mjpg.raw" >"$T/mjpg.log" 2>&1
check "MJPG: ffmpeg reads" test $? = 0
alike() { # a JPEG is never quite the same
	/usr/bin/python3 - "$T/mjpg.raw" "$T/ctl.raw" <<-END
		import sys
		one, other = (open(path, "rb").read(320 * 240 * 2) for path in sys.argv[1:])
		mean = sum(abs(a - b) for a, b in zip(one, other)) / len(one)
		print(mean)
		sys.exit(not mean < 4)
	END
}
check "MJPG: the reader gets the card" alike
stop sink
finish

# Capture from v4l2loopback devices, as phones used as webcams are; and MJPG, which vivid does not
# have.
. "$(dirname "$0")/lib.sh"

EDGE=ipc://$T/frames

feed() {
	start feed "$BIN/effigy-sink" --size 320x240 --fps 5 --in "ipc://$T/render" 10
	within 10 said feed "takes YUYV"
	# As other writers set it: their readers get no more pictures when the writer has ended.
	v4l2-ctl -d 10 -c sustain_framerate=0
}

frames_come() { # frames_come NAME
	start pull /usr/bin/python3 "$HERE/pull.py" "$EDGE" 5 30 "$T/$1.data"
	finished pull
	tail -n 1 "$T/pull.log" >"$T/$1.json"
	holds "$T/$1.json" '.count == 5'
}

solid() { # solid FORMAT SIZE: a picture of 100,175,147 by BT.601, 5 fps
	rmmod v4l2loopback
	load_loopback
	start feed ffmpeg -nostdin -v error -re -f lavfi -i "color=0x8040c0:size=$2:rate=5,format=rgb24" \
		-pix_fmt "$1" -f v4l2 /dev/video10
	start capture "$BIN/effigy-capture" --out "$EDGE" 10
}

# colour NAME Y U V: the bytes in the middle of each plane, by their numbers from 1, are of it.
colour() {
	od -An -v -t u1 -w1 "$T/$1.data" | awk -v y="$2" -v u="$3" -v v="$4" '
		NR == y { a = $1 } NR == u { b = $1 } NR == v { c = $1 }
		END { print a, b, c
			exit !(a > 95 && a < 105 && b > 170 && b < 180 && c > 142 && c < 152) }'
}

load_loopback
start capture "$BIN/effigy-capture" --out "$EDGE" 10
check "a device without a writer is logged" within 30 \
	said capture "Effigy gives no pictures"

feed
check "capture opens it when it has a writer" within 15 said capture "Effigy gives YUYV 320x240"
check "frames come" frames_come raw
check "frames have its format" holds "$T/raw.json" \
	'.fmt == ["YUYV"] and .size == ["320x240"] and .bytes == [153600]'
check "libv4l2 does not convert it" not said capture libv4l2
stop feed
check "a writer that has ended is logged" within 15 said capture "no picture for 5 s"
feed
check "capture goes on with a new writer" within 15 said capture "Effigy gives YUYV 320x240" 2
check "frames come again" frames_come again
stop feed
stop capture

# A format that capture does not read: libv4l2 converts it.
solid uyvy422 320x240
converted() {
	grep -q 'Effigy gives I420 320x240, .*converted by libv4l2 from UYVY' "$T/capture.log"
}
check "UYVY is converted, which is logged" within 20 converted
check "converted: frames come" frames_come converted
check "converted: frames are I420" \
	holds "$T/converted.json" '.fmt == ["I420"] and .bytes == [115200]'
check "converted: the colour is right" colour converted 38561 86481 105681
"$BIN/effigy-capture" --list >"$T/list"
check "--list shows the conversion" grep -P '^\tI420 320x240, .*converted by libv4l2$' "$T/list"
stop capture
check "converted: capture exits with status 0" test $? = 0
stop feed

# Rows of an odd number of pixels: rows of chroma are one byte longer than rows of luma.
solid nv12 161x121
check "odd: frames come" frames_come odd
check "odd: rows are packed" holds "$T/odd.json" \
	'.fmt == ["NV12"] and .size == ["161x121"] and .bytes == [29363]'
check "odd: the colour is right, the chroma aligned" colour odd 19400 29120 29121
stop capture
stop feed

# MJPG.
rmmod v4l2loopback
load_loopback
start feed ffmpeg -nostdin -v error -re -f lavfi -i testsrc=size=320x240:rate=5 -c:v mjpeg \
	-pix_fmt yuvj422p -f v4l2 /dev/video10
start capture "$BIN/effigy-capture" --out "$EDGE" 10
check "capture takes MJPG" within 20 said capture "Effigy gives MJPG 320x240"
check "MJPG: frames come" frames_come jpeg
check "MJPG: frames have that format" \
	holds "$T/jpeg.json" '.fmt == ["MJPG"] and .size == ["320x240"]'
check "MJPG: each frame is a whole JPEG" test \
	"$(ffprobe -v error -f mjpeg -show_entries stream=codec_name,width,height -of csv=p=0 \
		"$T/jpeg.data" 2>&1)" = mjpeg,320,240
finish

# Cameras that are v4l2loopback devices themselves, as those of phones are; the MJPG that vivid lacks.
. "$(dirname "$0")/lib.sh"

EDGE=ipc://$T/frames

feed() {
	start feed "$BIN/effigy-sink" --size 320x240 --fps 5 --in "ipc://$T/render" 10
}

frames_come() { # frames_come NAME
	start pull /usr/bin/python3 "$HERE/pull.py" "$EDGE" 5 30 "$T/$1.data"
	finished pull
	tail -n 1 "$T/pull.log" >"$T/$1.json"
	holds "$T/$1.json" '.count == 5 and .size == ["320x240"]'
}

load_loopback
start capture "$BIN/effigy-capture" --out "$EDGE" 10
check "a virtual camera that nobody feeds is told" within 10 \
	said capture "Effigy gives no pictures"

feed
check "fed, it is taken" within 15 said capture "Effigy gives YUYV 320x240"
check "frames come" frames_come raw
check "of its format" holds "$T/raw.json" '.fmt == ["YUYV"] and .bytes == [153600]'
stop feed
check "no longer fed, it is told" within 15 said capture "no picture for 5 s"
feed
check "fed again, it is taken" within 15 said capture "Effigy gives YUYV 320x240" 2
check "frames come again" frames_come again
stop feed
stop capture

rmmod v4l2loopback
load_loopback
start feed ffmpeg -nostdin -v error -re -f lavfi -i testsrc=size=320x240:rate=5 -c:v mjpeg \
	-pix_fmt yuvj422p -f v4l2 /dev/video10
start capture "$BIN/effigy-capture" --out "$EDGE" 10
check "MJPG is taken" within 20 said capture "Effigy gives MJPG 320x240"
check "MJPG: frames come" frames_come jpeg
check "MJPG: of that format" holds "$T/jpeg.json" '.fmt == ["MJPG"]'
check "MJPG: each is a whole JPEG" test \
	"$(ffprobe -v error -f mjpeg -show_entries stream=codec_name,width,height -of csv=p=0 \
		"$T/jpeg.data" 2>&1)" = mjpeg,320,240
finish

# The camera busy, missing, unplugged, plugged in again, silent, broken.
. "$(dirname "$0")/lib.sh"

EDGE=ipc://$T/frames
START="$BIN/effigy-capture --size 320x180 --fps 5 --verbose --stats $T/stats --out $EDGE"

frames_come() { # frames_come NAME SECONDS: 5 frames more
	start "$1" /usr/bin/python3 "$HERE/pull.py" "$EDGE" 5 "$2"
	finished "$1"
	tail -n 1 "$T/$1.log" >"$T/$1.json"
	holds "$T/$1.json" '.count == 5 and .size == ["320x180"]'
}

# Missing, then there.
start capture $START 0
check "a missing camera is told, and what to do" within 30 \
	said capture "webcam /dev/video0: no webcam there; plug it in"
sleep 3
check "once" test "$(grep -c 'no webcam there' "$T/capture.log")" = 1
load_vivid
check "it goes on when the camera is there" within 6 said capture "gives YUYV 320x180"
check "frames come" frames_come late 30

# Held up, it goes on with the newest picture and leaves the older ones out.
dropped() { # dropped MORE: since the last call
	[ "$(jq .dropped "$T/stats")" -ge $((before + $1)) ]
}
before=$(jq .dropped "$T/stats")
kill -STOP "${started[capture]}"
sleep 2
kill -CONT "${started[capture]}"
check "held up, it leaves out older pictures" within 5 dropped 2

# The driver says it is gone, and is back as soon as nobody holds it.
v4l2-ctl -d 0 -c disconnect=1
check "a lost camera is told" within 5 said capture "unplugged; plug it in again"
check "it goes on within 2 s" within 2 said capture "gives YUYV 320x180" 2
check "frames come again" frames_come again 30
check "seq goes on" holds "$T/again.json" '.first_seq > 4'

# Unplugged, as a USB camera is.
DRIVER=/sys/bus/platform/drivers/vivid
echo vivid.0 >$DRIVER/unbind
check "an unplugged camera is told" within 5 said capture "unplugged; plug it in again" 2
check "the kernel's device is gone" within 5 not test -e /dev/video0
sleep 2
check "capture runs on" running capture
echo vivid.0 >$DRIVER/bind
check "plugged in again, it goes on within 2 s" within 2 said capture "gives YUYV 320x180" 3
check "frames come after that" frames_come replugged 30

# The stream breaks down; the camera is still there.
v4l2-ctl -d 0 -c inject_fatal_streaming_error=1
check "a camera that fails is told" within 5 said capture "stopped with an error"
check "it is not called unplugged" not said capture "unplugged; plug it in again" 3
check "it goes on within 2 s after that" within 2 said capture "gives YUYV 320x180" 4
check "frames come after the error" frames_come failed 30

# Broken pictures: vivid marks one of its next ones. Capture leaves it out and says so.
said_bad() {
	said capture "dropped a broken picture"
}
check "no broken picture so far" not said_bad
for i in 1 2 3; do
	v4l2-ctl -d 0 -c inject_v4l2_buf_flag_error=1
	sleep 1
done
check "a picture marked broken is left out" within 10 said_bad
check "frames come after it" frames_come broken 30
stop capture
check "it stops clean" test $? = 0
check "all it said is its own" not grep -vE '^[EWI]: \(capture\) ' "$T/capture.log"

# It cannot be started.
for error in inject_vidioc_streamon_error inject_vidioc_reqbufs_error; do
	v4l2-ctl -d 0 -c $error=1
	start capture $START 0
	check "$error is told" within 20 said capture "cannot start streaming"
	check "it tries again after that" within 6 said capture "gives YUYV 320x180"
	stop capture
done

# Busy.
start reader v4l2-ctl -d 0 --stream-mmap --stream-count=10000
sleep 2
start capture $START 0
check "a busy camera is told, and who holds it" within 20 said capture "in use by v4l2-ctl (pid"
check "by number" said capture "pid ${started[reader]})"
stop reader
check "it goes on when the other has closed" within 6 said capture "gives YUYV 320x180"
check "frames come then" frames_come free 30
stop capture

# Waiting for a camera, it stops when told to.
rmmod vivid
start capture $START 0
within 10 said capture "no webcam there"
stop capture
check "waiting, it stops clean" test $? = 0
finish

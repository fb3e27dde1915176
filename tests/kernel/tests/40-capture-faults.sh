# The webcam is missing, unplugged and plugged in again, fails, gives broken pictures, or is in use.
. "$(dirname "$0")/lib.sh"

EDGE=ipc://$T/frames
START="$BIN/effigy-capture --size 320x180 --fps 5 --verbose --stats $T/stats --out $EDGE"

frames_come() { # frames_come NAME SECONDS: 5 frames more
	start "$1" /usr/bin/python3 "$HERE/pull.py" "$EDGE" 5 "$2"
	finished "$1"
	tail -n 1 "$T/$1.log" >"$T/$1.json"
	holds "$T/$1.json" '.count == 5 and .size == ["320x180"]'
}

# The webcam appears later.
start capture $START 0
check "a missing webcam is logged, and what to do" within 30 \
	said capture "webcam /dev/video0: no webcam there; plug it in"
sleep 3
check "it is logged once" test "$(grep -c 'no webcam there' "$T/capture.log")" = 1
load_vivid
check "capture goes on when the webcam is there" within 6 said capture "gives YUYV 320x180"
check "frames come" frames_come late 30

# After a pause capture goes on with the newest picture and drops the older ones.
dropped() { # dropped MORE: since the last call
	[ "$(jq .dropped "$T/stats")" -ge $((before + $1)) ]
}
before=$(jq .dropped "$T/stats")
kill -STOP "${started[capture]}"
sleep 2
kill -CONT "${started[capture]}"
check "after a pause it drops older pictures" within 5 dropped 2

# The driver reports a disconnect; the device is back as soon as no process has it open.
v4l2-ctl -d 0 -c disconnect=1
check "a disconnected webcam is logged" within 5 said capture "unplugged; plug it in again"
check "capture goes on within 2 s" within 2 said capture "gives YUYV 320x180" 2
check "frames come again" frames_come again 30
check "seq continues" holds "$T/again.json" '.first_seq > 4'

# Unplugged, as a USB webcam is.
DRIVER=/sys/bus/platform/drivers/vivid
echo vivid.0 >$DRIVER/unbind
check "an unplugged webcam is logged" within 5 said capture "unplugged; plug it in again" 2
check "the kernel has removed the device" within 5 not test -e /dev/video0
sleep 2
check "capture keeps running" running capture
echo vivid.0 >$DRIVER/bind
check "capture goes on within 2 s after it is plugged in again" within 2 \
	said capture "gives YUYV 320x180" 3
check "frames come after that" frames_come replugged 30

# The stream fails; the device is still there.
v4l2-ctl -d 0 -c inject_fatal_streaming_error=1
check "a webcam that fails is logged" within 5 said capture "stopped with an error"
check "it is not logged as unplugged" not said capture "unplugged; plug it in again" 3
check "capture goes on within 2 s after that" within 2 said capture "gives YUYV 320x180" 4
check "frames come after the error" frames_come failed 30

# Broken pictures: vivid marks one of its next ones. Capture drops it and logs that.
said_bad() {
	said capture "dropped a broken picture"
}
check "no broken picture so far" not said_bad
for i in 1 2 3; do
	v4l2-ctl -d 0 -c inject_v4l2_buf_flag_error=1
	sleep 1
done
check "a picture marked broken is dropped" within 10 said_bad
check "frames come after it" frames_come broken 30
stop capture
check "capture exits with status 0" test $? = 0
check "the log has only lines of capture" not grep -vE '^[EWI]: \(capture\) ' "$T/capture.log"

# The stream cannot be started.
for error in inject_vidioc_streamon_error inject_vidioc_reqbufs_error; do
	v4l2-ctl -d 0 -c $error=1
	start capture $START 0
	check "$error is logged" within 20 said capture "cannot start streaming"
	check "capture tries again after $error" within 6 said capture "gives YUYV 320x180"
	stop capture
done

# In use by another program.
start reader v4l2-ctl -d 0 --stream-mmap --stream-count=10000
sleep 2
start capture $START 0
check "a webcam in use is logged, and by which program" within 20 \
	said capture "in use by v4l2-ctl (pid"
check "with its pid" said capture "pid ${started[reader]})"
check "--list shows that program" grep -P "^/dev/video0\t.*\tv4l2-ctl \(pid ${started[reader]}\)$" \
	<("$BIN/effigy-capture" --list 0)
stop reader
check "capture goes on when the other has closed it" within 6 said capture "gives YUYV 320x180"
check "frames come then" frames_come free 30
stop capture

# SIGTERM while capture waits for a webcam.
rmmod vivid
start capture $START 0
within 10 said capture "no webcam there"
stop capture
check "capture exits with status 0 while it waits" test $? = 0
finish

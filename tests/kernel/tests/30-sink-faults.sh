# The sink's device is missing, of another kind, or in use; the sink is killed while its device is
# read; readers come and go.
. "$(dirname "$0")/lib.sh"

EDGE=ipc://$T/render
SIZE=320x240
START="$BIN/effigy-sink --size $SIZE --fps 10 --in $EDGE"

# A webcam is not an output.
load_vivid
start wrong $START 0
finished wrong
check "a webcam is refused" test $? = 1
check "the error says so" said wrong "/dev/video0 (vivid) is a webcam, not a virtual camera"
check "the error is one line" test "$(wc -l <"$T/wrong.log")" = 1
rmmod vivid

start wrong $START /dev/null
finished wrong
check "a device that is not a video device is refused" test $? = 1
check "the error says so" said wrong "cannot tell the type of output of /dev/null"

# An output of another driver.
modprobe vivid n_devs=1 node_types=0x100 num_outputs=1 output_types=0 vid_out_nr=5
within 10 test -c /dev/video5
start wrong timeout 10 $START 5
finished wrong
check "another driver's output is refused" test $? = 1
check "the error asks for v4l2loopback" said wrong "give a device of v4l2loopback"
rmmod vivid

# The device appears later.
start sink $START 10
check "a missing device is logged, and how to get it" within 10 \
	said sink "no such device; load it with: sudo modprobe v4l2loopback"
sleep 3
check "it is logged once" test "$(grep -c 'no such device' "$T/sink.log")" = 1
check "the sink keeps waiting" running sink
load_loopback
check "the sink writes when the device is there" within 5 said sink "takes YUYV $SIZE"

# A second sink for the same device.
start second $START --in "ipc://$T/second" 10
check "a second sink logs which program uses the device" within 10 \
	said second "in use by effigy-sink (pid"
check "with the pid of the first sink" said second "pid ${started[sink]}"
stop second

# The sink is killed while a program reads.
start push /usr/bin/python3 "$HERE/push.py" "$EDGE" render $SIZE 120,90,160 10 300
within 30 said push ready
start reader timeout 120 v4l2-ctl -d 10 --stream-mmap --stream-count=180 --stream-to="$T/killed.raw"
sleep 4
stop sink KILL
before=$(stat -c %s "$T/killed.raw")
grown() {
	[ "$(stat -c %s "$T/killed.raw")" -gt "$before" ]
}
check "the reader gets pictures while no sink runs" within 3 grown
start sink $START 10
check "a restarted sink writes to the device again" within 5 said sink "takes YUYV $SIZE"
before=$(stat -c %s "$T/killed.raw")
check "the reader gets more pictures" within 5 grown
finished reader
check "the reader has seen no error" test $? = 0
/usr/bin/python3 "$HERE/look.py" "$T/killed.raw" YUYV $SIZE >"$T/killed.json"
check "its pictures are whole and of one format" holds "$T/killed.json" \
	'.pictures == 180 and .rest == 0'
check "the last ones are renders" holds "$T/killed.json" '.kinds[-1][0] == "120,90,160"'

# Restarted in another format while a program reads: the reader must not get pictures of that format.
start reader timeout 120 v4l2-ctl -d 10 --stream-mmap --stream-count=240 --stream-to="$T/other.raw"
sleep 3
stop sink
start sink "$BIN/effigy-sink" --size 160x120 --fps 10 --in "$EDGE" 10
check "the sink waits until the reader has left" within 10 \
	said sink "another program keeps the device at YUYV 320x240"
stop sink
start sink $START 10
finished reader
check "the reader gets pictures in its format again" test $? = 0
/usr/bin/python3 "$HERE/look.py" "$T/other.raw" YUYV $SIZE >"$T/other.json"
check "it has got no other format" holds "$T/other.json" '.rest == 0 and
	(.kinds[-1][0] == "120,90,160")'

# A sink that ends regularly leaves a card for its readers.
start reader timeout 60 v4l2-ctl -d 10 --stream-mmap --stream-count=40 --stream-to="$T/ended.raw"
sleep 2
stop sink
finished reader
check "a reader sees no error when the sink ends" test $? = 0
/usr/bin/python3 "$HERE/look.py" "$T/ended.raw" YUYV $SIZE >"$T/ended.json"
check "it gets the card that says so" holds "$T/ended.json" '.rest == 0 and .pictures == 40 and
	(.kinds[-1][0] == "other") and (.kinds[-1][1] > 2)'
start sink "$BIN/effigy-sink" --size 160x120 --fps 10 --in "$EDGE" 10
check "without readers, another format can be set" within 5 said sink "takes YUYV 160x120"
stop sink KILL
check "a new reader finds a camera while no sink runs" timeout 10 v4l2-ctl -d 10 \
	--stream-mmap --stream-count=3
start sink $START 10
check "another format can be set after a sink was killed" within 5 said sink "takes YUYV $SIZE"

# A reader that has stopped reading.
start idle v4l2-ctl -d 10 --stream-mmap --stream-count=10000
sleep 2
kill -STOP "${started[idle]}"
check "a stopped reader does not block another one" timeout 20 v4l2-ctl -d 10 --stream-mmap \
	--stream-count=20
kill -CONT "${started[idle]}"
stop idle

# v4l2-compliance tries every V4L2 call.
timeout 100 v4l2-compliance -d 10 >"$T/compliance" 2>&1
sed -n 's/^Total for/# v4l2-compliance:/p' "$T/compliance"
check "v4l2-compliance runs to its end" grep -q '^Total for' "$T/compliance"
check "the device can be read afterwards" timeout 20 v4l2-ctl -d 10 --stream-mmap --stream-count=5
v4l2-ctl -d 10 --get-fmt-video >"$T/told" 2>&1
check "it has the same format" eval "grep -q 'Width/Height *: 320/240' '$T/told' &&
	grep -q \"'YUYV'\" '$T/told'"

# Readers come and go.
come_and_go() {
	local i
	for i in $(seq 20); do
		timeout 20 v4l2-ctl -d 10 --stream-mmap --stream-count=$((i % 3 + 1)) \
			--stream-to="$T/come.raw" >/dev/null 2>&1 || { echo "reader $i: $?"; return 1; }
		[ "$(stat -c %s "$T/come.raw")" = $(((i % 3 + 1) * 153600)) ] ||
			{ echo "reader $i: incomplete picture"; return 1; }
	done
}
check "20 readers come and go" come_and_go
check "180 readers open, read one picture and close" /usr/bin/python3 - <<END
import os
for reader in range(180):
    device = os.open("/dev/video10", os.O_RDWR)
    assert len(os.read(device, 153600)) == 153600
    os.close(device)
END
check "two readers at once both get pictures" eval '
	timeout 20 v4l2-ctl -d 10 --stream-mmap --stream-count=5 >/dev/null 2>&1 & one=$!
	timeout 20 v4l2-ctl -d 10 --stream-mmap --stream-count=5 >/dev/null 2>&1; two=$?
	wait $one && [ $two = 0 ]'
check "the sink has logged nothing about it" test "$(wc -l <"$T/sink.log")" -le 1
check "the sink has not been restarted" running sink
stop sink
check "the sink exits with status 0 after SIGTERM" test $? = 0

# Without exclusive_caps two writers could mix their pictures.
stop push
rmmod v4l2loopback
load_loopback 0
start sink $START 10
within 10 said sink "takes YUYV $SIZE"
start second $START --in "ipc://$T/second" 10
check "without exclusive_caps, too, a second sink does not write" within 10 \
	said second "in use by effigy-sink (pid ${started[sink]})"
stop sink KILL
check "it writes when the first has gone" within 6 said second "takes YUYV $SIZE"
stop second

# With exclusive_caps, and a writer of another project.
rmmod v4l2loopback
load_loopback
start other ffmpeg -nostdin -v error -re -f lavfi -i testsrc=size=$SIZE:rate=5 -pix_fmt yuyv422 \
	-f v4l2 /dev/video10
is_camera() {
	v4l2-ctl -d 10 --info | sed -n '/Device Caps/,$p' | grep -q 'Video Capture'
}
check "another program writes to the device" within 20 is_camera
start second $START 10
check "the sink logs which other program writes" within 10 said second "in use by ffmpeg (pid"
stop other
check "the sink writes when that has ended" within 6 said second "takes YUYV $SIZE"
check "the device is a camera again" within 5 is_camera
stop second
check "the sink exits with status 0 after SIGTERM" test $? = 0
finish

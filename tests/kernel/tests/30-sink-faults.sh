# The sink's device missing, wrong, taken; the sink killed while it is read; readers that come and go.
. "$(dirname "$0")/lib.sh"

EDGE=ipc://$T/render
SIZE=320x240
START="$BIN/effigy-sink --size $SIZE --fps 10 --in $EDGE"

# A camera is no output.
load_vivid
start wrong $START 0
finished wrong
check "a camera is refused" test $? = 1
check "and told in one line" said wrong "/dev/video0 (vivid) is a webcam, not a virtual camera"
check "one line only" test "$(wc -l <"$T/wrong.log")" = 1
rmmod vivid

start wrong $START /dev/null
finished wrong
check "what is no video device is refused" test $? = 1
check "and told" said wrong "cannot tell the type of output of /dev/null"

# An output that is none of v4l2loopback's: a television, say.
modprobe vivid n_devs=1 node_types=0x100 num_outputs=1 output_types=0 vid_out_nr=5
within 10 test -c /dev/video5
start wrong timeout 10 $START 5
finished wrong
check "another driver's output is refused" test $? = 1
check "and told" said wrong "give a device of v4l2loopback"
rmmod vivid

# The device comes later.
start sink $START 10
check "a missing device is told, and how to get it" within 10 \
	said sink "no such device; load it with: sudo modprobe v4l2loopback"
sleep 3
check "once" test "$(grep -c 'no such device' "$T/sink.log")" = 1
check "it waits" running sink
load_loopback
check "it goes on when the device is there" within 5 said sink "takes YUYV $SIZE"

# A second one.
start second $START --in "ipc://$T/second" 10
check "a second sink is told who has the device" within 10 said second "in use by effigy-sink (pid"
check "with the first one's number" said second "pid ${started[sink]}"
stop second

# Killed while it is read.
start push /usr/bin/python3 "$HERE/push.py" "$EDGE" render $SIZE 120,90,160 10 100
start reader timeout 60 v4l2-ctl -d 10 --stream-mmap --stream-count=90 --stream-to="$T/killed.raw"
sleep 4
stop sink KILL
before=$(stat -c %s "$T/killed.raw")
grown() {
	[ "$(stat -c %s "$T/killed.raw")" -gt "$before" ]
}
check "the reader gets pictures while there is no sink" within 3 grown
start sink $START 10
check "restarted, it takes the device again" within 5 said sink "takes YUYV $SIZE"
before=$(stat -c %s "$T/killed.raw")
check "the reader's picture goes on" within 5 grown
finished reader
check "the reader has lived through it" test $? = 0
/usr/bin/python3 "$HERE/look.py" "$T/killed.raw" YUYV $SIZE >"$T/killed.json"
check "its pictures are whole, of one format" holds "$T/killed.json" \
	'.pictures == 90 and .rest == 0'
check "and renders in the end" holds "$T/killed.json" '.kinds[-1][0] == "120,90,160"'

# Restarted in another format while somebody reads: the reader must not be given nonsense.
start reader timeout 60 v4l2-ctl -d 10 --stream-mmap --stream-count=120 --stream-to="$T/other.raw"
sleep 3
stop sink
start sink "$BIN/effigy-sink" --size 160x120 --fps 10 --in "$EDGE" 10
check "another format waits for the reader" within 10 said sink "another program keeps the device at YUYV 320x240"
stop sink
start sink $START 10
finished reader
check "the reader gets its own again" test $? = 0
/usr/bin/python3 "$HERE/look.py" "$T/other.raw" YUYV $SIZE >"$T/other.json"
check "and never anything else" holds "$T/other.json" '.rest == 0 and
	(.kinds[-1][0] == "120,90,160")'

# Ended in good order, it leaves a card to those who read on.
start reader timeout 60 v4l2-ctl -d 10 --stream-mmap --stream-count=40 --stream-to="$T/ended.raw"
sleep 2
stop sink
finished reader
check "a reader lives through the sink's end" test $? = 0
/usr/bin/python3 "$HERE/look.py" "$T/ended.raw" YUYV $SIZE >"$T/ended.json"
check "and sees the card that tells of it" holds "$T/ended.json" '.rest == 0 and .pictures == 40 and
	(.kinds[-1][0] == "other") and (.kinds[-1][1] > 2)'
start sink "$BIN/effigy-sink" --size 160x120 --fps 10 --in "$EDGE" 10
check "nobody there, another format is taken" within 5 said sink "takes YUYV 160x120"
stop sink KILL
check "a reader that comes while there is no sink finds a camera" timeout 10 v4l2-ctl -d 10 \
	--stream-mmap --stream-count=3
start sink $START 10
check "the format of a sink that was killed is no obstacle" within 5 said sink "takes YUYV $SIZE"

# A reader that never reads.
start idle v4l2-ctl -d 10 --stream-mmap --stream-count=10000
sleep 2
kill -STOP "${started[idle]}"
check "a reader that stands still holds up nobody" timeout 20 v4l2-ctl -d 10 --stream-mmap \
	--stream-count=20
kill -CONT "${started[idle]}"
stop idle

# Whoever tests a camera thoroughly.
timeout 100 v4l2-compliance -d 10 >"$T/compliance" 2>&1
sed -n 's/^Total for/# v4l2-compliance:/p' "$T/compliance"
check "v4l2-compliance comes to its end" grep -q '^Total for' "$T/compliance"
check "and the camera is as before" timeout 20 v4l2-ctl -d 10 --stream-mmap --stream-count=5
v4l2-ctl -d 10 --get-fmt-video >"$T/told" 2>&1
check "of the same format" eval "grep -q 'Width/Height *: 320/240' '$T/told' &&
	grep -q \"'YUYV'\" '$T/told'"

# Readers come and go.
come_and_go() {
	local i
	for i in $(seq 20); do
		timeout 20 v4l2-ctl -d 10 --stream-mmap --stream-count=$((i % 3 + 1)) \
			--stream-to="$T/come.raw" >/dev/null 2>&1 || { echo "reader $i: $?"; return 1; }
		[ "$(stat -c %s "$T/come.raw")" = $(((i % 3 + 1) * 153600)) ] ||
			{ echo "reader $i: half a picture"; return 1; }
	done
}
check "20 readers come and go" come_and_go
check "180 open, look and close" /usr/bin/python3 - <<END
import os
for reader in range(180):
    device = os.open("/dev/video10", os.O_RDWR)
    assert len(os.read(device, 153600)) == 153600
    os.close(device)
END
check "two at once are both served" eval '
	timeout 20 v4l2-ctl -d 10 --stream-mmap --stream-count=5 >/dev/null 2>&1 & one=$!
	timeout 20 v4l2-ctl -d 10 --stream-mmap --stream-count=5 >/dev/null 2>&1; two=$?
	wait $one && [ $two = 0 ]'
check "the sink has said nothing of it" test "$(wc -l <"$T/sink.log")" -le 1
check "and is the one that was" running sink
stop sink
check "told to stop, it stops clean" test $? = 0

# Without exclusive_caps two writers could mix their pictures.
stop push
rmmod v4l2loopback
load_loopback 0
start sink $START 10
within 10 said sink "takes YUYV $SIZE"
start second $START --in "ipc://$T/second" 10
check "without exclusive_caps: a second sink does not write, either" within 10 \
	said second "in use by effigy-sink (pid ${started[sink]})"
stop sink KILL
check "and takes over when the first is gone" within 6 said second "takes YUYV $SIZE"
stop second

# With it, nor with a writer that is not ours.
rmmod v4l2loopback
load_loopback
start other ffmpeg -nostdin -v error -re -f lavfi -i testsrc=size=$SIZE:rate=5 -pix_fmt yuyv422 \
	-f v4l2 /dev/video10
is_camera() {
	v4l2-ctl -d 10 --info | sed -n '/Device Caps/,$p' | grep -q 'Video Capture'
}
check "another program writes" within 20 is_camera
start second $START 10
check "another program writes: busy, and by whom" within 10 said second "in use by ffmpeg (pid"
stop other
check "when it has ended the sink takes the device" within 6 said second "takes YUYV $SIZE"
check "it is a camera again" within 5 is_camera
stop second
check "it stops when told to" test $? = 0
finish

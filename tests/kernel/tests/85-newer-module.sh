# A newer v4l2loopback than this Debian's: one reader at a time, and events when readers come and go.
. "$(dirname "$0")/lib.sh"

LOOPBACK_KO=$SOURCE/build/kernel/newer/$(uname -r)/v4l2loopback.ko
SIZE=320x240
START="$BIN/effigy-sink --size $SIZE --fps 10 --in ipc://$T/render"

if [ ! -s "$LOOPBACK_KO" ]; then
	echo "# skipped: no newer v4l2loopback; see build/kernel/newer.log"
	finish
fi
check "the newer module is loaded" load_loopback
echo "# v4l2loopback $(cat /sys/module/v4l2loopback/version)"
start sink $START 10
check "the sink logs what it writes" within 10 said sink "/dev/video10 takes YUYV $SIZE, 10 fps"
check "the device is a camera and not an output" \
	eval "v4l2-ctl -d 10 --info | sed -n '/Device Caps/,\$p' |
	grep -q 'Video Capture' && ! v4l2-ctl -d 10 --info | sed -n '/Device Caps/,\$p' |
	grep -q 'Video Output'"

start reader timeout 60 v4l2-ctl -d 10 --stream-mmap --stream-count=80 --stream-to="$T/killed.raw"
sleep 2
timeout 10 v4l2-ctl -d 10 --stream-mmap --stream-count=3 >"$T/second" 2>&1
check "a second reader is refused" grep -q 'VIDIOC_REQBUFS.*busy' "$T/second"
stop sink KILL
before=$(stat -c %s "$T/killed.raw")
grown() {
	[ "$(stat -c %s "$T/killed.raw")" -gt "$before" ]
}
check "the reader gets pictures while no sink runs" within 3 grown
start sink $START 10
check "a restarted sink writes to the device again" within 5 said sink "takes YUYV $SIZE"
finished reader
check "the reader has seen no error" test $? = 0
/usr/bin/python3 "$HERE/look.py" "$T/killed.raw" YUYV $SIZE >"$T/killed.json"
check "its pictures are whole" holds "$T/killed.json" '.pictures == 80 and .rest == 0'
stop sink
check "the sink exits with status 0" test $? = 0
rmmod v4l2loopback

. "$HERE/75-on-demand.sh"

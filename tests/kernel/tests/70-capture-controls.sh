# Controls are set by name each time the webcam is opened; the webcam is found by name, whatever its
# number is.
. "$(dirname "$0")/lib.sh"

EDGE=ipc://$T/frames
START="$BIN/effigy-capture --size 320x180 --fps 5 --out $EDGE"
DRIVER=/sys/bus/platform/drivers/vivid
VIVIDS="n_devs=2 node_types=0x1,0x1 num_inputs=1,1 input_types=0,0 vid_cap_nr=0,1"

values() { # values DEVICE CONTROL,... VALUE,...
	local seen
	seen=$(v4l2-ctl -d "$1" -C "$2" | sed 's/[^:]*: //; s/ .*//' | paste -sd,)
	[ "$seen" = "$3" ] || { echo "$seen"; false; }
}

load_vivid $VIVIDS
start capture $START --controls \
	"brightness=77, Horizontal Flip=1,menu=Menu Item 4,integer_menu=5,contrast=999,menu=2,focus=1" 1
check "the controls set are logged" within 20 said capture \
	"webcam /dev/video1: set brightness=77, horizontal_flip=1, menu=Menu Item 4, integer_menu=5"
check "a number, a boolean, a menu item by name and one by number are set; one out of range is not" \
	values 1 brightness,horizontal_flip,menu,integer_menu,contrast 77,1,4,5,128
check "those of another webcam are unchanged" values 0 brightness,menu 128,3
check "a value out of range is logged, with the range" said capture \
	"the control contrast takes 0 to 255, not 999; not changed"
check "an item that is not in the menu is logged, with those that are" said capture \
	"menu takes 1 (Menu Item 1), 3 (Menu Item 3), 4 (Menu Item 4), not 2; not changed"
check "a control that the webcam does not have is logged" said capture \
	"the control focus is not a control of this webcam; effigy-capture --list shows them"
check "the webcam gives pictures" within 20 said capture "vivid gives YUYV 320x180"

echo vivid.0 >$DRIVER/unbind
within 5 said capture "unplugged; plug it in again"
echo vivid.0 >$DRIVER/bind
check "capture goes on when the webcam is plugged in again" within 5 \
	said capture "vivid gives YUYV 320x180" 2
check "its controls are set again" values 1 brightness,menu 77,4
check "what could not be set is logged once" test "$(grep -c "the control" "$T/capture.log")" = 3
stop capture
check "capture exits with status 0" test $? = 0

# By name; of two with the same name the second one by its bus id.
start nobody $START camera:C920
check "a name that no webcam has is logged, with those found" within 20 said nobody \
	"no webcam named C920; found: vivid, vivid; see effigy-capture --list"
sleep 1
check "it is logged once" test "$(wc -l <"$T/nobody.log")" = 1
stop nobody
"$BIN/effigy-capture" --list camera:vivid-001 >"$T/list" 2>&1
check "--list of a name shows that webcam only" test "$(grep '^/dev' "$T/list" | cut -f 1,3)" = \
	"$(printf '/dev/video1\tplatform:vivid-001')"
check "--list of a name that no webcam has fails" not "$BIN/effigy-capture" --list camera:C920
start capture $START camera:VIVID
check "the first of that name is used" within 20 said capture "webcam /dev/video0: vivid gives"
stop capture
start capture $START camera:vivid-001
check "a part of the bus id is enough" within 20 said capture "webcam /dev/video1: vivid gives"
echo vivid.0 >$DRIVER/unbind
within 5 said capture "unplugged; plug it in again"
modprobe v4l2loopback video_nr=1 card_label=Effigy exclusive_caps=1
check "a webcam of that name that has gone is logged" within 5 \
	said capture "no webcam named vivid-001, and no other one"
echo vivid.0 >$DRIVER/bind
check "it is found by name with its new number within 2 s" within 2 \
	said capture "webcam /dev/video2: vivid gives"
stop capture
check "capture exits with status 0 after that" test $? = 0
finish

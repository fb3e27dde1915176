# effigy doctor and effigy camera on real devices; effigy-sink --list, and its output by label.
. "$(dirname "$0")/lib.sh"

export EFFIGY_SIZE=320x240 EFFIGY_OUTPUT=camera:Effigy EFFIGY_INPUT=camera:VIVID
START="$BIN/effigy-sink --size $EFFIGY_SIZE --fps 5 --in ipc://$T/render"

# doctor GROUP...: its exit status; what it says is in $T/doctor.
doctor() {
	"$SOURCE/effigy" doctor "$@" >"$T/doctor" 2>&1
}

# told STATE TEXT: the last examination has printed that.
told() {
	grep -qE "^  $1 +.*$2" "$T/doctor" || { cat "$T/doctor"; false; }
}

camera() {
	"$SOURCE/effigy" camera "$@" >"$T/camera.log" 2>&1
}

# lists LINE...: effigy-sink --list prints that, with a bar for each tab.
lists() {
	local now
	now=$("$BIN/effigy-sink" --list 2>/dev/null | tr '\t' '|')
	[ "$now" = "$(printf '%s\n' "$@")" ] || { echo "$now"; false; }
}

# has_open NAME PATH: a started program has that open.
has_open() {
	[ -n "$(find "/proc/${started[$1]}/fd" -lname "$2")" ]
}

# The host's own folders are read-only.
mount -t tmpfs tmpfs /etc/modprobe.d
mount -t tmpfs tmpfs /etc/modules-load.d

load_vivid
start holder v4l2-ctl -d 0 --stream-mmap --stream-count=10000
within 10 has_open holder /dev/video0
doctor module camera input
check "without the module: a problem" test $? = 1
check "the module is installed" told ok "v4l2loopback is installed for this kernel, $(uname -r)"
check "the module is not loaded" told problem "v4l2loopback is not loaded"
check "no device has that name" told problem 'no virtual camera named Effigy'
check "the webcam is found by its name" told ok '/dev/video0 "vivid.* delivers frames'
check "the program that has it open is named" \
	told warn "v4l2-ctl .pid ${started[holder]}. has /dev/video0 open"
stop holder
rmmod vivid

camera install --yes
check "camera install loads the module" test $? = 0
check "it names the device" said camera '/dev/video10 "Effigy" exists'
cp "$BIN/effigy-sink" "$T"
check "a user who may not open the device sees it listed" test \
	"$(setpriv --reuid=65534 --clear-groups "$T/effigy-sink" --list | cut -f 2,3)" = \
	"$(printf 'Effigy\tno permission')"

start sink $START camera:eFFigy
check "the sink opens it by its label" within 15 said sink "/dev/video10 takes YUYV 320x240"
doctor module camera
check "no problem while the sink writes" test $? = 0
check "the module is loaded at each boot" \
	told ok "loaded at each boot .*/etc/modules-load.d/effigy.conf"
check "browsers may list it" told ok "exclusive_caps is on"
check "effigy writes to it" told ok "effigy writes YUYV 320x240 to /dev/video10"

start reader ffmpeg -nostdin -v error -f v4l2 -i /dev/video10 -f null -
within 20 has_open reader /dev/video10
sleep 2
stop sink
EFFIGY_SIZE=640x480 doctor camera
check "a reader that holds another format is a problem" test $? = 1
check "that program is named" told problem \
	"ffmpeg .pid ${started[reader]}. keeps /dev/video10 at YUYV 320x240, but effigy needs YUYV 640x480"
check "exclusive_caps is not reported as the cause" told ok "exclusive_caps is on"
stop reader INT
rmmod v4l2loopback

# The device has another name, then another number: the sink looks it up each time.
start sink $START camera:Effigy
check "a machine without devices is logged" within 15 \
	said sink "no virtual camera named Effigy, and no other one"
EFFIGY_OUTPUT="camera:My Cam" camera install --yes
check "the other device is named, a name with a space" within 10 \
	said sink "no virtual camera named Effigy; found: My Cam; see effigy-sink --list"
rmmod v4l2loopback
modprobe v4l2loopback devices=2 video_nr=12,3 card_label=Effigy,Other exclusive_caps=1,0
check "the sink finds the label with another number" within 10 said sink "/dev/video12 takes YUYV"
check "both devices are listed, by number" lists "/dev/video3|Other|output and camera|-|-" \
	"/dev/video12|Effigy|camera|YUYV 320x240|effigy-sink (pid ${started[sink]})"

EFFIGY_OUTPUT=3 doctor camera
check "exclusive_caps off: a problem" test $? = 1
check "it says that browsers do not list the device" \
	told problem "exclusive_caps is off: .* /dev/video3"
camera install --yes
check "camera install says how to load the module again, and which program uses it" said camera \
	"close effigy-sink (pid ${started[sink]}), then sudo modprobe -r v4l2loopback"
check "the other device is shown, too" told info '/dev/video12 "Effigy" is another .*: camera'
stop sink
umount /etc/modprobe.d /etc/modules-load.d
finish

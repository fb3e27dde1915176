# systemd's units with a real user manager, udevd and devices: a character starts when the webcam that
# EFFIGY_INPUT names is plugged in, and stops when the last goes; our own virtual camera starts nothing.
# limit: 1500 s
. "$(dirname "$0")/lib.sh"

UNITS=$SOURCE/supervise/service
# The tests run in a chroot, which is the whole system here.
export SYSTEMD_IGNORE_CHROOT=1
export HOME=$T/home XDG_RUNTIME_DIR=$T/user
mkdir -p "$T/bin" "$HOME/.config/effigy" /run/systemd/{system,user} /run/udev/rules.d
mkdir -m 700 "$XDG_RUNTIME_DIR"

# As make install does. What a box is told to run is noted. Tracker and Blender only sleep: emulated, they would need all
# the time there is.
ln -s "$BIN"/* "$T/bin"
for stage in tracker blender-node; do
	rm -f "$T/bin/effigy-$stage"
	printf '#!/bin/sh\nexec sleep infinity\n' >"$T/bin/effigy-$stage"
	chmod +x "$T/bin/effigy-$stage"
done
cat >"$T/bin/effigy" <<END
#!/bin/bash
[ "\$1" != stage ] || { echo "\$@" >>$T/stages; exec sleep infinity; }
EFFIGY_BIN=$T/bin exec $SOURCE/effigy "\$@"
END
chmod +x "$T/bin/effigy"
fill() { # template, folder
	sed "s|@BIN@|$T/bin|; s|@LIBEXEC@|$SOURCE|; s|/etc/effigy/effigy.env|$T/effigy.env|" "$UNITS/$1.in" >"$2/$1"
}
fill effigy@.service /run/systemd/user
fill effigy-stage@.service /run/systemd/user
cp "$UNITS/effigy-webcam.target" /run/systemd/user
# Emulated, a stop may take longer than half a minute.
mkdir /run/systemd/user/effigy@.service.d
printf '[Service]\nTimeoutStopSec=300\n' >/run/systemd/user/effigy@.service.d/slow.conf
fill 71-effigy.rules /run/udev/rules.d
name_webcam() { # as an administrator does
	echo "EFFIGY_INPUT=$1" >"$T/effigy.env"
	printf 'EFFIGY_%s\n' "INPUT=$1" RUNTIME="$T/run" OUTPUT=/dev/video10 WEBCAM_SIZE=320x180 SIZE=320x240 FPS=5 \
		>"$HOME/.config/effigy/effigy.env"
}
name_webcam camera:vivid

effigy() {
	EFFIGY_INPUT=$(sed -n 's/^EFFIGY_INPUT=//p' "$T/effigy.env") EFFIGY_RUNTIME=$T/run "$T/bin/effigy" "$@"
}
is() { # is STATE UNIT
	[ "$(systemctl --user is-active "$2")" = "$1" ] || { systemctl --user status "$2"; false; }
}
says() { # says TEXT command...
	local text=$1
	shift
	"$@" 2>&1 | tee "$T/said.log" | grep -qF -- "$text" || { cat "$T/said.log"; false; }
}
also_tidy() {
	systemctl --user exit
	effigy down
} >/dev/null 2>&1

check "the units are in order" systemd-analyze verify --user --man=no effigy@fox.service effigy-stage@tracker.service
check "without a user manager, effigy service says what to do" says enable-linger effigy service fox

mount -t cgroup2 cgroup2 /sys/fs/cgroup
start udevd /lib/systemd/systemd-udevd
start manager /lib/systemd/systemd --user --log-target=console
check "the user manager runs" within 60 systemctl --user show --property=Version

check "a character is enabled" says "starts when the webcam camera:vivid is plugged in" effigy service fox
check "it is listed" says "* fox: inactive, starts with the webcam" effigy service --list

load_loopback 0
udevadm settle
check "the virtual camera is seen" says E: udevadm info /dev/video10
check "it starts nothing" is inactive effigy-webcam.target

load_vivid n_devs=2 node_types=0x1,0x1 num_inputs=1,1 input_types=0,0 vid_cap_nr=0,1
check "the webcam is plugged in: the character starts" within 60 is active effigy@fox.service
check "as the one that was enabled" within 60 grep -qz EFFIGY_AVATAR=fox /proc/"$(systemctl --user show -P MainPID effigy@fox)"/environ
check "the pipeline is up" within 60 test -s "$T/run/stats/sink"
check "it is listed as running" says "* fox: runs, starts with the webcam" effigy service

udevadm trigger --action=remove /sys/class/video4linux/video1
udevadm settle
sleep 2
check "one of two webcams is unplugged: it goes on" is active effigy@fox.service
udevadm trigger --action=remove /sys/class/video4linux/video0
check "the last one is unplugged: it stops" within 60 is inactive effigy@fox.service
check "nothing of it is left" within 30 says "nothing is up" effigy status
udevadm trigger --action=add /sys/class/video4linux/video0
check "plugged in again: it starts" within 60 is active effigy@fox.service

systemctl --user exit
finished manager
start manager /lib/systemd/systemd --user --log-target=console
check "logged in while the webcam is there: it starts" within 60 is active effigy@fox.service

check "another character takes its place" says "robot runs" effigy service robot
check "the first one has stopped" within 30 is inactive effigy@fox.service
check "--stop stops all" says "stopped: robot" effigy service --stop
check "none runs" within 30 is inactive effigy@robot.service
check "the list has no star" not says "*" effigy service --list

# A file of a user's, with all that a name can contain.
hero="$HOME/my \$HOME %h-\"hero\".blend"
cp "$SOURCE/build/avatars/fox.blend" "$hero"
check "a character of one's own starts" says "runs" effigy service "$hero"
unit=$(systemd-escape --template=effigy@.service -- "$hero")
check "by its name" within 60 grep -qzF "EFFIGY_AVATAR=$hero" /proc/"$(systemctl --user show -P MainPID "$unit")"/environ
check "it is listed by its name" says "* $hero: runs" effigy service --list
effigy service --stop >/dev/null

rmmod vivid
name_webcam camera:C920
effigy service fox >/dev/null
load_vivid
udevadm settle
check "another webcam than the one named starts nothing" is inactive effigy-webcam.target
name_webcam /dev/video0
udevadm trigger --action=change /sys/class/video4linux/video0
check "named by its device, it starts" within 60 is active effigy@fox.service
effigy service --stop >/dev/null

systemctl --user start effigy-stage@tracker:normaliser
check "a box runs its stages" within 30 grep -x "stage tracker normaliser" "$T/stages"

finish

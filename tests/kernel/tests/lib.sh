# Functions that the tests share. A test sources this first and calls finish last, which kills what
# it started, unloads its modules and writes its logs to the console's log.
set -u
BIN=$SOURCE/${BUILD:-build}
HERE=$SOURCE/tests/kernel/tests
T=/tmp/$TEST
mkdir -p "$T"
declare -A started

# check "what" command...: one assertion. Shows the command's output when it fails.
check() {
	local what=$1 said
	shift
	if said=$("$@" 2>&1); then
		echo "ok $TEST: $what"
	else
		echo "not ok $TEST: $what"
		printf '%s\n' "$*" "$said" | tail -n 15 | sed 's/^/    | /'
	fi
}

not() {
	! "$@"
}

# within SECONDS command...: true as soon as the command is; three times as long on a slow machine.
within() {
	local until=$((SECONDS + 3 * $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$until" ] || { "$@"; return; }
		sleep 0.2
	done
}

# start NAME command...: in the background, its output in $T/NAME.log.
start() {
	local name=$1
	shift
	"$@" >"$T/$name.log" 2>&1 &
	started[$name]=$!
}

running() {
	kill -0 "${started[$1]}" 2>/dev/null
}

# stop NAME [SIGNAL]: ends it and waits for it; its exit status.
stop() {
	kill "-${2:-TERM}" "${started[$1]}" 2>/dev/null
	finished "$1"
}

# finished NAME: waits for it; its exit status.
finished() {
	local pid=${started[$1]}
	unset "started[$1]"
	wait "$pid" 2>/dev/null
}

# said NAME TEXT [TIMES]: a started program has logged that text, at least so many times.
said() {
	[ "$(grep -cF -- "$2" "$T/$1.log")" -ge "${3:-1}" ] || { tail -n 8 "$T/$1.log"; false; }
}

# holds FILE EXPRESSION: the jq expression is true for the JSON in the file.
holds() {
	jq -e "$2" "$1" >/dev/null || { jq -c . "$1"; false; }
}

# load_vivid [OPTION...]: the webcam, /dev/video0.
load_vivid() {
	modprobe vivid n_devs=1 node_types=0x1 num_inputs=1 input_types=0 vid_cap_nr=0 "$@" &&
		within 10 test -c /dev/video0
}

# load_loopback [EXCLUSIVE_CAPS]: the virtual camera, /dev/video10; LOOPBACK_KO names another build
# of the module.
load_loopback() {
	local load=(modprobe v4l2loopback)
	if [ -n "${LOOPBACK_KO:-}" ]; then
		modprobe videodev
		load=(insmod "$LOOPBACK_KO")
	fi
	"${load[@]}" video_nr=10 card_label=Effigy exclusive_caps="${1:-1}" &&
		within 10 test -c /dev/video10
}

# More that a test does at its end; it may define its own also_tidy.
also_tidy() {
	:
}

tidy() {
	local name
	also_tidy
	for name in "${!started[@]}"; do
		stop "$name" KILL
	done
	rmmod vivid v4l2loopback 2>/dev/null
	tail -n 40 "$T"/*.log >/dev/ttyS0 2>&1
}

# The last line of every test: a script that ends earlier has failed.
finish() {
	trap - EXIT
	tidy
	exit 0
}
trap 'echo "not ok $TEST: the script ended early"; tidy' EXIT

# effigy doctor: finds what prevents a picture, and says how to fix it. It changes nothing and starts no
# camera. Sourced by effigy. Each check is one function, which reports its finding with ok, info, warn
# or problem. Files of the system are read below $root, which is empty except in tests.

part camera
part doctor_module
part doctor_camera

doctor_groups="module camera input blender programs settings"

# --- Reporting ------------------------------------------------------------------------------------

problems=0 warnings=0
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	bold=$'\e[1m' red=$'\e[1;31m' yellow=$'\e[33m' green=$'\e[32m' dim=$'\e[2m' plain=$'\e[0m'
else
	bold='' red='' yellow='' green='' dim='' plain=''
fi

report() { # state, colour, text, what to do or nothing
	printf '  %s%-7s%s  %s\n' "$2" "$1" "$plain" "$3"
	[ -z "$4" ] || printf '           %s\n' "$4"
}

ok() { # text
	report ok "$green" "$1" ''
}

info() { # text, what to do or nothing
	report info "$dim" "$1" "${2:-}"
}

warn() { # text, what to do
	warnings=$((warnings + 1))
	report warn "$yellow" "$1" "$2"
}

problem() { # text, what to do
	problems=$((problems + 1))
	report problem "$red" "$1" "$2"
}

# Prints the error message of a command that uses die, without "effigy: ". Prints nothing on success.
complaint() { # command...
	local message
	message=$("$@" 2>&1 >/dev/null) || echo "${message#effigy: }"
}

# --- Blender --------------------------------------------------------------------------------------

check_blender() {
	local version
	if ! command -v blender >/dev/null; then
		problem "Blender is not installed" "sudo apt install blender"
		return
	fi
	version=$(timeout 60 blender --version 2>/dev/null </dev/null | sed -n '1s/^Blender \([0-9.]*\).*/\1/p')
	if ! [[ $version =~ ^([0-9]+)\.([0-9]+) ]]; then
		problem "Blender does not start" "run blender --version to see why"
	elif ((BASH_REMATCH[1] < 3 || (BASH_REMATCH[1] == 3 && BASH_REMATCH[2] < 4))); then
		problem "Blender $version is too old" "install 3.4 or newer"
	else
		ok "Blender $version"
	fi
}

check_xvfb() {
	if command -v Xvfb >/dev/null; then
		ok "Xvfb, the display on which Blender draws"
	else
		problem "Xvfb is missing; Blender draws on its own display" "sudo apt install xvfb"
	fi
}

# Prints the log of blender-node once it draws: of the running stage, or of one that is started for
# this, connected to no other stage.
node_log() {
	local folder node='' tries EFFIGY_RENDER_SIZE=64x64
	if supervisor_pid >/dev/null && grep -qs 'ready:' "$runtime/log/blender-node.log"; then
		cat "$runtime/log/blender-node.log"
		return
	fi
	folder=$(mktemp -d) && : >"$folder/log" || return
	trap '[ -z "$node" ] || kill "$node"; rm -rf "$folder"; exit 130' INT TERM HUP
	stage_command blender-node
	EFFIGY_RUNTIME=$folder "${command[@]}" --in "ipc://$folder/in" --out "ipc://$folder/out" \
		>"$folder/log" 2>&1 </dev/null &
	node=$!
	for ((tries = 0; tries < 600; tries++)); do
		grep -q 'ready:' "$folder/log" || ! kill -0 "$node" 2>/dev/null && break
		sleep 0.1
	done
	kill "$node" 2>/dev/null
	wait "$node" 2>/dev/null
	trap - INT TERM HUP
	cat "$folder/log"
	rm -rf "$folder"
}

# Prints the text of the first line of a log with that rank.
logged() { # E, W or I
	sed -n "s/^$1: ([a-z-]*) [0-9-]* [0-9:]* //p" | head -n 1
}

check_drawing() {
	local log renderer
	if ! command -v blender >/dev/null || ! command -v Xvfb >/dev/null ||
		! [ -x "$bin/effigy-blender-node" ] || [ -n "$(complaint find_avatar)" ]; then
		info "not checked whether Blender draws: a program or the character is missing"
		return
	fi
	find_avatar
	log=$(node_log)
	renderer=$(sed -n 's/^I: .* renderer //p' <<<"$log" | tail -n 1)
	if [[ $log != *ready:* ]]; then
		problem "Blender does not draw the character: $(logged E <<<"$log")" \
			"for details: $me up, then $me logs blender-node"
	else
		ok "Blender draws the character; renderer $renderer"
		[ -z "$(logged W <<<"$log")" ] || warn "Blender warns: $(logged W <<<"$log")" \
			"see man effigy-blender-node"
	fi
}

doctor_blender() {
	check_blender
	check_xvfb
	check_drawing
}

# --- Programs -------------------------------------------------------------------------------------

check_built() {
	local stage missing=''
	for stage in $stages query; do
		[ -x "$bin/effigy-$stage" ] || missing+=${missing:+, }effigy-$stage
	done
	if [ -n "$missing" ]; then
		problem "missing in $bin: $missing" "run make in $here"
	else
		ok "the programs of the stages are in $bin"
	fi
}

check_program() { # program, package, what for
	if command -v "$1" >/dev/null; then
		ok "$1, $3"
	else
		problem "$1 is missing, $3" "sudo apt install $2"
	fi
}

check_running() {
	local pid left held
	if pid=$(supervisor_pid); then
		if control status 2>/dev/null | grep -q ^effigy:; then
			ok "effigy is up (supervisord, pid $pid)"
		else
			problem "effigy is up, but supervisord (pid $pid) does not answer: it is stopped, or $runtime was emptied" \
				"run $me down, then $me up"
		fi
		return
	fi
	left=$(pipeline_pids)
	held=$(tell_holder)
	if [ -n "$left" ]; then
		problem "effigy is not up, but these processes of it still run: $(named $left)" "run $me down"
	elif [ -n "$held" ]; then
		problem "effigy is not up, and $held" "stop that process before $me up"
	else
		info "effigy is not up"
	fi
}

doctor_programs() {
	check_built
	check_program supervisord supervisor "which keeps the stages running"
	check_program ffmpeg ffmpeg "for video files"
	check_program jq jq "which reads the stages' statistics"
	check_running
}

# --- Settings -------------------------------------------------------------------------------------

check_model() {
	if [ -r "$EFFIGY_MODEL" ] && [ -s "$EFFIGY_MODEL" ] && [ -f "$EFFIGY_MODEL" ]; then
		ok "the face model can be read"
	elif [ -e "$EFFIGY_MODEL" ]; then
		problem "$EFFIGY_MODEL (EFFIGY_MODEL) cannot be read" "chmod +r, or set another file"
	else
		problem "$EFFIGY_MODEL (EFFIGY_MODEL) does not exist" "sudo apt install libdlib-data"
	fi
}

check_character() {
	local message
	message=$(complaint find_avatar)
	if [ -n "$message" ]; then
		problem "${message%%; *}" "${message#*; }"
	elif [ -n "$EFFIGY_MAP" ] && ! [ -r "$EFFIGY_MAP" ]; then
		problem "$EFFIGY_MAP (EFFIGY_MAP) cannot be read" "correct the path, or set it to nothing"
	else
		ok "the character $EFFIGY_AVATAR exists"
	fi
}

# The port is used only when the tracker runs on another machine.
check_port() {
	local port=${EFFIGY_FACES##*:} held
	[ -n "$EFFIGY_TRACKER" ] && [[ $EFFIGY_FACES == tcp://* ]] || return 0
	if ! command -v ss >/dev/null; then
		info "not checked whether port $port is free: ss is missing" "sudo apt install iproute2"
		return
	fi
	held=$(ss -Hltnp "sport = :$port" 2>/dev/null)
	if [ -z "$held" ]; then
		ok "port $port for the faces (EFFIGY_FACES) is free"
	elif supervisor_pid >/dev/null; then
		ok "port $port for the faces (EFFIGY_FACES) is open"
	else
		held=$(sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/\1 (pid \2)/p;q' <<<"$held")
		problem "port $port (EFFIGY_FACES) is in use by ${held:-another program}" \
			"close that program, or choose another port on both machines"
	fi
}

check_remote() {
	local message
	[ -x "$bin/effigy-query" ] || return
	message=$(complaint check_tracker)
	[ -z "$message" ] || problem "${message%%; *}" "${message#*; }"
}

# A UNIX socket's path has 107 bytes at most; the longest is that of a tap.
check_folder() {
	local parent message free
	if [ -z "$runtime" ]; then
		info "not checked the folder for sockets and logs: effigy-query is missing in $bin" "run make in $here"
		return
	fi
	parent=$runtime
	while ! [ -e "$parent" ]; do
		parent=$(dirname -- "$parent")
	done
	if [ -e "$base" ]; then
		message=$(complaint check_runtime)
	elif ! [ -d "$parent" ] || ! [ -w "$parent" ]; then
		message="cannot make $runtime in $parent; set EFFIGY_RUNTIME to a folder of yours"
	fi
	if [ -z "${message:-}" ] && [ "$(printf %s "$runtime/expressions.tap" | wc -c)" -gt 107 ]; then
		message="the path $runtime is too long for sockets; set EFFIGY_RUNTIME to a shorter one"
	fi
	free=$(df -Pk -- "$parent" 2>/dev/null | awk 'NR == 2 { print int($4 / 1024) }')
	if [ -n "${message:-}" ]; then
		problem "${message%%; *}" "${message#*; }"
	elif [ -n "$free" ] && [ "$free" -lt 20 ]; then
		problem "only $free MB are free in $parent for sockets and logs" "make room there"
	else
		ok "$runtime, the folder for sockets and logs"
	fi
}

doctor_settings() {
	check_model
	check_character
	check_port
	check_remote
	check_folder
}

# --- All of them ----------------------------------------------------------------------------------

doctor_title() { # group
	case $1 in
	module) echo "The virtual camera's module" ;;
	camera) echo "The virtual camera" ;;
	input) echo "Your webcam" ;;
	blender) echo "Blender" ;;
	programs) echo "Programs" ;;
	settings) echo "Settings" ;;
	esac
}

counted() { # number, what
	echo "$1 $2$([ "$1" = 1 ] || echo s)"
}

conclude() {
	echo
	if [ $problems = 0 ] && [ $warnings = 0 ]; then
		echo "No problem found."
	elif [ $problems = 0 ]; then
		echo "No problem found, $(counted $warnings warning)."
	else
		echo "$(counted $problems problem)$([ $warnings = 0 ] || echo ", $(counted $warnings warning)");" \
			"start with the first one."
	fi
	[ $problems = 0 ]
}

# Reads the settings. Wrong settings are reported and end the checks, which all depend on them.
take_settings() {
	local message
	message=$(complaint read_settings)
	if [ -z "$message" ]; then
		read_settings
		message=$(complaint check_settings)
	fi
	[ -n "$message" ] || return 0
	echo "${bold}Settings$plain"
	problem "$message" "fix it, then run $me doctor again; the other checks depend on it"
	conclude
	exit 1
}

effigy_doctor() {
	local group
	for group in "$@"; do
		[[ " $doctor_groups " == *" $group "* ]] ||
			die 2 "doctor takes none or some of: $doctor_groups; not \"$group\""
	done
	take_settings
	place_programs
	base='' runtime=''
	if [ -x "$bin/effigy-query" ]; then
		part runtime_folder
		name_runtime
	fi
	part live
	for group in ${*:-$doctor_groups}; do
		echo "$bold$(doctor_title "$group")$plain"
		"doctor_$group"
	done
	conclude
}

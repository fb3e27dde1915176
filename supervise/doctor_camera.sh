# Checks of devices: the virtual camera, and the webcam. Sourced by doctor.sh.

# --- Devices --------------------------------------------------------------------------------------

device_name() { # path
	cat "$root/sys/class/video4linux/${1##*/}/name" 2>/dev/null
}

# Prints the path of a device given by path, number or camera:NAME, or nothing.
device_path() { # setting's value
	local folder
	case $1 in
	camera:*)
		for folder in "$root"/sys/class/video4linux/video*; do
			if [ "$(device_name "$folder" | tr '[:upper:]' '[:lower:]')" = \
				"$(tr '[:upper:]' '[:lower:]' <<<"${1#camera:}")" ]; then
				echo "/dev/${folder##*/}"
				return
			fi
		done
		;;
	/dev/*) readlink -m -- "$1" ;;
	*) echo "/dev/video$1" ;;
	esac
}

# Opening a device needs the group video, or a login at the machine itself, which sets an access rule.
report_no_permission() { # path
	if id -nG "$(id -un)" | grep -qw video && ! id -nG | grep -qw video; then
		problem "you may not open $1 yet: you are in the group video from your next login on" \
			"log out and in again"
	else
		problem "you may not open $1" "sudo usermod -aG video $(id -un), then log out and in again"
	fi
}

# --- The virtual camera ---------------------------------------------------------------------------

# Browsers list only devices that are a camera and not also an output. A device that is both has
# exclusive_caps off, or its writer has exited while a reader stayed: then the module's option decides.
exclusive_caps_are_off() {
	[ "$device_state" = "output and camera" ] || return 1
	case $(loaded_option exclusive_caps "${device#/dev/video}") in
	N) return 0 ;;
	Y) return 1 ;;
	*) [ "$device_holders" = - ] ;;
	esac
}

check_exclusive() {
	if exclusive_caps_are_off; then
		problem "exclusive_caps is off: Chrome and others do not list $device" \
			"run sudo $me camera install, and load the module again as it says"
	else
		ok "exclusive_caps is on: browsers list $device while effigy is up"
	fi
}

check_openers() {
	local most open
	most=$(cat "$root/sys/class/video4linux/${device##*/}/max_openers" 2>/dev/null)
	open=0
	[ "$device_holders" = - ] || open=$(tr ',' '\n' <<<"$device_holders" | wc -l)
	if [ -n "$most" ] && { [ "$most" -lt 3 ] || [ "$open" -ge "$most" ]; }; then
		problem "only $most programs may open $device (max_openers), and $open have it open" \
			"echo 10 | sudo tee /sys/class/video4linux/${device##*/}/max_openers"
	fi
}

# The format cannot change while any program has the device open.
check_format() {
	local wanted="${EFFIGY_OUTPUT_FORMAT:-YUYV} $EFFIGY_SIZE"
	if [ "$device_format" = - ] || [ "$device_format" = "$wanted" ]; then
		return
	elif [ "$device_holders" = - ]; then
		problem "the format of $device is fixed at $device_format, but effigy needs $wanted" \
			"close the other user's program, or run v4l2-ctl -d $device -c keep_format=0"
	else
		problem "$device_holders keeps $device at $device_format, but effigy needs $wanted" \
			"close that program, or the page in it that uses the virtual camera"
	fi
}

check_writer() {
	case $device_state in
	camera)
		if [[ $device_holders == *effigy-sink* ]]; then
			ok "effigy writes $device_format to $device: other programs see a camera"
		elif [ "$device_holders" = - ]; then
			problem "a program of another user writes to $device" "ask that user to close it"
		else
			problem "another program writes to $device, one of: $device_holders" \
				"close it, or create another virtual camera: set EFFIGY_OUTPUT and run $me camera install"
		fi
		return
		;;
	esac
	check_format
	if [[ $device_holders == *effigy-sink* ]]; then
		ok "effigy writes to $device"
	elif supervisor_pid >/dev/null; then
		problem "effigy is up, but does not write to $device" "see $me logs sink"
	else
		info "no program writes to $device now, and browsers list it only while one does" \
			"run $me up first, then open the browser, or reload its page"
	fi
}

# Uses device, device_label, device_state, ...: one line of effigy-sink --list.
check_output_device() {
	ok "$device \"$device_label\" is the virtual camera (EFFIGY_OUTPUT)"
	case $device_state in
	"no permission")
		report_no_permission "$device"
		return
		;;
	output | camera | "output and camera" | neither) ;;
	*)
		problem "cannot open $device: $device_state" "close the programs that have it open: $device_holders"
		return
		;;
	esac
	[ -w "$root$device" ] || report_no_permission "$device"
	check_exclusive
	check_openers
	check_writer
}

# Prints what to do when the device of EFFIGY_OUTPUT does not exist.
offer() { # loopback devices, as effigy-sink lists them
	local path label rest list=''
	while IFS=$'\t' read -r path label rest; do
		[ -z "$path" ] || list+="${list:+, }$path \"$label\""
	done <<<"$1"
	if [ -n "$list" ]; then
		echo "found $list: set EFFIGY_OUTPUT=camera:LABEL to use one; or run sudo $me camera install"
	elif module_is_loaded || [ -n "$(module_file "$release")" ]; then
		echo "run sudo $me camera install"
	else
		echo "install the module first ($me doctor module), then run sudo $me camera install"
	fi
}

report_no_output() { # path or nothing, loopback devices
	if [ -z "$1" ]; then
		problem "no loopback device is named \"${EFFIGY_OUTPUT#camera:}\" (EFFIGY_OUTPUT)" "$(offer "$2")"
	elif [ -n "$(device_name "$1")" ]; then
		problem "$1 \"$(device_name "$1")\" (EFFIGY_OUTPUT) is not a loopback device" "$(offer "$2")"
	elif [ -e "$1" ]; then
		problem "$1 (EFFIGY_OUTPUT) is not a video device" "$(offer "$2")"
	else
		problem "$1 (EFFIGY_OUTPUT) does not exist" "$(offer "$2")"
	fi
}

is_device() { # setting's value
	! is_path "$1" && [[ $1 != - && $1 != *://* ]] || [[ $1 == /dev/video* || $1 == /dev/v4l/* ]]
}

check_output() {
	local lines=$1 wanted='' device device_label device_state device_format device_holders found=0
	if is_device "$EFFIGY_OUTPUT"; then
		wanted=$(device_path "$EFFIGY_OUTPUT")
	else
		info "the character is written to $EFFIGY_OUTPUT (EFFIGY_OUTPUT), not to a virtual camera" \
			"for a call, run EFFIGY_OUTPUT=/dev/video10 $me up"
	fi
	while IFS=$'\t' read -r device device_label device_state device_format device_holders; do
		if [ -n "$device" ] && [ "$device" = "$wanted" ]; then
			found=1
			check_output_device
		elif [ -n "$device" ]; then
			info "$device \"$device_label\" is another loopback device: $device_state"
		fi
	done <<<"$lines"
	if is_device "$EFFIGY_OUTPUT" && [ $found = 0 ]; then
		report_no_output "$wanted" "$lines"
	fi
}

# Browsers from Flatpak and Snap get their cameras from PipeWire, others may be configured to. Wireplumber
# accepts a loopback device as a camera only if a program writes to it when wireplumber looks.
check_pipewire() { # loopback devices
	local path
	if ! pgrep -u "$(id -u)" -x pipewire >/dev/null; then
		info "PipeWire does not run for $(id -un); browsers open the device themselves"
		return
	fi
	if ! pgrep -u "$(id -u)" -x wireplumber >/dev/null; then
		warn "wireplumber does not run: browsers from Flatpak or Snap see no cameras" \
			"systemctl --user start wireplumber"
		return
	fi
	path=$(device_path "$EFFIGY_OUTPUT")
	if ! command -v pw-dump >/dev/null; then
		info "not checked whether PipeWire sees the virtual camera: pw-dump is missing" \
			"sudo apt install pipewire-bin"
	elif ! command -v jq >/dev/null; then
		info "not checked whether PipeWire sees the virtual camera: jq is missing" "sudo apt install jq"
	elif ! grep -q $'^'"$path"$'\t[^\t]*\t\\(output and \\)\\{0,1\\}camera\t' <<<"$1"; then
		info "not checked whether PipeWire sees the virtual camera: effigy is not up"
	else
		if timeout 10 pw-dump 2>/dev/null | jq -e --arg path "$path" \
			'any(.. | strings; . == $path)' >/dev/null 2>&1; then
			ok "PipeWire sees $path, for browsers from Flatpak and Snap"
		else
			warn "PipeWire does not see $path, so browsers from Flatpak and Snap do not, either" \
				"while effigy is up, run systemctl --user restart wireplumber"
		fi
	fi
}

doctor_camera() {
	local lines
	if ! [ -x "$bin/effigy-sink" ]; then
		info "not checked: effigy-sink is missing in $bin" "run make in $here"
		return
	fi
	lines=$("$bin/effigy-sink" --list 2>/dev/null)
	check_output "$lines"
	! is_device "$EFFIGY_OUTPUT" || [ -z "$lines" ] || check_pipewire "$lines"
}

# --- The webcam -----------------------------------------------------------------------------------

check_input_file() {
	if [ "$EFFIGY_INPUT" = - ]; then
		ok "the input is standard input (EFFIGY_INPUT)"
	elif ! is_path "$EFFIGY_INPUT"; then
		info "the input is the stream $EFFIGY_INPUT (EFFIGY_INPUT); not checked"
	elif [ -r "$EFFIGY_INPUT" ] && ! [ -d "$EFFIGY_INPUT" ]; then
		ok "the input is the file $EFFIGY_INPUT (EFFIGY_INPUT)"
	else
		problem "$EFFIGY_INPUT (EFFIGY_INPUT) cannot be read" "name a webcam or a video file"
	fi
}

# Prints the webcams that deliver frames, a line each: path, name, and other ways to identify one.
list_webcams() {
	[ ! -x "$bin/effigy-capture" ] || "$bin/effigy-capture" --list 2>/dev/null | grep '^/dev/'
}

# Prints the path of the webcam with that name, or else of the first whose name contains it.
find_webcam() { # name, webcams
	NAME=$1 awk -F '\t' 'BEGIN { wanted = tolower(ENVIRON["NAME"]) }
		{ text = tolower($0 "\t"); sub(/^[^\t]*/, "", text) }
		index(text, "\t" wanted "\t") { whole = whole ? whole : $1 }
		index(text, wanted) { part = part ? part : $1 }
		END { print whole ? whole : part }' <<<"$2"
}

input_path() { # webcams
	local path=''
	[[ $EFFIGY_INPUT != camera:* ]] || path=$(find_webcam "${EFFIGY_INPUT#camera:}" "$1")
	echo "${path:-$(device_path "$EFFIGY_INPUT")}"
}

check_input_holders() { # path
	local holders
	holders=$("$bin/effigy-query" --holders "$1")
	if [ -z "$holders" ]; then
		ok "no other program has $1 open"
	elif [[ $holders == *effigy-captur* ]]; then
		ok "effigy has $1 open"
	else
		warn "$holders has $1 open; only one program can read frames from it" "close that program"
	fi
}

check_input_device() { # path, webcams
	local name
	name=$(grep "^$1"$'\t' <<<"$2" | cut -f 2)
	if ! [ -r "$1" ] || ! [ -w "$1" ]; then
		report_no_permission "$1"
	elif [ "$1" = "$(device_path "$EFFIGY_OUTPUT")" ]; then
		problem "$1 is both the webcam (EFFIGY_INPUT) and the virtual camera (EFFIGY_OUTPUT)" \
			"set EFFIGY_INPUT to your webcam"
	elif ! [ -x "$bin/effigy-capture" ]; then
		info "not checked whether $1 delivers frames: effigy-capture is missing in $bin" "run make in $here"
	elif [ -z "$name" ]; then
		problem "$1 \"$(device_name "$1")\" (EFFIGY_INPUT) delivers no frames" "$(offer_webcams "$2")"
	else
		ok "$1 \"$name\" (EFFIGY_INPUT) delivers frames"
		check_input_holders "$1"
	fi
}

offer_webcams() { # webcams
	if [ -n "$1" ]; then
		echo "set EFFIGY_INPUT to one of: $(cut -f 1,2 <<<"$1" | sed 's/\t\(.*\)/ "\1"/' | paste -sd ,)"
	else
		echo "plug in a webcam, or name a video file"
	fi
}

doctor_input() {
	local path list
	if ! is_device "$EFFIGY_INPUT"; then
		check_input_file
		return
	fi
	list=$(list_webcams)
	path=$(input_path "$list")
	if [ -z "$path" ] || ! [ -c "$path" ]; then
		problem "the webcam ${EFFIGY_INPUT#camera:} (EFFIGY_INPUT) does not exist" "$(offer_webcams "$list")"
	else
		check_input_device "$path" "$list"
	fi
}

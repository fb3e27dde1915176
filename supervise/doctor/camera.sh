# Checks of the virtual camera. Sourced by doctor.sh.

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
offer() { # virtual cameras, as effigy-sink --list prints them
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

# Another video device, such as a webcam, is named: its number finds its name.
report_no_output() { # error message of effigy-sink, virtual cameras
	local name=''
	[[ $EFFIGY_OUTPUT == camera:* ]] ||
		name=$(cat "$root/sys/class/video4linux/video${EFFIGY_OUTPUT#/dev/video}/name" 2>/dev/null)
	if [ -n "$name" ]; then
		problem "$EFFIGY_OUTPUT \"$name\" (EFFIGY_OUTPUT) is not a virtual camera" "$(offer "$2")"
	else
		problem "${1%%; *} (EFFIGY_OUTPUT)" "$(offer "$2")"
	fi
}

# Sets output to the path of the virtual camera of EFFIGY_OUTPUT, or to nothing.
check_output() { # virtual cameras
	local line device device_label device_state device_format device_holders
	if ! is_device "$EFFIGY_OUTPUT"; then
		info "the character is written to $EFFIGY_OUTPUT (EFFIGY_OUTPUT), not to a virtual camera" \
			"for a call, run EFFIGY_OUTPUT=/dev/video10 $me up"
	elif ! line=$(find_output); then
		report_no_output "${line#effigy-sink: }" "$1"
	else
		IFS=$'\t' read -r device device_label device_state device_format device_holders <<<"$line"
		output=$device
		check_output_device
	fi
}

report_others() { # virtual cameras
	local path label state rest
	while IFS=$'\t' read -r path label state rest; do
		[ -z "$path" ] || [ "$path" = "$output" ] ||
			info "$path \"$label\" is another virtual camera: $state"
	done <<<"$1"
}

# Browsers from Flatpak and Snap get their cameras from PipeWire, others may be configured to. Wireplumber
# accepts a loopback device as a camera only if a program writes to it when wireplumber looks.
check_pipewire() { # virtual cameras
	if ! pgrep -u "$(id -u)" -x pipewire >/dev/null; then
		info "PipeWire does not run for $(id -un); browsers open the device themselves"
		return
	fi
	if ! pgrep -u "$(id -u)" -x wireplumber >/dev/null; then
		warn "wireplumber does not run: browsers from Flatpak or Snap see no cameras" \
			"systemctl --user start wireplumber"
		return
	fi
	if ! command -v pw-dump >/dev/null; then
		info "not checked whether PipeWire sees the virtual camera: pw-dump is missing" \
			"sudo apt install pipewire-bin"
	elif ! command -v jq >/dev/null; then
		info "not checked whether PipeWire sees the virtual camera: jq is missing" "sudo apt install jq"
	elif ! grep -q $'^'"$output"$'\t[^\t]*\t\\(output and \\)\\{0,1\\}camera\t' <<<"$1"; then
		info "not checked whether PipeWire sees the virtual camera: effigy is not up"
	elif timeout 10 pw-dump 2>/dev/null | jq -e --arg path "$output" \
		'any(.. | strings; . == $path)' >/dev/null 2>&1; then
		ok "PipeWire sees $output, for browsers from Flatpak and Snap"
	else
		warn "PipeWire does not see $output, so browsers from Flatpak and Snap do not, either" \
			"while effigy is up, run systemctl --user restart wireplumber"
	fi
}

doctor_camera() {
	local lines output=''
	if ! [ -x "$bin/effigy-sink" ]; then
		info "not checked: effigy-sink is missing in $bin" "run make in $here"
		return
	fi
	lines=$("$bin/effigy-sink" --list 2>/dev/null)
	check_output "$lines"
	report_others "$lines"
	! is_device "$EFFIGY_OUTPUT" || [ -z "$lines" ] || check_pipewire "$lines"
}

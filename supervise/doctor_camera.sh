# The doctor's look at devices: the virtual camera, and the camera in front of the person.
# Sourced by doctor.sh.

# --- Devices --------------------------------------------------------------------------------------

device_name() { # path
	cat "$root/sys/class/video4linux/${1##*/}/name" 2>/dev/null
}

# The path of a device given by path, number or camera:NAME; nothing where there is none.
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

# Who has it open, of those this user may look at.
holders_of() { # path
	local folder name list=''
	while IFS= read -r folder; do
		folder=${folder%/fd}
		name=$(tr -d '[:cntrl:]' 2>/dev/null <"$folder/comm")
		[ -z "$name" ] || list+="${list:+, }$name (pid ${folder##*/})"
	done < <(find /proc/[0-9]*/fd -maxdepth 1 -lname "$1" -printf '%h\n' 2>/dev/null | sort -u)
	echo "$list"
}

# Being let in takes the group video, or a seat's session, which sets a rule on the device.
tell_no_permission() { # path
	if id -nG "$(id -un)" | grep -qw video && ! id -nG | grep -qw video; then
		problem "you may not open $1 yet: the group video counts from the next login" \
			"log out and in again"
	else
		problem "you may not open $1" "sudo usermod -aG video $(id -un), then log out and in again"
	fi
}

# --- The virtual camera ---------------------------------------------------------------------------

# Browsers list what is a camera and nothing else. A device that is both has exclusive_caps off, or
# had a writer that a reader has outlived: then what the module was loaded with tells.
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
			"sudo $me camera install, and load the module again as it says"
	else
		ok "exclusive_caps is on: browsers list it while effigy is up"
	fi
}

check_openers() {
	local most open
	most=$(cat "$root/sys/class/video4linux/${device##*/}/max_openers" 2>/dev/null)
	open=0
	[ "$device_holders" = - ] || open=$(tr ',' '\n' <<<"$device_holders" | wc -l)
	if [ -n "$most" ] && { [ "$most" -lt 3 ] || [ "$open" -ge "$most" ]; }; then
		problem "only $most programs may have $device open (max_openers), $open have" \
			"echo 10 | sudo tee /sys/class/video4linux/${device##*/}/max_openers"
	fi
}

# A format stays as it was for as long as anybody has the device open.
check_format() {
	local wanted="${EFFIGY_OUTPUT_FORMAT:-YUYV} $EFFIGY_SIZE"
	if [ "$device_format" = - ] || [ "$device_format" = "$wanted" ]; then
		return
	elif [ "$device_holders" = - ]; then
		problem "its format is fixed at $device_format, and effigy wants $wanted" \
			"close what another user has open; or: v4l2-ctl -d $device -c keep_format=0"
	else
		problem "$device_holders keeps its old format, $device_format; effigy wants $wanted" \
			"close that, or the page in it that uses the camera"
	fi
}

check_writer() {
	case $device_state in
	camera)
		if [[ $device_holders == *effigy-sink* ]]; then
			ok "effigy writes to it, $device_format: programs see a camera"
		elif [ "$device_holders" = - ]; then
			problem "a program of another user writes to it" "ask them to end that"
		else
			problem "another program writes to it, of: $device_holders" \
				"close that; or make a camera of its own: EFFIGY_OUTPUT and $me camera install"
		fi
		return
		;;
	esac
	check_format
	if [[ $device_holders == *effigy-sink* ]]; then
		ok "effigy writes to it"
	elif supervisor_pid >/dev/null; then
		problem "effigy is up, but does not write to it" "$me logs sink tells why"
	else
		info "nobody writes to it now, and browsers list it only while somebody does" \
			"$me up first, then open the browser, or load its page again"
	fi
}

# One line of effigy-sink --list is in device, device_label, …
check_output_device() {
	ok "$device \"$device_label\" is the virtual camera (EFFIGY_OUTPUT)"
	case $device_state in
	"no permission")
		tell_no_permission "$device"
		return
		;;
	output | camera | "output and camera" | neither) ;;
	*)
		problem "$device cannot be opened: $device_state" "close what has it open: $device_holders"
		return
		;;
	esac
	[ -w "$root$device" ] || tell_no_permission "$device"
	check_exclusive
	check_openers
	check_writer
}

# What is there instead.
offer() { # loopback devices, as effigy-sink lists them
	local path label rest list=''
	while IFS=$'\t' read -r path label rest; do
		[ -z "$path" ] || list+="${list:+, }$path \"$label\""
	done <<<"$1"
	if [ -n "$list" ]; then
		echo "there is $list: EFFIGY_OUTPUT=camera:LABEL takes one; or: sudo $me camera install"
	elif module_is_loaded || [ -n "$(module_file "$release")" ]; then
		echo "sudo $me camera install"
	else
		echo "first the module: $me doctor module; then: sudo $me camera install"
	fi
}

tell_no_output() { # path or nothing, loopback devices
	if [ -z "$1" ]; then
		problem "no loopback device is named \"${EFFIGY_OUTPUT#camera:}\" (EFFIGY_OUTPUT)" "$(offer "$2")"
	elif [ -n "$(device_name "$1")" ]; then
		problem "$1 \"$(device_name "$1")\" (EFFIGY_OUTPUT) is no loopback device" "$(offer "$2")"
	elif [ -e "$1" ]; then
		problem "$1 (EFFIGY_OUTPUT) is no video device" "$(offer "$2")"
	else
		problem "there is no $1 (EFFIGY_OUTPUT)" "$(offer "$2")"
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
		info "the character goes to $EFFIGY_OUTPUT (EFFIGY_OUTPUT), not to a camera" \
			"EFFIGY_OUTPUT=/dev/video10 $me up, for a call"
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
		tell_no_output "$wanted" "$lines"
	fi
}

# Browsers of Flatpak and Snap, and those that are set so, ask PipeWire for cameras. Wireplumber
# takes a loopback device for a camera only if it is one when it looks.
check_pipewire() { # loopback devices
	local path seen
	if ! pgrep -u "$(id -u)" -x pipewire >/dev/null; then
		info "PipeWire does not run for $(id -un): browsers open the device themselves"
		return
	fi
	if ! pgrep -u "$(id -u)" -x wireplumber >/dev/null; then
		warn "wireplumber does not run: browsers of Flatpak or Snap see no camera at all" \
			"systemctl --user start wireplumber"
		return
	fi
	path=$(device_path "$EFFIGY_OUTPUT")
	if ! command -v pw-dump >/dev/null; then
		info "whether PipeWire sees the camera: not checked: no pw-dump" "sudo apt install pipewire-bin"
	elif ! grep -q $'^'"$path"$'\t[^\t]*\t\\(output and \\)\\{0,1\\}camera\t' <<<"$1"; then
		info "whether PipeWire sees the camera: not checked: effigy is not up"
	else
		seen=$(timeout 10 pw-dump 2>/dev/null | grep -cF "\"$path\"")
		if [ "${seen:-0}" -gt 0 ]; then
			ok "PipeWire sees it, for browsers of Flatpak and Snap"
		else
			warn "PipeWire does not see it: nor do browsers of Flatpak or Snap" \
				"while effigy is up: systemctl --user restart wireplumber"
		fi
	fi
}

doctor_camera() {
	local lines
	if ! [ -x "$bin/effigy-sink" ]; then
		info "not checked: effigy-sink is not built" "run make in $here"
		return
	fi
	lines=$("$bin/effigy-sink" --list 2>/dev/null)
	check_output "$lines"
	! is_device "$EFFIGY_OUTPUT" || [ -z "$lines" ] || check_pipewire "$lines"
}

# --- The camera in front of the person ------------------------------------------------------------

check_input_file() {
	if [ "$EFFIGY_INPUT" = - ]; then
		ok "the person comes on standard input (EFFIGY_INPUT)"
	elif ! is_path "$EFFIGY_INPUT"; then
		info "the person comes from the stream $EFFIGY_INPUT (EFFIGY_INPUT): not asked for"
	elif [ -r "$EFFIGY_INPUT" ] && ! [ -d "$EFFIGY_INPUT" ]; then
		ok "the person comes from the file $EFFIGY_INPUT (EFFIGY_INPUT)"
	else
		problem "$EFFIGY_INPUT (EFFIGY_INPUT) cannot be read" "name a camera or a video file"
	fi
}

# The cameras that give pictures, a line each: path, name and what more there is to tell one by.
cameras() {
	[ ! -x "$bin/effigy-capture" ] || "$bin/effigy-capture" --list 2>/dev/null | grep '^/dev/'
}

# The path of the camera that is called so, or else of one whose name has that in it.
camera_called() { # name, cameras
	NAME=$1 awk -F '\t' 'BEGIN { wanted = tolower(ENVIRON["NAME"]) }
		{ text = tolower($0 "\t"); sub(/^[^\t]*/, "", text) }
		index(text, "\t" wanted "\t") { whole = whole ? whole : $1 }
		index(text, wanted) { part = part ? part : $1 }
		END { print whole ? whole : part }' <<<"$2"
}

input_path() { # cameras
	local path=''
	[[ $EFFIGY_INPUT != camera:* ]] || path=$(camera_called "${EFFIGY_INPUT#camera:}" "$1")
	echo "${path:-$(device_path "$EFFIGY_INPUT")}"
}

check_input_holders() { # path
	local holders
	holders=$(holders_of "$1")
	if [ -z "$holders" ]; then
		ok "no other program has it open"
	elif [[ $holders == *effigy-captur* ]]; then
		ok "effigy has it open"
	else
		warn "$holders has it open; only one program can take its pictures" "close that"
	fi
}

check_input_device() { # path, cameras
	local name
	name=$(grep "^$1"$'\t' <<<"$2" | cut -f 2)
	if ! [ -r "$1" ] || ! [ -w "$1" ]; then
		tell_no_permission "$1"
	elif [ "$1" = "$(device_path "$EFFIGY_OUTPUT")" ]; then
		problem "$1 is the camera and the virtual camera, too" "set EFFIGY_INPUT to your own camera"
	elif ! [ -x "$bin/effigy-capture" ]; then
		info "whether $1 gives pictures: not checked: effigy-capture is not built" "run make in $here"
	elif [ -z "$name" ]; then
		problem "$1 \"$(device_name "$1")\" (EFFIGY_INPUT) gives no pictures" "$(offer_cameras "$2")"
	else
		ok "$1 \"$name\" (EFFIGY_INPUT) gives pictures"
		check_input_holders "$1"
	fi
}

offer_cameras() { # cameras
	if [ -n "$1" ]; then
		echo "set EFFIGY_INPUT to one of: $(cut -f 1,2 <<<"$1" | sed 's/\t\(.*\)/ "\1"/' | paste -sd ,)"
	else
		echo "plug one in, or name a video file"
	fi
}

doctor_input() {
	local path list
	if ! is_device "$EFFIGY_INPUT"; then
		check_input_file
		return
	fi
	list=$(cameras)
	path=$(input_path "$list")
	if [ -z "$path" ] || ! [ -c "$path" ]; then
		problem "there is no camera ${EFFIGY_INPUT#camera:} (EFFIGY_INPUT)" "$(offer_cameras "$list")"
	else
		check_input_device "$path" "$list"
	fi
}

# Checks of the webcam or the input file. Sourced by doctor.sh.

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

check_webcam_holders() { # path, holders or -
	if [ "$2" = - ]; then
		ok "no other program has $1 open"
	elif [[ $2 == *effigy-captur* ]]; then
		ok "effigy has $1 open"
	else
		warn "$2 has $1 open; only one program can read frames from it" "close that program"
	fi
}

check_webcam() { # path, name, holders
	local output=''
	[ ! -x "$bin/effigy-sink" ] || output=$(find_output | cut -f 1)
	if [ "$1" -ef "$output" ]; then
		problem "$1 is both the webcam (EFFIGY_INPUT) and the virtual camera (EFFIGY_OUTPUT)" \
			"set EFFIGY_INPUT to your webcam"
	else
		ok "$1 \"$2\" (EFFIGY_INPUT) delivers frames"
		check_webcam_holders "$1" "$3"
	fi
}

report_no_webcam() { # error message of effigy-capture
	local list
	if [ -c "$EFFIGY_INPUT" ] && ! { [ -r "$EFFIGY_INPUT" ] && [ -w "$EFFIGY_INPUT" ]; }; then
		report_no_permission "$EFFIGY_INPUT"
		return
	fi
	problem "${1%%; *} (EFFIGY_INPUT)" "${1#*; }"
	list=$("$bin/effigy-capture" --list 2>/dev/null | grep '^/dev/' | cut -f 1,2 |
		sed 's/\t\(.*\)/ "\1"/' | paste -sd ,)
	[ -z "$list" ] || info "found the webcams $list" "set EFFIGY_INPUT to one of them"
}

doctor_input() {
	local line path name holders
	if ! is_device "$EFFIGY_INPUT"; then
		check_input_file
	elif ! [ -x "$bin/effigy-capture" ]; then
		info "not checked: effigy-capture is missing in $bin" "run make in $here"
	elif ! line=$("$bin/effigy-capture" --list "$EFFIGY_INPUT" 2>&1); then
		report_no_webcam "${line#effigy-capture: }"
	else
		IFS=$'\t' read -r path name _ holders <<<"$line"
		check_webcam "$path" "$name" "${holders:--}"
	fi
}

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

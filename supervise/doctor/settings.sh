# Checks of settings: model, character, other machines, runtime folder. Sourced by doctor.sh.

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

# Profiles are checked as up checks them.
check_profile() {
	local message
	[ -n "$EFFIGY_FACE" ] && [ -x "$bin/effigy-calibrate" ] || return 0
	message=$(complaint find_face)
	if [ -n "$message" ]; then
		problem "${message%%; *}" "${message#*; }"
	else
		ok "the profile $EFFIGY_FACE of a face can be used"
	fi
}

check_port() { # edge that arrives from another machine
	local end=${place[$1]} port=${place[$1]##*:} setting held
	setting=$(setting_of "$1")
	[[ $end == *tcp://* && $end != '>'* ]] || return 0
	if ! command -v ss >/dev/null; then
		info "not checked whether port $port is free: ss is missing" "sudo apt install iproute2"
		return
	fi
	held=$(ss -Hltnp "sport = :$port" 2>/dev/null)
	if [ -z "$held" ]; then
		ok "port $port for the $1 ($setting) is free"
	elif supervisor_pid >/dev/null; then
		ok "port $port for the $1 ($setting) is open"
	else
		held=$(sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/\1 (pid \2)/p;q' <<<"$held")
		problem "port $port ($setting) is in use by ${held:-another program}" \
			"close that program, or choose another port on both machines"
	fi
}

# Where the edges lead, as up sees it.
check_places() {
	local message edge
	[ -x "$bin/effigy-query" ] || return
	message=$(complaint eval 'place_stages; place_edges; check_edges')
	if [ -n "$message" ]; then
		problem "${message%%; *}" "${message#*; }"
		return
	fi
	place_stages
	place_edges
	for edge in $links; do
		[ -z "${place[$edge]:-}" ] || ! runs_here "${reader_of[$edge]}" || check_port "$edge"
	done
	# While effigy is up, its own stages use the ports; whose a used port is was said already.
	supervisor_pid >/dev/null || message=$(complaint try_edges)
	[ -z "$message" ] || [[ $message == *" uses that port "* ]] || problem "${message%%; *}" "${message#*; }"
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
	check_profile
	check_places
	check_folder
}

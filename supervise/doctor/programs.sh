# Checks of programs: installed, built, running. Sourced by doctor.sh.

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

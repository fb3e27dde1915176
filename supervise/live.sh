# The live pipeline under its own supervisord: up, stage, down, status, restart, logs, next-face. Sourced
# by effigy.

part pipeline
part statistics
part supervisord
part edges
part between
part status/agents

# What supervisord starts, in the order in which status shows it.
supervised() {
	echo $here_run "${between[@]}" ${agent:+agent}
}

# A value that the running pipeline was started with. The settings may have changed since.
started_with() { # supervisord's pid, variable
	local word words=()
	mapfile -d '' -t words 2>/dev/null <"/proc/$1/environ"
	for word in "${words[@]}"; do
		[[ $word != "$2"=* ]] || echo "${word#*=}"
	done
}

running_stages() { # supervisord's pid
	started_with "$1" EFFIGY_STAGES
}

# --- Before the start -----------------------------------------------------------------------------

# False for the number or name of a device, the address of a stream, and - for standard input or
# output. 12:30.mp4 and http:x.mp4 are paths.
is_path() { # input or output
	[[ $1 != - && $1 != camera:* && ! $1 =~ ^[0-9]+$ && ! $1 =~ ^[A-Za-z][A-Za-z0-9+.-]*:// ]]
}

settle_input() {
	is_path "$EFFIGY_INPUT" || return 0
	[[ $EFFIGY_INPUT == /dev/* ]] || [ -r "$EFFIGY_INPUT" ] ||
		die 1 "cannot read $EFFIGY_INPUT (EFFIGY_INPUT); name a webcam, a video file or -"
	[[ $EFFIGY_INPUT == /* ]] || EFFIGY_INPUT=$PWD/$EFFIGY_INPUT
}

settle_output() {
	if is_path "$EFFIGY_OUTPUT" && [[ $EFFIGY_OUTPUT != /* ]]; then
		EFFIGY_OUTPUT=$PWD/$EFFIGY_OUTPUT
	fi
	if runs_here capture && [ "$(place_of "$EFFIGY_INPUT")" -ef "$(place_of "$EFFIGY_OUTPUT")" ]; then
		die 1 "EFFIGY_INPUT and EFFIGY_OUTPUT are the same, $EFFIGY_OUTPUT; name another output"
	fi
}

# The sink tells capture whether somebody watches only where both run here.
check_demand() {
	[ "$EFFIGY_ON_DEMAND" = 1 ] && ! { runs_here capture && runs_here sink; } || return 0
	echo "effigy: EFFIGY_ON_DEMAND=1 is ignored: capture and sink run on different machines" >&2
	EFFIGY_ON_DEMAND=0
}

# Checks what the stages need that run here, and no more.
check_live() {
	need supervisord supervisor
	need jq jq
	place_edges
	check_edges
	place_between
	! runs_here normaliser || find_face
	! runs_here capture || settle_input
	! runs_here sink || settle_output
	if runs_here blender-node; then
		find_avatar
		[[ $avatar == /* ]] || avatar=$PWD/$avatar
	fi
	check_demand
}

place_of() { # input or output
	if [[ $1 =~ ^[0-9]+$ ]]; then
		echo "/dev/video$1"
	else
		printf '%s' "$1"
	fi
}

# Makes sure that no other pipeline runs or starts in this folder. Stops the processes that an earlier
# pipeline left. Stages that were started by hand are not stopped, but named.
take_runtime() {
	local pid left held
	mark_runtime
	pid=$(supervisor_pid) && die 1 "already up (process $pid); see effigy status, or effigy down first"
	# An "effigy down" that is about to exit still has the lock for a moment.
	if ! lock_runtime 2; then
		[ -w "$runtime/up.lock" ] || die_of_room
		die 1 "another effigy up or effigy down is running in $runtime; see effigy status"
	fi
	pid=$(supervisor_pid) && die 1 "already up (process $pid); see effigy status, or effigy down first"
	left=$(pipeline_pids)
	if [ -n "$left" ]; then
		echo "effigy: stopping processes that an earlier pipeline left: $(named $left)" >&2
		end_processes
	fi
	held=$(tell_holder)
	[ -z "$held" ] || die 1 "$held; stop that process first"
}

# Stages under supervisord cannot use the terminal's input and output, so named pipes carry both.
# Capture gets a pipe as its standard input, because opening a pipe by name would wait for a writer.
make_pipes() {
	sink_output=$EFFIGY_OUTPUT
	standard_input=''
	rm -f "$runtime"/{in.pipe,out.pipe.y4m}
	if runs_here sink && [ "$EFFIGY_OUTPUT" = - ]; then
		sink_output=$runtime/out.pipe.y4m
		mkfifo -m 0600 "$sink_output" || return
	fi
	runs_here capture || return 0
	if [ "$EFFIGY_INPUT" = - ]; then
		standard_input=$runtime/in.pipe
		mkfifo -m 0600 "$standard_input" || return
	elif [ -p "$EFFIGY_INPUT" ]; then
		standard_input=$EFFIGY_INPUT
		EFFIGY_INPUT=-
	fi
}

# Removes what an earlier pipeline wrote, by name, and makes the folders.
make_folders() {
	local stage
	rm -f "$logs"/supervisord.log{,.1} "$logs"/watchdog.log{,.1} "$runtime"/{avatar,next-face}{,.answer} \
		"${state:?}"/* "$runtime"/{supervisor.sock,supervisord.pid}
	for stage in $stages agent; do
		rm -f "$logs/$stage".log{,.1} "$statistics/$stage" "$statistics/$stage".??????
	done
	rm -f "$logs"/between-*.log{,.1} "$statistics"/between-*
	mkdir -p "$logs" "$statistics" "$state" 2>/dev/null
}

# --- The commands ---------------------------------------------------------------------------------

# Stops all processes and removes their files. Returns 1 when nothing ran.
end_all() {
	local result=0
	end_processes || result=1
	tidy
	return $result
}

# The line at the bottom of the terminal. The last stage here tells how it goes.
state_line() {
	local values last=${here_run##* } what="webcam to picture"
	mapfile -t values < <(stats_of "$statistics/$last" fps age_p50_ms)
	[ "$last" = sink ] || what="webcam to $last"
	if [[ ! ${values[0]:-} =~ [1-9] ]]; then
		echo "up, waiting for the first picture; stop: Ctrl-C, details: effigy status"
	else
		printf 'up: %.2f fps, %s %s ms (p50); stop: Ctrl-C\n' "${values[0]}" "$what" "${values[1]:--}"
	fi
}

# Stops what "up" started in the foreground, also the pause of watch_foreground.
end_foreground() {
	end_all
	[ -z "$pause" ] || kill "$pause" 2>/dev/null
	[ -t 2 ] && echo >&2
	exit 0
}

# Shows warnings and errors of the stages, and one line with the state of the pipeline. Returns 1 when
# supervisord has exited.
watch_foreground() {
	local files=() stage over=''
	[ -t 2 ] && over=$'s/^/\r/;s/$/\e[K/'
	for stage in $(supervised); do
		files+=("$logs/$stage.log")
	done
	(trap '' INT
		exec tail -q -n +1 -F --pid="$supervisor" "${files[@]}" 2>/dev/null |
			grep --line-buffered '^[EW]:' | sed -u "$over" >&2) &
	while is_supervisor "$supervisor"; do
		[ -t 2 ] && printf '\r%s\e[K' "$(state_line)" >&2
		# In the background: bash runs a trap at once during wait, but only after a command has ended.
		sleep 1 &
		pause=$!
		wait $pause
		if [ "$sink_output" != "$EFFIGY_OUTPUT" ] && ! kill -0 "$copier" 2>/dev/null; then
			# cat fails when the reader of standard output has exited, else the video has ended.
			wait "$copier" || return 0
			check_sink
			break
		fi
	done
	return 1
}

# The video on standard output has ended, because everything ends or because the sink exited. A new
# sink would begin a second video in the middle of the first, so the pipeline is stopped.
check_sink() {
	local tries
	for ((tries = 0; tries < 50; tries++)); do
		is_supervisor "$supervisor" || return
		sleep 0.1
	done
	end_all
	[ -t 2 ] && echo >&2
	die 1 "the sink has exited, so the video on standard output has ended; see $logs/sink.log"
}

effigy_up() {
	local detach=0
	case ${1:-} in
	-d) detach=1 ;;
	'') ;;
	*) die 2 "up takes -d or nothing, not \"$1\"" ;;
	esac
	place_stages
	start_live 0
}

effigy_stage() {
	local detach=0 word names=()
	for word in "$@"; do
		if [ "$word" = -d ]; then
			detach=1
		else
			names+=("$word")
		fi
	done
	[ ${#names[@]} -gt 0 ] || die 2 "stage takes one or more of: $stages; and -d"
	choose_stages "${names[@]}"
	start_live 1
}

# Starts the stages in here_run.
start_live() { # whether this machine only helps another one
	local copier='' pause=''
	check_live
	place_agent "$1"
	[ "$1" = 1 ] || place_away
	if [ $detach = 1 ] && { { runs_here capture && [ "$EFFIGY_INPUT" = - ]; } ||
		{ runs_here sink && [ "$EFFIGY_OUTPUT" = - ]; }; }; then
		die 2 "-d cannot use standard input or output; name a file or a device, or omit -d"
	fi
	take_runtime
	try_edges
	try_agent
	tell_places
	make_folders && make_pipes && (umask 077 && write_config >"$config") 2>/dev/null || die_of_room
	if [ $detach = 1 ]; then
		start_supervisord setsid
		wait_up
		echo "up; see effigy status and effigy logs -f; stop with effigy down"
	else
		run_foreground
	fi
}

run_foreground() {
	# supervisord gets its own session: Ctrl-C reaches only this script, which then stops everything in
	# order. When this script is killed, the kernel sends SIGTERM to supervisord.
	start_supervisord setpriv --pdeathsig TERM setsid
	trap end_foreground INT TERM HUP
	if [ "$sink_output" != "$EFFIGY_OUTPUT" ]; then
		cat "$sink_output" &
		copier=$!
	fi
	if [ "$standard_input" = "$runtime/in.pipe" ]; then
		cat <&0 >"$standard_input" &
	fi
	wait_up
	if watch_foreground; then
		end_all || true # effigy down may have stopped everything already
	else
		end_all || true
		[ -t 2 ] && echo >&2
		die 1 "something else stopped supervisord, and with it all stages"
	fi
}

effigy_down() {
	local tries=0 held
	# An "effigy up" that has just begun has the lock, but no supervisord yet.
	until supervisor_pid >/dev/null || [ ! -e "$runtime/up.lock" ] || [ $tries = 50 ] ||
		flock -n "$runtime/up.lock" true; do
		tries=$((tries + 1))
		sleep 0.1
	done
	if supervisor_pid >/dev/null; then
		end_all
		echo "down"
	elif end_all; then
		echo "down: supervisord had exited already; stopped the processes it left"
	else
		held=$(tell_holder)
		die 1 "nothing is up${held:+; $held}"
	fi
}

require_up() {
	supervisor_pid >/dev/null && return
	[ -z "$(pipeline_pids)" ] || die 1 "supervisord has exited, but its stages still run; stop them with effigy down"
	die 1 "nothing is up; start with effigy up"
}

effigy_status() {
	part status/status
	show_status "$@"
}

effigy_restart() {
	local list pid away
	require_up
	pid=$(supervisor_pid)
	list=$(running_stages "$pid") away=$(started_with "$pid" EFFIGY_AWAY)
	[ $# = 1 ] && [[ " $list $away " == *" $1 "* ]] ||
		die 2 "restart takes one of: $list${away:+ $away}; not \"$*\""
	if [[ " $away " == *" $1 "* ]]; then
		restart_away "$pid" "$1"
		return
	fi
	[ ! -e "$state/replaced.$1" ] || die 1 "a replay has replaced $1; stop the replay first"
	# A restart by hand does not wait as one after a failure does.
	rm -f "$state/$1" "$state/$1.hung"
	control restart "effigy:$1" || die 1 "supervisord does not answer; effigy down, then effigy up"
}

# Prints the names of what has a log: the stages first, then the programs between them.
log_names() {
	local name file
	for name in $stages agent; do
		[ ! -f "$logs/$name.log" ] || echo "$name"
	done
	for file in "$logs"/between-*.log; do
		[ ! -f "$file" ] || basename "$file" .log
	done
}

effigy_logs() {
	local follow=() name files=() list
	if [ "${1:-}" = -f ]; then
		follow=(-F)
		shift
	fi
	list=$(log_names)
	[ -n "$list" ] || die 1 "no logs yet; start with effigy up"
	[ $# = 0 ] || [[ $'\n'$list$'\n' == *$'\n'"$1"$'\n'* ]] ||
		die 2 "logs takes one of: ${list//$'\n'/ }; not \"$1\""
	for name in ${1:-$list}; do
		files+=("$logs/$name.log")
	done
	exec tail -q -n 40 "${follow[@]}" "${files[@]}"
}

# --- Another person drives the character ------------------------------------------------------------

# Identifies the current answer: the tracker writes each answer to a new file.
answer_of_tracker() {
	stat -c '%i %y' "$runtime/next-face.answer" 2>/dev/null
}

# Waits until the tracker has answered. Without frames it does not look for requests.
wait_for_tracker() { # the previous answer
	local tries now text=''
	for ((tries = 0; tries < 60; tries++)); do
		now=$(answer_of_tracker)
		if [ -n "$now" ] && [ "$now" != "$1" ]; then
			IFS= read -r text <"$runtime/next-face.answer"
			case $text in
			follows*) echo "now $text" ;;
			*) die 1 "$text, so the same person is followed" ;;
			esac
			return
		fi
		supervisor_pid >/dev/null || die 1 "effigy was stopped meanwhile"
		sleep 0.05
	done
	rm -f "$runtime/next-face"
	die 1 "no answer from the tracker within 3 s: no frames reach it; see effigy status"
}

effigy_next-face() {
	local before list
	[ $# = 0 ] || die 2 "next-face takes no argument"
	require_up
	list=$(running_stages "$(supervisor_pid)")
	[[ " $list " == *" tracker "* ]] ||
		die 1 "the tracker runs on another machine; run effigy next-face there"
	before=$(answer_of_tracker)
	{ : >"$runtime/next-face"; } 2>/dev/null || die 1 "cannot write in $runtime; make room there"
	wait_for_tracker "$before"
}

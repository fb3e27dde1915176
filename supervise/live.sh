# The live pipeline under a supervisord of its own. Sourced by effigy.

config=$runtime/supervisord.conf
pidfile=$runtime/supervisord.pid
logs=$runtime/log
statistics=$runtime/stats

control() {
	supervisorctl -c "$config" "$@"
}

supervisor_pid() {
	local pid
	pid=$(cat "$pidfile" 2>/dev/null) || return 1
	# A pid that was given to another program since is not ours.
	grep -qsF -- "$config" <(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null) && echo "$pid"
}

live_stages() {
	if [ -n "$EFFIGY_TRACKER" ]; then
		echo "${stages/ tracker/}"
	else
		echo "$stages"
	fi
}

# Values go into the file as they are, but for what supervisord itself would expand.
quoted() {
	local word
	for word in "$@"; do
		word=${word//%/%%}
		printf ' "%s"' "${word//\"/\\\"}"
	done
}

write_program() { # stage
	local more=()
	stage_command "$1"
	case $1 in
	capture)
		[ "$EFFIGY_LOOP" = 1 ] && more+=(--loop)
		[ "$EFFIGY_ON_DEMAND" = 1 ] && more+=(--on-demand "ipc://$runtime/control")
		more+=(--out "${EFFIGY_TRACKER:-ipc://$runtime/frames}" --tap "ipc://$runtime/frames.tap")
		more+=("$EFFIGY_INPUT")
		;;
	tracker) more+=(--tap "ipc://$runtime/faces.tap") ;;
	normaliser)
		[ -n "$EFFIGY_TRACKER" ] && more+=(--in "ipc://$runtime/faces,$EFFIGY_FACES")
		more+=(--tap "ipc://$runtime/expressions.tap")
		;;
	blender-node) more+=(--swap "$runtime/avatar" --tap "ipc://$runtime/render.tap") ;;
	sink)
		[ "$EFFIGY_ON_DEMAND" = 1 ] && more+=(--on-demand "ipc://$runtime/control")
		more+=("$sink_output")
		;;
	esac
	[ "$EFFIGY_INSECURE_PLAINTEXT" = 1 ] && more=(--insecure-plaintext "${more[@]}")
	cat <<EOF

[program:$1]
command=$(quoted "${command[@]}" --stats "$statistics/$1" "${more[@]}")
autorestart=unexpected
exitcodes=0
startsecs=1
startretries=1000
stopwaitsecs=2
stopasgroup=true
killasgroup=true
stdout_logfile=/dev/null
stderr_logfile=$logs/$1.log
stderr_logfile_maxbytes=1MB
stderr_logfile_backups=1
EOF
}

# One group, so that supervisord ends all of them at once and not one after the other.
write_config() {
	local stage list
	list=$(live_stages)
	cat <<EOF
[unix_http_server]
file=$runtime/supervisor.sock
chmod=0600

[supervisord]
logfile=$logs/supervisord.log
logfile_maxbytes=1MB
logfile_backups=1
pidfile=$pidfile
childlogdir=$logs
$([ "$(id -u)" = 0 ] && echo user=root)

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl=unix://$runtime/supervisor.sock

[group:effigy]
programs=${list// /,}
EOF
	for stage in $list; do
		write_program "$stage"
	done
}

# A device by its number or its name, and standard input or output: no paths.
is_path() { # input or output
	[[ $1 != - && $1 != camera:* && ! $1 =~ ^[0-9]+$ ]]
}

check_tracker() {
	if [[ $EFFIGY_TRACKER == tcp://* && ! $EFFIGY_TRACKER =~ ^tcp://(127\.|localhost:|\[::1\]:) ]] &&
		[ "$EFFIGY_INSECURE_PLAINTEXT" != 1 ]; then
		die 1 "EFFIGY_TRACKER=$EFFIGY_TRACKER sends your camera's picture over the network as" \
			"plain text; on a network you trust, set EFFIGY_INSECURE_PLAINTEXT=1"
	fi
}

check_live() {
	command -v supervisord >/dev/null || die 1 "supervisord is missing; apt install supervisor"
	find_avatar
	if is_path "$EFFIGY_INPUT"; then
		[[ $EFFIGY_INPUT == /dev/* ]] || [ -r "$EFFIGY_INPUT" ] ||
			die 1 "cannot read $EFFIGY_INPUT (EFFIGY_INPUT); name a camera, a video file or -"
		[[ $EFFIGY_INPUT == /* ]] || EFFIGY_INPUT=$PWD/$EFFIGY_INPUT
	fi
	if is_path "$EFFIGY_OUTPUT" && [[ $EFFIGY_OUTPUT != /* ]]; then
		EFFIGY_OUTPUT=$PWD/$EFFIGY_OUTPUT
	fi
	[[ $avatar == /* ]] || avatar=$PWD/$avatar
	check_tracker
	if supervisor_pid >/dev/null; then
		die 1 "already up; see effigy status, or effigy down first"
	fi
}

# Under supervisord a stage has neither the terminal's input nor its output: named pipes carry both.
make_pipes() {
	sink_output=$EFFIGY_OUTPUT
	rm -f "$runtime"/{in,out}.pipe
	if [ "$EFFIGY_OUTPUT" = - ]; then
		sink_output=$runtime/out.pipe.y4m
		rm -f "$sink_output"
		mkfifo -m 0600 "$sink_output"
	fi
	if [ "$EFFIGY_INPUT" = - ]; then
		EFFIGY_INPUT=$runtime/in.pipe
		mkfifo -m 0600 "$EFFIGY_INPUT"
	fi
}

wait_up() { # 1 once the socket answers
	local tries
	for ((tries = 0; tries < 100; tries++)); do
		[ -S "$runtime/supervisor.sock" ] && return 0
		sleep 0.05
	done
	tail -n 3 "$logs/supervisord.log" >&2
	die 1 "supervisord did not start; see $logs/supervisord.log"
}

# Ends supervisord and what it started; anything left after its own limits is killed.
end_all() {
	local pid tries
	pid=$(supervisor_pid) || return 1
	kill -TERM "$pid"
	for ((tries = 0; tries < 28; tries++)); do
		[ -d "/proc/$pid" ] || break
		sleep 0.1
	done
	if [ -d "/proc/$pid" ]; then
		pkill -KILL -P "$pid"
		kill -KILL "$pid"
	fi
	rm -f "$runtime"/{frames,faces,expressions,render}{,.tap} "$runtime"/{control,in.pipe,out.pipe.y4m,avatar,avatar.answer} \
		"$runtime/supervisor.sock" "$pidfile"
	return 0
}

# The line at the bottom of the terminal.
state_line() {
	local fps
	fps=$(stat_of "$statistics/sink" fps)
	if [[ -z $fps || $fps == 0.00 ]]; then
		echo "up, waiting for the first picture; Ctrl-C ends, effigy status tells more"
	else
		echo "up: $fps fps, camera to picture $(stat_of "$statistics/sink" age_p50_ms) ms" \
			"(p50); Ctrl-C ends"
	fi
}

# Ends what up started in the foreground, the pause between two looks included.
end_foreground() {
	end_all
	[ -z "$pause" ] || kill "$pause" 2>/dev/null
	[ -t 2 ] && echo >&2
	exit 0
}

# What a person at the terminal needs: warnings and errors, and one line that tells how it runs.
watch_foreground() { # supervisord's pid
	local files=() stage over=''
	[ -t 2 ] && over=$'s/^/\r/;s/$/\e[K/'
	for stage in $(live_stages); do
		files+=("$logs/$stage.log")
	done
	(trap '' INT
		exec tail -q -n +1 -F --pid="$1" "${files[@]}" 2>/dev/null |
			grep --line-buffered '^[EW]:' | sed -u "$over" >&2) &
	while [ -d "/proc/$1" ]; do
		[ -t 2 ] && printf '\r%s\e[K' "$(state_line)" >&2
		# In the background: a trap runs at once during wait, and only after a command.
		sleep 1 &
		pause=$!
		wait $pause
		if [ "$sink_output" != "$EFFIGY_OUTPUT" ] && ! kill -0 "$copier" 2>/dev/null; then
			break # whoever read standard output is gone
		fi
	done
}

effigy_up() {
	local detach=0 pid text copier='' pause=''
	case ${1:-} in
	-d) detach=1 ;;
	'') ;;
	*) die 2 "up takes -d or nothing, not \"$1\"" ;;
	esac
	check_live
	if [ $detach = 1 ] && { [ "$EFFIGY_INPUT" = - ] || [ "$EFFIGY_OUTPUT" = - ]; }; then
		die 2 "up -d has no standard input or output; name a file or a device, or leave -d out"
	fi
	rm -rf "$logs" "$statistics" "$runtime"/avatar{,.answer}
	make_pipes
	text=$(write_config)
	mkdir -p "$logs" "$statistics" 2>/dev/null &&
		(umask 077 && printf '%s\n' "$text" >"$config") 2>/dev/null ||
		die 1 "cannot write in $runtime ($(df -h --output=avail "$runtime" | tail -n 1 |
			tr -d ' ') free there); make room, or set EFFIGY_RUNTIME to another folder"
	if [ $detach = 1 ]; then
		supervisord -c "$config" </dev/null >/dev/null 2>&1
		wait_up
		echo "up; see: effigy status, effigy logs -f; end with: effigy down"
		return
	fi
	# A session of its own: Ctrl-C reaches this script alone, which then ends everything in order.
	setsid supervisord -n -c "$config" </dev/null >/dev/null 2>&1 &
	trap end_foreground INT TERM HUP
	if [ "$EFFIGY_OUTPUT" = - ]; then
		cat "$sink_output" &
		copier=$!
	fi
	if [[ $EFFIGY_INPUT == */in.pipe ]]; then
		cat <&0 >"$EFFIGY_INPUT" &
	fi
	wait_up
	pid=$(supervisor_pid)
	watch_foreground "$pid"
	end_all
}

effigy_down() {
	end_all || die 1 "nothing is up"
	echo "down"
}

require_up() {
	supervisor_pid >/dev/null || die 1 "nothing is up; start with effigy up"
}

effigy_status() {
	local states stage state pid uptime rest file
	require_up
	states=$(control status)
	printf '%-13s %-9s %7s %9s %6s %8s %8s  %s\n' stage state pid uptime fps 'p50 ms' 'p99 ms' note
	for stage in $(live_stages); do
		read -r _ state rest < <(grep "^effigy:$stage " <<<"$states")
		file=$statistics/$stage
		pid=- uptime=-
		[[ $rest =~ pid\ ([0-9]+),\ uptime\ (.*) ]] &&
			pid=${BASH_REMATCH[1]} uptime=${BASH_REMATCH[2]}
		printf '%-13s %-9s %7s %9s %6s %8s %8s  %s\n' "$stage" "$state" "$pid" "$uptime" \
			"$(shown_stat "$file" fps)" "$(shown_stat "$file" p50_ms)" \
			"$(shown_stat "$file" p99_ms)" "$(stat_of "$file" note)"
	done
	printf 'camera to picture: p50 %s ms, p99 %s ms\n' \
		"$(shown_stat "$statistics/sink" age_p50_ms)" "$(shown_stat "$statistics/sink" age_p99_ms)"
}

effigy_restart() {
	require_up
	[[ " $(live_stages) " == *" ${1:-} "* ]] ||
		die 2 "restart takes one of: $(live_stages); not \"${1:-}\""
	control restart "effigy:$1"
}

effigy_logs() {
	local follow=() stage files=()
	if [ "${1:-}" = -f ]; then
		follow=(-F)
		shift
	fi
	for stage in ${1:-$stages}; do
		[[ " $stages " == *" $stage "* ]] || die 2 "logs takes one of: $stages; not \"$stage\""
		[ -f "$logs/$stage.log" ] && files+=("$logs/$stage.log")
	done
	[ ${#files[@]} -gt 0 ] || die 1 "no logs yet; start with effigy up"
	exec tail -q -n 40 "${follow[@]}" "${files[@]}"
}

# supervisord: its configuration, its start, and commands to it. Sourced by live.sh.

# supervisorctl, with a time limit in case supervisord hangs.
control() {
	(cd "$runtime" 2>/dev/null && timeout 10 supervisorctl -c "$config" "$@")
}

# Sets the array command: all of a stage's command line.
live_command() { # stage
	local share more=()
	stage_command "$1"
	add_ends "$1"
	case $1 in
	capture)
		[ "$EFFIGY_LOOP" = 1 ] && more+=(--loop)
		[ "$EFFIGY_ON_DEMAND" = 1 ] && more+=(--on-demand "ipc://$runtime/control")
		more+=(--tap "ipc://$runtime/frames.tap")
		more+=("$EFFIGY_INPUT")
		;;
	tracker) more+=(--next-face "$runtime/next-face" --tap "ipc://$runtime/faces.tap") ;;
	normaliser) more+=(--tap "ipc://$runtime/expressions.tap") ;;
	blender-node) more+=(--swap "$runtime/avatar" --tap "ipc://$runtime/render.tap") ;;
	sink)
		share=${EFFIGY_EXPRESSIONS:-}
		share=${share//[^,]/}
		[ -z "$share" ] || more+=(--workers $((${#share} + 1)))
		[ "$EFFIGY_ON_DEMAND" = 1 ] && more+=(--on-demand "ipc://$runtime/control")
		more+=("$sink_output")
		;;
	esac
	[ "$1" = capture ] || [ -z "$EFFIGY_MAX_AGE" ] || more=(--max-age "$EFFIGY_MAX_AGE" "${more[@]}")
	[ "$EFFIGY_INSECURE_PLAINTEXT" = 1 ] && more=(--insecure-plaintext "${more[@]}")
	command+=(--stats "$statistics/$1" "${more[@]}")
}

# Exports a command for stage.sh, with each word quoted for the shell.
export_command() { # stage, or program between stages
	local command variable=EFFIGY_RUN_${1//-/_}
	case $1 in
	between-*) between_command "$1" ;;
	*) live_command "$1" ;;
	esac
	printf -v "$variable" '%q ' "${command[@]}"
	export "${variable?}"
}

# No value of a setting is written here, so that no value can become configuration. supervisord runs
# in the runtime folder. The kernel kills a stage when supervisord dies.
write_program() { # stage, or program between stages
	local good=0 # status after which it is not started again: a stage has read the end of its input
	[[ $1 != between-* ]] || good=''
	cat <<EOF

[program:$1]
command=/bin/sh -c 'exec setpriv --pdeathsig KILL /bin/bash "\$EFFIGY_SUPERVISE/stage.sh" $1'
autorestart=unexpected
exitcodes=$good
startsecs=0
stopwaitsecs=2
stopasgroup=true
killasgroup=true
stdout_logfile=/dev/null
stderr_logfile=log/$1.log
stderr_logfile_maxbytes=1MB
stderr_logfile_backups=1
EOF
}

# One group, so that supervisord stops all stages at once and not one after the other.
write_config() {
	local stage list
	list=$(supervised)
	cat <<EOF
[unix_http_server]
file=supervisor.sock
chmod=0600

[supervisord]
logfile=log/supervisord.log
logfile_maxbytes=1MB
logfile_backups=1
pidfile=supervisord.pid
childlogdir=log
$([ "$(id -u)" = 0 ] && echo user=root)

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl=unix://supervisor.sock

[group:effigy]
programs=${list// /,}

[program:watchdog]
command=/bin/sh -c 'exec /bin/bash "\$EFFIGY_SUPERVISE/watchdog.sh"'
autorestart=true
startsecs=0
stdout_logfile=/dev/null
stderr_logfile=log/watchdog.log
stderr_logfile_maxbytes=1MB
stderr_logfile_backups=1
EOF
	for stage in $list; do
		write_program "$stage"
	done
}

# The last command runs in its own process, which becomes supervisord: $! is its pid. It has the
# environment variable that marks the processes of a pipeline, and keeps the lock open.
start_supervisord() { # command to run it by...
	local stage
	for stage in $(supervised); do
		export_command "$stage"
	done
	export EFFIGY_STAGES EFFIGY_SUPERVISE EFFIGY_FROM EFFIGY_STDIN
	EFFIGY_STAGES=$(supervised)
	EFFIGY_SUPERVISE=$(cd "$supervise" && pwd)
	EFFIGY_FROM=$PWD
	EFFIGY_STDIN=$standard_input
	EFFIGY_PIPELINE=$runtime "$@" /bin/bash -c 'cd "$EFFIGY_PIPELINE" &&
		export EFFIGY_SUPERVISOR=$$ && exec supervisord -n -c "$EFFIGY_PIPELINE/supervisord.conf"' \
		</dev/null >/dev/null 2>&1 &
	supervisor=$!
	disown
	unlock_runtime
}

wait_up() { # until the socket answers
	local tries
	for ((tries = 0; tries < 200; tries++)); do
		[ ! -S "$runtime/supervisor.sock" ] || return 0
		kill -0 "$supervisor" 2>/dev/null || break
		sleep 0.05
	done
	if [ -s "$logs/supervisord.log" ]; then
		tail -n 3 "$logs/supervisord.log" >&2
	fi
	end_all
	die 1 "supervisord did not start, or was stopped; see $logs/supervisord.log"
}

# Starts one stage for supervisord, in the process that supervisord knows: bash stage.sh NAME, in the
# runtime folder. The stage dies with supervisord. After a failure or a hang, the script waits before it
# starts the stage.
#
# The command is in a variable, EFFIGY_RUN_NAME, with each word quoted for the shell. In supervisord's
# configuration parts of a value could be read as configuration.
set -u

GOOD_S=60     # a stage that ran that long is started again without a wait
LONGEST_S=30  # the longest wait

name=$1
variable=EFFIGY_RUN_${name//-/_}

log() { # rank, text; in the format of the stages' own logs
	printf '%s: (%s) %(%y-%m-%d %H:%M:%S)T %s\n' "$1" "$name" -1 "$2" >&2
}

# True when the stage hung, or exited by itself with an error. False when another process killed it:
# then it is started again at once.
has_failed() {
	local lines=() k
	[ "state/$name.hung" -nt "state/$name" ] && return 0
	mapfile -t lines 2>/dev/null <log/supervisord.log
	for ((k = ${#lines[@]} - 1; k >= 0; k--)); do
		case ${lines[k]} in
		*" exited: $name (terminated by SIGKILL"* | *" exited: $name (terminated by SIGTERM"*) return 1 ;;
		*" exited: $name (terminated by SIGINT"* | *" exited: $name (exit status 0; expected"*) return 1 ;;
		*" exited: $name ("*) return 0 ;;
		esac
	done
}

# Sets failures and delay from the end of the last run. Writes pid, start, failures in a row and end of
# the wait of this run to a file for effigy status and the watchdog; times are seconds of /proc/uptime.
note_start() {
	local before='' now
	failures=0 delay=0
	read -r now _ </proc/uptime
	now=${now%.*}
	read -r _ before failures _ 2>/dev/null <"state/$name"
	if ! [[ $before =~ ^[0-9]+$ && $failures =~ ^[0-9]+$ ]]; then
		failures=0
	else
		[ $((now - before)) -lt $GOOD_S ] || failures=0
		! has_failed || failures=$((failures + 1))
	fi
	if [ $failures -gt 1 ]; then
		delay=$((failures > 6 ? LONGEST_S : 1 << (failures - 2)))
	fi
	{ echo "$$ $now $failures $((now + delay))" >"state/$name"; } 2>/dev/null
}

# supervisord may have died before setpriv asked the kernel to kill this process with it.
[ "$PPID" = "$EFFIGY_SUPERVISOR" ] || exit 1
note_start
[ ! -e "stats/$name" ] || rm -f "stats/$name" "stats/$name".??????
if [ $delay -gt 0 ]; then
	log W "failed or hung $failures times in a row; starts again in $delay s"
	# Waits without a child process, which could outlive this one.
	read -rt $delay <> <(:)
fi
eval "command=(${!variable})"
input=/dev/null
[ "$name" != capture ] || input=${EFFIGY_STDIN:-/dev/null}
unset "${!EFFIGY_RUN_@}" EFFIGY_STDIN
cd "$EFFIGY_FROM" 2>/dev/null
if ! [ -x "${command[0]}" ]; then
	log E "cannot start ${command[0]}: the program does not exist; run make, or install Effigy again"
	exit 1
fi
exec "${command[@]}" <"$input"

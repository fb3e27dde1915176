# Starts one stage for supervisord, as the process that supervisord knows: bash stage.sh NAME, in the
# runtime folder. The stage ends with supervisord, and waits first where it failed or hung before.
#
# The command is not in supervisord's configuration, where a value could be read as more than that,
# but in a variable, EFFIGY_RUN_NAME, each word quoted for the shell.
set -u

GOOD_S=60     # who lived that long starts anew without a wait
LONGEST_S=30  # and nobody waits longer

name=$1
variable=EFFIGY_RUN_${name//-/_}

say() { # rank, text; as the stages themselves say it
	printf '%s: (%s) %(%y-%m-%d %H:%M:%S)T %s\n' "$1" "$name" -1 "$2" >&2
}

# Hung, or ended by itself and not well. Who was killed from outside starts again at once.
has_failed() {
	local lines=() k
	[ "state/$name.hung" -nt "state/$name" ] && return 0
	mapfile -t lines 2>/dev/null <log/supervisord.log
	for ((k = ${#lines[@]} - 1; k >= 0; k--)); do
		case ${lines[k]} in
		*" exited: $name (terminated by SIGKILL"* | *" exited: $name (terminated by SIGTERM"*) return 1 ;;
		*" exited: $name (terminated by SIGINT"* | *" exited: $name (exit status 0"*) return 1 ;;
		*" exited: $name ("*) return 0 ;;
		esac
	done
}

# Sets failures and delay from how the last run went, and notes this one for effigy status and for the
# watchdog: pid, start, failures in a row, end of the wait; times in seconds of /proc/uptime.
take_turn() {
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

# supervisord may have died before the kernel was asked to end this process with it.
[ "$PPID" = "$EFFIGY_SUPERVISOR" ] || exit 1
take_turn
[ ! -e "stats/$name" ] || rm -f "stats/$name" "stats/$name".??????
if [ $delay -gt 0 ]; then
	say W "has failed or hung $failures times in a row; starts again in $delay s"
	# No child that could outlive this process.
	read -rt $delay <> <(:)
fi
eval "command=(${!variable})"
input=/dev/null
[ "$name" != capture ] || input=${EFFIGY_STDIN:-/dev/null}
unset "${!EFFIGY_RUN_@}" EFFIGY_STDIN
cd "$EFFIGY_FROM" 2>/dev/null
if ! [ -x "${command[0]}" ]; then
	say E "cannot start ${command[0]}: there is no such program; run make, or install Effigy again"
	exit 1
fi
exec "${command[@]}" <"$input"

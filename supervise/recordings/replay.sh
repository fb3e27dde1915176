# Replays recordings into the running pipeline. Sourced by effigy.

part recordings/part

replay_usage="replay takes FILE STAGE [--speed N|max] [--from S] [--to S] [--loop]"

# Sets file, edge, source and options.
parse_replay() {
	[ $# -ge 2 ] || die 2 "$replay_usage"
	choose_file "$1"
	choose_stage "$2"
	shift 2
	options=("$@")
	while [ $# -gt 0 ]; do
		case $1 in
		--loop) [ "$file" != - ] || die 2 "--loop needs a file: standard input can be read only once" ;;
		--speed)
			[[ ${2:-} =~ ^([0-9]{1,4}(\.[0-9]{0,9})?|\.[0-9]{1,9}|max)$ ]] ||
				die 2 "--speed takes max or a number such as 2, not \"${2:-}\"; $replay_usage"
			shift
			;;
		--from | --to)
			check_seconds "$1" "${2:-}" "$replay_usage"
			shift
			;;
		*) die 2 "unknown argument \"$1\"; $replay_usage" ;;
		esac
		shift
	done
}

# Stops the stage that the recording replaces: its messages and those of the recording would be mixed.
# The lock is held by this script and its player, for as long as one of them lives. The file
# state/replaced.STAGE contains the pid of this script: the watchdog restarts the stage when this script
# is killed.
take_edge() {
	local other=''
	{ exec {lock_of_edge}>>"$state/replay.$source"; } 2>/dev/null || die_of_room
	read -r other 2>/dev/null <"$state/replaced.$source"
	flock -w 1 "$lock_of_edge" || die 1 "a replay${other:+ (process $other)} has already replaced" \
		"$source; stop that replay first"
	# With the file of a replay that was killed, the stage is stopped, and starts again after this one.
	if [ -z "$other" ] && ! control status "effigy:$source" | grep -Eq ' (RUNNING|STARTING|BACKOFF) '; then
		return
	fi
	{ echo $$ >"$state/replaced.$source"; } 2>/dev/null || die_of_room
	taken=1
	control stop "effigy:$source" >/dev/null
	echo "effigy: the recording replaces $source, which is stopped until the recording ends" >&2
}

give_edge_back() {
	[ $taken = 1 ] || return
	taken=0
	rm -f "$state/replaced.$source" "$state/$source" "$state/$source.hung"
	if is_supervisor "$supervisor" && control start "effigy:$source" >/dev/null; then
		echo "effigy: $source runs again" >&2
	fi
}

# Also stops when the pipeline stops: the next pipeline starts its own source.
run_replay() {
	local player nap
	exec {nap}<> <(:)
	setpriv --pdeathsig TERM "$bin/effigy-replay" --edge "$edge" "${options[@]}" \
		"$file" <&0 &
	player=$!
	trap 'trap "" INT TERM HUP; kill -TERM $player 2>/dev/null; wait $player; give_edge_back; exit 130' INT TERM HUP
	while kill -0 $player 2>/dev/null; do
		if ! is_supervisor "$supervisor"; then
			kill -TERM $player 2>/dev/null
			wait $player
			die 1 "effigy was stopped, so the replay stops, too"
		fi
		read -rt 0.5 -u "$nap"
	done
	wait $player
}

effigy_replay() {
	local file edge source options supervisor lock_of_edge taken=0 status
	parse_replay "$@"
	if [ ! -S "$runtime/$edge" ]; then
		require_up
		die 1 "$2 has not started yet; see effigy status"
	fi
	supervisor=$(supervisor_pid)
	if [ -z "$supervisor" ]; then
		# The stages were started by hand: what sends to them is not known, so nothing is stopped.
		exec "$bin/effigy-replay" --edge "$edge" "${options[@]}" "$file"
	fi
	# Nothing is stopped for a recording that cannot be sent.
	[ "$file" = - ] || "$bin/effigy-replay" --check --edge "$edge" "${options[@]}" "$file" || return
	# A tracker on another machine cannot be stopped, but capture, which sends to it, can.
	[[ " $(running_stages "$supervisor") " == *" $source "* ]] || source=capture
	take_edge
	run_replay
	status=$?
	give_edge_back
	return $status
}

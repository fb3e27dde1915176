# Replays recordings into the running pipeline. Sourced by effigy.

replay_usage="replay takes FILE STAGE [--speed 1|max] [--loop]"

# Sets file, edge, source (the stage that sends on that edge) and options.
parse_replay() {
	[ $# -ge 2 ] || die 2 "$replay_usage"
	file=$1
	[[ $file != -?* ]] || file=./$file # not an option
	case $2 in
	tracker) edge=frames source=capture ;;
	normaliser) edge=faces source=tracker ;;
	blender-node) edge=expressions source=normaliser ;;
	sink) edge=render source=blender-node ;;
	*) die 2 "replay sends into tracker, normaliser, blender-node or sink, not \"$2\"" ;;
	esac
	shift 2
	options=("$@")
	while [ $# -gt 0 ]; do
		case $1 in
		--loop) ;;
		--speed)
			[[ ${2:-} =~ ^(1|max)$ ]] || die 2 "--speed takes 1 or max, not \"${2:-}\"; $replay_usage"
			shift
			;;
		*) die 2 "unknown argument \"$1\"; $replay_usage" ;;
		esac
		shift
	done
	[ -r "$file" ] && [ -f "$file" ] || die 1 "cannot read the recording $file; name a file that effigy record wrote"
}

# Stops the stage that the recording replaces: its messages and those of the recording would be mixed.
# The file state/replaced.STAGE contains the pid of this script. The watchdog restarts the stage when
# this script is killed.
take_edge() {
	local other=''
	if read -r other 2>/dev/null <"$state/replaced.$source" && [ -d "/proc/$other" ]; then
		die 1 "a replay (process $other) has already replaced $source; stop that replay first"
	fi
	control status "effigy:$source" | grep -Eq ' (RUNNING|STARTING|BACKOFF) ' || return
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
		"$file" </dev/null &
	player=$!
	trap 'kill -TERM $player 2>/dev/null; wait $player; give_edge_back; exit 130' INT TERM HUP
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
	local file edge source options supervisor taken=0 status
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
	# A tracker on another machine cannot be stopped, but capture, which sends to it, can.
	[[ " $(running_stages "$supervisor") " == *" $source "* ]] || source=capture
	take_edge
	run_replay
	status=$?
	give_edge_back
	return $status
}

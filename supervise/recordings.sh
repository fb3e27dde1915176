# Recordings of the running pipeline. Sourced by effigy.

effigy_record() {
	local file=${2:-}
	[ $# = 2 ] || die 2 "record takes EDGE FILE; EDGE is frames, faces, expressions or render"
	case $1 in
	frames | faces | expressions | render) ;;
	*) die 2 "record takes frames, faces, expressions or render, not \"$1\"" ;;
	esac
	if [ ! -S "$runtime/$1.tap" ]; then
		require_up
		die 1 "nobody sends $1 yet: that stage has not started; see effigy status"
	fi
	[[ $file != -?* ]] || file=./$file # no option
	exec "$bin/effigy-record" --edge "$1" "$file"
}

replay_usage="replay takes FILE STAGE [--speed 1|max] [--loop]"

# Sets file, edge, source, which is the stage that feeds that edge, and options.
parse_replay() {
	[ $# -ge 2 ] || die 2 "$replay_usage"
	file=$1
	[[ $file != -* ]] || file=./$file # no option
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
	[ -r "$file" ] && [ -f "$file" ] || die 1 "cannot read the recording $file; name one of effigy record"
}

# Stops the live stage whose place the recording takes: its messages and the recording's would be
# mixed. The file tells everybody who has the place; the watchdog gives it back if this script is
# killed.
take_edge() {
	local other=''
	if read -r other 2>/dev/null <"$state/replaced.$source" && [ -d "/proc/$other" ]; then
		die 1 "a replay (process $other) has the place of $source already; end that first"
	fi
	control status "effigy:$source" | grep -Eq ' (RUNNING|STARTING|BACKOFF) ' || return
	{ echo $$ >"$state/replaced.$source"; } 2>/dev/null || die_of_room
	taken=1
	control stop "effigy:$source" >/dev/null
	echo "effigy: the recording takes the place of $source, which is stopped until the end" >&2
}

give_edge_back() {
	[ $taken = 1 ] || return
	taken=0
	rm -f "$state/replaced.$source" "$state/$source" "$state/$source.hung"
	if is_supervisor "$supervisor" && control start "effigy:$source" >/dev/null; then
		echo "effigy: $source has its place again" >&2
	fi
}

# Ends with the pipeline, too: the next one has a source of its own.
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
			die 1 "effigy has gone down, and the replay ends with it"
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
		# Stages that were started by hand: who feeds them is not known.
		exec "$bin/effigy-replay" --edge "$edge" "${options[@]}" "$file"
	fi
	# A tracker on another machine cannot be stopped, but what it looks at.
	[[ " $(running_stages "$supervisor") " == *" $source "* ]] || source=capture
	take_edge
	run_replay
	status=$?
	give_edge_back
	return $status
}

# effigy profile: runs one stage alone on a recording. Sourced by effigy.

part statistics
part recordings/part

profile_usage="profile takes STAGE FILE [--from S] [--to S] [--svg OUT.svg]"
PERF_HZ=499

# Sets stage, edge, source, file, options and svg.
parse_profile() {
	[ $# -ge 2 ] || die 2 "$profile_usage"
	stage=$1
	choose_stage "$1"
	[ "$2" != - ] || die 2 "profile reads its recording twice, so it takes a file and not standard input"
	choose_file "$2"
	svg=effigy-$stage.svg
	shift 2
	while [ $# -gt 0 ]; do
		case $1 in
		--from | --to)
			check_seconds "$1" "${2:-}" "$profile_usage"
			options+=("$1" "$2")
			;;
		--svg)
			[[ ${2:-} == *.svg ]] || die 2 "--svg takes a file that ends in .svg, not \"${2:-}\"; $profile_usage"
			svg=$2
			;;
		*) die 2 "unknown argument \"$1\"; $profile_usage" ;;
		esac
		shift 2
	done
}

# What must end with this script: its folder and its processes.
work='' player='' runner=''

end_profile() {
	trap '' INT TERM HUP
	kill $player $runner 2>/dev/null
	wait
	rm -rf "$work"
}

# Runs the stage, by another program if one is named, and sends the recording to it.
run_alone() { # another program and its arguments...
	local out=(--out none) result
	[ "$stage" != sink ] || out=(-)
	setpriv --pdeathsig TERM "$@" "${command[@]}" --policy all --stats "$work/$stage" "${out[@]}" \
		</dev/null >/dev/null 2>"$work/log" &
	runner=$!
	setpriv --pdeathsig TERM "$bin/effigy-replay" --policy all --speed max --edge "$edge" "${options[@]}" \
		"$file" </dev/null 2>"$work/replay.log" &
	player=$!
	wait -n "$player" "$runner"
	result=$?
	if [ $result != 0 ]; then
		kill "$player" "$runner" 2>/dev/null
		wait "$player" "$runner"
	else
		wait "$player" && wait "$runner"
		result=$?
	fi
	player='' runner=''
	[ $result = 0 ] || fail_profile
}

fail_profile() {
	grep -h '^[EW]:' "$work/replay.log" "$work/log" >&2
	die 1 "$stage did not run through $file"
}

draw_flames() {
	local awk="$supervise/recordings"
	if ! command -v perf >/dev/null; then
		echo "effigy: no flame graph, because perf is missing: apt install linux-perf" >&2
		return
	fi
	if ! perf record -o "$work/try" -- true >"$work/perf.log" 2>&1; then
		echo "effigy: no flame graph, because perf cannot measure here: $(grep -m 1 . "$work/perf.log");" \
			"as root, sysctl kernel.perf_event_paranoid=1 allows it" >&2
		return
	fi
	run_alone perf record -q -F $PERF_HZ --call-graph dwarf,16384 -o "$work/perf.data" --
	perf script -i "$work/perf.data" --no-inline -F comm,ip,sym 2>/dev/null |
		awk -f "$awk/fold_stacks.awk" | LC_ALL=C sort |
		awk -v title="$stage on ${file##*/}" -f "$awk/flame_graph.awk" >"$svg" ||
		die 1 "cannot write the flame graph $svg; give another file with --svg"
	echo "flame graph: $svg"
}

effigy_profile() {
	local stage edge source file svg options=() command avatar face=''
	parse_profile "$@"
	need jq jq
	[ "$stage" != blender-node ] || find_avatar
	[ "$stage" != normaliser ] || find_face
	stage_command "$stage"
	work=$(mktemp -d) || die 1 "cannot make a folder for temporary files; make room, or set TMPDIR to another"
	trap end_profile EXIT
	trap 'exit 130' INT TERM HUP
	export EFFIGY_RUNTIME=$work # the sockets of this stage alone
	run_alone
	print_times "$work"
	draw_flames
}

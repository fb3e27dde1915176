# The stages of a conversion: how they are started and stopped. Sourced by convert.sh.

# Runs a command in the background, in the folder of the sockets: their names are short there and need
# no escaping. The kernel stops the command when this script exits, also while the command waits for
# the reader of a pipe. The shell checks whether this script exited before that was arranged.
run() { # name, where its standard output goes, command
	local name=$1 out=$2
	shift 2
	(cd "$work" && exec setpriv --pdeathsig TERM -- /bin/sh -c '[ "$PPID" = "$1" ] || exit 1
		out=$2; shift 2; exec "$@" >"$out"' sh $$ "$out" "$@" </dev/null 2>"log/$name") &
	pids[$!]=$name
}

start() { # stage, arguments
	local name=$1
	shift
	stage_command "${name%%.*}"
	run "$name" /dev/null "${command[@]}" --policy all --stats "$work/stats/$name" "$@"
}

# The names of the renderers on this machine: they share the work.
renderers() {
	local job
	for ((job = 1; job <= jobs; job++)); do
		echo "blender-node$([ $job = 1 ] || echo ".$job")"
	done
}

start_stages() {
	local tap=() far=() # options of stages with links to other machines
	[ "$EFFIGY_INSECURE_PLAINTEXT" = 1 ] && far=(--insecure-plaintext)
	[ -n "$output" ] && start_renderer
	if [ -n "$data" ]; then
		tap=(--data "$data_path")
	fi
	if [ -n "$output" ]; then
		[ -z "$workers" ] || tap+=("${far[@]}")
		start normaliser --in ipc://faces --out "$(expressions)" "${tap[@]}"
	else
		start normaliser --in ipc://faces --out none "${tap[@]}"
	fi
	tap=()
	[ $side_by_side = 1 ] && tap=(--tap ipc://faces.tap)
	start tracker --in ipc://frames --out ipc://faces "${tap[@]}"
	[ $side_by_side = 1 ] && tap=(--tap ipc://frames.tap)
	start capture --out ipc://frames "${tap[@]}" "$in_path"
	last_stage=normaliser
	[ -n "$output" ] && last_stage=sink
}

# Where the normaliser sends expressions: to each renderer, here and on other machines.
expressions() {
	local name list=''
	for name in $(renderers); do
		list+=",ipc://${name/blender-node/expressions}"
	done
	list+=${workers:+,$workers}
	echo "${list#,}"
}

# Options of the sink's input.
renders() {
	local list=ipc://render count
	[ -z "$workers" ] || list+=,${EFFIGY_RENDER:-tcp://*:5554}
	count=$(expressions)
	count=${count//[^,]/}
	echo --in "$list"
	[ -z "$count" ] || echo --workers $((${#count} + 1))
}

start_renderer() {
	local name
	EFFIGY_FPS=${source_has[rate]}
	if [ $side_by_side = 1 ]; then
		start_side_by_side
	else
		start_sink "$part_file"
	fi
	for name in $(renderers); do
		start "$name" --in "ipc://${name/blender-node/expressions}" --out ipc://render
	done
}

start_sink() { # file
	local options
	set -f # an endpoint may contain a *
	options=($(renders))
	set +f
	[ -z "$workers" ] || options+=("${far[@]}")
	start sink "${options[@]}" "$1"
}

# The left half, the person with landmarks, comes from the taps of capture and tracker. The right half,
# the character, comes from the sink. Only here the two are combined, in a file the user asked for.
start_side_by_side() {
	local codec=(-c:v libx264 -preset veryfast -crf 18 -pix_fmt yuv420p -movflags +faststart)
	[[ $output == *.y4m ]] && codec=(-pix_fmt yuv420p)
	mkfifo "$work/left.y4m" "$work/right.y4m"
	run annotate left.y4m "$bin/effigy-annotate" --policy all --frames ipc://frames.tap \
		--faces ipc://faces.tap --size "$EFFIGY_SIZE" --fps "$EFFIGY_FPS"
	start_sink "$work/right.y4m"
	run ffmpeg /dev/null ffmpeg -nostdin -v error -y -f yuv4mpegpipe -i "$work/left.y4m" \
		-f yuv4mpegpipe -i "$work/right.y4m" -filter_complex hstack "${codec[@]}" \
		"$part_file"
}

still_running() {
	jobs -pr | grep -v -x "${cleaner:-0}"
}

# Stops all programs that run () has started, also Blender, within 3 s.
end_stages() {
	local pid tries
	trap '' INT TERM HUP
	for pid in "${!pids[@]}"; do
		kill -TERM "$pid" 2>/dev/null
	done
	[ -z "${ticker:-}" ] || kill "$ticker" 2>/dev/null
	for ((tries = 0; tries < 25; tries++)); do
		still_running | grep -q . || break
		sleep 0.1
	done
	for pid in $(still_running); do
		{ kill -KILL "$pid" && wait "$pid"; } 2>/dev/null
	done
	rm -rf -- ${work:+"$work"} ${part:+"$part"}
	[ -z "${cleaner:-}" ] || { kill "$cleaner" && wait "$cleaner"; } 2>/dev/null
}

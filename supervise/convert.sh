# Converts a video of a person into a video of the character. Sourced by effigy.

part statistics
part scratch
part result

convert_usage="convert takes IN OUT [--side-by-side] [--data FILE] [--size WxH] [--table]"
warnings_max=8 # lines with warnings of the stages

# --- Arguments ------------------------------------------------------------------------------------

parse_convert() {
	local options=1
	input='' output='' data='' side_by_side=0 table=0
	while [ $# -gt 0 ]; do
		case $options$1 in
		1--) options=0 ;;
		1--side-by-side) side_by_side=1 ;;
		1--table) table=1 ;;
		1--data | 1--size)
			[ $# -gt 1 ] || die 2 "$1 needs a value; $convert_usage"
			if [ "$1" = --data ]; then data=$2; else EFFIGY_SIZE=$2; fi
			shift
			;;
		1-?*) die 2 "unknown option $(shown "$1"); $convert_usage" ;;
		*)
			if [ -z "$input" ]; then
				input=$1
			elif [ -z "$output" ]; then
				output=$1
			else
				die 2 "unexpected argument \"$(shown "$1")\"; $convert_usage"
			fi
			;;
		esac
		shift
	done
	check EFFIGY_SIZE '[1-9][0-9]{0,4}x[1-9][0-9]{0,4}' "WIDTHxHEIGHT"
	[[ $EFFIGY_SIZE =~ [02468]x[0-9]*[02468]$ ]] ||
		die 2 "EFFIGY_SIZE takes an even width and height, not \"$EFFIGY_SIZE\""
	[ -n "$input" ] && [ -n "$output$data" ] || die 2 "$convert_usage"
	[ -n "$output" ] || [ $side_by_side = 0 ] || die 2 "--side-by-side needs OUT; $convert_usage"
	[ "$data" != - ] || die 2 "--data takes a file name, not -"
	case $output in
	'' | *.mp4 | *.y4m) ;;
	*) die 2 "OUT must end in .mp4 or .y4m, not \"$(shown "$output")\"" ;;
	esac
}

# Prints a file name for a message, without control characters: a message is one line.
shown() { # name
	printf '%s' "${1//[[:cntrl:]]/?}"
}

absolute() { # variable with a path
	[ -z "${!1}" ] || [[ ${!1} == /* ]] || printf -v "$1" '%s' "$PWD/${!1}"
}

# The stages run in the folder of their sockets, and a name may begin with a dash or look like a URL.
find_paths() {
	in_path=$input out_path=$output data_path=$data
	[ -z "$output" ] || find_avatar
	absolute in_path
	absolute out_path
	absolute data_path
	absolute bin
	absolute EFFIGY_MODEL
	absolute EFFIGY_MAP
	[ -z "$output" ] || absolute avatar
	# Writes the file that a symbolic link points to, and keeps the link.
	if [ -L "$out_path" ]; then
		IFS= read -r -d '' out_path < <(readlink -z -m -- "$out_path")
	fi
}

check_input() {
	local name reason key value
	name=$(shown "$input")
	[ -e "$in_path" ] || die 1 "cannot read $name: it does not exist; name a video file"
	[ -f "$in_path" ] || die 1 "cannot read $name: it is not a file; name a video file"
	[ -r "$in_path" ] || die 1 "cannot read $name: permission denied; allow it with chmod +r"
	declare -gA source_has=()
	while read -r key value; do
		source_has[$key]=$value
	done < <("$bin/effigy-capture" --probe "$in_path" 2>"$work/log/probe")
	if [ -z "${source_has[start]:-}" ]; then
		reason=$(reason_of probe)
		die 1 "${reason:-cannot read $name: it contains no video; name a file that FFmpeg can play}"
	fi
}

is_same_file() { # path, path; they may not exist yet
	[ "$1" -ef "$2" ] || { [ "${1##*/}" = "${2##*/}" ] && [ "${1%/*}/" -ef "${2%/*}/" ]; }
}

# The video is written to a temporary folder first, so that a failed run keeps an existing file. The
# data file is written in place, so that it can be read while it grows.
check_output() { # path, name
	local folder=${1%/*}/ name other
	name=$(shown "$2")
	[ -d "$folder" ] || die 1 "cannot write $name: the folder $(shown "$folder") does not exist; make it first"
	[ ! -d "$1" ] || die 1 "cannot write $name: it is a folder; name a file in that folder"
	{ [ -w "$folder" ] && { [ ! -e "$1" ] || [ -w "$1" ]; }; } ||
		die 1 "cannot write $name: permission denied; choose another place"
	for other in "$in_path" "${avatar:-}" "$EFFIGY_MODEL" "$EFFIGY_MAP" "$settings"; do
		if [ -n "$other" ] && is_same_file "$1" "$other"; then
			die 1 "cannot write $name: it is the same file as $(shown "$other"), which is read;" \
				"give the result another name"
		fi
	done
}

# --- The end -------------------------------------------------------------------------------------

still_running() {
	jobs -pr | grep -v -x "${cleaner:-0}"
}

# Stops all programs of the conversion, also Blender, within 3 s.
end_convert() {
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

# --- The stages -----------------------------------------------------------------------------------

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
	local stage=$1
	shift
	stage_command "$stage"
	run "$stage" /dev/null "${command[@]}" --policy all --stats "$work/stats/$stage" "$@"
}

start_stages() {
	local tap=()
	[ -n "$output" ] && start_renderer
	if [ -n "$data" ]; then
		tap=(--data "$data_path")
	fi
	if [ -n "$output" ]; then
		start normaliser --in ipc://faces --out ipc://expressions "${tap[@]}"
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

start_renderer() {
	EFFIGY_FPS=${source_has[rate]}
	if [ $side_by_side = 1 ]; then
		start_side_by_side
	else
		start sink --in ipc://render "$part_file"
	fi
	start blender-node --in ipc://expressions --out ipc://render
}

# The left half, the person with landmarks, comes from the taps of capture and tracker. The right half,
# the character, comes from the sink. Only here the two are combined, in a file the user asked for.
start_side_by_side() {
	local codec=(-c:v libx264 -preset veryfast -crf 18 -pix_fmt yuv420p -movflags +faststart)
	[[ $output == *.y4m ]] && codec=(-pix_fmt yuv420p)
	mkfifo "$work/left.y4m" "$work/right.y4m"
	run annotate left.y4m "$bin/effigy-annotate" --policy all --frames ipc://frames.tap \
		--faces ipc://faces.tap --size "$EFFIGY_SIZE" --fps "$EFFIGY_FPS"
	start sink --in ipc://render "$work/right.y4m"
	run ffmpeg /dev/null ffmpeg -nostdin -v error -y -f yuv4mpegpipe -i "$work/left.y4m" \
		-f yuv4mpegpipe -i "$work/right.y4m" -filter_complex hstack "${codec[@]}" \
		"$part_file"
}

# --- Waiting for the stages -----------------------------------------------------------------------------

# Once a second: starting jq takes 20 ms.
show_progress() {
	local values frames fps left expected=${source_has[pictures]}
	[ "$shown_second" != $SECONDS ] || return
	shown_second=$SECONDS
	mapfile -t values < <(stats_of "$work/stats/$last_stage" out fps)
	frames=${values[0]:-0} fps=${values[1]:-0}
	if [ -t 2 ]; then
		left=$(awk -v n="$expected" -v d="$frames" -v f="$fps" \
			'BEGIN { if (f > 0 && n > d) printf "%d s left", (n - d) / f + 0.5 }')
		printf '\r%s of %s frames, %.2f fps, %s\e[K' "$frames" "$expected" "$fps" \
			"${left:-starting}" >&2
	elif [ "$expected" -gt 0 ] && [ "$((10 * frames / expected))" -gt "$shown_tenths" ]; then
		shown_tenths=$((10 * frames / expected))
		printf '%s of %s frames, %.2f fps\n' "$frames" "$expected" "$fps" >&2
	fi
}

clear_progress() {
	[ ! -t 2 ] || printf '\r\e[K' >&2
}

# Prints lines of a log without date and rank, and with the file names that the user gave.
plain() {
	local line
	while IFS= read -r line; do
		line=${line//"${part_file:-$work}"/$output}
		line=${line//"$in_path"/$input}
		shown "$line"
		echo
	done < <(sed -E 's/^[EWI]: (\([^)]*\) )?[0-9: -]+//')
}

# Prints the first error in the log of a program. Later errors are usually consequences of it.
reason_of() { # name
	local log=$work/log/$1
	if grep -q '^E:' "$log"; then
		grep '^E:' "$log" | head -n 1 | plain
	else
		grep -v '^[WI]:' "$log" | grep . | head -n 1 | plain
	fi
}

print_failure() { # stage, status
	local line
	line=$(reason_of "$1")
	if [ -z "$line" ] && [ "$2" -gt 128 ]; then
		line="was killed by SIG$(kill -l "$2")"
		[ "$2" != 137 ] || line+="; perhaps there was not enough memory"
	fi
	clear_progress
	echo "effigy: $1: ${line:-exited with status $2 and without an error message}" >&2
}

# Prints the warnings of the stages, each once.
print_warnings() {
	local stage lines=()
	for stage in $stages annotate; do
		[ -f "$work/log/$stage" ] || continue
		mapfile -t -O ${#lines[@]} lines < <(grep '^W:' "$work/log/$stage" | plain |
			awk -v s="$stage" '!seen[$0]++ { print "effigy: " s ": " $0 }')
	done
	[ ${#lines[@]} = 0 ] || printf '%s\n' "${lines[@]:0:warnings_max}" >&2
	[ ${#lines[@]} -le $warnings_max ] ||
		echo "effigy: and $((${#lines[@]} - warnings_max)) more warnings like these" >&2
}

# In a successful run a stage exits after the stage before it. Notes when that is not so.
check_order() { # stage that has exited
	local before=${stages%%"$1"*} pid
	[[ " $stages " == *" $1 "* ]] && [ "$1" != capture ] || return 0
	before=${before% }
	before=${before##* }
	for pid in "${!pids[@]}"; do
		[ "${pids[$pid]}" != "$before" ] || early[$1]=$SECONDS
	done
}

# A stage that exited early blocks the conversion: the stages before it would wait for ever.
find_early() {
	local stage
	for stage in "${!early[@]}"; do
		if [ $((SECONDS - early[$stage])) -ge 5 ]; then
			clear_progress
			echo "effigy: $stage: exited before the conversion was complete" >&2
			return 1
		fi
	done
}

# Waits for all stages. When one fails, prints which one and why, and returns 1.
wait_stages() {
	local pid status
	declare -A early=()
	shown_tenths=0 shown_second='' ticker='' broken=0
	while [ ${#pids[@]} -gt 0 ]; do
		if [ -z "$ticker" ]; then
			show_progress
			find_early || return 1
			sleep 0.25 &
			ticker=$!
		fi
		wait -n -p pid "${!pids[@]}" "$ticker" 2>/dev/null
		status=$?
		if [ "${pid:-}" = "$ticker" ]; then
			ticker=''
			continue
		fi
		[ -n "${pids[${pid:-0}]:-}" ] || continue
		if [ "${pids[$pid]}" = capture ] && [ $status = 3 ]; then
			broken=1
		elif [ $status != 0 ]; then
			print_failure "${pids[$pid]}" $status
			return 1
		fi
		check_order "${pids[$pid]}"
		unset "pids[$pid]"
	done
	clear_progress
}

# --- All together ---------------------------------------------------------------------------------

effigy_convert() {
	local frames text result
	parse_convert "$@"
	need ffprobe ffmpeg
	need jq jq
	declare -gA pids=()
	work='' part=''
	trap end_convert EXIT
	trap '[ ! -t 2 ] || echo >&2; exit 130' INT TERM HUP
	find_paths
	make_folders
	check_input
	if [ -n "$output" ]; then
		check_output "$out_path" "$output"
		[ ! -e "$out_path" ] || [ -f "$out_path" ] ||
			die 1 "cannot write $(shown "$output"): it is not a file; name another"
		[ -z "$data" ] || ! is_same_file "$out_path" "$data_path" ||
			die 2 "OUT and --data name the same file; give the data another name"
		make_part
	fi
	[ -z "$data" ] || check_output "$data_path" "$data"
	start_cleaner
	start_stages
	if ! wait_stages; then
		print_warnings
		exit 1
	fi
	frames=$(stats_of "$work/stats/$last_stage" out)
	print_warnings
	[ -z "$output" ] || publish
	[ $table = 1 ] && print_times "$work/stats"
	if [ "$(stats_of "$work/stats/tracker" note)" = "no face yet" ]; then
		echo "effigy: found no face in the $frames frames of $(shown "$input"), so the character" \
			"only breathes and blinks; use a video with a face seen from the front" >&2
	fi
	result="$frames frames${output:+ in $(shown "$output")}${data:+, data in $(shown "$data")}"
	if [ $broken = 1 ]; then
		echo "effigy: $(shown "$input") could only be read in part; the result has that part:" \
			"$result" >&2
		exit 1
	fi
	echo "$result"
}

# A video file in, the character out. Sourced by effigy.

convert_usage="convert takes IN OUT [--side-by-side] [--data FILE] [--size WxH] [--table]"

parse_convert() {
	input='' output='' data='' side_by_side=0 table=0
	while [ $# -gt 0 ]; do
		case $1 in
		--side-by-side) side_by_side=1 ;;
		--table) table=1 ;;
		--data | --size)
			[ $# -gt 1 ] || die 2 "$1 needs a value; $convert_usage"
			if [ "$1" = --data ]; then data=$2; else EFFIGY_SIZE=$2; fi
			shift
			;;
		-?*) die 2 "unknown option $1; $convert_usage" ;;
		*)
			if [ -z "$input" ]; then
				input=$1
			elif [ -z "$output" ]; then
				output=$1
			else
				die 2 "unexpected argument \"$1\"; $convert_usage"
			fi
			;;
		esac
		shift
	done
	check EFFIGY_SIZE '[1-9][0-9]{0,4}x[1-9][0-9]{0,4}' "WIDTHxHEIGHT"
	[ -n "$input" ] && [ -n "$output$data" ] || die 2 "$convert_usage"
	[ -n "$output" ] || [ $side_by_side = 0 ] || die 2 "--side-by-side needs OUT"
	case $output in
	'' | *.mp4 | *.y4m) ;;
	*) die 2 "OUT is a .mp4 or a .y4m, not \"$output\"" ;;
	esac
}

# Prints a property of the input's video stream, or nothing.
probe() { # name
	ffprobe -v error -select_streams v:0 -show_entries "stream=$1" -of default=nk=1:nw=1 \
		-- "$input" 2>/dev/null | head -n 1
}

check_input() {
	local reason
	[ -e "$input" ] || die 1 "cannot read $input: it does not exist; name a video file"
	[ -f "$input" ] || die 1 "cannot read $input: it is not a file; name a video file"
	[ -r "$input" ] || die 1 "cannot read $input: permission denied; allow it with chmod +r"
	if [ -z "$(probe codec_name)" ]; then
		reason=$(ffprobe -v error -- "$input" 2>&1 >/dev/null | tail -n 1)
		die 1 "cannot read $input: no video in it (${reason:-no video stream});" \
			"name a file that FFmpeg can play"
	fi
}

# Everything is written beside its place first: a run that fails leaves what was there before.
# The data go where they belong at once, so that they can be read while they grow.
check_output() { # path
	local folder
	folder=$(dirname -- "$1")
	[ -d "$folder" ] || die 1 "cannot write $1: no folder $folder; make it first"
	[ ! -d "$1" ] || die 1 "cannot write $1: it is a folder; name a file in it"
	{ [ -w "$folder" ] && { [ ! -e "$1" ] || [ -w "$1" ]; }; } ||
		die 1 "cannot write $1: permission denied; choose another place"
}

start() { # stage, arguments
	local stage=$1
	shift
	stage_command "$stage"
	"${command[@]}" --policy all --stats "$work/stats/$stage" "$@" 2>"$work/log/$stage" \
		</dev/null >/dev/null &
	pids[$!]=$stage
}

# Ends what still runs, Blender too, within 3 s.
end_convert() {
	local pid tries
	trap '' INT TERM HUP
	for pid in "${!pids[@]}"; do
		kill -TERM "$pid" 2>/dev/null
	done
	for ((tries = 0; tries < 25; tries++)); do
		jobs -pr | grep -q . || break
		sleep 0.1
	done
	for pid in $(jobs -pr); do
		kill -KILL "$pid" 2>/dev/null
	done
	rm -rf "$work"
	[ -n "${part_file:-}" ] && rm -f "$part_file"
}

start_stages() {
	local link="ipc://$work" tap=()
	[ -n "$output" ] && start_renderer
	if [ -n "$data" ]; then
		tap=(--data "$data")
	fi
	if [ -n "$output" ]; then
		start normaliser --in "$link/faces" --out "$link/expressions" "${tap[@]}"
	else
		start normaliser --in "$link/faces" --out none "${tap[@]}"
	fi
	tap=()
	[ $side_by_side = 1 ] && tap=(--tap "$link/faces.tap")
	start tracker --in "$link/frames" --out "$link/faces" "${tap[@]}"
	[ $side_by_side = 1 ] && tap=(--tap "$link/frames.tap")
	start capture --out "$link/frames" "${tap[@]}" "$input"
	last_stage=normaliser
	[ -n "$output" ] && last_stage=sink
}

# Where the rate varies, FFmpeg's r_frame_rate may be that of the container's clock: then the mean.
input_rate() {
	local name rate
	for name in r_frame_rate avg_frame_rate; do
		rate=$(probe $name)
		if awk -v r="$rate" 'BEGIN { split(r, p, "/"); exit !(p[2] > 0 && p[1] >= p[2] &&
			p[1] <= 240 * p[2]) }'; then
			echo "$rate"
			return
		fi
	done
	echo 30
}

start_renderer() {
	local link="ipc://$work"
	EFFIGY_FPS=$(input_rate)
	part_file=$(dirname -- "$output")/.effigy-$$.${output##*.}
	if [ $side_by_side = 1 ]; then
		start_side_by_side
	else
		start sink --in "$link/render" "$part_file"
	fi
	start blender-node --in "$link/expressions" --out "$link/render"
}

# The person with landmarks on the left, from the taps of capture and tracker; the character on the
# right, from the sink. They meet only here, in a file the user asked for.
start_side_by_side() {
	local link="ipc://$work" codec=(-c:v libx264 -preset veryfast -crf 18 -pix_fmt yuv420p
		-movflags +faststart)
	[[ $output == *.y4m ]] && codec=(-pix_fmt yuv420p)
	mkfifo "$work/left.y4m" "$work/right.y4m"
	"$bin/effigy-annotate" --policy all --frames "$link/frames.tap" --faces "$link/faces.tap" \
		--size "$EFFIGY_SIZE" --fps "$EFFIGY_FPS" 2>"$work/log/annotate" </dev/null \
		>"$work/left.y4m" &
	pids[$!]=annotate
	start sink --in "$link/render" "$work/right.y4m"
	ffmpeg -nostdin -v error -y -f yuv4mpegpipe -i "$work/left.y4m" -f yuv4mpegpipe \
		-i "$work/right.y4m" -filter_complex hstack "${codec[@]}" "$part_file" \
		2>"$work/log/ffmpeg" &
	pids[$!]=ffmpeg
}

frames_expected() {
	local count duration rate
	count=$(probe nb_frames)
	if ! [[ $count =~ ^[0-9]+$ ]]; then
		duration=$(ffprobe -v error -show_entries format=duration -of default=nk=1:nw=1 -- \
			"$input" 2>/dev/null)
		rate=$(probe r_frame_rate)
		count=$(awk -v d="$duration" -v r="$rate" \
			'BEGIN { split(r, p, "/"); print int(d * p[1] / (p[2] ? p[2] : 1) + 0.5) }')
	fi
	echo "${count:-0}"
}

show_progress() { # frames expected
	local done_frames fps left
	done_frames=$(stat_of "$work/stats/$last_stage" out)
	fps=$(stat_of "$work/stats/$last_stage" fps)
	if [ -t 2 ]; then
		left=$(awk -v n="$1" -v d="${done_frames:-0}" -v f="${fps:-0}" \
			'BEGIN { if (f > 0 && n > d) printf "%d s left", (n - d) / f + 0.5 }')
		printf '\r%s of %s frames, %s fps, %s\e[K' "${done_frames:-0}" "$1" "${fps:-0}" \
			"${left:-starting}" >&2
	elif [ "$1" -gt 0 ] && [ "$((10 * ${done_frames:-0} / $1))" -gt "$shown_tenths" ]; then
		shown_tenths=$((10 * done_frames / $1))
		echo "$done_frames of $1 frames, $fps fps" >&2
	fi
}

# The line of the stage that failed, without date and rank.
reason_of() { # stage
	local line
	line=$(grep '^E:' "$work/log/$1" | tail -n 1 | sed -E 's/^E: (\([^)]*\) )?[0-9: -]+//')
	[ -n "$line" ] || line=$(tail -n 1 "$work/log/$1")
	echo "${line:-it ended without a word}"
}

# Waits for all. Returns 1 after telling which stage failed and why.
wait_stages() {
	local expected pid status
	expected=$(frames_expected)
	shown_tenths=0
	while [ ${#pids[@]} -gt 0 ]; do
		show_progress "$expected"
		sleep 0.25
		for pid in "${!pids[@]}"; do
			kill -0 "$pid" 2>/dev/null && continue
			wait "$pid"
			status=$?
			if [ $status != 0 ]; then
				[ -t 2 ] && printf '\r\e[K' >&2
				echo "effigy: ${pids[$pid]}: $(reason_of "${pids[$pid]}")" >&2
				return 1
			fi
			unset "pids[$pid]"
		done
	done
	[ -t 2 ] && printf '\r\e[K' >&2
	return 0
}

# The sound of the input, where it has one: lips without a voice are half the picture.
add_sound() {
	local sound=${part_file%.*}.sound.mp4
	[[ $output == *.mp4 ]] || return 0
	[ -n "$(ffprobe -v error -select_streams a:0 -show_entries stream=codec_name -of \
		default=nk=1:nw=1 -- "$input" 2>/dev/null)" ] || return 0
	if ffmpeg -nostdin -v error -y -i "$part_file" -i "$input" -map 0:v -map 1:a:0 -c:v copy -c:a aac \
		-movflags +faststart "$sound" 2>/dev/null; then
		mv -f "$sound" "$part_file"
	else
		rm -f "$sound"
		echo "effigy: the sound of $input cannot be read; the result has none" >&2
	fi
}

effigy_convert() {
	local frames
	parse_convert "$@"
	command -v ffprobe >/dev/null || die 1 "ffprobe is missing; apt install ffmpeg"
	check_input
	[ -n "$output" ] && check_output "$output" && find_avatar
	[ -n "$data" ] && check_output "$data"
	declare -gA pids=()
	work=$(mktemp -d "$runtime/convert.XXXXXX") || die 1 "cannot write in $runtime"
	mkdir "$work/log" "$work/stats"
	trap 'end_convert; [ -t 2 ] && echo >&2; exit 130' INT TERM HUP
	trap end_convert EXIT
	start_stages
	wait_stages || exit 1
	frames=$(stat_of "$work/stats/$last_stage" out)
	if [ -n "$output" ]; then
		add_sound
		mv -f -- "$part_file" "$output" || die 1 "cannot write $output"
	fi
	[ $table = 1 ] && print_times "$work/stats"
	if [ "$(stat_of "$work/stats/tracker" note)" = "no face yet" ]; then
		echo "effigy: no face in the $frames frames of $input: the character idles all" \
			"along; use a video with a face seen from the front" >&2
	fi
	echo "$frames frames${output:+ in $output}${data:+, data in $data}"
}

# Converts a video of a person into a video of the character. Sourced by effigy.

part statistics
part convert_folders
part convert_result
part convert_stages
part convert_wait

convert_usage="convert takes IN OUT [--side-by-side] [--data FILE] [--size WxH] [--table] [--jobs N]\
 [--workers ENDPOINT,...]"
renderers_max=16 # here and on other machines (proto/link/deal/deal.h)
warnings_max=8 # lines with warnings of the stages

# --- Arguments ------------------------------------------------------------------------------------

parse_convert() {
	local options=1
	input='' output='' data='' side_by_side=0 table=0 jobs='' workers=''
	while [ $# -gt 0 ]; do
		case $options$1 in
		1--) options=0 ;;
		1--side-by-side) side_by_side=1 ;;
		1--table) table=1 ;;
		1--data | 1--size | 1--jobs | 1--workers)
			[ $# -gt 1 ] || die 2 "$1 needs a value; $convert_usage"
			case $1 in
			--data) data=$2 ;;
			--size) EFFIGY_SIZE=$2 ;;
			--jobs) jobs=$2 ;;
			--workers) workers=$2 ;;
			esac
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
	check_renderers
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

# Sets jobs, the number of renderers on this machine: one, unless others do the work.
check_renderers() {
	local commas=${workers//[^,]/} count=0
	[ -z "$workers" ] || count=$((${#commas} + 1))
	: "${jobs:=$((count == 0))}"
	[[ $jobs =~ ^[0-9]{1,2}$ ]] && [ $((10#$jobs + count)) -ge 1 ] &&
		[ $((10#$jobs + count)) -le $renderers_max ] ||
		die 2 "--jobs takes the number of renderers on this machine, of which there may be 1 to" \
			"$renderers_max with those of --workers, not \"$(shown "$jobs")\""
	jobs=$((10#$jobs))
	[[ -z $workers || $workers =~ ^tcp://[^,*]+:[0-9]+(,tcp://[^,*]+:[0-9]+)*$ ]] ||
		die 2 "--workers takes endpoints such as tcp://a:5553,tcp://b:5553, not \"$(shown "$workers")\""
	[ -z "$workers" ] || [ -n "$output" ] || die 2 "--workers needs OUT: without it nothing is rendered"
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
	find_face
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

# --- All together ---------------------------------------------------------------------------------

effigy_convert() {
	local frames text result
	parse_convert "$@"
	need ffprobe ffmpeg
	need jq jq
	declare -gA pids=()
	work='' part=''
	trap end_stages EXIT
	trap '[ ! -t 2 ] || echo >&2; exit 130' INT TERM HUP
	find_paths
	make_work
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

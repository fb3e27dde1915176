# Characters: lists them, switches to another while effigy is up, reports what a character file can
# do. Sourced by effigy.

avatar_usage="avatar takes list, use NAME|FILE, check FILE, or map FILE [OUT]"

# Prints the character that is shown now, or that "up" would show.
shown_avatar() {
	local shown=''
	[ -f "$runtime/avatar.answer" ] && read -r shown <"$runtime/avatar.answer"
	[ -n "$shown" ] || { find_avatar && shown=$avatar; }
	readlink -f -- "$shown"
}

avatar_list() {
	local folder file shown
	shown=$(shown_avatar)
	for folder in "${avatar_folders[@]}"; do
		for file in "$folder"/*.blend; do
			[ -f "$file" ] || continue
			if [ "$(readlink -f -- "$file")" = "$shown" ]; then
				echo "* $(basename "$file" .blend)"
				shown=
			else
				echo "  $(basename "$file" .blend)"
			fi
		done
	done
	[ -z "$shown" ] || echo "* $shown"
}

# Identifies the current answer: blender-node writes each answer to a new file.
answer_number() {
	stat -c %i "$runtime/avatar.answer" 2>/dev/null
}

# Waits until blender-node has answered the request.
wait_for_answer() { # number of the previous answer
	local tries number shown reason
	# blender-node allows a character 90 s to load, then may have to return to the previous one.
	for ((tries = 0; tries < 2400; tries++)); do
		number=$(answer_number)
		if [ -n "$number" ] && [ "$number" != "$1" ]; then
			{ read -r shown; IFS= read -r reason; } <"$runtime/avatar.answer"
			[ -z "$reason" ] || die 1 "$reason; keeps showing $(basename "$shown")"
			[ "$shown" = "$avatar" ] ||
				die 1 "meanwhile somebody chose another character: $(basename "$shown")"
			return 0
		fi
		supervisor_pid >/dev/null || die 1 "effigy was stopped meanwhile"
		sleep 0.05
	done
	die 1 "no answer from blender-node within 120 s; see effigy logs blender-node"
}

avatar_use() {
	local before
	[ $# = 1 ] || die 2 "avatar use takes a name (effigy avatar list) or a file"
	require_up
	[[ " $(running_stages "$(supervisor_pid)") " == *" blender-node "* ]] ||
		die 1 "blender-node runs on another machine; run effigy avatar use there"
	EFFIGY_AVATAR=$1
	find_avatar
	avatar=$(readlink -f -- "$avatar")
	before=$(answer_number)
	printf '%s\n' "$avatar" >"$runtime/avatar.new" && mv "$runtime/avatar.new" "$runtime/avatar" ||
		die 1 "cannot write in $runtime; make room there"
	wait_for_answer "$before"
	echo "now showing $1, until effigy is stopped; to keep it, set EFFIGY_AVATAR=$1 in $settings"
}

# --- Your own characters: what is found in a file, and a mapping text for it -----------------------

# Sets avatar from a name or a path, like find_avatar, but not from the settings.
name_avatar() { # FILE
	[ -n "${1:-}" ] || die 2 "$avatar_usage"
	# EFFIGY_MAP in the settings belongs to the character in the settings.
	[ "$1" = "$EFFIGY_AVATAR" ] || EFFIGY_MAP=''
	EFFIGY_AVATAR=$1
	[ -f "$1" ] || find_avatar
	[ -f "$1" ] && avatar=$1
	case $avatar in
	/*) ;;
	*) avatar=$PWD/$avatar ;;
	esac
}

# Prints the warnings and errors of a log without rank and date.
print_log() { # file
	sed -n 's/^[EW]: .*[0-9][0-9]:[0-9][0-9]:[0-9][0-9] /effigy: /p' "$1" >&2
}

# Runs Blender on the character. Sets folder to where it writes; removed when this script exits.
inspect_avatar() {
	local command pid status
	folder=$(mktemp -d "$runtime/avatar.XXXXXX") || die 1 "cannot write in $runtime"
	trap 'rm -rf "$folder"' EXIT
	stage_command blender-node
	"${command[@]}" --check "$folder" </dev/null >/dev/null 2>"$folder/log" &
	pid=$!
	# The stage stops Blender and its display, and removes its own files.
	trap 'kill -TERM $pid; wait $pid; exit 130' INT TERM HUP
	wait $pid
	status=$?
	trap - INT TERM HUP
	if ! [ -f "$folder/report" ]; then
		print_log "$folder/log"
		exit 1
	fi
	return $status
}

avatar_check() {
	local status sheet
	[ $# = 1 ] || die 2 "$avatar_usage"
	name_avatar "$1"
	inspect_avatar
	status=$?
	sheet=$runtime/$(basename "${avatar%.*}").png
	mark_runtime
	mv -f "$folder/sheet.png" "$sheet" || die 1 "cannot write $sheet"
	cat "$folder/report"
	echo "Pictures of each coefficient: $sheet"
	[ $status = 0 ] || die 1 "nothing in $avatar follows the face; write a mapping text:" \
		"effigy avatar map $1"
}

avatar_map() {
	local out
	[ $# = 1 ] || [ $# = 2 ] || die 2 "$avatar_usage"
	name_avatar "$1"
	out=${2:-${avatar%.*}.map}
	if [ "$out" != - ] && { [ -e "$out" ] || [ -L "$out" ]; }; then
		die 1 "$out already exists and may contain your changes; name another file:" \
			"effigy avatar map $1 OUT (- for the terminal), or move $out away"
	fi
	inspect_avatar
	if [ "$out" = - ]; then
		cat "$folder/map"
		return
	fi
	# noclobber: does not overwrite a file that was made meanwhile.
	(set -C && cat "$folder/map" >"$out") 2>/dev/null ||
		die 1 "cannot write $out; name another file: effigy avatar map $1 OUT"
	echo "wrote $out: $(grep -c '^[a-z]' "$out") lines; edit it, then restart blender-node" \
		"(effigy restart blender-node)"
}

effigy_avatar() {
	local action=${1:-}
	[ $# = 0 ] || shift
	case $action in
	list) avatar_list ;;
	use) avatar_use "$@" ;;
	check | map) "avatar_$action" "$@" ;;
	*) die 2 "$avatar_usage" ;;
	esac
}

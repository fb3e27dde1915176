# The characters: which there are, another one while effigy is up, and what one can do. Sourced by
# effigy.

avatar_usage="avatar takes list, use NAME|FILE, check FILE, or map FILE [OUT]"

# What is shown now, or what up would show.
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

# Which answer lies there: each is a new file.
answer_number() {
	stat -c %i "$runtime/avatar.answer" 2>/dev/null
}

# Waits for the stage's word on what was asked for.
wait_for_answer() { # the number of the answer before
	local tries number shown reason
	# It gives a character 90 s, and goes back to the one before if need be.
	for ((tries = 0; tries < 2400; tries++)); do
		number=$(answer_number)
		if [ -n "$number" ] && [ "$number" != "$1" ]; then
			{ read -r shown; IFS= read -r reason; } <"$runtime/avatar.answer"
			[ -z "$reason" ] || die 1 "$reason; $(basename "$shown") stays"
			[ "$shown" = "$avatar" ] ||
				die 1 "another character was asked for meanwhile: $(basename "$shown")"
			return 0
		fi
		supervisor_pid >/dev/null || die 1 "effigy has gone down meanwhile"
		sleep 0.05
	done
	die 1 "no answer from blender-node within 120 s; see effigy logs blender-node"
}

avatar_use() {
	local before
	[ $# = 1 ] || die 2 "avatar use takes a name (effigy avatar list) or a file"
	require_up
	EFFIGY_AVATAR=$1
	find_avatar
	avatar=$(readlink -f -- "$avatar")
	before=$(answer_number)
	printf '%s\n' "$avatar" >"$runtime/avatar.new" && mv "$runtime/avatar.new" "$runtime/avatar" ||
		die 1 "cannot write in $runtime; make room there"
	wait_for_answer "$before"
	echo "shows $1, until effigy goes down; for good: EFFIGY_AVATAR=$1 in $settings"
}

# --- Characters of one's own: what is found in a file, and a mapping text for it -------------------

# The file by its name or path; as find_avatar, for any character.
name_avatar() { # FILE
	[ -n "${1:-}" ] || die 2 "$avatar_usage"
	# A mapping told in the settings is for the character told there.
	[ "$1" = "$EFFIGY_AVATAR" ] || EFFIGY_MAP=''
	EFFIGY_AVATAR=$1
	[ -f "$1" ] || find_avatar
	[ -f "$1" ] && avatar=$1
	case $avatar in
	/*) ;;
	*) avatar=$PWD/$avatar ;;
	esac
}

# What Blender would say of the stage, as one would say it to a person.
tell_log() { # file
	sed -n 's/^[EW]: .*[0-9][0-9]:[0-9][0-9]:[0-9][0-9] /effigy: /p' "$1" >&2
}

# Runs Blender on the character; what it writes lies in $folder, which goes with this script.
inspect_avatar() {
	local command pid status
	folder=$(mktemp -d "$runtime/avatar.XXXXXX") || die 1 "cannot write in $runtime"
	trap 'rm -rf "$folder"' EXIT
	stage_command blender-node
	"${command[@]}" --check "$folder" </dev/null >/dev/null 2>"$folder/log" &
	pid=$!
	# The stage ends Blender and its display, and takes its own files away.
	trap 'kill -TERM $pid; wait $pid; exit 130' INT TERM HUP
	wait $pid
	status=$?
	trap - INT TERM HUP
	if ! [ -f "$folder/report" ]; then
		tell_log "$folder/log"
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
	echo "Stills of it all: $sheet"
	[ $status = 0 ] || die 1 "nothing in $avatar follows the face; write a mapping:" \
		"effigy avatar map $1"
}

avatar_map() {
	local out
	[ $# = 1 ] || [ $# = 2 ] || die 2 "$avatar_usage"
	name_avatar "$1"
	out=${2:-${avatar%.*}.map}
	if [ "$out" != - ] && { [ -e "$out" ] || [ -L "$out" ]; }; then
		die 1 "$out is there already, and may hold your own lines; name another:" \
			"effigy avatar map $1 OUT (- for the terminal), or move it away"
	fi
	inspect_avatar
	if [ "$out" = - ]; then
		cat "$folder/map"
		return
	fi
	# Never over a file that has come meanwhile.
	(set -C && cat "$folder/map" >"$out") 2>/dev/null ||
		die 1 "cannot write $out; name another file: effigy avatar map $1 OUT"
	echo "wrote $out: $(grep -c '^[a-z]' "$out") lines; edit it, then restart the stage" \
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

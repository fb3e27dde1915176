# Characters of one's own: what is found in a file, and a mapping text for it. Sourced by effigy.

avatar_usage="avatar takes check FILE, or map FILE [OUT]"

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
	check | map) "avatar_$action" "$@" ;;
	*) die 2 "$avatar_usage" ;;
	esac
}

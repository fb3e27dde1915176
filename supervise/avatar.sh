# The characters: which there are, and another one while effigy is up. Sourced by effigy.

avatar_usage="avatar takes list or use NAME|FILE"

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
	for ((tries = 0; tries < 600; tries++)); do
		number=$(answer_number)
		if [ -n "$number" ] && [ "$number" != "$1" ]; then
			{ read -r shown; IFS= read -r reason; } <"$runtime/avatar.answer"
			[ -z "$reason" ] || die 1 "$reason; $(basename "$shown") stays"
			return 0
		fi
		supervisor_pid >/dev/null || die 1 "effigy has gone down meanwhile"
		sleep 0.05
	done
	die 1 "no answer from blender-node within 30 s; see effigy logs blender-node"
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

effigy_avatar() {
	local action=${1:-}
	[ $# = 0 ] || shift
	case $action in
	list) avatar_list ;;
	use) avatar_use "$@" ;;
	*) die 2 "$avatar_usage" ;;
	esac
}

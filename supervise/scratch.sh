# The folders that a conversion works in, and that do not outlive it. Sourced by convert.sh.

# A folder of ours, told from a left one by the lock that this script and its stages hold. Its name,
# which nobody can guess, is known before it is made: a Ctrl-C between the two leaves nothing.
new_folder() { # variable, name to be continued
	local lock
	printf -v "$1" '%s%06x' "$2" $((SRANDOM & 0xffffff))
	if ! mkdir -m 0700 -- "${!1}" 2>/dev/null; then
		printf -v "$1" ''
		return 1
	fi
	: >"${!1}/new" && exec {lock}<"${!1}/new" && flock -n "$lock" &&
		mv "${!1}/new" "${!1}/lock" || return 1
	locks+=("$lock")
}

# Removes what runs that were killed have left.
remove_left() { # folders
	local folder
	for folder in "$@"; do
		[ -O "$folder" ] && [ ! -L "$folder" ] || continue
		if [ -f "$folder/lock" ]; then
			flock -n "$folder/lock" rm -rf -- "$folder" 2>/dev/null
		elif [ -n "$(find "$folder" -maxdepth 0 -mmin +1)" ]; then
			# Killed before it had the lock: nothing else is in it.
			find "$folder" -maxdepth 1 -name new -type f -empty -delete
			rmdir -- "$folder" 2>/dev/null
		fi
	done
}

make_folders() {
	local folder
	locks=()
	remove_left "$runtime"/convert.??????
	new_folder work "$runtime/convert." ||
		die 1 "cannot write in $(shown "$runtime"): no room, or no permission"
	mkdir "$work/log" "$work/stats"
}

# The place of the result until it is whole, in the same file system.
make_part() {
	local folder=${out_path%/*}
	remove_left "$folder"/.effigy-??????
	new_folder part "$folder/.effigy-" ||
		die 1 "cannot write in $(shown "$folder"): no room, or no permission"
	part_file=$part/video.${output##*.}
}

# Waits until this script and its stages are gone, however they ended, and leaves nothing of them.
start_cleaner() {
	local lock
	(
		for lock in "${locks[@]}"; do
			exec {lock}<&-
		done
		exec setsid flock "$work/lock" rm -rf -- "$work" ${part:+"$part"}
	) </dev/null >/dev/null 2>&1 &
	cleaner=$!
}

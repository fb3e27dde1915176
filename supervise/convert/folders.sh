# Temporary folders of a conversion, which are removed at its end. Sourced by convert.sh.

# Makes a temporary folder. This script and its stages hold a lock in it; a folder without a holder was
# left by a killed run. The random name is set before the folder is made, so that Ctrl-C between the
# two leaves no folder.
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

# Removes the folders that killed runs left.
remove_left() { # folders
	local folder
	for folder in "$@"; do
		[ -O "$folder" ] && [ ! -L "$folder" ] || continue
		if [ -f "$folder/lock" ]; then
			flock -n "$folder/lock" rm -rf -- "$folder" 2>/dev/null
		elif [ -n "$(find "$folder" -maxdepth 0 -mmin +1)" ]; then
			# The run was killed before it had the lock: the folder contains nothing else.
			find "$folder" -maxdepth 1 -name new -type f -empty -delete
			rmdir -- "$folder" 2>/dev/null
		fi
	done
}

make_work() {
	local folder
	locks=()
	remove_left "$runtime"/convert.??????
	new_folder work "$runtime/convert." ||
		die 1 "cannot write in $(shown "$runtime"): there is no room, or no permission"
	mkdir "$work/log" "$work/stats"
}

# Makes the folder for the result until it is complete, in the same file system.
make_part() {
	local folder=${out_path%/*}
	remove_left "$folder"/.effigy-??????
	new_folder part "$folder/.effigy-" ||
		die 1 "cannot write in $(shown "$folder"): there is no room, or no permission"
	part_file=$part/video.${output##*.}
}

# Starts a process that waits until this script and its stages have exited, in whatever way, and then
# removes their folders.
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

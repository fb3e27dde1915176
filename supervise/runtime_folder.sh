# The runtime folder: sockets, logs, statistics and temporary folders of Effigy. Sourced by effigy.
#
# Effigy writes and removes files in this folder only. A marker file in it says so. The programs in C
# read the marker, too (proto/stage/runtime.c).

marker=.effigy
marker_text="All that lies here is Effigy's, which may overwrite and remove it."
inner=effigy-run

# True for a folder with the marker. Also true for a folder of mode 0700 that contains nothing but
# sockets and logs of stages that were started by hand, and the temporary folders of convert.
is_effigys() { # folder
	local entry line=''
	[ ! -f "$1/$marker" ] || IFS= read -r line 2>/dev/null <"$1/$marker"
	[ "$line" != "$marker_text" ] || return 0
	[ ! -d "$1" ] || [ "$(stat -c %a -- "$1")" = 700 ] || return 1
	for entry in "$1"/* "$1"/.[!.]* "$1"/..?*; do
		if [ -S "$entry" ] || ! { [ -e "$entry" ] || [ -L "$entry" ]; }; then
			continue
		fi
		case ${entry##*/} in
		convert.?????? | avatar.?????? | *.lock) ;;
		capture.* | tracker.* | normaliser.* | blender-node.* | sink.* | record.* | replay.* | annotate.*) ;;
		*) return 1 ;;
		esac
	done
}

# Sets base, which the programs in C also use, and runtime. EFFIGY_RUNTIME may name a folder with other
# files, such as a home folder, or one that other users can read: then runtime is a folder in it.
name_runtime() {
	base=$(EFFIGY_RUNTIME=$EFFIGY_RUNTIME "$bin/effigy-query" --runtime-folder) || exit
	[[ $base != *[[:cntrl:],]* ]] ||
		die 2 "the name of the runtime folder, $(printf %q "$base"), contains a comma or a control" \
			"character, which an endpoint cannot contain; set EFFIGY_RUNTIME to another folder"
	[[ $base == /* ]] || base=$PWD/$base
	[[ $base != ?*/ ]] || base=${base%"${base##*[!/]}"}
	runtime=$base
	if [ -n "$EFFIGY_RUNTIME" ] && ! is_effigys "$base"; then
		runtime=${base%/}/$inner
	fi
	export EFFIGY_RUNTIME=$runtime
}

# Where other users can write, they could replace the runtime folder by their own.
check_own() { # folder, allowed modes as a pattern
	if [ -L "$1" ] || ! [ -d "$1" ] || ! [ -O "$1" ] || [ "$1" = / ] ||
		[[ $(stat -c %a -- "$1") != $2 ]]; then
		die 1 "$1 is not a folder that you own with mode 0700; set EFFIGY_RUNTIME to another folder"
	fi
}

check_runtime() {
	if [ "$runtime" = "$base" ]; then
		check_own "$base" 700
		return
	fi
	check_own "$base" '7[0145][0145]'
	if [ -e "$runtime" ]; then
		check_own "$runtime" 700
		is_effigys "$runtime" ||
			die 1 "$base and $runtime both contain files that are not Effigy's; set" \
				"EFFIGY_RUNTIME to an empty folder"
	fi
}

make_runtime() {
	mkdir -p -m 0700 "$base" 2>/dev/null
	check_runtime
	if [ "$runtime" != "$base" ]; then
		mkdir -p -m 0700 "$runtime" 2>/dev/null
		check_runtime
		mark_runtime
	fi
}

# Marks the folder. Called before anything is written there that Effigy overwrites or removes later.
mark_runtime() {
	local line=''
	IFS= read -r line 2>/dev/null <"$runtime/$marker"
	if [ "$line" != "$marker_text" ] && ! echo "$marker_text" 2>/dev/null >"$runtime/$marker"; then
		[ -s "$runtime/$marker" ] || rm -f "$runtime/$marker"
		die_of_room
	fi
}

die_of_room() {
	die 1 "cannot write in $runtime ($(df -h --output=avail "$runtime" 2>/dev/null | tail -n 1 |
		tr -d ' ') free there); make room, or set EFFIGY_RUNTIME to another folder"
}

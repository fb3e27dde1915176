# Profiles of faces: where they are, and the one of EFFIGY_FACE. Sourced by effigy.

# Sets faces, the folder of the profiles.
find_faces() {
	local config=${XDG_CONFIG_HOME:-}
	# The XDG specification says to ignore relative paths.
	[[ $config == /* ]] || config=${HOME:-}/.config
	[[ $config == /?* ]] && [ "$config" != /.config ] ||
		die 1 "it is not known where profiles of faces are: HOME and XDG_CONFIG_HOME are not set"
	faces=$config/effigy/faces
}

check_face_name() { # name, who named it
	local LC_ALL=C
	if [[ $1 == '' || $1 == */* || $1 == [.-]* || $1 == *[[:cntrl:]]* || ${#1} -gt 64 ]]; then
		die 2 "$2 takes a name of 1 to 64 bytes without slashes and control characters, which does" \
			"not begin with a dot or a dash, not \"${1//[[:cntrl:]]/?}\""
	fi
}

# Prints "me, anna".
list_faces() {
	local file list=''
	for file in "$faces"/*; do
		[ ! -f "$file" ] || list+="${list:+, }${file##*/}"
	done
	echo "$list"
}

# Sets face, the profile of EFFIGY_FACE, or nothing.
find_face() {
	local list why
	face=''
	[ -n "$EFFIGY_FACE" ] || return 0
	check_face_name "$EFFIGY_FACE" EFFIGY_FACE
	find_faces
	list=$(list_faces)
	face=$faces/$EFFIGY_FACE
	[ -f "$face" ] || die 1 "there is no profile \"$EFFIGY_FACE\" (EFFIGY_FACE) in $faces," \
		"$([ -z "$list" ] && echo "nor any other" || echo "only $list"); make it with effigy" \
		"calibrate $(printf %q "$EFFIGY_FACE")"
	why=$("$bin/effigy-calibrate" --check -- "$face" 2>&1) ||
		die 1 "cannot use the profile $face (EFFIGY_FACE): $why; make it again with effigy" \
			"calibrate $(printf %q "$EFFIGY_FACE")"
}

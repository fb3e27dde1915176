# Records messages of the running pipeline. Sourced by effigy.

# Exports the settings, for the header of the recording: those that the pipeline was started with, where
# they were given in its environment.
export_settings() { # supervisord's pid
	local word words=() name
	[ -z "$1" ] || mapfile -d '' -t words 2>/dev/null <"/proc/$1/environ"
	for word in "${words[@]}"; do
		name=${word%%=*}
		[ "$name" = EFFIGY_RUNTIME ] || [[ " ${known_settings//[[:space:]]/ } " != *" $name "* ]] || printf -v "$name" '%s' "${word#*=}"
	done
	for name in $known_settings; do
		export "${name?}"
	done
}

effigy_record() {
	local file=${2:-}
	[ $# = 2 ] || die 2 "record takes EDGE FILE; EDGE is frames, faces, expressions or render"
	case $1 in
	frames | faces | expressions | render) ;;
	*) die 2 "record takes frames, faces, expressions or render, not \"$1\"" ;;
	esac
	if [ ! -S "$runtime/$1.tap" ]; then
		require_up
		die 1 "the stage that sends $1 has not started yet; see effigy status"
	fi
	[[ $file != -?* ]] || file=./$file # not an option
	case $1 in
	frames | faces)
		echo "effigy: a recording of $1 is personal data of the person it shows: ask before you record" \
			"or share it" >&2
		;;
	esac
	export_settings "$(supervisor_pid)"
	exec "$bin/effigy-record" --edge "$1" "$file"
}

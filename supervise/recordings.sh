# Recordings of the running pipeline. Sourced by effigy.

effigy_record() {
	local file=${2:-}
	[ $# = 2 ] || die 2 "record takes EDGE FILE; EDGE is frames, faces, expressions or render"
	case $1 in
	frames | faces | expressions | render) ;;
	*) die 2 "record takes frames, faces, expressions or render, not \"$1\"" ;;
	esac
	[ -S "$runtime/$1.tap" ] || die 1 "nothing is up; start with effigy up"
	[[ $file != -?* ]] || file=./$file # no option
	exec "$bin/effigy-record" --edge "$1" "$file"
}

effigy_replay() {
	local file=${1:-} stage=${2:-} edge
	[ $# -ge 2 ] || die 2 "replay takes FILE STAGE [--speed 1|max] [--loop]"
	shift 2
	case $stage in
	tracker) edge=frames ;;
	normaliser) edge=faces ;;
	blender-node) edge=expressions ;;
	sink) edge=render ;;
	*) die 2 "replay sends into tracker, normaliser, blender-node or sink, not \"$stage\"" ;;
	esac
	[ -S "$runtime/$edge" ] || die 1 "$stage is not running; start with effigy up"
	[[ $file != -?* ]] || file=./$file
	exec "$bin/effigy-replay" --edge "$edge" "$@" "$file"
}

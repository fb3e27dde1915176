# Says what a recording contains. Sourced by effigy.

effigy_recording() {
	local file
	[ $# = 2 ] && [ "$1" = info ] || die 2 "recording takes info FILE"
	file=$2
	[[ $file != -?* ]] || file=./$file # not an option
	exec "$bin/effigy-recording" "$file"
}

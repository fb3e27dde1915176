# effigy exec: one stage in place of this process, without supervisord, for containers: there the container's
# engine watches the stage. Sourced by effigy.

part live

# Takes the edges as they are set: where a setting is empty, the edge leads to the folder of sockets, which
# the other containers share.
take_edges() {
	local edge setting
	for edge in $links; do
		setting=$(setting_of "$edge")
		place[$edge]=${!setting}
	done
}

effigy_exec() { # stage, its options...
	local stage=${1:-}
	[[ " $stages " == *" $stage "* ]] || die 2 "exec takes one of: $stages; not \"$stage\""
	shift
	case $stage in
	normaliser) find_face ;;
	blender-node) find_avatar ;;
	esac
	mark_runtime
	mkdir -p "$statistics" 2>/dev/null || die_of_room
	rm -f "$statistics/$stage"
	sink_output=$EFFIGY_OUTPUT
	take_edges
	live_command "$stage"
	[ -x "${command[0]}" ] || die 1 "${command[0]} does not exist: this machine or image is not for $stage"
	exec "${command[@]}" "$@"
}

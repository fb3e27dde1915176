# effigy exec: one stage in place of this process, without supervisord, for containers: there the container's
# engine watches the stage. Sourced by effigy.

part live

effigy_exec() { # stage, its options...
	local stage=${1:-} variable
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
	export_command "$stage"
	variable=EFFIGY_RUN_${stage//-/_}
	eval "command=(${!variable})"
	unset "${!EFFIGY_RUN_@}"
	[ -x "${command[0]}" ] || die 1 "${command[0]} does not exist: this machine or image is not for $stage"
	exec "${command[@]}" "$@"
}

# What replay and profile have in common: the stage that reads a recording, and which part of it. Sourced.

# Sets edge and source, the stage that sends on that edge.
choose_stage() { # stage
	case $1 in
	tracker) edge=frames source=capture ;;
	normaliser) edge=faces source=tracker ;;
	blender-node) edge=expressions source=normaliser ;;
	sink) edge=render source=blender-node ;;
	*) die 2 "a recording goes into tracker, normaliser, blender-node or sink, not into \"$1\"" ;;
	esac
}

# Sets file.
choose_file() { # file, or - for standard input
	file=$1
	[ "$file" != - ] || return 0
	[[ $file != -* ]] || file=./$file # not an option
	[ -r "$file" ] && [ -f "$file" ] || die 1 "cannot read the recording $file; name a file that effigy record wrote"
}

check_seconds() { # option, value, usage
	[[ $2 =~ ^([0-9]{1,9}(\.[0-9]{0,9})?|\.[0-9]{1,9})$ ]] || die 2 "$1 takes seconds, such as 2.5, not \"$2\"; $3"
}

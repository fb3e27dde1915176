# The edges between stages: which stages run on this machine, and where they meet those that run on
# others. Sourced by live.sh.
#
# EFFIGY_FRAMES, EFFIGY_FACES, EFFIGY_EXPRESSIONS and EFFIGY_RENDER each say where an edge leads. The
# prefixes @ (listen) and > (connect) are those of CZMQ.

links="frames faces expressions render"
declare -gA sender_of=([frames]=capture [faces]=tracker [expressions]=normaliser [render]=blender-node)
declare -gA reader_of=([frames]=tracker [faces]=normaliser [expressions]=blender-node [render]=sink)
declare -gA port_of=([frames]=5551 [faces]=5552 [expressions]=5553 [render]=5555)

# The stages that run here, in the order of the pipeline; and the endpoints of the edges that lead to
# another machine, or come from one.
here_run=''
declare -gA place=()

setting_of() { # edge
	echo "EFFIGY_${1^^}"
}

runs_here() { # stage
	[[ " $here_run " == *" $1 "* ]]
}

# Prints nothing for an edge without an endpoint, which stays here. Without a prefix a reader listens at
# an address of its machine, and a sender connects to one of another. A prefix says the opposite. An
# endpoint on this machine, which leads to a stage that somebody else has started, can be either.
way_of() { # edge
	local setting
	setting=$(setting_of "$1")
	case ${!setting} in
	'') ;;
	@*) echo leaves ;;
	'>'*) echo arrives ;;
	*)
		if "$bin/effigy-query" --is-local "${!setting}"; then
			echo either
		elif "$bin/effigy-query" --are-here "${!setting}"; then
			echo arrives
		else
			echo leaves
		fi
		;;
	esac
}

# True when what left before this edge, which has no endpoint, comes back at a later one.
comes_back_after() { # edge
	local edge way
	for edge in ${links#*"$1"}; do
		way=$(way_of "$edge")
		case $way in
		arrives | either) return 0 ;;
		leaves) return 1 ;;
		esac
	done
	return 1
}

# Sets here_run for "up": all stages, but those that the edges lead around.
place_stages() {
	local edge reader setting out='' crossed=''
	here_run=capture
	for edge in $links; do
		reader=${reader_of[$edge]} setting=$(setting_of "$edge")
		case ${out:+out_}$(way_of "$edge") in
		'') here_run+=" $reader" ;;
		leaves | either) out=$edge ;;
		arrives)
			[ -z "$crossed" ] || die 2 "$setting=${!setting} is where $edge arrive from another machine," \
				"but ${sender_of[$edge]} runs here; set it to nothing, or $crossed, too"
			here_run=$reader
			;;
		out_)
			if ! comes_back_after "$edge"; then
				here_run+=" $reader" out=''
			fi
			;;
		out_leaves)
			[[ ${!setting} == @* ]] || die 2 "$setting=${!setting} leads from one other machine to another;" \
				"set it there, and here where something comes back, such as $setting=tcp://*:${port_of[$edge]}"
			here_run+=" $reader" out=''
			;;
		out_*) here_run+=" $reader" out='' ;;
		esac
		[ -z "${!setting}" ] || crossed=$setting
	done
}

# Sets here_run for "stage".
choose_stages() { # stage...
	local stage
	for stage in "$@"; do
		[[ " $stages " == *" $stage "* ]] || die 2 "stage takes one or more of: $stages; not \"$stage\""
	done
	here_run=''
	for stage in $stages; do
		[[ " $* " != *" $stage "* ]] || here_run+="${here_run:+ }$stage"
	done
}

# Sets place. Where no setting says more than that stages run elsewhere, the other machine listens at the usual
# ports, and this one connects in both directions: only the other one must be reachable, and known by name.
place_edges() {
	local edge setting sender reader from=''
	place=()
	for edge in $links; do
		setting=$(setting_of "$edge") sender=${sender_of[$edge]} reader=${reader_of[$edge]}
		if runs_here "$sender" && runs_here "$reader"; then
			[ -z "${!setting}" ] || die 2 "$setting=${!setting} leads to another machine, but $sender and" \
				"$reader both run here; set it to nothing"
		elif runs_here "$sender"; then
			[ "$edge" = expressions ] || [[ ${!setting} != *,* ]] ||
				die 2 "$setting=${!setting}: only renderers share their work; name one endpoint"
			place[$edge]=${!setting:-@tcp://*:${port_of[$edge]}}
			from=$(sed 's/^@.*//; s/\(^\|,\)>*\(tcp:[^,]*\):[0-9]*/\1>\2:PORT/g' <<<"${!setting}")
		elif runs_here "$reader"; then
			place[$edge]=${!setting:-${from//PORT/${port_of[$edge]}}}
			: "${place[$edge]:=tcp://*:${port_of[$edge]}}"
		fi
	done
}

# The end of an edge that is on this machine: in or out.
end_here() { # edge
	if runs_here "${reader_of[$1]}"; then
		echo in
	else
		echo out
	fi
}

# Prints the answer of effigy-query when it is no, without what a line of a log begins with.
objection() { # option, endpoints
	local answer
	answer=$("$bin/effigy-query" "$1=$2" 2>&1) || sed 's/^[EWI]: ([^)]*) [0-9-]* [0-9:]* //' <<<"$answer"
}

# Prints which keys an endpoint lacks, or nothing. Nothing crosses the network without keys, unless the
# user says so.
lack_of_keys() { # in or out, endpoints
	[ "$EFFIGY_INSECURE_PLAINTEXT" = 1 ] || objection "--keys-$1" "$2"
}

# Prints why an endpoint cannot be used, or nothing.
reason_against() { # in or out, endpoints
	local reason
	reason=$(lack_of_keys "$1" "$2")
	echo "${reason:-$(objection "--try-$1" "$2")}"
}

# Dies when one of the edges has a reason against it.
each_edge_without() { # lack_of_keys or reason_against
	local edge reason
	for edge in $links; do
		[ -n "${place[$edge]:-}" ] || continue
		reason=$("$1" "$(end_here "$edge")" "${place[$edge]}")
		[ -z "$reason" ] || die 1 "$reason ($(setting_of "$edge"))"
	done
}

check_edges() {
	each_edge_without lack_of_keys
}

# Finds an endpoint that cannot be used, such as one whose port is taken, before the stages do.
try_edges() {
	each_edge_without reason_against
}

# Tells which stages are expected elsewhere, and what comes from there.
tell_places() {
	local stage edge away='' arrives=''
	for stage in $stages; do
		runs_here "$stage" || away+="${away:+, }$stage"
	done
	for edge in $links; do
		[ -z "${place[$edge]:-}" ] || ! runs_here "${reader_of[$edge]}" ||
			arrives+="; $edge come by ${place[$edge]}"
	done
	[ -z "$away" ] || echo "effigy: on other machines: $away$arrives" >&2
}

# Adds the options for a stage's links to the array more.
add_ends() { # stage
	local edge end
	for edge in $links; do
		end=${place[$edge]:-}
		if [ "${sender_of[$edge]}" = "$1" ]; then
			more+=(--out "${end:-$(between_socket "$edge" 1)}")
		elif [ "${reader_of[$edge]}" = "$1" ] && [ -n "$end" ]; then
			# Replays come by the local socket.
			more+=(--in "ipc://$runtime/$edge,$end")
		fi
	done
}

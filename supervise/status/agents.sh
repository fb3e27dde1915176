# The agents of other machines, which tell how the stages there fare. Sourced by live.sh and status.sh.
#
# A pipeline keeps the settings that it was started with. supervisord's environment has the names of the
# stages on other machines in EFFIGY_AWAY, the endpoints of the agents in EFFIGY_ASK, and how to reach them.

AGENT_PORT=5550
agent='' away=''

# Prints tcp://HOST:5550 for an endpoint of HOST. Prints nothing for one that names no other machine.
agent_at() { # endpoint
	local host=${1#[@>]}
	[[ $host == tcp://?*:* ]] || return 0
	host=${host#tcp://}
	host=${host%:*}
	[ "$host" = '*' ] || [ "$host" = 0.0.0.0 ] || echo "tcp://$host:$AGENT_PORT"
}

# True when an edge leads to another machine, or comes from one.
leaves_machine() {
	local edge
	for edge in $links; do
		if [ -n "${place[$edge]:-}" ] && ! "$bin/effigy-query" --is-local "${place[$edge]}"; then
			return 0
		fi
	done
	return 1
}

# Sets agent, where the agent of this machine listens, if one runs: on a machine that helps another one, or
# where EFFIGY_AGENT says.
place_agent() { # whether this machine helps another one
	agent=$EFFIGY_AGENT
	if [ -z "$agent" ] && [ "$1" = 1 ] && leaves_machine; then
		agent="tcp://*:$AGENT_PORT"
	fi
	[ "$agent" != none ] || agent=''
}

# Two machines that help may be one. An agent that nobody asked for is not worth a failure.
try_agent() {
	local reason
	[ -n "$agent" ] || return 0
	reason=$("$bin/effigy-query" --try-in "$agent" 2>&1)
	if [ -z "$reason" ] && [ "$EFFIGY_INSECURE_PLAINTEXT" != 1 ]; then
		reason=$("$bin/effigy-query" "--keys-in=$agent" 2>&1)
	fi
	[ -n "$reason" ] || return 0
	reason=$(without_time "$reason")
	[ -z "$EFFIGY_AGENT" ] || die 1 "$reason (EFFIGY_AGENT)"
	echo "effigy: other machines cannot ask how the stages here fare: $reason; set EFFIGY_AGENT" >&2
	agent=''
}

# Sets away, the stages that run on other machines, and EFFIGY_ASK where it is not set.
place_away() {
	local stage edge end found=''
	for stage in $stages; do
		runs_here "$stage" || away+="${away:+ }$stage"
	done
	[ -n "$away" ] && [ -z "$EFFIGY_ASK" ] || return 0
	for edge in $links; do
		for end in ${place[$edge]:+${place[$edge]//,/ }}; do
			# Where something arrives, the address is this machine's, unless it connects.
			if ! runs_here "${reader_of[$edge]}" || [[ $end == '>'* ]]; then
				found+="$(agent_at "$end")"$'\n'
			fi
		done
	done
	EFFIGY_ASK=$(awk 'NF && !seen[$0]++' ORS=, <<<"$found")
	EFFIGY_ASK=${EFFIGY_ASK%,}
}

# Runs effigy-ask with the keys of the running pipeline.
ask() { # supervisord's pid, seconds, option or endpoint...
	local pid=$1 limit=$2 options=()
	shift 2
	[ "$(started_with "$pid" EFFIGY_INSECURE_PLAINTEXT)" != 1 ] || options=(--insecure-plaintext)
	EFFIGY_KEYS=$(started_with "$pid" EFFIGY_KEYS) timeout "$limit" "$bin/effigy-ask" "${options[@]}" "$@" 2>&1
}

# Sets silence, what to say of an agent that does not answer. The runtime folder keeps the time of its
# last answer, or of the first time that it did not answer.
note_silence() { # endpoint, what came from it
	local file=$state/answered.${1//[^a-zA-Z0-9.-]/_} since=''
	silence=''
	read -r since 2>/dev/null <"$file"
	if [[ $2 == '{'* ]]; then
		{ echo "$now" >"$file"; } 2>/dev/null
		return
	fi
	silence=${2#effigy-ask: }
	# A line of the log.
	[[ ! $silence =~ ^E:\ .*[0-9:]{8}\ (.*) ]] || silence=${BASH_REMATCH[1]}
	silence=${silence//[[:cntrl:]]/?}
	if [[ ! $since =~ ^[0-9]+$ ]]; then
		{ echo "$now" >"$file"; } 2>/dev/null
	elif [ "$now" -gt "$since" ] && [[ $silence == "nobody answers"* ]]; then
		silence+=" for $((now - since)) s"
	fi
}

# Prints what the agents tell of these stages, as a JSON array with an object for each agent and one for the
# stages of which none tells. All agents are asked at once.
ask_agents() { # supervisord's pid, stages
	local endpoints endpoint fd fds=() line silence words=()
	endpoints=$(started_with "$1" EFFIGY_ASK)
	for endpoint in ${endpoints//,/ }; do
		# The last line is the answer, as JSON, or why there is none.
		exec {fd}< <(ask "$1" 2 -- "$endpoint" | tail -n 1)
		fds+=("$fd")
	done
	for endpoint in ${endpoints//,/ }; do
		line=''
		fd=${fds[0]} fds=("${fds[@]:1}")
		IFS= read -r line <&"$fd"
		exec {fd}<&-
		note_silence "$endpoint" "${line:-nobody answers at $endpoint}"
		words+=("$endpoint" "$line" "$silence")
	done
	jq -n -f "$supervise/status/agents.jq" --arg away "$2" --args -- "${words[@]}"
}

# Has a stage on another machine restarted by its agent.
restart_away() { # supervisord's pid, stage
	local endpoint now answers said
	read -r now _ </proc/uptime
	now=${now%.*}
	answers=$(ask_agents "$1" "$2")
	endpoint=$(jq -r 'first(.[] | select(.agent != null and .stages != []) | .agent) // ""' <<<"$answers")
	[ -n "$endpoint" ] || die 1 "cannot restart $2: $(jq -r 'last.stages[0].comment' <<<"$answers")"
	said=$(ask "$1" 25 --restart "$2" -- "$endpoint") || {
		said=${said##*$'\n'}
		said=${said#effigy-ask: }
		die 1 "${said//[[:cntrl:]]/?}"
	}
	echo "$2 was restarted at $endpoint"
}

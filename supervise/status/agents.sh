# The agents of other machines, which tell how the stages there fare. Sourced by live.sh and status.sh.
#
# A pipeline keeps the settings that it was started with. supervisord's environment has the names of the
# stages on other machines in EFFIGY_AWAY, and the endpoints of the agents in EFFIGY_ASK.

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
	reason=$("$bin/effigy-query" --try-in "$agent" 2>&1) && return
	reason=${reason#effigy-query: }
	[ -z "$EFFIGY_AGENT" ] || die 1 "$reason (EFFIGY_AGENT)"
	echo "effigy: $reason, so other machines cannot ask how the stages here fare; set EFFIGY_AGENT" >&2
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

# Prints an agent's answer as one line of JSON, or why there is none.
ask_agent() { # endpoint
	local options=()
	[ "$plaintext" != 1 ] || options=(--insecure-plaintext)
	timeout 2 "$bin/effigy-ask" "${options[@]}" -- "$1" 2>&1 | tail -n 1
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
	silence=${silence//[[:cntrl:]]/?}
	if [[ ! $since =~ ^[0-9]+$ ]]; then
		{ echo "$now" >"$file"; } 2>/dev/null
	elif [ "$now" -gt "$since" ]; then
		silence+=" for $((now - since)) s"
	fi
}

# Prints what the agents tell of the stages that are away, as a JSON array with an object for each agent
# and one for the stages of which none tells. All agents are asked at once.
ask_agents() { # stages, endpoints of agents, whether plain text may be sent
	local plaintext=$3 endpoint fd fds=() line silence words=()
	for endpoint in ${2//,/ }; do
		exec {fd}< <(ask_agent "$endpoint")
		fds+=("$fd")
	done
	for endpoint in ${2//,/ }; do
		line=''
		IFS= read -r line <&"${fds[0]}"
		fd=${fds[0]} fds=("${fds[@]:1}")
		exec {fd}<&-
		note_silence "$endpoint" "${line:-nobody answers at $endpoint}"
		words+=("$endpoint" "$line" "$silence")
	done
	jq -n -f "$supervise/status/agents.jq" --arg away "$1" --args -- "${words[@]}"
}

# Has a stage on another machine restarted by its agent.
restart_away() { # stage, endpoints of agents, whether plain text may be sent
	local options=() endpoint now answers said
	read -r now _ </proc/uptime
	now=${now%.*}
	answers=$(ask_agents "$1" "$2" "$3")
	endpoint=$(jq -r 'first(.[] | select(.agent != null and .stages != []) | .agent) // ""' <<<"$answers")
	[ -n "$endpoint" ] ||
		die 1 "cannot restart $1: $(jq -r 'last.stages[0].comment' <<<"$answers")"
	[ "$3" != 1 ] || options=(--insecure-plaintext)
	said=$(timeout 25 "$bin/effigy-ask" "${options[@]}" --restart "$1" -- "$endpoint" 2>&1) || {
		said=${said##*$'\n'}
		said=${said#effigy-ask: }
		die 1 "${said//[[:cntrl:]]/?}"
	}
	echo "$1 was restarted at $endpoint"
}

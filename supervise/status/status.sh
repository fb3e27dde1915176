# effigy status. For each stage it combines what supervisord knows, what the kernel knows, and the
# stage's own statistics of the last ten seconds; for a stage on another machine, what the agent there
# tells. Sourced by live.sh.

HUNG_S=4      # a stage without new statistics for that long hangs
STARTING_S=30 # the longest time until the first statistics; other people's stages may never write any

# Prints supervisord's states of the stages. Prints nothing when supervisord does not answer, because
# it is stopped or its folder was removed.
ask_supervisord() {
	[ ! -S "$runtime/supervisor.sock" ] ||
		(cd "$runtime" && timeout 8 supervisorctl -c "$config" status 2>/dev/null | grep ^effigy:)
}

# Prints the pid of a stage, for when supervisord does not answer.
find_stage() { # stage, pids of the pipeline
	local pid
	for pid in $2; do
		if [ "$(name_of "$pid")" = "$1" ]; then
			echo "$pid"
			return
		fi
	done
}

# Prints T: stopped, D: waits for a disk, ...; prints nothing when there is no such process.
process_state() { # pid
	local line=''
	read -r line 2>/dev/null <"/proc/$1/stat"
	line=${line##*) }
	echo "${line%% *}"
}

# Prints the seconds since the file was written or touched, or nothing when it does not exist.
age_of() { # file
	local written
	written=$(stat -c %Y "$1" 2>/dev/null) && echo $(($(printf '%(%s)T' -1) - written))
}

# True for a stage that runs, but does nothing.
is_hung() { # stage, pid, its statistics
	local age
	[ "$(process_state "$2")" != T ] || return 0
	age=$(age_of "$statistics/$1")
	[ -n "$age" ] && [ "$age" -ge $HUNG_S ] && ! is_loading "$3"
}

# True for a stage that has not written statistics yet, or that reports that it loads something.
is_starting() { # statistics
	is_loading "$1" || { [ -z "$1" ] && [ $((now - ${began:-0})) -lt $STARTING_S ]; }
}

# Sets shown (the state), pid, began, failures, wait and comment of a stage.
judge_stage() { # stage, supervisord's answer, pids of the pipeline, the stage's statistics
	local until='' hung='' replay=''
	shown=UNKNOWN pid='' began='' failures=0 wait='' comment=''
	if [ -n "$2" ]; then
		read -r _ shown _ < <(grep "^effigy:$1 " <<<"$2")
		[[ $2 =~ effigy:$1\ +[A-Z]+\ +pid\ ([0-9]+), ]] && pid=${BASH_REMATCH[1]}
	else
		pid=$(find_stage "$1" "$3")
		shown=GONE
		[ -z "$pid" ] || shown=RUNNING
	fi
	read -r _ began failures until 2>/dev/null <"$state/$1"
	read -r hung 2>/dev/null <"$state/$1.hung"
	if read -r replay 2>/dev/null <"$state/replaced.$1"; then
		comment="replaced by a replay (process $replay)"
	elif [ -n "$pid" ] && [ "${until:-0}" -gt "$now" ]; then
		shown=BACKOFF wait=$((until - now))
		comment="failed or hung $failures times in a row; starts again in $wait s"
	elif [ -n "$pid" ] && is_hung "$1" "$pid" "$4"; then
		shown=HUNG comment="does nothing; is about to be killed and started again"
	elif [ "$shown" = RUNNING ] && [[ $1 != between-* ]] && is_starting "$4"; then
		shown=STARTING
	fi
	if [ -z "$comment" ] && [ -n "$pid" ] && [ -n "$hung" ] && [ $((now - hung)) -lt 60 ]; then
		comment="hung $((now - hung)) s ago and was started again"
	fi
}

# Adds what jq needs to know of a stage to words: name, state, pid, uptime, failures, wait, comment,
# statistics.
add_stage() { # stage, supervisord's answer, pids of the pipeline
	local text='' shown pid began failures wait comment
	# Another program in place of a stage may write anything here.
	read -rN 16384 text 2>/dev/null <"$statistics/$1"
	judge_stage "$@" "$text"
	words+=("$1" "$shown" "$pid" "${began:+$((now - began))}" "${failures:-0}" "$wait" "$comment" "$text")
}

# Prints all stages in the order of the pipeline. What is supervised here keeps its place.
order_of() { # supervised here, stages on other machines
	local stage order='' rest=" $1 "
	for stage in $stages; do
		if [[ " $2 " == *" $stage "* ]]; then
			order+=" $stage"
		elif [[ $rest == *" $stage "* ]]; then
			order+="${rest%%" $stage "*} $stage"
			rest=" ${rest#*" $stage "}"
		fi
	done
	echo $order $rest
}

status_object() { # answers of agents, order of the stages, words
	local answers=$1 order=$2
	shift 2
	jq -n -f "$supervise/status/status.jq" --argjson now "$uptime" --arg supervisor "$supervisor" \
		--arg runtime "$runtime" --arg watchdog "$watchdog" --arg order "$order" \
		--argjson answers "$answers" --args -- "$@"
}

# Prints a line for each stage, with \x1f between its columns, and a line about the whole pipeline.
status_lines() { # object
	jq -r '
		def shown: if . == null then "-" else . * 100 | round / 100 | tostring end;
		def two: floor | tostring | if length < 2 then "0" + . else . end;
		def clock: if . == null then "-"
			else "\(. / 3600 | floor):\(. / 60 % 60 | two):\(. % 60 | two)" end;
		({tracker: "frames", normaliser: "faces", "blender-node": "expressions", sink: "render"} as $link
		| .dropped as $dropped | .stages[]
		| [.stage, .state, (.pid // "-" | tostring), (.uptime_s | clock), (.fps | shown), (.p50_ms | shown),
			(.p99_ms | shown),
			(if $link[.stage] then $dropped[$link[.stage]] else .lost end | shown),
			([.note, .comment,
				(if .news_s != null and .news_s > 2 then "last statistics \(.news_s) s ago" else empty end)]
				| map(select(. != "")) | join("; "))]
		| join("\u001f")),
		"webcam to picture: p50 \(.age_p50_ms // "-") ms, p99 \(.age_p99_ms // "-") ms" +
			" (all figures are of the last ten seconds)",
		(if .split == [] then empty else "of which: " + ([.split[]
			| if .ms == null then "\(.what) unknown"
				else "\(.what) \(if .error_ms > 0 then "~" else "" end)\(.ms | shown) ms" end] | join(", ")) +
			([.split[].error_ms | numbers] | max
				| if . > 0 then " (~: estimated, at most \(shown) ms wrong)" else "" end) end)' <<<"$1"
}

print_status() { # object
	local -a row
	local name width=13
	for name in $list; do
		width=$((${#name} > width ? ${#name} : width))
	done
	printf '%-*s %-9s %7s %9s %6s %8s %8s %7s  %s\n' $width stage state pid uptime fps 'p50 ms' 'p99 ms' \
		dropped note
	while IFS=$'\x1f' read -ra row; do
		if [ ${#row[@]} -gt 1 ]; then
			printf '%-*s %-9s %7s %9s %6s %8s %8s %7s  %s\n' $width "${row[@]:0:8}" "${row[8]:-}"
		else
			echo "${row[0]}"
		fi
	done < <(status_lines "$1")
	[ "$watchdog" = well ] || echo "the watchdog $watchdog, so nobody notices a stage that hangs;" \
		"run effigy down, then effigy up"
}

# Prints "well", or what is wrong with the process that looks for hung stages.
judge_watchdog() {
	local age
	age=$(age_of "$state/look")
	if [ -z "$supervisor" ] || [ ! -d "$state" ]; then
		echo "has exited"
	elif [ "${age:-0}" -gt 3 ]; then
		echo "has done nothing for $age s"
	else
		echo "well"
	fi
}

show_status() {
	local json=0 supervisor uptime now pids answer answers agents away stage list held words=() watchdog object
	case ${1:-} in
	--json) json=1 ;;
	'') ;;
	*) die 2 "status takes --json or nothing, not \"$1\"" ;;
	esac
	need jq jq
	supervisor=$(supervisor_pid)
	pids=$(pipeline_pids)
	if [ -z "$pids" ]; then
		[ $json = 0 ] || echo '{"up": false, "stages": []}'
		held=$(tell_holder)
		die 1 "nothing is up${held:+, but $held}; start with effigy up"
	fi
	list=$stages
	[ -z "$supervisor" ] || list=$(running_stages "$supervisor")
	away=$([ -z "$supervisor" ] || started_with "$supervisor" EFFIGY_AWAY)
	read -r uptime _ </proc/uptime
	now=${uptime%.*}
	# While supervisord is asked.
	exec {agents}< <([ -z "$away" ] || ask_agents "$supervisor" "$away")
	answer=$(ask_supervisord)
	answers=$(cat <&"$agents")
	exec {agents}<&-
	watchdog=$(judge_watchdog)
	# Read last, so that no statistics are newer than this time.
	read -r uptime _ </proc/uptime
	now=${uptime%.*}
	for stage in $list; do
		add_stage "$stage" "$answer" "$pids"
	done
	object=$(status_object "${answers:-[]}" "$(order_of "$list" "$away")" "${words[@]}")
	if [ $json = 1 ]; then
		printf '%s\n' "$object"
	else
		print_status "$object"
	fi
	if [ -z "$supervisor" ]; then
		die 1 "supervisord has exited, but these processes of its pipeline still run: $(named $pids);" \
			"stop them with effigy down"
	elif [ -z "$answer" ]; then
		die 1 "supervisord (process $supervisor) does not answer: it is stopped, or $runtime was" \
			"emptied; run effigy down, then effigy up"
	fi
}

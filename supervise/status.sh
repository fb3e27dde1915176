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
	elif [ "$shown" = RUNNING ] && is_starting "$4"; then
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

status_object() { # answers of agents, words
	local answers=$1
	shift
	jq -n --argjson now "$uptime" --arg supervisor "$supervisor" --arg runtime "$runtime" \
		--arg watchdog "$watchdog" --arg order "$stages" --argjson answers "$answers" --args '
		def number: if . == "" then null else tonumber end;
		def measured: if type == "number" then . else null end;
		# A stage reports 0 when there was nothing to measure.
		def time: measured | if . == 0 then null else . end;
		def object: if type == "object" then . else {} end;
		def text: if type == "string" then gsub("[[:cntrl:]]"; "?") else "" end;
		# A message lost on one edge is missing on all later ones.
		def beyond($other): if . == null then null else [0, . - ($other // 0)] | max end;
		[$ARGS.positional as $w | range(0; $w | length; 8) as $i | $w[$i:$i + 8]
			| (.[2] != "" and .[1] != "BACKOFF") as $runs
			| (if $runs then .[7] | try fromjson catch null | object else {} end) as $statistics
			| {stage: .[0], state: .[1], pid: (.[2] | number),
				uptime_s: (if $runs then .[3] | number else null end),
				fps: ($statistics.recent_fps | measured), p50_ms: ($statistics.recent_p50_ms | time),
				p99_ms: ($statistics.recent_p99_ms | time), age_p50_ms: ($statistics.recent_age_p50_ms | time),
				age_p99_ms: ($statistics.recent_age_p99_ms | time),
				lost: ($statistics.recent_dropped | measured), refused: ($statistics.recent_bad | measured),
				seconds: ($statistics.recent_s | measured),
				news_s: ($statistics.boot_s | measured
					| if . then [0, $now - .] | max * 10 | round / 10 else null end),
				failures: (.[4] | number), starts_in_s: (.[5] | number), note: ($statistics.note | text),
				comment: .[6], box: null, host: ($statistics.host | text),
				way: (if $statistics.way_host == null then null else {host: ($statistics.way_host | text),
					p50_ms: ($statistics.recent_way_p50_ms | measured),
					p99_ms: ($statistics.recent_way_p99_ms | measured)} end)}] as $local
		# The stages on other machines, in their places.
		| [$answers[] as $answer | $answer.stages[]
			| {stage, state, pid, uptime_s, fps, p50_ms, p99_ms, age_p50_ms, age_p99_ms, lost, refused, seconds,
				news_s, failures: (.failures // 0), starts_in_s, note: (.note | text), comment,
				box: $answer.agent, host: $answer.host, way}] as $away
		| ($order | split(" ")) as $order
		| ($local + $away | sort_by(.stage as $name | $order | index($name))) as $placed
		# How far the clock of each host is from the one here.
		| (reduce ($local[] | select(.host != "") | .host) as $host ({}; .[$host] = {offset: 0, error: 0})
			| reduce ($answers[] | select(.offset_ms != null and .host != null)) as $one (.;
				if .[$one.host] then . else .[$one.host] = {offset: $one.offset_ms, error: $one.offset_error_ms} end))
			as $clocks
		| [$placed[]
			| $clocks[.host // ""] as $there | $clocks[.way.host // ""] as $before
			| (.way != null and .host == .way.host) as $same
			| . + (if $same then {way_p50_ms: .way.p50_ms, way_p99_ms: .way.p99_ms, way_error_ms: 0}
				elif .way != null and $there and $before then
					($there.offset - $before.offset) as $offset
					| {way_p50_ms: ([0, .way.p50_ms - $offset] | max), way_p99_ms: ([0, .way.p99_ms - $offset] | max),
						way_error_ms: ($there.error + $before.error)}
				else {way_p50_ms: null, way_p99_ms: null, way_error_ms: null} end)
			| del(.way, .host)] as $all
		| (reduce $all[] as $one ({}; .[$one.stage] = $one)) as $of
		| {up: ($supervisor != ""), supervisord: ($supervisor | number), runtime: $runtime,
			watchdog: $watchdog, stages: $all,
			dropped: {frames: $of.tracker.lost,
				faces: ($of.normaliser.lost | beyond($of.tracker.lost)),
				expressions: ($of["blender-node"].lost | beyond($of.normaliser.lost)),
				render: ($of.sink.lost | beyond($of["blender-node"].lost))},
			age_p50_ms: $of.sink.age_p50_ms, age_p99_ms: $of.sink.age_p99_ms}' -- "$@"
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
			" (all figures are of the last ten seconds)"' <<<"$1"
}

print_status() { # object
	local -a row
	printf '%-13s %-9s %7s %9s %6s %8s %8s %7s  %s\n' stage state pid uptime fps 'p50 ms' 'p99 ms' \
		dropped note
	while IFS=$'\x1f' read -ra row; do
		if [ ${#row[@]} -gt 1 ]; then
			printf '%-13s %-9s %7s %9s %6s %8s %8s %7s  %s\n' "${row[@]:0:8}" "${row[8]:-}"
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
	local json=0 supervisor uptime now pids answer stage list held words=() watchdog object
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
	answer=$(ask_supervisord)
	watchdog=$(judge_watchdog)
	# Read last, so that no statistics are newer than this time.
	read -r uptime _ </proc/uptime
	now=${uptime%.*}
	for stage in $list; do
		add_stage "$stage" "$answer" "$pids"
	done
	object=$(status_object "${words[@]}")
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

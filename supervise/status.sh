# What effigy status shows: what supervisord knows of each stage, what the kernel knows, and what the
# stage itself has told of the last ten seconds. Sourced by live.sh.

HUNG_S=4      # without a sign of life
STARTING_S=30 # at most, until the first; a stage of somebody else's may never give one

# Nothing where supervisord does not answer, as one that is stopped or whose folder is gone.
ask_supervisord() {
	[ ! -S "$runtime/supervisor.sock" ] ||
		(cd "$runtime" && timeout 8 supervisorctl -c "$config" status 2>/dev/null | grep ^effigy:)
}

# The process of a stage where supervisord does not tell.
find_stage() { # stage, pids of the pipeline
	local pid
	for pid in $2; do
		if [ "$(name_of "$pid")" = "$1" ]; then
			echo "$pid"
			return
		fi
	done
}

# T: stopped, D: waits for a disk, ...; nothing when the process is gone.
process_state() { # pid
	local line=''
	read -r line 2>/dev/null <"/proc/$1/stat"
	line=${line##*) }
	echo "${line%% *}"
}

# Seconds since the file was written or touched; nothing where there is none.
age_of() { # file
	local written
	written=$(stat -c %Y "$1" 2>/dev/null) && echo $(($(printf '%(%s)T' -1) - written))
}

is_loading() { # statistics
	[[ $1 =~ \"note\":\ ?\"loading\  ]]
}

# A stage that is there, but does nothing.
is_hung() { # stage, pid, its statistics
	local age
	[ "$(process_state "$2")" != T ] || return 0
	age=$(age_of "$statistics/$1")
	[ -n "$age" ] && [ "$age" -ge $HUNG_S ] && ! is_loading "$3"
}

# One that has not told anything yet, or says that it loads something.
is_starting() { # statistics
	is_loading "$1" || { [ -z "$1" ] && [ $((now - ${began:-0})) -lt $STARTING_S ]; }
}

# Sets shown, pid, began, failures, wait and comment of a stage.
judge_stage() { # stage, supervisord's words, pids of the pipeline, its statistics
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
		comment="a replay (process $replay) has its place"
	elif [ -n "$pid" ] && [ "${until:-0}" -gt "$now" ]; then
		shown=BACKOFF wait=$((until - now))
		comment="failed or hung $failures times in a row; starts again in $wait s"
	elif [ -n "$pid" ] && is_hung "$1" "$pid" "$4"; then
		shown=HUNG comment="does nothing, and is about to be killed and started again"
	elif [ "$shown" = RUNNING ] && is_starting "$4"; then
		shown=STARTING
	fi
	if [ -z "$comment" ] && [ -n "$pid" ] && [ -n "$hung" ] && [ $((now - hung)) -lt 60 ]; then
		comment="was hung $((now - hung)) s ago, and was started again"
	fi
}

# Adds to words what jq needs of a stage: name, state, pid, uptime, failures, wait, comment, statistics.
add_stage() { # stage, supervisord's words, pids of the pipeline
	local text='' shown pid began failures wait comment
	# A stage of somebody else's may write anything.
	read -rN 16384 text 2>/dev/null <"$statistics/$1"
	judge_stage "$@" "$text"
	words+=("$1" "$shown" "$pid" "${began:+$((now - began))}" "${failures:-0}" "$wait" "$comment" "$text")
}

status_object() { # words
	jq -n --argjson now "$uptime" --arg supervisor "$supervisor" --arg runtime "$runtime" \
		--arg watchdog "$watchdog" --args '
		def number: if . == "" then null else tonumber end;
		def measured: if type == "number" then . else null end;
		# 0 where there was nothing to measure.
		def time: measured | if . == 0 then null else . end;
		def object: if type == "object" then . else {} end;
		def text: if type == "string" then gsub("[[:cntrl:]]"; "?") else "" end;
		# A message lost on one link is missing on each that follows.
		def beyond($other): if . == null then null else [0, . - ($other // 0)] | max end;
		[$ARGS.positional as $w | range(0; $w | length; 8) as $i | $w[$i:$i + 8]
			| (.[2] != "" and .[1] != "BACKOFF") as $runs
			| (if $runs then .[7] | try fromjson catch null | object else {} end) as $told
			| {stage: .[0], state: .[1], pid: (.[2] | number),
				uptime_s: (if $runs then .[3] | number else null end),
				fps: ($told.recent_fps | measured), p50_ms: ($told.recent_p50_ms | time),
				p99_ms: ($told.recent_p99_ms | time), age_p50_ms: ($told.recent_age_p50_ms | time),
				age_p99_ms: ($told.recent_age_p99_ms | time),
				lost: ($told.recent_dropped | measured), refused: ($told.recent_bad | measured),
				seconds: ($told.recent_s | measured),
				news_s: ($told.boot_s | measured
					| if . then [0, $now - .] | max * 10 | round / 10 else null end),
				failures: (.[4] | number), starts_in_s: (.[5] | number), note: ($told.note | text),
				comment: .[6]}] as $all
		| (reduce $all[] as $one ({}; .[$one.stage] = $one)) as $of
		| {up: ($supervisor != ""), supervisord: ($supervisor | number), runtime: $runtime,
			watchdog: $watchdog, stages: $all,
			dropped: {frames: $of.tracker.lost,
				faces: ($of.normaliser.lost | beyond($of.tracker.lost)),
				expressions: ($of["blender-node"].lost | beyond($of.normaliser.lost)),
				render: ($of.sink.lost | beyond($of["blender-node"].lost))},
			age_p50_ms: $of.sink.age_p50_ms, age_p99_ms: $of.sink.age_p99_ms}' -- "$@"
}

# A line for each stage, with \x1f between its columns, and a line about all.
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
				(if .news_s != null and .news_s > 2 then "last news \(.news_s) s ago" else empty end)]
				| map(select(. != "")) | join("; "))]
		| join("\u001f")),
		"camera to picture: p50 \(.age_p50_ms // "-") ms, p99 \(.age_p99_ms // "-") ms" +
			" (all figures: the last ten seconds)"' <<<"$1"
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
	[ "$watchdog" = well ] || echo "the watchdog $watchdog: a stage that hangs is not noticed;" \
		"effigy down, then effigy up"
}

# Of the process that looks for hung stages.
judge_watchdog() {
	local age
	age=$(age_of "$state/look")
	if [ -z "$supervisor" ] || [ ! -d "$state" ]; then
		echo "is gone"
	elif [ "${age:-0}" -gt 3 ]; then
		echo "has not looked for $age s"
	else
		echo "well"
	fi
}

show_status() {
	local json=0 supervisor uptime now pids said stage list held words=() watchdog object
	case ${1:-} in
	--json) json=1 ;;
	'') ;;
	*) die 2 "status takes --json or nothing, not \"$1\"" ;;
	esac
	command -v jq >/dev/null || die 1 "jq is missing; apt install jq"
	supervisor=$(supervisor_pid)
	pids=$(pipeline_pids)
	if [ -z "$pids" ]; then
		[ $json = 0 ] || echo '{"up": false, "stages": []}'
		held=$(tell_holder)
		die 1 "nothing is up${held:+, but $held}; start with effigy up"
	fi
	list=$stages
	[ -z "$supervisor" ] || list=$(running_stages "$supervisor")
	said=$(ask_supervisord)
	watchdog=$(judge_watchdog)
	# Not before: the news would be older than now.
	read -r uptime _ </proc/uptime
	now=${uptime%.*}
	for stage in $list; do
		add_stage "$stage" "$said" "$pids"
	done
	object=$(status_object "${words[@]}")
	if [ $json = 1 ]; then
		printf '%s\n' "$object"
	else
		print_status "$object"
	fi
	if [ -z "$supervisor" ]; then
		die 1 "supervisord is gone, and these are left of its pipeline: $(named $pids); end them with" \
			"effigy down"
	elif [ -z "$said" ]; then
		die 1 "supervisord (process $supervisor) does not answer: it is stopped, or $runtime was" \
			"emptied; effigy down, then effigy up"
	fi
}

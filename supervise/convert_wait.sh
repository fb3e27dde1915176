# Waits for the stages of a conversion: progress, failures, warnings. Sourced by convert.sh.

# Once a second: starting jq takes 20 ms.
show_progress() {
	local values frames fps left expected=${source_has[pictures]}
	[ "$shown_second" != $SECONDS ] || return
	shown_second=$SECONDS
	mapfile -t values < <(stats_of "$work/stats/$last_stage" out fps)
	frames=${values[0]:-0} fps=${values[1]:-0}
	[ -z "$workers" ] || tell_absent
	if [ -t 2 ]; then
		left=$(awk -v n="$expected" -v d="$frames" -v f="$fps" \
			'BEGIN { if (f > 0 && n > d) printf "%d s left", (n - d) / f + 0.5 }')
		printf '\r%s of %s frames, %.2f fps, %s\e[K' "$frames" "$expected" "$fps" \
			"${left:-starting}" >&2
	elif [ "$expected" -gt 0 ] && [ "$((10 * frames / expected))" -gt "$shown_tenths" ]; then
		shown_tenths=$((10 * frames / expected))
		printf '%s of %s frames, %.2f fps\n' "$frames" "$expected" "$fps" >&2
	fi
}

# Says which other machines do not answer, as long as there is no picture.
tell_absent() {
	local lines
	[ "$frames" = 0 ] || return 0
	mapfile -t lines < <(grep '^W: .* nobody .* answers ' "$work/log/normaliser" 2>/dev/null | plain)
	[ ${#lines[@]} -gt $absent ] || return 0
	printf 'effigy: %s\n' "${lines[@]:absent}" >&2
	absent=${#lines[@]}
}

clear_progress() {
	[ ! -t 2 ] || printf '\r\e[K' >&2
}

# Prints lines of a log without date and rank, and with the file names that the user gave.
plain() {
	local line
	while IFS= read -r line; do
		line=${line//"${part_file:-$work}"/$output}
		line=${line//"$in_path"/$input}
		shown "$line"
		echo
	done < <(sed -E 's/^[EWI]: (\([^)]*\) )?[0-9: -]+//')
}

# Prints the first error in the log of a program. Later errors are usually consequences of it.
reason_of() { # name
	local log=$work/log/$1
	if grep -q '^E:' "$log"; then
		grep '^E:' "$log" | head -n 1 | plain
	else
		grep -v '^[WI]:' "$log" | grep . | head -n 1 | plain
	fi
}

# Prints why a stage has failed.
failure_of() { # stage, status
	local line
	line=$(reason_of "$1")
	if [ -z "$line" ] && [ "$2" -gt 128 ]; then
		line="was killed by SIG$(kill -l "$2")"
		[ "$2" != 137 ] || line+="; perhaps there was not enough memory"
	fi
	echo "$1: ${line:-exited with status $2 and without an error message}"
}

print_failure() { # stage, status
	clear_progress
	echo "effigy: $(failure_of "$1" "$2")" >&2
}

# False when other renderers do the work of this one, which has failed: then says so.
matters() { # stage, status
	local pid left=0
	[[ $1 == blender-node* ]] || return 0
	for pid in "${!pids[@]}"; do
		[[ ${pids[$pid]} != blender-node* ]] || left=$((left + 1))
	done
	[ $left -gt 1 ] || [ -n "$workers" ] || [ $ended = 1 ] || return 0
	[ $ended = 1 ] || {
		clear_progress
		echo "effigy: $(failure_of "$1" "$2"); the other renderers do its work" >&2
	}
	return 1
}

# True when all that is left are renderers, which have had the time to notice that the sink has exited:
# they hang.
only_renderers() {
	local pid
	[ $ended = 1 ] && [ $((SECONDS - ended_at)) -ge 2 ] || return 1
	for pid in "${!pids[@]}"; do
		[[ ${pids[$pid]} == blender-node* ]] || return 1
	done
}

# Prints the warnings of the stages, each once.
print_warnings() {
	local stage lines=()
	for stage in $stages annotate $(renderers | tail -n +2); do
		[ -f "$work/log/$stage" ] || continue
		mapfile -t -O ${#lines[@]} lines < <(grep '^W:' "$work/log/$stage" | plain |
			awk -v s="$stage" '!seen[$0]++ { print "effigy: " s ": " $0 }')
	done
	[ ${#lines[@]} = 0 ] || printf '%s\n' "${lines[@]:0:warnings_max}" >&2
	[ ${#lines[@]} -le $warnings_max ] ||
		echo "effigy: and $((${#lines[@]} - warnings_max)) more warnings like these" >&2
}

# In a successful run a stage exits after the stage before it. Notes when that is not so.
check_order() { # stage that has exited
	local before=${stages%%"$1"*} pid
	[[ " $stages " == *" $1 "* ]] && [ "$1" != capture ] && [ $status = 0 ] || return 0
	before=${before% }
	before=${before##* }
	for pid in "${!pids[@]}"; do
		[ "${pids[$pid]}" != "$before" ] || early[$1]=$SECONDS
	done
}

# A stage that exited early blocks the conversion: the stages before it would wait for ever.
find_early() {
	local stage
	for stage in "${!early[@]}"; do
		if [ $((SECONDS - early[$stage])) -ge 5 ]; then
			clear_progress
			echo "effigy: $stage: exited before the conversion was complete" >&2
			return 1
		fi
	done
}

# Waits until a stage or the ticker ends. Sets pid and status, and returns 0 when it was a stage.
wait_next() {
	wait -n -p pid "${!pids[@]}" "$ticker" 2>/dev/null
	status=$?
	if [ "${pid:-}" = "$ticker" ]; then
		ticker=''
		return 1
	fi
	[ -n "${pids[${pid:-0}]:-}" ]
}

# Waits for all stages. When one fails, prints which one and why, and returns 1.
wait_stages() {
	local pid status
	declare -A early=()
	shown_tenths=0 shown_second='' ticker='' broken=0 ended=0 absent=0
	while [ ${#pids[@]} -gt 0 ]; do
		if [ -z "$ticker" ]; then
			show_progress
			find_early || return 1
			! only_renderers || break
			sleep 0.25 &
			ticker=$!
		fi
		wait_next || continue
		if [ "${pids[$pid]}" = capture ] && [ $status = 3 ]; then
			broken=1
		elif [ $status != 0 ] && matters "${pids[$pid]}" $status; then
			print_failure "${pids[$pid]}" $status
			return 1
		fi
		[ "${pids[$pid]}" != "$last_stage" ] || ended=1 ended_at=$SECONDS
		check_order "${pids[$pid]}"
		unset "pids[$pid]"
	done
	clear_progress
}

# The statistics that stages write: a file for each stage with one JSON object, replaced once a second.
# Sourced by effigy's other parts.

# Prints the values of these keys, one a line; an empty line for a key that is not there.
stats_of() { # file, key...
	local file=$1
	shift
	jq -r '$ARGS.positional[] as $key | .[$key] // ""' "$file" --args "$@" 2>/dev/null
}

print_times() { # folder of statistics
	local stage file values
	printf '%-15s %8s %9s %9s %9s %9s %9s\n' stage frames 'p50 ms' 'p95 ms' 'p99 ms' 'max ms' 'CPU s'
	for stage in $stages; do
		for file in "$1/$stage" "$1/$stage".[0-9] "$1/$stage".[0-9][0-9]; do
			[ -f "$file" ] || continue
			mapfile -t values < <(stats_of "$file" out p50_ms p95_ms p99_ms max_ms cpu_s)
			printf '%-15s %8s %9.2f %9.2f %9.2f %9.2f %9.2f\n' "${file##*/}" "${values[@]}"
		done
	done
}

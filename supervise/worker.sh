# Renders the films of another machine, one after another: "effigy convert --workers" there. Sourced by
# effigy.

worker_usage="worker takes no argument; EFFIGY_EXPRESSIONS says where it listens, and EFFIGY_RENDER where the\
 pictures go"
SOON_S=10     # a renderer that fails so soon would fail again
LONGEST_S=30  # the longest wait before the next try

# One run for each film: what a renderer has got of one must never be sent to the next.
run_worker() {
	setpriv --pdeathsig TERM "${command[@]}" &
	child=$!
	wait "$child"
}

effigy_worker() {
	local child='' began status pause=1 served=0
	[ $# = 0 ] || die 2 "$worker_usage"
	[ -n "${EFFIGY_RENDER:-}" ] ||
		die 2 "the pictures have nowhere to go: set EFFIGY_RENDER to the machine that runs effigy convert," \
			"such as tcp://desk:5554"
	find_avatar
	stage_command blender-node
	command+=(--policy all --in "${EFFIGY_EXPRESSIONS:-tcp://*:5553}" --out "$EFFIGY_RENDER")
	[ "$EFFIGY_INSECURE_PLAINTEXT" = 1 ] && command+=(--insecure-plaintext)
	trap '[ -z "$child" ] || { kill "$child" && wait "$child"; } 2>/dev/null; exit 0' INT TERM HUP
	echo "renders what comes by ${EFFIGY_EXPRESSIONS:-tcp://*:5553} for $EFFIGY_RENDER; stop: Ctrl-C" >&2
	while true; do
		began=$SECONDS
		run_worker
		status=$?
		if [ $status = 0 ]; then
			served=1 pause=1
			continue
		fi
		[ $served = 1 ] || [ $((SECONDS - began)) -ge $SOON_S ] || exit "$status"
		sleep $pause
		pause=$((pause < LONGEST_S / 2 ? 2 * pause : LONGEST_S))
	done
}

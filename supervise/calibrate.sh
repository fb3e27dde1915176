# effigy calibrate: learns a person's face and saves it as a profile. Sourced by effigy, after live.sh and
# convert.sh.
#
# While effigy is up, it listens to the tracker of the pipeline, which goes on. Else it starts capture and
# a tracker of its own for the time being.

# Makes the folder of the profiles, and removes what killed runs have left there.
make_faces() {
	(umask 077 && mkdir -p -- "$faces") 2>/dev/null && [ -w "$faces" ] ||
		die 1 "cannot write in $faces; set XDG_CONFIG_HOME to a folder of yours"
	[ ! -d "$faces/$name" ] || die 1 "$faces/$name is a folder; remove it, or choose another name"
	find "$faces" -maxdepth 1 -name '.?*.??????.effigy' -type f -mmin +1 -delete 2>/dev/null
}

# Starts effigy-calibrate. It writes to this terminal.
start_calibration() { # options
	(cd "$work" && exec setpriv --pdeathsig TERM -- "$bin/effigy-calibrate" "$@" -- \
		"$faces/$name" </dev/null 2>log/calibrate) &
	calibration=$!
	pids[$!]=calibrate
}

# Faces come from the running pipeline.
listen_to_pipeline() { # pid of supervisord
	[[ " $(running_stages "$1") " == *" tracker "* ]] ||
		die 1 "the tracker runs on another machine, where no faces can be heard; run effigy down," \
			"then effigy calibrate"
	start_calibration --tap "ipc://$runtime/faces.tap"
}

# Faces come from stages of this command's own. Every frame of a film counts; a webcam does not wait.
start_own_stages() {
	local policy=latest
	[ "$EFFIGY_INPUT" != - ] && [ ! -p "$EFFIGY_INPUT" ] ||
		die 1 "calibrate cannot read standard input or a pipe; set EFFIGY_INPUT to a webcam or a video file"
	if is_path "$EFFIGY_INPUT"; then
		[[ $EFFIGY_INPUT == /dev/* ]] || [ -r "$EFFIGY_INPUT" ] ||
			die 1 "cannot read $EFFIGY_INPUT (EFFIGY_INPUT); name a webcam or a video file"
		absolute EFFIGY_INPUT
		[ ! -f "$EFFIGY_INPUT" ] || policy=all
	fi
	start_calibration --policy $policy --tap ipc://faces.tap
	stage_command tracker
	run tracker /dev/null "${command[@]}" --policy $policy --in ipc://frames --out none --tap ipc://faces.tap
	stage_command capture
	run capture /dev/null "${command[@]}" --policy $policy --out ipc://frames "$EFFIGY_INPUT"
}

# Waits for the calibration while the pipeline, or the stages of this command, run. Returns its status.
wait_calibration() { # pid of supervisord, or nothing
	local pid status
	ticker='' # end_stages ends it, too
	while :; do
		if [ -z "$ticker" ]; then
			[ -z "$1" ] || is_supervisor "$1" || die 1 "effigy was stopped, so the calibration stops, too"
			sleep 0.5 &
			ticker=$!
		fi
		wait_next || continue
		if [ $status != 0 ]; then
			print_failure "${pids[$pid]}" $status
			return 1
		fi
		[ "$pid" != "$calibration" ] || return 0
		unset "pids[$pid]"
	done
}

# What the stages said may be the reason why no faces came.
print_reasons() { # pid of supervisord, or nothing
	local note
	if [ -z "$1" ]; then
		print_warnings
	else
		note=$(stats_of "$statistics/capture" note)
		[ -z "$note" ] || echo "effigy: capture reports \"$note\"; see effigy status" >&2
	fi
}

effigy_calibrate() {
	local name=${1-${EFFIGY_FACE:-me}} supervisor calibration input='' output='' jobs=0 workers='' in_path='' part='' faces
	[ $# -le 1 ] || die 2 "calibrate takes one NAME or nothing"
	check_face_name "$name" calibrate
	find_faces
	make_faces
	need jq jq
	declare -gA pids=()
	work=''
	absolute bin
	absolute EFFIGY_MODEL
	supervisor=$(supervisor_pid)
	trap end_stages EXIT
	trap '[ ! -t 2 ] || echo >&2; exit 130' INT TERM HUP
	make_work
	start_cleaner
	if [ -n "$supervisor" ]; then
		listen_to_pipeline "$supervisor"
	else
		start_own_stages
	fi
	if ! wait_calibration "$supervisor"; then
		print_reasons "$supervisor"
		exit 1
	fi
	echo "saved in $(shown "$faces/$name")"
	echo "to use it: EFFIGY_FACE=$(printf %q "$name") effigy up, or set EFFIGY_FACE in $settings"
}

# Checks every stage once a second, started by supervisord: bash watchdog.sh, in the runtime folder.
#
# It kills a stage that hangs, and supervisord starts that stage again. It looks at the state of the
# process and at the statistics file, which the stage writes or touches once a second. It counts checks
# and not time: after a suspend of the machine no stage counts as hung.
set -u
runtime=$EFFIGY_PIPELINE
. "$EFFIGY_SUPERVISE/runtime_folder.sh"
. "$EFFIGY_SUPERVISE/pipeline.sh"

# A stage is killed after so many checks in a row in which
STOPPED_LOOKS=3  # its process was stopped
SILENT_LOOKS=5   # it had no new statistics
LOADING_LOOKS=60 # it had no new statistics, and had reported that it loads something

declare -A stopped silent
for stage in $EFFIGY_STAGES; do
	stopped[$stage]=0 silent[$stage]=0
done

# Sets process_state, parent and program of a process. Without child processes: this runs all day.
look_at_process() { # pid
	local line
	process_state='' parent='' program=''
	read -r line 2>/dev/null <"/proc/$1/stat" || return 1
	program=${line#*(}
	program=${program%)*}
	line=${line##*) }
	process_state=${line%% *}
	line=${line#* }
	parent=${line%% *}
}

# True while stage.sh has not yet become the stage.
is_waiting() { # pid
	local words=()
	[ "$program" = bash ] || return
	mapfile -d '' -n 2 -t words 2>/dev/null <"/proc/$1/cmdline"
	[ "${words[1]:-}" = "$EFFIGY_SUPERVISE/stage.sh" ]
}

# Sets news, the statistics of a stage, and writer, the pid in it: that of Blender for its launcher.
read_news() { # stage
	news='' writer=''
	read -rN 4096 news 2>/dev/null <"stats/$1"
	[[ $news =~ \"pid\":\ ?([0-9]+) ]] && writer=${BASH_REMATCH[1]}
	is_loading "$news" && most=$LOADING_LOOKS
}

kill_stage() { # stage, pid, why
	read -r uptime _ </proc/uptime
	{ echo "${uptime%.*}" >"state/$1.hung"; } 2>/dev/null
	{ printf 'W: (%s) %(%y-%m-%d %H:%M:%S)T hangs: %s; killing it, it will be started again\n' "$1" -1 "$3" \
		>>"log/$1.log"; } 2>/dev/null
	kill -KILL -- "-$2" "$2" 2>/dev/null
	stopped[$1]=0 silent[$1]=0
}

look_at() { # stage
	local pid='' most=$SILENT_LOOKS
	read -r pid _ 2>/dev/null <"state/$1"
	look_at_process "$pid" || return
	# Another process has this pid by now, or the stage has not started yet.
	if [ "$parent" != "$EFFIGY_SUPERVISOR" ] || is_waiting "$pid"; then
		stopped[$1]=0 silent[$1]=0
		return
	fi
	if [ ! -e "stats/$1" ] || [ "stats/$1" -nt state/look ]; then
		silent[$1]=0
	else
		silent[$1]=$((silent[$1] + 1))
	fi
	if [ "$process_state" != T ] && [ "${silent[$1]}" -ge 2 ]; then
		read_news "$1"
		[ -z "$writer" ] || look_at_process "$writer"
	fi
	case $process_state in
	T) stopped[$1]=$((stopped[$1] + 1)) ;;
	D | t) # waits for a disk, when it cannot be killed; or is in a debugger
		return
		;;
	*) stopped[$1]=0 ;;
	esac
	if [ "${stopped[$1]}" -ge $STOPPED_LOOKS ]; then
		kill_stage "$1" "$pid" "its process is stopped"
	elif [ "${silent[$1]}" -ge "$most" ]; then
		kill_stage "$1" "$pid" "no statistics for $most s"
	fi
}

# A replay that was killed could not restart the stage that it had replaced.
look_at_replays() {
	local file pid
	for file in state/replaced.*; do
		pid=''
		read -r pid 2>/dev/null <"$file" || continue
		if [ ! -d "/proc/$pid" ]; then
			rm -f "$file"
			timeout 10 supervisorctl -c "$config" start "effigy:${file#*replaced.}" >/dev/null 2>&1
		fi
	done
}

# supervisord was killed. The stages die with it; kills the processes that remain.
end_orphans() {
	local pid
	sleep 1
	for pid in $(pipeline_pids); do
		[ "$pid" = $$ ] || kill -KILL "$pid" 2>/dev/null
	done
	tidy
}

exec {nap}<> <(:)
while :; do
	read -rt 1 -u "$nap"
	look_at_process $$
	if [ "$parent" != "$EFFIGY_SUPERVISOR" ]; then
		end_orphans
		exit
	fi
	for stage in $EFFIGY_STAGES; do
		look_at "$stage"
	done
	{ : >state/look; } 2>/dev/null
	look_at_replays
done

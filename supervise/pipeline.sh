# A running pipeline: finds and stops its processes, and finds which process owns its sockets. Sourced.
#
# supervisord and all its descendants have EFFIGY_PIPELINE=FOLDER in their environment. They are found
# by it even after the folder was emptied, as a logout does.

config=$runtime/supervisord.conf
pidfile=$runtime/supervisord.pid
logs=$runtime/log
statistics=$runtime/stats
state=$runtime/state
edges="frames faces expressions render control"

# This user's processes of that pipeline, one a line. Processes in containers are left out: their
# folder may have the same name.
pipeline_pids() {
	local file
	while IFS= read -r file; do
		file=${file%/environ}
		if [ "$file" != /proc/$$ ] && [ -O "$file" ] && [ "$file/ns/pid" -ef /proc/self/ns/pid ]; then
			echo "${file#/proc/}"
		fi
	done < <(LC_ALL=C grep -alszFxe "EFFIGY_PIPELINE=$runtime" /proc/[0-9]*/environ)
}

is_supervisor() { # pid
	local word words=() found=0
	[ -n "$1" ] && [ -O "/proc/$1" ] || return
	mapfile -d '' -t words 2>/dev/null <"/proc/$1/environ"
	for word in "${words[@]}"; do
		case $word in
		"EFFIGY_SUPERVISOR=$1" | "EFFIGY_PIPELINE=$runtime") found=$((found + 1)) ;;
		esac
	done
	[ $found = 2 ]
}

supervisor_pid() {
	local pid=''
	read -r pid 2>/dev/null <"$pidfile"
	if is_supervisor "$pid"; then
		echo "$pid"
		return
	fi
	# The folder was emptied, or was too full for the file with the pid.
	for pid in $(pipeline_pids); do
		if is_supervisor "$pid"; then
			echo "$pid"
			return
		fi
	done
	return 1
}

# The short name of a process: "sink" for effigy-sink, "Xvfb", "stage.sh" for a script.
name_of() { # pid
	local words=() name
	mapfile -d '' -t words 2>/dev/null <"/proc/$1/cmdline"
	name=${words[0]:-gone}
	case ${name##*/} in
	bash | sh) name=${words[1]:-$name} ;;
	python3*) name=${words[1]:-$name} ;;
	esac
	name=${name##*/}
	printf '%s\n' "${name#effigy-}"
}

named() { # pid...: "sink (process 12), Xvfb (process 13)"
	local pid name list=''
	for pid in "$@"; do
		name=$(name_of "$pid")
		[ "$name" = gone ] || list+="${list:+, }$name (process $pid)"
	done
	echo "$list"
}

# Stops every process of the pipeline. Kills those that still run after the stages' own time limits.
# Returns 1 when there was none.
end_processes() {
	local pids tries
	pids=$(pipeline_pids)
	[ -n "$pids" ] || return 1
	# supervisord stops the others. Without supervisord each process gets the signal.
	kill -TERM $(supervisor_pid || echo $pids) 2>/dev/null
	for ((tries = 0; tries < 26; tries++)); do
		pids=$(pipeline_pids)
		[ -n "$pids" ] || return 0
		sleep 0.1
	done
	kill -KILL $pids 2>/dev/null
	for ((tries = 0; tries < 20; tries++)); do
		pids=$(pipeline_pids)
		[ -n "$pids" ] || return 0
		# Also processes that were started meanwhile.
		kill -KILL $pids 2>/dev/null
		sleep 0.05
	done
	return 0
}

# True for the statistics of a stage that reports that it loads something. Without jq: the watchdog
# reads them all day.
is_loading() { # statistics
	[[ $1 =~ \"note\":\ ?\"loading\  ]]
}

# --- The runtime folder -----------------------------------------------------------------------------------

# A script holds this lock while it starts a pipeline or removes the files of one. supervisord
# inherits the lock.
lock_runtime() { # seconds to wait
	{ exec {lock}>>"$runtime/up.lock"; } 2>/dev/null || return
	flock -w "$1" "$lock" && return
	unlock_runtime
	return 1
}

unlock_runtime() {
	exec {lock}>&-
}

# Removes the files that an ended pipeline left in a marked folder. When another pipeline has started
# meanwhile, it has the lock and the files are its own. A process that exits loses its environment, and
# so is no longer listed, a moment before its lock.
tidy() {
	local edge file
	[ -f "$runtime/$marker" ] && lock_runtime 1 || return 0
	for edge in $edges; do
		for file in "$runtime/$edge" "$runtime/$edge.tap" "$runtime/$edge.receipts" "$runtime/$edge".[1-9]; do
			if [ -z "$(holder_of "$file")" ]; then
				[ ! -S "$file" ] || rm -f "$file"
				rm -f "$file.lock"
			fi
		done
	done
	rm -f "$runtime"/{supervisor.sock,supervisord.pid,in.pipe,out.pipe.y4m,avatar,avatar.answer,next-face,next-face.answer}
	rm -f "${state:?}"/*
	unlock_runtime
}

# --- Sockets --------------------------------------------------------------------------------------

# Prints "PID NAME" of the stage that holds the lock of a socket (proto/link/lock.h), or nothing.
holder_of() { # path of the socket
	local pid='' name=''
	[ -f "$1.lock" ] && ! flock -n "$1.lock" true || return 0
	read -r pid name 2>/dev/null <"$1.lock"
	[[ $pid =~ ^[0-9]+$ ]] && printf '%s %s\n' "$pid" "${name//[^a-zA-Z0-9-]/?}"
}

# Prints "PID NAME PATH" of the first socket of the pipeline that a process holds, or nothing.
first_holder() {
	local edge file holder
	for edge in $edges; do
		for file in "$runtime/$edge" "$runtime/$edge.tap"; do
			holder=$(holder_of "$file")
			if [ -n "$holder" ]; then
				printf '%s %s\n' "$holder" "$file"
				return
			fi
		done
	done
}

# Prints "effigy-tracker (process 12), started by hand, holds /run/.../frames", or nothing.
tell_holder() {
	local pid name file
	read -r pid name file < <(first_holder)
	[ -z "$pid" ] || echo "effigy-$name (process $pid), started by hand, holds $file"
}

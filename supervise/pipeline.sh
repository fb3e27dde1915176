# A pipeline that runs: how its processes are found and ended, and who holds its sockets. Sourced.
#
# From supervisord on, each process has EFFIGY_PIPELINE=FOLDER in its environment, and is found by
# that even when the folder was emptied under it, as a logout does.

config=$runtime/supervisord.conf
pidfile=$runtime/supervisord.pid
logs=$runtime/log
statistics=$runtime/stats
state=$runtime/state
edges="frames faces expressions render control"

# This user's processes of that pipeline, one a line. A container's may have the same folder by name.
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
	# The folder was emptied, or full when it should have been written.
	for pid in $(pipeline_pids); do
		if is_supervisor "$pid"; then
			echo "$pid"
			return
		fi
	done
	return 1
}

# What a process is called: "sink" of effigy-sink, "Xvfb", "stage.sh" of a script.
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

# Ends every process of the pipeline; what is left after the stages' own limits is killed. 1 when
# there was none.
end_processes() {
	local pids tries
	pids=$(pipeline_pids)
	[ -n "$pids" ] || return 1
	# supervisord ends the others; without one, each is told.
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
		# Who was started meanwhile, too.
		kill -KILL $pids 2>/dev/null
		sleep 0.05
	done
	return 0
}

# --- The folder -----------------------------------------------------------------------------------

# Whoever starts a pipeline, or removes what one has left, holds a lock; supervisord inherits it.
lock_runtime() { # seconds to wait
	{ exec {lock}>>"$runtime/up.lock"; } 2>/dev/null || return
	flock -w "$1" "$lock" && return
	unlock_runtime
	return 1
}

unlock_runtime() {
	exec {lock}>&-
}

# Of a folder that is marked, removes what a pipeline leaves that has ended. Another one may have come up meanwhile: then all
# this is its own.
tidy() {
	local edge file
	[ -f "$runtime/$marker" ] && lock_runtime 0 || return 0
	for edge in $edges; do
		for file in "$runtime/$edge" "$runtime/$edge.tap"; do
			if [ -z "$(holder_of "$file")" ]; then
				[ ! -S "$file" ] || rm -f "$file"
				rm -f "$file.lock"
			fi
		done
	done
	rm -f "$runtime"/{supervisor.sock,supervisord.pid,in.pipe,out.pipe.y4m,avatar,avatar.answer}
	rm -f "${state:?}"/*
	unlock_runtime
}

# --- Sockets --------------------------------------------------------------------------------------

# "PID NAME" of the stage that holds the lock of a socket (proto/link/lock.h); nothing when nobody does.
holder_of() { # path of the socket
	local pid='' name=''
	[ -f "$1.lock" ] && ! flock -n "$1.lock" true || return 0
	read -r pid name 2>/dev/null <"$1.lock"
	[[ $pid =~ ^[0-9]+$ ]] && printf '%s %s\n' "$pid" "${name//[^a-zA-Z0-9-]/?}"
}

# The first of the pipeline's sockets that somebody holds: "PATH PID NAME", the path last.
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

# "effigy-tracker (process 12) holds /run/.../frames", or nothing.
tell_holder() {
	local pid name file
	read -r pid name file < <(first_holder)
	[ -z "$pid" ] || echo "effigy-$name (process $pid), started by hand, holds $file"
}

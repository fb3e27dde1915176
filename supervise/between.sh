# Programs that EFFIGY_BETWEEN puts into edges: the sender sends to the first program of its edge, each
# program to the next, and the last one to the reader. Sourced by live.sh.

MOST_BETWEEN=9 # programs in one edge

# Names of the programs, in the order of the setting; and the edge, the place in it, and the path of each.
declare -ga between=()
declare -gA between_edge=() between_number=() between_program=()
declare -gA between_count=() # of an edge

check_between() { # edge, program
	if ! runs_here "${sender_of[$1]}" || ! runs_here "${reader_of[$1]}"; then
		die 2 "EFFIGY_BETWEEN puts $2 into $1, but ${sender_of[$1]} and ${reader_of[$1]} do not both" \
			"run here; put it in where they do"
	elif [ "${between_count[$1]:-0}" = $MOST_BETWEEN ]; then
		die 2 "EFFIGY_BETWEEN puts more than $MOST_BETWEEN programs into $1; make one of several"
	elif ! [ -f "$2" ]; then
		die 1 "there is no program $2 (EFFIGY_BETWEEN); name it by its path, such as $1:./mirror.py"
	elif ! [ -x "$2" ]; then
		die 1 "$2 (EFFIGY_BETWEEN) is not executable; chmod +x $2"
	fi
}

place_between() {
	local item items edge program number name
	IFS=, read -ra items <<<"$EFFIGY_BETWEEN"
	for item in "${items[@]}"; do
		edge=${item%%:*} program=${item#*:}
		check_between "$edge" "$program"
		number=$((${between_count[$edge]:-0} + 1)) name=between-$edge
		[ $number = 1 ] || name+=-$number
		[[ $program == /* ]] || program=$PWD/$program
		between+=("$name")
		between_edge[$name]=$edge between_number[$name]=$number between_program[$name]=$program
		between_count[$edge]=$number
	done
}

# Where what enters a place of an edge is read: 1 is the first program, and behind the last one is the
# reader.
between_socket() { # edge, place
	if [ "$2" -gt "${between_count[$1]:-0}" ]; then
		echo "ipc://$runtime/$1"
	else
		echo "ipc://$runtime/$1.$2"
	fi
}

# Sets the array command. The program finds its ends in its environment.
between_command() { # name
	local edge=${between_edge[$1]} number=${between_number[$1]}
	command=(/bin/sh -c 'export EFFIGY_IN="$1" EFFIGY_OUT="$2" EFFIGY_STATS="$3"; exec "$0"'
		"${between_program[$1]}" "$(between_socket "$edge" "$number")"
		"$(between_socket "$edge" $((number + 1)))" "$statistics/$1")
}

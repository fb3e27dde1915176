# The result of a conversion: checks it, adds the sound, moves it to its place. Sourced by convert.sh.

# Prints one value of a stream of a file, or nothing.
probe() { # file, stream, entry
	local count=()
	[ "$3" != stream=nb_read_packets ] || count=(-count_packets)
	ffprobe -v error "${count[@]}" -select_streams "$2" -show_entries "$3" \
		-of default=nk=1:nw=1 -- "$1" 2>/dev/null | head -n 1
}

# A file system or FFmpeg may report success and leave an incomplete file.
is_whole() { # file, pictures
	sync -- "$1" 2>/dev/null && [ "$(probe "$1" v:0 stream=nb_read_packets)" = "$2" ]
}

no_room() { # file
	die 1 "cannot write $(shown "$output"): the result is incomplete" \
		"($(df -h --output=avail -- "${part}" | tail -n 1 | tr -d ' ') free there);" \
		"make room, then start again"
}

# Prints two time offsets in seconds, for the new pictures and for the input's sound, so that both keep
# their distance. Sound and pictures may both begin later than the file.
sound_offsets() { # start of the sound, in the file's time
	local file_start
	file_start=$(ffprobe -v error -show_entries format=start_time -of default=nk=1:nw=1 -- \
		"$in_path" 2>/dev/null)
	awk -v s="$1" -v f="$file_start" -v p="${source_has[start]}" 'BEGIN {
		wait = p > s ? p - s : 0
		printf "%.6f %.6f", wait, f - p + wait
	}'
}

# Adds the sound of the input, if it has any.
add_sound() { # pictures
	local sound=$part/sound.mp4 start offsets
	[[ $output == *.mp4 ]] || return 0
	start=$(probe "$in_path" a:0 stream=start_time)
	[ -n "$start" ] || return 0
	[ "$start" != N/A ] || start=0
	read -r -a offsets < <(sound_offsets "$start")
	if ffmpeg -nostdin -v error -y -itsoffset "${offsets[0]}" -i "$part_file" \
		-itsoffset "${offsets[1]}" -i "$in_path" -map 0:v -map 1:a:0 -c:v copy -c:a aac \
		-movflags +faststart "$sound" 2>"$work/log/sound"; then
		is_whole "$sound" "$1" || no_room
		mv -f -- "$sound" "$part_file"
		return 0
	fi
	! grep -q 'No space left' "$work/log/sound" || no_room
	echo "effigy: cannot read the sound of $(shown "$input"); the result has no sound:" \
		"$(reason_of sound)" >&2
	return 1
}

publish() {
	local pictures
	pictures=$(sed -n -E 's/^I: .* ([0-9]+) pictures written$/\1/p' "$work/log/sink")
	is_whole "$part_file" "$pictures" || no_room
	add_sound "$pictures" || broken=1
	# Keeps the permissions of the file that it replaces.
	[ ! -f "$out_path" ] || chmod --reference="$out_path" -- "$part_file" 2>/dev/null
	[ ! "$out_path" -ef "$in_path" ] ||
		die 1 "cannot write $(shown "$output"): it is now the same file as the input"
	mv -f -T -- "$part_file" "$out_path" 2>/dev/null ||
		die 1 "cannot move the result to $(shown "$output"); its folder was removed or is read-only"
}

# The result of a conversion: looked through, given its sound, put in its place. Sourced by convert.sh.

# One value of a stream of a file, or nothing.
probe() { # file, stream, entry
	local count=()
	[ "$3" != stream=nb_read_packets ] || count=(-count_packets)
	ffprobe -v error "${count[@]}" -select_streams "$2" -show_entries "$3" \
		-of default=nk=1:nw=1 -- "$1" 2>/dev/null | head -n 1
}

# File systems, and FFmpeg, may tell of success and leave half a file.
is_whole() { # file, pictures
	sync -- "$1" 2>/dev/null && [ "$(probe "$1" v:0 stream=nb_read_packets)" = "$2" ]
}

no_room() { # file
	die 1 "cannot write $(shown "$output"): the result is not whole" \
		"($(df -h --output=avail -- "${part}" | tail -n 1 | tr -d ' ') free there);" \
		"make room, then start again"
}

# Where the sound begins, seen from the first picture; both may begin after the file.
sound_offsets() { # start of the sound by the file's clock
	local file_start
	file_start=$(ffprobe -v error -show_entries format=start_time -of default=nk=1:nw=1 -- \
		"$in_path" 2>/dev/null)
	awk -v s="$1" -v f="$file_start" -v p="${source_has[start]}" 'BEGIN {
		wait = p > s ? p - s : 0
		printf "%.6f %.6f", wait, f - p + wait
	}'
}

# The sound of the input, where it has one: lips without a voice are half the picture.
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
	echo "effigy: the sound of $(shown "$input") cannot be read; the result has none:" \
		"$(reason_of sound)" >&2
	return 1
}

publish() {
	local pictures
	pictures=$(sed -n -E 's/^I: .* ([0-9]+) pictures written$/\1/p' "$work/log/sink")
	is_whole "$part_file" "$pictures" || no_room
	add_sound "$pictures" || broken=1
	# As private as the file that it takes the place of.
	[ ! -f "$out_path" ] || chmod --reference="$out_path" -- "$part_file" 2>/dev/null
	[ ! "$out_path" -ef "$in_path" ] ||
		die 1 "cannot write $(shown "$output"): it has become what is read"
	mv -f -T -- "$part_file" "$out_path" 2>/dev/null ||
		die 1 "cannot write $(shown "$output"): the folder does not take it any more"
}

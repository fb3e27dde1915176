# The virtual camera's module: its options, loaded at each start. Sourced by effigy.

PATH=$PATH:/usr/sbin:/sbin
camera_usage="camera takes install or remove, then [--yes] [--root DIR]"
camera_mark="# Written by effigy camera install; effigy camera remove takes it away."
root=''

# As the person calls this script.
me=./effigy
case $here in */bin) me=effigy ;; esac

# --- What is there --------------------------------------------------------------------------------

module_is_loaded() {
	[ -d "$root/sys/module/v4l2loopback" ]
}

# The files that give the module options; those of effigy too.
option_files() {
	grep -lsE '^[[:space:]]*options[[:space:]]+v4l2loopback([[:space:]]|$)' \
		"$root"/{etc,run,usr/local/lib,usr/lib}/modprobe.d/*.conf
}

# The files that load it at each start.
load_files() {
	grep -lsE '^[[:space:]]*v4l2loopback([[:space:]]|$)' "$root/etc/modules" \
		"$root"/{etc,run,usr/local/lib,usr/lib}/modules-load.d/*.conf
}

package_is_installed() { # name
	[ "$(dpkg-query -Wf '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

is_ours() { # file
	[ "$(head -n 1 -- "$1" 2>/dev/null)" = "$camera_mark" ]
}

# One of the module's options as it is loaded, for the loopback of that number; nothing where a
# device was added by other means, such as v4l2loopback-ctl.
loaded_option() { # option, number
	local folder=$root/sys/module/v4l2loopback/parameters numbers values i
	IFS=, read -ra numbers < <(cat "$folder/video_nr" 2>/dev/null)
	IFS=, read -ra values < <(cat "$folder/$1" 2>/dev/null)
	for i in "${!numbers[@]}"; do
		if [ "${numbers[i]}" = "$2" ]; then
			echo "${values[i]:-}"
			return
		fi
	done
}

# --- What is wanted -------------------------------------------------------------------------------

parse_camera() {
	action=${1:-} yes=0
	case $action in
	install | remove) shift ;;
	*) die 2 "$camera_usage" ;;
	esac
	while [ $# -gt 0 ]; do
		case $1 in
		--yes) yes=1 ;;
		--root)
			[ -n "${2:-}" ] || die 2 "--root needs a folder; $camera_usage"
			[ -d "$2" ] || die 1 "there is no folder $2 (--root); make it first"
			root=$(cd -- "$2" && pwd) || die 1 "cannot use the folder $2 (--root)"
			shift
			;;
		*) die 2 "unexpected argument \"$1\"; $camera_usage" ;;
		esac
		shift
	done
	[ "$root" != / ] || root=''
	options_file=$root/etc/modprobe.d/effigy.conf
	load_file=$root/etc/modules-load.d/effigy.conf
}

# number and label of the device that EFFIGY_OUTPUT asks for.
name_camera() {
	number=10 label=Effigy
	case $EFFIGY_OUTPUT in
	camera:?*) label=${EFFIGY_OUTPUT#camera:} ;;
	*) [[ $EFFIGY_OUTPUT =~ ^(/dev/video)?([0-9]{1,3})$ ]] && number=$((10#${BASH_REMATCH[2]})) ;;
	esac
	[[ $label != *[\",[:cntrl:]]* ]] && [ "$(printf %s "$label" | wc -c)" -le 31 ] ||
		die 2 "EFFIGY_OUTPUT=$EFFIGY_OUTPUT is no name for a camera: 31 bytes at most, without" \
			"commas and quotes"
	[ $number -lt 256 ] || die 2 "EFFIGY_OUTPUT=$EFFIGY_OUTPUT: Linux has /dev/video0 to 255"
}

options_text() {
	local quoted_label=$label
	[[ $label != *[^A-Za-z0-9_.-]* ]] || quoted_label="\"$label\""
	echo "$camera_mark"
	echo "options v4l2loopback video_nr=$number card_label=$quoted_label exclusive_caps=1"
}

load_text() {
	echo "$camera_mark"
	echo v4l2loopback
}

# --- install --------------------------------------------------------------------------------------

# Two sets of options would be taken together, the last one of each kind.
check_others() {
	local file
	option_files | while IFS= read -r file; do
		[ "$file" != "$options_file" ] || continue
		die 1 "$file has options for v4l2loopback already, and both would be mixed:" \
			"$(grep -m1 -E '^[[:space:]]*options[[:space:]]+v4l2loopback' "$file");" \
			"use that camera (EFFIGY_OUTPUT=camera:LABEL), or take that line out first"
	done || exit
	for file in "$options_file" "$load_file"; do
		[ ! -e "$file" ] || is_ours "$file" ||
			die 1 "$file is not written by effigy; move it away first"
	done
	file=$root/sys/class/video4linux/video$number
	[ ! -e "$file" ] || [ -e "$file/max_openers" ] ||
		die 1 "/dev/video$number is another device, $(cat "$file/name" 2>/dev/null); choose" \
			"another number, such as EFFIGY_OUTPUT=/dev/video$((number + 10))"
}

show_install() {
	echo "effigy camera install writes $options_file:"
	options_text | sed 's/^/    /'
	echo "and $load_file:"
	load_text | sed 's/^/    /'
	[ -n "$root" ] || module_is_loaded ||
		echo "and loads the module now: modprobe v4l2loopback"
	case $EFFIGY_OUTPUT in
	/dev/video$number | $number | camera:?*) ;;
	*) echo "EFFIGY_OUTPUT is $EFFIGY_OUTPUT: set it to camera:$label to use that camera" ;;
	esac
}

write_file() { # path; its text comes on standard input
	local folder
	folder=$(dirname -- "$1")
	{ mkdir -p -- "$folder" && cat >"$1.new" && chmod 644 "$1.new" && mv -f -- "$1.new" "$1"; } ||
		die 1 "cannot write $1; see the message above"
}

# The loopback devices with who has them open, as effigy-sink tells.
camera_lines() {
	place_programs
	[ ! -x "$bin/effigy-sink" ] || "$bin/effigy-sink" --list 2>/dev/null
}

load_now() {
	local said tries
	command -v modprobe >/dev/null || die 1 "modprobe is missing; apt install kmod"
	said=$(modprobe v4l2loopback 2>&1) ||
		die 1 "the module cannot be loaded (${said##*$'\n'}); see: $me doctor module"
	for ((tries = 0; tries < 50; tries++)); do
		[ ! -c "/dev/video$number" ] || break
		sleep 0.1
	done
	[ -c "/dev/video$number" ] ||
		die 1 "the module is loaded, but there is no /dev/video$number; see: $me doctor module"
	echo "loaded: /dev/video$number \"$label\" is there, now and after each start; next: $me up"
}

is_as_wanted() {
	[ "$(cat "/sys/class/video4linux/video$number/name" 2>/dev/null)" = "$label" ] &&
		[ "$(loaded_option exclusive_caps "$number")" = Y ]
}

say_reload() {
	local path name state format holders held=''
	while IFS=$'\t' read -r path name state format holders; do
		echo "now there is $path \"$name\""
		[ "$holders" = - ] || held+=${held:+, }$holders
	done < <(camera_lines)
	echo "the module is loaded with other options; the new ones count after a restart, or:"
	echo "    ${held:+close $held, then: }sudo modprobe -r v4l2loopback && sudo modprobe v4l2loopback"
}

finish_install() {
	[ -z "$root" ] || return 0
	if ! module_is_loaded; then
		load_now
	elif is_as_wanted; then
		echo "/dev/video$number \"$label\" is there already; next: $me up"
	else
		say_reload
	fi
}

# --- remove ---------------------------------------------------------------------------------------

our_files() {
	local file
	for file in "$options_file" "$load_file"; do
		if is_ours "$file"; then
			echo "$file"
		elif [ -e "$file" ]; then
			echo "$file is not written by effigy and stays" >&2
		fi
	done
}

say_left() {
	local file
	{ option_files; load_files; } | while IFS= read -r file; do
		echo "left: $file names v4l2loopback; effigy has not written it"
	done
	[ -n "$root" ] || ! module_is_loaded ||
		echo "left: the module stays loaded until a restart, or: sudo modprobe -r v4l2loopback"
	[ -n "$root" ] || ! package_is_installed v4l2loopback-dkms ||
		echo "left: the package v4l2loopback-dkms"
}

# --- Both -----------------------------------------------------------------------------------------

# Whoever is not root sees what would be done, and how to do it.
need_root() {
	local setting=''
	[ -n "$root" ] || [ "$(id -u)" = 0 ] && return
	[ "$EFFIGY_OUTPUT" = /dev/video10 ] || setting=" EFFIGY_OUTPUT=$(printf %q "$EFFIGY_OUTPUT")"
	die 1 "nothing done: run it as root: sudo$setting $me camera $action"
}

confirm() {
	local answer
	[ $yes = 0 ] || return 0
	[ -t 0 ] || die 1 "nothing done: say --yes, or run it in a terminal"
	read -rp "Go on? [y/N] " answer
	[[ $answer == [yY]* ]] || die 1 "nothing done"
}

camera_install() {
	name_camera
	check_others
	show_install
	need_root
	confirm
	options_text | write_file "$options_file" || exit
	load_text | write_file "$load_file" || exit
	echo "written"
	finish_install
}

camera_remove() {
	local files
	files=$(our_files)
	if [ -z "$files" ]; then
		echo "nothing to remove: effigy has written no file here"
		say_left
		return
	fi
	echo "effigy camera remove removes:"
	echo "${files//$root\/etc/    $root/etc}"
	need_root
	confirm
	while IFS= read -r file; do
		rm -f -- "$file" || die 1 "cannot remove $file; see the message above"
	done <<<"$files"
	echo "removed"
	say_left
}

effigy_camera() {
	local action yes options_file load_file number label
	parse_camera "$@"
	read_settings
	check_settings
	"camera_$action"
}

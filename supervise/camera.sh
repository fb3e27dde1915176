# Installs and removes the virtual camera: options of v4l2loopback, and loading it at each boot.
# Sourced by effigy.

PATH=$PATH:/usr/sbin:/sbin
camera_usage="camera takes install or remove, then [--yes] [--root DIR]"
camera_mark="# Written by effigy camera install; effigy camera remove takes it away."
root=''

# The command by which the user calls this script.
me=./effigy
case $here in */bin) me=effigy ;; esac

# --- The current state --------------------------------------------------------------------------------

module_is_loaded() {
	[ -d "$root/sys/module/v4l2loopback" ]
}

# Prints the files that set options of the module, also effigy's own.
option_files() {
	grep -lsE '^[[:space:]]*options[[:space:]]+v4l2loopback([[:space:]]|$)' \
		"$root"/{etc,run,usr/local/lib,usr/lib}/modprobe.d/*.conf
}

# Prints the files that load the module at each boot.
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

# Prints an option of the loaded module for the device with that number. Prints nothing for a device
# that was added in another way, for example by v4l2loopback-ctl.
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

# --- What to install -------------------------------------------------------------------------------

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
			[ -d "$2" ] || die 1 "the folder $2 (--root) does not exist; make it first"
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

# Sets number and label of the device from EFFIGY_OUTPUT.
name_camera() {
	number=10 label=Effigy
	case $EFFIGY_OUTPUT in
	camera:?*) label=${EFFIGY_OUTPUT#camera:} ;;
	*) [[ $EFFIGY_OUTPUT =~ ^(/dev/video)?([0-9]{1,3})$ ]] && number=$((10#${BASH_REMATCH[2]})) ;;
	esac
	[[ $label != *[\",[:cntrl:]]* ]] && [ "$(printf %s "$label" | wc -c)" -le 31 ] ||
		die 2 "EFFIGY_OUTPUT=$EFFIGY_OUTPUT is not a valid name for a virtual camera: use at most" \
			"31 bytes, without commas and quotes"
	[ $number -lt 256 ] || die 2 "EFFIGY_OUTPUT=$EFFIGY_OUTPUT is not a device number; Linux has /dev/video0 to /dev/video255"
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

# modprobe would merge the options of two files; the last value of each option wins.
check_others() {
	local file
	option_files | while IFS= read -r file; do
		[ "$file" != "$options_file" ] || continue
		die 1 "$file already sets options of v4l2loopback, and both files would be mixed:" \
			"$(grep -m1 -E '^[[:space:]]*options[[:space:]]+v4l2loopback' "$file");" \
			"use that device (EFFIGY_OUTPUT=camera:LABEL), or remove that line first"
	done || exit
	for file in "$options_file" "$load_file"; do
		[ ! -e "$file" ] || is_ours "$file" ||
			die 1 "$file was not written by effigy; move it away first"
	done
	file=$root/sys/class/video4linux/video$number
	[ ! -e "$file" ] || [ -e "$file/max_openers" ] ||
		die 1 "/dev/video$number is another device, $(cat "$file/name" 2>/dev/null); choose" \
			"another number, such as EFFIGY_OUTPUT=/dev/video$((number + 10))"
}

show_install() {
	echo "effigy camera install writes this to $options_file:"
	options_text | sed 's/^/    /'
	echo "and this to $load_file:"
	load_text | sed 's/^/    /'
	[ -n "$root" ] || module_is_loaded ||
		echo "and loads the module now: modprobe v4l2loopback"
	case $EFFIGY_OUTPUT in
	/dev/video$number | $number | camera:?*) ;;
	*) echo "EFFIGY_OUTPUT is $EFFIGY_OUTPUT; set it to camera:$label to use this virtual camera" ;;
	esac
}

write_file() { # path; reads the text from standard input
	local folder
	folder=$(dirname -- "$1")
	{ mkdir -p -- "$folder" && cat >"$1.new" && chmod 644 "$1.new" && mv -f -- "$1.new" "$1"; } ||
		die 1 "cannot write $1; see the message above"
}

# Prints the loopback devices and which programs have them open, as effigy-sink --list does.
list_loopbacks() {
	place_programs
	[ ! -x "$bin/effigy-sink" ] || "$bin/effigy-sink" --list 2>/dev/null
}

load_now() {
	local output tries
	need modprobe kmod
	output=$(modprobe v4l2loopback 2>&1) ||
		die 1 "modprobe cannot load v4l2loopback (${output##*$'\n'}); see $me doctor module"
	for ((tries = 0; tries < 50; tries++)); do
		[ ! -c "/dev/video$number" ] || break
		sleep 0.1
	done
	[ -c "/dev/video$number" ] ||
		die 1 "v4l2loopback is loaded, but /dev/video$number does not exist; see $me doctor module"
	echo "loaded: /dev/video$number \"$label\" exists, also after each boot; next: $me up"
}

device_is_installed() {
	[ "$(cat "/sys/class/video4linux/video$number/name" 2>/dev/null)" = "$label" ] &&
		[ "$(loaded_option exclusive_caps "$number")" = Y ]
}

explain_reload() {
	local path name state format holders held=''
	while IFS=$'\t' read -r path name state format holders; do
		echo "current device: $path \"$name\""
		[ "$holders" = - ] || held+=${held:+, }$holders
	done < <(list_loopbacks)
	echo "v4l2loopback is loaded with other options; to use the new ones, restart the computer, or run:"
	echo "    ${held:+close $held, then }sudo modprobe -r v4l2loopback && sudo modprobe v4l2loopback"
}

finish_install() {
	[ -z "$root" ] || return 0
	if ! module_is_loaded; then
		load_now
	elif device_is_installed; then
		echo "/dev/video$number \"$label\" exists already; next: $me up"
	else
		explain_reload
	fi
}

# --- remove ---------------------------------------------------------------------------------------

our_files() {
	local file
	for file in "$options_file" "$load_file"; do
		if is_ours "$file"; then
			echo "$file"
		elif [ -e "$file" ]; then
			echo "kept $file, which was not written by effigy" >&2
		fi
	done
}

print_kept() {
	local file
	{ option_files; load_files; } | while IFS= read -r file; do
		echo "kept: $file, which names v4l2loopback and was not written by effigy"
	done
	[ -n "$root" ] || ! module_is_loaded ||
		echo "kept: v4l2loopback stays loaded until the next boot; to unload it: sudo modprobe -r v4l2loopback"
	[ -n "$root" ] || ! package_is_installed v4l2loopback-dkms ||
		echo "kept: the package v4l2loopback-dkms"
}

# --- Both -----------------------------------------------------------------------------------------

# A user who is not root sees what would be done, and the command for it.
need_root() {
	local setting=''
	[ -n "$root" ] || [ "$(id -u)" = 0 ] && return
	[ "$EFFIGY_OUTPUT" = /dev/video10 ] || setting=" EFFIGY_OUTPUT=$(printf %q "$EFFIGY_OUTPUT")"
	die 1 "nothing was changed; run this as root: sudo$setting $me camera $action"
}

confirm() {
	local answer
	[ $yes = 0 ] || return 0
	[ -t 0 ] || die 1 "nothing was changed; pass --yes, or run this in a terminal"
	read -rp "Go on? [y/N] " answer
	[[ $answer == [yY]* ]] || die 1 "nothing was changed"
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
		echo "nothing to remove: no file here was written by effigy"
		print_kept
		return
	fi
	echo "effigy camera remove deletes:"
	echo "${files//$root\/etc/    $root/etc}"
	need_root
	confirm
	while IFS= read -r file; do
		rm -f -- "$file" || die 1 "cannot remove $file; see the message above"
	done <<<"$files"
	echo "removed"
	print_kept
}

effigy_camera() {
	local action yes options_file load_file number label
	parse_camera "$@"
	read_settings
	check_settings
	"camera_$action"
}

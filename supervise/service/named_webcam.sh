# Tells udev whether a device is a webcam that EFFIGY_INPUT names; exits with 0 if so:
#   bash named_webcam.sh SETTINGS CAPTURE DEVICE [LINK]...
# Only the settings in that file count: what a user's environment says is not known to udev.
set -u
settings=$1 capture=$2 device=$3
shift 3

# The links of /dev/v4l/by-id do not exist yet: udev gives their names, with or without /dev.
is_named_path() { # path
	local link
	for link in "$@"; do
		[ "$input" != "/dev/${link#/dev/}" ] || return 0
	done
	return 1
}

# As ef_v4l2_match, which finds the best of all: here each that could be meant counts.
matches() { # name
	local card='' bus=''
	IFS=$'\t' read -r _ card bus _ < <("$capture" --list "$device" 2>/dev/null)
	[[ ${card,,} == *"${1,,}"* || ${bus,,} == *"${1,,}"* ]]
}

input=$(sed -n 's/^EFFIGY_INPUT=//p' "$settings" | tail -n 1)
case $input in
camera:?*) matches "${input#camera:}" ;;
/dev/*) is_named_path "$device" "$@" ;;
*) [ "/dev/video$input" = "$device" ] ;;
esac

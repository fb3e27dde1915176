# Device names and permissions, for the checks of both cameras. Sourced by doctor.sh.

device_name() { # path
	cat "$root/sys/class/video4linux/${1##*/}/name" 2>/dev/null
}

# Prints the path of a device given by path, number or camera:NAME, or nothing.
device_path() { # setting's value
	local folder
	case $1 in
	camera:*)
		for folder in "$root"/sys/class/video4linux/video*; do
			if [ "$(device_name "$folder" | tr '[:upper:]' '[:lower:]')" = \
				"$(tr '[:upper:]' '[:lower:]' <<<"${1#camera:}")" ]; then
				echo "/dev/${folder##*/}"
				return
			fi
		done
		;;
	/dev/*) readlink -m -- "$1" ;;
	*) echo "/dev/video$1" ;;
	esac
}

# Opening a device needs the group video, or a login at the machine itself, which sets an access rule.
report_no_permission() { # path
	if id -nG "$(id -un)" | grep -qw video && ! id -nG | grep -qw video; then
		problem "you may not open $1 yet: you are in the group video from your next login on" \
			"log out and in again"
	else
		problem "you may not open $1" "sudo usermod -aG video $(id -un), then log out and in again"
	fi
}

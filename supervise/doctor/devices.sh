# Devices: settings that name one, and permissions, for the checks of both cameras. Sourced by doctor.sh.

is_device() { # setting's value
	! is_path "$1" && [[ $1 != - && $1 != *://* ]] || [[ $1 == /dev/video* || $1 == /dev/v4l/* ]]
}

# Prints the line of effigy-sink --list for EFFIGY_OUTPUT, or else an error message.
find_output() {
	"$bin/effigy-sink" --list "$EFFIGY_OUTPUT" 2>&1
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

# effigy doctor: finds what prevents a picture, and says how to fix it. It changes nothing and starts no
# webcam. Sourced by effigy. Each check is one function, which reports its finding with ok, info, warn
# or problem. Files of the system are read below $root, which is empty except in tests.

part camera
part doctor/devices
doctor_groups="module camera input blender programs settings"
for group in $doctor_groups; do
	part "doctor/$group"
done

# --- Reporting ------------------------------------------------------------------------------------

problems=0 warnings=0
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	bold=$'\e[1m' red=$'\e[1;31m' yellow=$'\e[33m' green=$'\e[32m' dim=$'\e[2m' plain=$'\e[0m'
else
	bold='' red='' yellow='' green='' dim='' plain=''
fi

report() { # state, colour, text, what to do or nothing
	printf '  %s%-7s%s  %s\n' "$2" "$1" "$plain" "$3"
	[ -z "$4" ] || printf '           %s\n' "$4"
}

ok() { # text
	report ok "$green" "$1" ''
}

info() { # text, what to do or nothing
	report info "$dim" "$1" "${2:-}"
}

warn() { # text, what to do
	warnings=$((warnings + 1))
	report warn "$yellow" "$1" "$2"
}

problem() { # text, what to do
	problems=$((problems + 1))
	report problem "$red" "$1" "$2"
}

# Prints the error message of a command that uses die, without "effigy: ". Prints nothing on success.
complaint() { # command...
	local message
	message=$("$@" 2>&1 >/dev/null) || echo "${message#effigy: }"
}

# --- All groups -----------------------------------------------------------------------------------

doctor_title() { # group
	case $1 in
	module) echo "The virtual camera's module" ;;
	camera) echo "The virtual camera" ;;
	input) echo "Your webcam" ;;
	blender) echo "Blender" ;;
	programs) echo "Programs" ;;
	settings) echo "Settings" ;;
	esac
}

# Prints the stage that a group is about, if it is about one.
doctor_stage() { # group
	case $1 in
	module | camera) echo sink ;;
	input) echo capture ;;
	blender) echo blender-node ;;
	esac
}

# Runs the checks of a group, unless the edges lead around its stage.
examine() { # group
	local stage
	stage=$(doctor_stage "$1")
	echo "$bold$(doctor_title "$1")$plain"
	if [ -n "$stage" ] && ! runs_here "$stage"; then
		info "not checked: $stage runs on another machine"
	else
		"doctor_$1"
	fi
}

counted() { # number, what
	echo "$1 $2$([ "$1" = 1 ] || echo s)"
}

conclude() {
	echo
	if [ $problems = 0 ] && [ $warnings = 0 ]; then
		echo "No problem found."
	elif [ $problems = 0 ]; then
		echo "No problem found, $(counted $warnings warning)."
	else
		echo "$(counted $problems problem)$([ $warnings = 0 ] || echo ", $(counted $warnings warning)");" \
			"start with the first one."
	fi
	[ $problems = 0 ]
}

# Reads the settings. Wrong settings are reported and end the checks, which all depend on them.
take_settings() {
	local message
	message=$(complaint read_settings)
	if [ -z "$message" ]; then
		read_settings
		message=$(complaint check_settings)
	fi
	[ -n "$message" ] || return 0
	echo "${bold}Settings$plain"
	problem "$message" "fix it, then run $me doctor again; the other checks depend on it"
	conclude
	exit 1
}

effigy_doctor() {
	local group
	for group in "$@"; do
		[[ " $doctor_groups " == *" $group "* ]] ||
			die 2 "doctor takes none or some of: $doctor_groups; not \"$group\""
	done
	take_settings
	place_programs
	base='' runtime=''
	if [ -x "$bin/effigy-query" ]; then
		part runtime_folder
		name_runtime
	fi
	part face
	part live
	here_run=$stages
	if [ -x "$bin/effigy-query" ] && [ -z "$(complaint place_stages)" ]; then
		place_stages
	fi
	for group in ${*:-$doctor_groups}; do
		examine "$group"
	done
	conclude
}

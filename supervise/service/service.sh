# effigy service: characters as services of systemd, of this user. Sourced by effigy.

part avatar

service_usage="service takes the name or file of a character, --list, or --stop"

user_systemd() {
	systemctl --user "$@"
}

# Prints the services of characters that run, or that start with the webcam.
character_services() {
	{
		user_systemd list-units --plain --no-legend --state=active,activating,deactivating 'effigy@*.service' |
			cut -d ' ' -f 1
		user_systemd show --property=Wants --value effigy-webcam.target | tr ' ' '\n'
	} | grep '^effigy@.' | sort -u
}

# Prints the character of a service.
character_of() { # service
	systemd-escape --unescape --instance -- "$1"
}

# "runs, starts with the webcam"
state_of() { # service
	local state
	state=$(user_systemd is-active "$1")
	[ "$state" != active ] || state=runs
	if user_systemd is-enabled --quiet "$1" 2>/dev/null; then
		state+=", starts with the webcam"
	fi
	echo "$state"
}

service_list() {
	local folder file name listed=" " unit
	for folder in "${avatar_folders[@]}"; do
		for file in "$folder"/*.blend; do
			name=$(basename "$file" .blend)
			[ -f "$file" ] && [[ $listed != *" $name "* ]] || continue
			listed+="$name "
		done
	done
	for unit in $(character_services); do
		name=$(character_of "$unit")
		printf '* %s: %s\n' "$name" "$(state_of "$unit")"
		listed=${listed/ "$name" / }
	done
	for name in $listed; do
		echo "  $name"
	done
}

# Stops all characters, so that none starts with the webcam either.
service_stop() {
	local units
	mapfile -t units < <(character_services)
	if [ ${#units[@]} = 0 ]; then
		echo "no character is a service"
		return
	fi
	user_systemd disable --quiet --now "${units[@]}" || die 1 "systemd could not stop ${units[*]}"
	echo "stopped: $(for unit in "${units[@]}"; do character_of "$unit"; done | paste -sd' ')"
}

is_webcam() { # input
	[[ $1 == camera:* || $1 == /dev/* || $1 =~ ^[0-9]+$ ]]
}

service_start() { # name or file
	local unit
	EFFIGY_AVATAR=$1
	find_avatar
	[[ $1 == "$avatar" ]] && EFFIGY_AVATAR=$(readlink -f -- "$avatar")
	unit=$(systemd-escape --template=effigy@.service -- "$EFFIGY_AVATAR")
	user_systemd cat "$unit" >/dev/null 2>&1 ||
		die 1 "systemd does not know effigy@.service; install Effigy (sudo make install)"
	service_stop >/dev/null
	user_systemd enable --quiet "$unit" || die 1 "systemd could not enable $unit"
	if is_webcam "$EFFIGY_INPUT" && ! user_systemd is-active --quiet effigy-webcam.target; then
		echo "$1 starts when the webcam $EFFIGY_INPUT is plugged in"
	else
		user_systemd start "$unit" || die 1 "$1 did not start; see journalctl --user -u $unit"
		echo "$1 runs; see effigy status; stop: effigy service --stop"
	fi
}

effigy_service() {
	[ $# -le 1 ] || die 2 "$service_usage"
	need systemctl systemd
	user_systemd show --property=Version >/dev/null 2>&1 ||
		die 1 "no systemd of user $(id -un) answers; log in there, or: sudo loginctl enable-linger $(id -un)"
	case ${1:---list} in
	--list) service_list ;;
	--stop) service_stop ;;
	-*) die 2 "$service_usage" ;;
	*) service_start "$1" ;;
	esac
}

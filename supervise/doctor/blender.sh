# Checks of Blender: its version, its display, whether it draws. Sourced by doctor.sh.

check_blender() {
	local version
	if ! command -v blender >/dev/null; then
		problem "Blender is not installed" "sudo apt install blender"
		return
	fi
	version=$(timeout 60 blender --version 2>/dev/null </dev/null | sed -n '1s/^Blender \([0-9.]*\).*/\1/p')
	if ! [[ $version =~ ^([0-9]+)\.([0-9]+) ]]; then
		problem "Blender does not start" "run blender --version to see why"
	elif ((BASH_REMATCH[1] < 3 || (BASH_REMATCH[1] == 3 && BASH_REMATCH[2] < 4))); then
		problem "Blender $version is too old" "install 3.4 or newer"
	else
		ok "Blender $version"
	fi
}

check_xvfb() {
	[ "${EFFIGY_DISPLAY:-auto}" = auto ] || return 0
	if command -v Xvfb >/dev/null; then
		ok "Xvfb, the display on which Blender draws"
	else
		problem "Xvfb is missing; Blender draws on its own display" "sudo apt install xvfb"
	fi
}

# Prints the log of blender-node once it draws: of the running stage, or of one that is started for
# this, connected to no other stage.
node_log() {
	local folder node='' tries EFFIGY_RENDER_SIZE=64x64
	if supervisor_pid >/dev/null && grep -qs 'ready:' "$runtime/log/blender-node.log"; then
		cat "$runtime/log/blender-node.log"
		return
	fi
	folder=$(mktemp -d) && : >"$folder/log" || return
	trap '[ -z "$node" ] || kill "$node"; rm -rf "$folder"; exit 130' INT TERM HUP
	stage_command blender-node
	EFFIGY_RUNTIME=$folder "${command[@]}" --in "ipc://$folder/in" --out "ipc://$folder/out" \
		>"$folder/log" 2>&1 </dev/null &
	node=$!
	for ((tries = 0; tries < 600; tries++)); do
		grep -q 'ready:' "$folder/log" || ! kill -0 "$node" 2>/dev/null && break
		sleep 0.1
	done
	kill "$node" 2>/dev/null
	wait "$node" 2>/dev/null
	trap - INT TERM HUP
	cat "$folder/log"
	rm -rf "$folder"
}

# Prints the text of the first line of a log with that rank.
logged() { # E, W or I
	sed -n "s/^$1: ([a-z-]*) [0-9-]* [0-9:]* //p" | head -n 1
}

check_drawing() {
	local log renderer
	if ! command -v blender >/dev/null || ! [ -x "$bin/effigy-blender-node" ] ||
		{ [ "${EFFIGY_DISPLAY:-auto}" = auto ] && ! command -v Xvfb >/dev/null; } || [ -n "$(complaint find_avatar)" ]; then
		info "not checked whether Blender draws: a program or the character is missing"
		return
	fi
	find_avatar
	log=$(node_log)
	renderer=$(sed -n 's/^I: .* renderer //p' <<<"$log" | tail -n 1)
	if [[ $log != *ready:* ]]; then
		problem "Blender does not draw the character: $(logged E <<<"$log")" \
			"for details: $me up, then $me logs blender-node"
	else
		ok "Blender draws the character; renderer $renderer"
		[ -z "$(logged W <<<"$log")" ] || warn "Blender warns: $(logged W <<<"$log")" \
			"see man effigy-blender-node"
	fi
}

doctor_blender() {
	check_blender
	check_xvfb
	check_drawing
}

#!/bin/bash
# make test-containers: builds every image of the Dockerfile and runs each in every way that README.md offers, without a
# daemon and without a registry: debootstrap makes the base image. Needs root.
#
#   docker/test.sh [PART]...    of: tcp compose machines pod quadlet; without: all
set -eu
cd "$(dirname "$0")/.."

targets="capture tracker normaliser blender-node sink"
parts=${*:-tcp compose machines pod quadlet}
base=localhost/effigy-base
packages="buildah podman runc containernetworking-plugins iptables catatonit python3-dotenv python3-yaml debootstrap ffmpeg jq systemd"
name=effigy-test-$$
newer=$PWD/build/newer-podman
export CONTAINERS_CONF=$PWD/build/containers.conf

fail() {
	echo "docker/test.sh: $*" >&2
	exit 1
}

within() { # seconds, command...
	local until=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $until ] || return 1
		sleep 0.5
	done
}

# --- Tools and images ---------------------------------------------------------------------------------

install_tools() {
	local missing=() package
	for package in $packages; do
		dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
	done
	if [ ${#missing[@]} -gt 0 ]; then
		echo "Installing Debian packages: ${missing[*]}"
		DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
	fi
	# runc also runs where both versions of cgroups are mounted. Podman would set limits that a root of few rights may
	# not raise.
	printf '%s\n' '[containers]' 'default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]' \
		'[engine]' 'runtime = "runc"' >"$CONTAINERS_CONF"
}

make_base() {
	local folder container
	buildah inspect --type image "$base" >/dev/null 2>&1 && return
	folder=$(mktemp -d)
	debootstrap --variant=minbase bookworm "$folder" >/dev/null
	container=$(buildah from scratch)
	buildah add "$container" "$folder" / >/dev/null
	buildah commit --rm "$container" "$base" >/dev/null
	rm -rf "$folder"
}

# Docker's format: only that has health checks.
build() { # target
	echo "image $1"
	buildah bud --format docker --isolation=chroot --network=host --layers --build-arg BASE="$base" \
		--iidfile "build/docker-$1.id" --target "$1" -t "localhost/effigy-$1" -f docker/Dockerfile . \
		>"build/docker-$1.log" 2>&1 || { tail -n 30 "build/docker-$1.log"; return 1; }
}

# The image of this checkout: another one may have given its own the same name since.
image_of() { # target
	cat "build/docker-$1.id"
}

# Replaces the names of images in a file.
with_images() { # file
	local target script=''
	for target in $targets; do
		script+="s|localhost/effigy-$target\\b|$(image_of "$target")|;"
	done
	sed "$script" "$1"
}

# Debian 13's generator of units and its podman-compose, which also run here: Debian 12 has none, and one that knows no
# network_mode.
fetch_newer() {
	local mirror options package
	[ ! -x "$newer/usr/libexec/podman/quadlet" ] || return 0
	mkdir -p "$newer"/{lists/partial,cache/archives/partial}
	mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >"$newer/sources.list"
	options=(-o "Dir::Etc::SourceList=$newer/sources.list" -o Dir::Etc::SourceParts=-
		-o "Dir::State::Lists=$newer/lists" -o "Dir::Cache=$newer/cache" -o APT::Sandbox::User=root)
	(cd "$newer" && apt-get -qq "${options[@]}" update && apt-get -qq "${options[@]}" download podman podman-compose &&
		dpkg-deb -x podman-compose_*.deb . && dpkg-deb --fsys-tarfile podman_*.deb | tar -x ./usr/libexec/podman/quadlet &&
		rm -- *.deb) >build/newer-podman.log 2>&1 || fail "cannot fetch packages of Debian 13; see build/newer-podman.log"
}

# --- What all parts share --------------------------------------------------------------------------------

make_folders() {
	shared=$(mktemp -d)
	chmod 0755 "$shared"
	mkdir -m 0700 "$shared"/{files,keys}
	cp build/performer/performer.mp4 "$shared/files/in.mp4"
	chown -R 1000:1000 "$shared/files"
}

clean_up() {
	set +e
	for part in $parts; do
		"end_$part"
	done >/dev/null 2>&1
	rm -rf "$shared"
}

frames_of() { # file
	ffprobe -v error -count_frames -show_entries stream=nb_read_frames -of csv=p=0 "$1"
}

is_video() { # file, size
	[ "$(ffprobe -v error -show_entries stream=width,height -of csv=p=0 "$1")" = "$2" ] && [ "$(frames_of "$1")" -gt 10 ]
}

# True when the health check of each of these containers succeeds. Podman's own timer needs systemd.
are_healthy() { # container...
	local container
	for container; do
		podman healthcheck run "$container" || return
	done
}

# A live pipeline: all are healthy, characters are shown, and a stage that hangs is noticed.
live() { # part, container of each target...
	local part=$1 tracker=$3 sink=$6 pid
	shift
	within 120 are_healthy "$@" || fail "$part: not healthy: $(podman ps -a; for c; do podman logs "$c" 2>&1 | tail -n 3; done)"
	within 60 shows_renders "$sink" || fail "$part: no renders: $(podman logs "$sink" 2>&1 | tail -n 5)"
	pid=$(podman inspect -f '{{.State.Pid}}' "$tracker")
	kill -STOP "$pid"
	within 30 is_unhealthy "$tracker" || fail "$part: the tracker hangs, and is called healthy"
	kill -CONT "$pid"
	within 30 are_healthy "$tracker" || fail "$part: the tracker goes on, and is not called healthy"
	echo "$part: five containers, all healthy, renders are shown; one that hangs is noticed"
}

shows_renders() { # container of the sink
	podman exec "$1" sh -c 'cat "$EFFIGY_RUNTIME/stats/sink"' | jq -e '.note == "live"'
}

is_unhealthy() { # container
	! are_healthy "$1"
}

# --- tcp: a film through five containers, each with a network, a folder of keys and a user of its own ----------------

declare -A address=([capture]=10 [tracker]=11 [normaliser]=12 [blender-node]=13 [sink]=14)

keys_of() { # target, command...
	EFFIGY_KEYS=$shared/keys/$1 EFFIGY_BIN=$PWD/build ./effigy keys "${@:2}"
}

# Each container has keys of its own, and allows its neighbours by their addresses.
make_keys() {
	local before='' target
	for target in $targets; do
		mkdir -m 0700 "$shared/keys/$target"
		keys_of "$target" new >/dev/null
		if [ -n "$before" ]; then
			keys_of "$target" allow "$subnet.${address[$before]}" "$(keys_of "$before" show)"
			keys_of "$before" allow "$subnet.${address[$target]}" "$(keys_of "$target" show)"
		fi
		before=$target
	done >/dev/null
	chown -R 1000:1000 "$shared/keys"
}

# Starts a stage by its own options.
stage() { # target, its options...
	podman run -d --no-healthcheck --name "$name-$1" --network "$name" --ip "$subnet.${address[$1]}" \
		-v "$shared/keys/$1:/keys:ro" -v "$shared/files:/files" \
		--entrypoint "effigy-$1" "$(image_of "$1")" --policy all "${@:2}" >/dev/null
}

run_tcp() {
	local frames
	subnet=10.$((100 + $$ / 250 % 100)).$(($$ % 250))
	podman network create --subnet "$subnet.0/24" "$name" >/dev/null
	make_keys
	stage sink --in "tcp://*:5555" /files/tcp.y4m
	stage blender-node --in "tcp://*:5553" --out "tcp://$subnet.${address[sink]}:5555" \
		--avatar /usr/share/effigy/avatars/voltage.blend
	stage normaliser --in "tcp://*:5552" --out "tcp://$subnet.${address[blender-node]}:5553"
	stage tracker --in "tcp://*:5551" --out "tcp://$subnet.${address[normaliser]}:5552"
	stage capture --out "tcp://$subnet.${address[tracker]}:5551" --frames 60 /files/in.mp4
	if [ "$(timeout 180 podman wait "$name-sink")" != 0 ]; then
		for target in $targets; do
			podman logs "$name-$target" 2>&1 | tail -n 5
		done
		fail "tcp: the film did not get through"
	fi
	frames=$(frames_of "$shared/files/tcp.y4m")
	echo "tcp: five containers, five networks, five keys: 60 frames in, $frames out"
	[ "$frames" = 60 ]
}

end_tcp() {
	for target in $targets; do
		podman rm -f -t 2 "$name-$target"
	done
	podman network rm "$name"
}

# --- compose: the pipeline of compose.yaml, live -----------------------------------------------------------------------

# Makes the files ready, with the images of this checkout and ports of this test on this machine.
copy_compose() {
	local file port=$((2000 + $$ % 3000)) # and one more digit
	rm -rf build/compose && mkdir -p build/compose/files
	for file in docker/compose*.yaml; do
		with_images "$file" | sed -E "s|\.\./effigy.env|$PWD/effigy.env|; s|\}:555([1-5])|}:$port\1|g; s|\"555([1-5]):|\"$port\1:|g" \
			>"build/compose/${file##*/}"
	done
}

compose() { # project, files, argument...
	local file project=$1 files=()
	for file in $2; do
		files+=(-f "$PWD/build/compose/$file")
	done
	shift 2
	EFFIGY_INPUT=/files/in.mp4 EFFIGY_LOOP=1 EFFIGY_OUTPUT=/files/$project.mp4 EFFIGY_SIZE=320x240 EFFIGY_AVATAR=fox \
		FILES=$shared/files WEBCAM=/dev/null VIRTUAL_CAMERA=/dev/null BOX=${gateway:-} KEYS=$shared/keys/$project \
		PYTHONPATH=$newer/usr/lib/python3/dist-packages /usr/bin/python3 -m podman_compose \
		-p "$project" "${files[@]}" "$@" >>build/compose.log 2>&1 || fail "compose: $(tail -n 5 build/compose.log)"
}

run_compose() {
	local containers=() target
	copy_compose
	for target in $targets; do
		containers+=("${name}_${target}_1")
	done
	compose "$name" compose.yaml up -d --no-build
	live compose "${containers[@]}"
	compose "$name" compose.yaml down -t 5
	is_video "$shared/files/$name.mp4" 320,240 || fail "compose: no video of the size that was set"
}

end_compose() {
	(compose "$name" compose.yaml down -t 2)
	podman volume rm "${name}_sockets"
	podman network rm "${name}_default"
}

# --- machines: compose.desk.yaml and compose.box.yaml, with keys. The box is this machine, seen from the desk's containers ---

run_machines() {
	local desk=$name-desk box=$name-box target containers=()
	gateway=$(podman network inspect podman | jq -r '.[0].subnets[0].gateway')
	copy_compose
	for target in $targets; do
		case $target in
		tracker | blender-node) containers+=("${box}_${target}_1") ;;
		*) containers+=("${desk}_${target}_1") ;;
		esac
	done
	mkdir -m 0700 "$shared/keys"/{"$desk","$box"}
	keys_of "$desk" new >/dev/null
	keys_of "$box" new >/dev/null
	keys_of "$desk" allow "$gateway" "$(keys_of "$box" show)" >/dev/null
	keys_of "$box" allow desk "$(keys_of "$desk" show)" >/dev/null
	chown -R 1000:1000 "$shared/keys"
	compose "$box" "compose.yaml compose.box.yaml" up -d --no-build tracker blender-node
	compose "$desk" "compose.yaml compose.desk.yaml" up -d --no-build
	live machines "${containers[@]}"
}

end_machines() {
	(compose "$name-desk" "compose.yaml compose.desk.yaml" down -t 2)
	(compose "$name-box" "compose.yaml compose.box.yaml" down -t 2)
	podman volume rm "$name-desk_sockets" "$name-box_sockets"
	podman network rm "$name-desk_default" "$name-box_default"
}

# --- pod: the manifest for Kubernetes --------------------------------------------------------------------------------

run_pod() {
	local target containers=()
	for target in $targets; do
		containers+=("$name-$target")
	done
	with_images docker/kubernetes.yaml |
		sed "s|/srv/effigy|$shared/files|; s|out.mp4|pod.mp4|; s|name: effigy |name: $name |; s|name: effigy\$|name: $name|" >build/pod.yaml
	podman kube play --network none build/pod.yaml >build/pod.log 2>&1 || fail "pod: $(tail -n 5 build/pod.log)"
	live pod "${containers[@]}"
	podman kube down build/pod.yaml >build/pod.log 2>&1 || fail "pod: $(tail -n 5 build/pod.log)"
	is_video "$shared/files/pod.mp4" 640,480 || fail "pod: no video"
}

end_pod() {
	podman kube down build/pod.yaml
}

# --- quadlet: the units, as far as they go without rootless containers -------------------------------------------------

run_quadlet() {
	local made=$PWD/build/quadlet/made
	rm -rf "$made" && mkdir -p "$made"
	QUADLET_UNIT_DIRS=$PWD/docker/quadlet "$newer/usr/libexec/podman/quadlet" -user "$made" >build/quadlet.log 2>&1
	for target in $targets; do
		grep -q 'ExecStart=.*--health-cmd' "$made/effigy-$target.service" || fail "quadlet: $(cat build/quadlet.log)"
	done
	# Debian 12 lacks only the unit that newer units wait for.
	XDG_RUNTIME_DIR=$shared SYSTEMD_UNIT_PATH=$made: systemd-analyze verify --user --man=no "$made"/*.service ||
		fail "quadlet: systemd does not take the units"
	echo "quadlet: five services and a volume"
}

end_quadlet() {
	:
}

mkdir -p build
install_tools
make_base
fetch_newer
for target in $targets; do
	build "$target"
done
make -s performer
make_folders
trap clean_up EXIT
for part in $parts; do
	"run_$part"
	# Parts call their containers by the same names.
	(set +e; "end_$part") >/dev/null 2>&1 || true
done
buildah rmi --prune >/dev/null 2>&1 || true

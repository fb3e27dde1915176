#!/bin/bash
# make test-containers: builds every image of the Dockerfile and runs each in every way that README.md offers, without a
# daemon and without a registry: debootstrap makes the base image. Needs root.
#
#   docker/test.sh [PART]...    of: tcp compose pod quadlet; without: all
set -eu
cd "$(dirname "$0")/.."

targets="capture tracker normaliser blender-node sink"
parts=${*:-tcp compose pod quadlet}
base=localhost/effigy-base
packages="buildah podman runc containernetworking-plugins iptables catatonit podman-compose debootstrap ffmpeg jq"
name=effigy-test-$$
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

# --- What all parts share --------------------------------------------------------------------------------

make_folders() {
	shared=$(mktemp -d)
	chmod 0755 "$shared"
	mkdir -m 0700 "$shared"/{files,keys}
	cp build/performer/performer.mp4 "$shared/files/in.mp4"
	chown -R 1000:1000 "$shared"/*
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

# The video grows, with pictures of the character.
is_written() { # file
	local before
	before=$(stat -c %s "$1") && sleep 1 && [ "$(stat -c %s "$1")" -gt "$before" ]
}

# True when the health check of each of these containers succeeds. Podman's own timer needs systemd.
are_healthy() { # container...
	local container
	for container; do
		podman healthcheck run "$container" || return
	done
}

# A stage that hangs is noticed, and one that goes on is healthy again.
check_hang() { # container
	local pid
	pid=$(podman inspect -f '{{.State.Pid}}' "$1")
	kill -STOP "$pid"
	within 30 not_healthy "$1" || fail "$1 hangs, and is called healthy"
	kill -CONT "$pid"
	within 30 are_healthy "$1" || fail "$1 goes on, and is not called healthy"
}

not_healthy() {
	! are_healthy "$1"
}

# --- tcp: a film through five containers, each with a network, a folder of keys and a user of its own ----------------

# Starts a stage by its own options.
stage() { # target, number of its address, its options...
	local target=$1 number=$2
	shift 2
	podman run -d --name "$name-$target" --network "$name" --ip "$subnet.$number" \
		-v "$shared/keys:/keys:ro" -v "$shared/files:/files" \
		--entrypoint "effigy-$target" "$(image_of "$target")" --policy all --insecure-plaintext "$@" >/dev/null
}

run_tcp() {
	local frames
	subnet=10.$((100 + $$ / 250 % 100)).$(($$ % 250))
	podman network create --subnet "$subnet.0/24" "$name" >/dev/null
	stage sink 14 --in "tcp://*:5554" /files/tcp.y4m
	stage blender-node 13 --in "tcp://*:5553" --out "tcp://$subnet.14:5554" \
		--avatar /usr/share/effigy/avatars/voltage.blend
	stage normaliser 12 --in "tcp://*:5552" --out "tcp://$subnet.13:5553"
	stage tracker 11 --in "tcp://*:5551" --out "tcp://$subnet.12:5552"
	stage capture 10 --out "tcp://$subnet.11:5551" --frames 60 /files/in.mp4
	if [ "$(timeout 180 podman wait "$name-sink")" != 0 ]; then
		for target in $targets; do
			podman logs "$name-$target" 2>&1 | tail -n 5
		done
		fail "tcp: the film did not get through"
	fi
	frames=$(frames_of "$shared/files/tcp.y4m")
	echo "tcp: five containers, five networks, 60 frames in, $frames out"
	[ "$frames" = 60 ]
}

end_tcp() {
	for target in $targets; do
		podman rm -f -t 2 "$name-$target"
	done
	podman network rm "$name"
}

# --- compose: the pipeline of compose.yaml, live -----------------------------------------------------------------------

compose() {
	EFFIGY_INPUT=/files/in.mp4 EFFIGY_LOOP=1 EFFIGY_OUTPUT=/files/compose.y4m EFFIGY_AVATAR=fox FILES=$shared/files \
		WEBCAM=/dev/null VIRTUAL_CAMERA=/dev/null podman-compose -p "$name" -f build/compose/compose.yaml "$@" \
		>"build/compose.log" 2>&1
}

run_compose() {
	local containers=() target
	rm -rf build/compose && mkdir -p build/compose/files
	with_images docker/compose.yaml | sed "s|\.\./effigy.env|$PWD/effigy.env|" >build/compose/compose.yaml
	for target in $targets; do
		containers+=("${name}_${target}_1")
	done
	compose up -d --no-build || fail "compose: $(tail -n 5 build/compose.log)"
	within 90 are_healthy "${containers[@]}" || fail "compose: $(podman ps -a; podman logs "${containers[@]}" 2>&1 | tail)"
	within 60 is_written "$shared/files/compose.y4m" || fail "compose: no video"
	check_hang "${name}_tracker_1"
	echo "compose: five containers, healthy"
}

end_compose() {
	compose down -t 2
	podman volume rm "${name}_sockets"
}

# --- pod: the manifest for Kubernetes --------------------------------------------------------------------------

run_pod() {
	local target containers=()
	for target in $targets; do
		containers+=("$name-$target")
	done
	with_images docker/kubernetes.yaml | sed "s|/srv/effigy|$shared/files|; s|out.y4m|pod.y4m|; s|name: effigy\$|name: $name|; s|name: effigy }|name: $name }|" >build/pod.yaml
	podman kube play --network none build/pod.yaml >build/pod.log 2>&1 || fail "pod: $(tail -n 5 build/pod.log)"
	within 90 are_healthy "${containers[@]}" || fail "pod: $(podman ps -a)"
	within 60 is_written "$shared/files/pod.y4m" || fail "pod: no video"
	check_hang "$name-normaliser"
	echo "pod: five containers, healthy"
}

end_pod() {
	podman kube down build/pod.yaml
}

mkdir -p build
install_tools
make_base
for target in $targets; do
	build "$target"
done
make -s performer
make_folders
trap clean_up EXIT
for part in $parts; do
	"run_$part"
done
buildah rmi --prune >/dev/null 2>&1 || true

#!/bin/bash
# Builds every image of the Dockerfile and runs each once, without a daemon and without a registry.
# debootstrap makes the base image. Needs root.
set -eu
cd "$(dirname "$0")/.."

targets="capture tracker normaliser blender-node sink"
base=localhost/effigy-base
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot

install_tools() {
	local missing=() package
	for package in buildah debootstrap; do
		dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
	done
	[ ${#missing[@]} = 0 ] || DEBIAN_FRONTEND=noninteractive apt-get -qq install -y \
		--no-install-recommends "${missing[@]}" >/dev/null
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

build() { # target
	echo "image $1"
	buildah bud --isolation=chroot --network=host --layers --build-arg BASE="$base" \
		--target "$1" -t "localhost/effigy-$1" -f docker/Dockerfile . >"build/docker-$1.log" 2>&1 ||
		{ tail -n 30 "build/docker-$1.log"; return 1; }
}

# Starts a stage in its container, with the folder of sockets and the folder of clips and results.
start() { # target, arguments
	local container
	container=$(buildah from "localhost/effigy-$1")
	containers+=("$container")
	buildah run --user effigy -v "$shared/run:/run/effigy" -v "$shared/files:/files" "$container" -- \
		"effigy-$@" --policy all 2>"$shared/$1.log" &
}

clean_up() {
	local running
	set +e
	running=$(jobs -p)
	[ -z "$running" ] || kill $running 2>/dev/null
	buildah rm "${containers[@]}" >/dev/null
	rm -rf "$shared"
}

# Runs the whole pipeline, each stage in its own container: 60 frames in, 60 frames out.
run_pipeline() {
	local uid frames sink
	make -s performer
	shared=$(mktemp -d)
	trap clean_up EXIT
	mkdir -m 0700 "$shared/run" "$shared/files"
	cp build/performer/performer.mp4 "$shared/files/in.mp4"
	containers=("$(buildah from localhost/effigy-sink)")
	uid=$(buildah run "${containers[0]}" -- id -u effigy)
	chmod 0755 "$shared"
	chown -R "$uid" "$shared"/*
	start sink /files/out.y4m
	sink=$!
	start blender-node --avatar /usr/share/effigy/avatars/voltage.blend
	start normaliser
	start tracker
	start capture --frames 60 /files/in.mp4
	if ! timeout 120 tail --pid="$sink" -f /dev/null || ! wait "$sink"; then
		tail -n 5 "$shared"/*.log
		return 1
	fi
	frames=$(ffprobe -v error -count_frames -show_entries stream=nb_read_frames -of csv=p=0 \
		"$shared/files/out.y4m")
	echo "five containers, 60 frames in, $frames out"
	[ "$frames" = 60 ]
}

mkdir -p build
install_tools
make_base
for target in $targets; do
	build "$target"
done
run_pipeline
buildah rmi --prune >/dev/null 2>&1 || true

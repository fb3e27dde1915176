#!/bin/bash
# Builds every image of the Dockerfile without a daemon and without a registry, and runs each once:
# the base is made by debootstrap. Needs root.
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

build_and_run() { # target
	local container
	echo "image $1"
	buildah bud --isolation=chroot --network=host --layers --build-arg BASE="$base" \
		--target "$1" -t "localhost/effigy-$1" -f docker/Dockerfile . >"build/docker-$1.log" 2>&1 ||
		{ tail -n 30 "build/docker-$1.log"; return 1; }
	container=$(buildah from "localhost/effigy-$1")
	buildah run --user effigy "$container" -- "effigy-$1" --version
	if [ "$1" = blender-node ]; then
		# The whole stage, Blender and X server included, up to its first picture.
		buildah run --user effigy "$container" -- timeout 60 sh -c \
			'effigy-blender-node --avatar /usr/share/effigy/avatars/voltage.blend \
				--stats /tmp/stats & until grep -q "\"stage\"" /tmp/stats 2>/dev/null; do
				kill -0 $! || exit 1; sleep 0.2; done; kill $!; wait $!'
	fi
	buildah rm "$container" >/dev/null
}

mkdir -p build
install_tools
make_base
for target in $targets; do
	build_and_run "$target"
done

# Checks of v4l2loopback: it is installed, may be loaded, is loaded, and will be at the next boot. Sourced
# by doctor.sh.

release=$(uname -r)

# Prints the path of the module, as modprobe would find it, or nothing when the kernel has no module.
module_file() { # kernel
	local folder=$root/lib/modules/$1
	sed -n "s|^\([^:]*/\)\{0,1\}\(v4l2loopback\.ko[^:]*\):.*|$folder/\1\2|p;" \
		"$folder/modules.dep" 2>/dev/null
}

# Prints all kernels that have the module.
kernels_with_module() {
	local folder list=''
	for folder in "$root"/lib/modules/*/; do
		folder=${folder%/}
		[ -z "$(module_file "${folder##*/}")" ] || list+=${list:+, }${folder##*/}
	done
	echo "$list"
}

headers_package() {
	local machine
	machine=$(dpkg --print-architecture 2>/dev/null)
	echo "linux-headers-${machine:-amd64}"
}

check_installed() {
	local others
	others=$(kernels_with_module)
	if [ -n "$(module_file "$release")" ]; then
		ok "v4l2loopback is installed for this kernel, $release"
	elif module_is_loaded; then
		ok "v4l2loopback is loaded, though not installed for this kernel, $release"
	elif ! [ -d "$root/lib/modules/$release" ]; then
		problem "this kernel, $release, has no modules here: it was updated, or this is a container" \
			"restart the computer; for a container, load v4l2loopback on the host"
	elif ! ls -d "$root"/usr/src/v4l2loopback-* >/dev/null 2>&1; then
		problem "v4l2loopback is not installed" \
			"sudo apt install v4l2loopback-dkms $(headers_package)"
	elif ! [ -e "$root/lib/modules/$release/build" ]; then
		problem "v4l2loopback is not built for this kernel, $release${others:+, only for $others}" \
			"its headers are missing: sudo apt install linux-headers-$release"
	else
		problem "v4l2loopback is not built for this kernel, $release${others:+, only for $others}" \
			"sudo dkms autoinstall; if that fails, see /var/lib/dkms/v4l2loopback/*/build/make.log"
	fi
}

# Without the headers, dkms cannot build the module for the next kernel.
check_headers() {
	ls -d "$root"/usr/src/v4l2loopback-* >/dev/null 2>&1 || return 0
	[ -n "$(module_file "$release")" ] && ! [ -e "$root/lib/modules/$release/build" ] || return 0
	warn "the kernel headers are missing: v4l2loopback will be missing after a kernel update" \
		"sudo apt install $(headers_package)"
}

# The firmware variable has four bytes of attributes, then 1 for on.
secure_boot_is_on() {
	local variable
	for variable in "$root"/sys/firmware/efi/efivars/SecureBoot-*; do
		[ "$(od -An -tu1 -j4 -N1 "$variable" 2>/dev/null | tr -d ' ')" = 1 ] && return
	done
	return 1
}

# Prints the key with which dkms signs modules on Ubuntu or on Debian.
signing_key() {
	ls "$root"/var/lib/shim-signed/mok/MOK.der "$root"/var/lib/dkms/mok.pub 2>/dev/null | head -n 1
}

check_secure_boot() {
	local file key enrolled
	file=$(module_file "$release")
	if module_is_loaded || [ -z "$file" ] || ! secure_boot_is_on; then
		return
	fi
	key=$(signing_key)
	if ! command -v modinfo >/dev/null; then
		info "not checked whether Secure Boot allows v4l2loopback: modinfo is missing" \
			"sudo apt install kmod"
	elif [ -z "$(modinfo -F signer "$file" 2>/dev/null)" ]; then
		problem "Secure Boot is on and refuses v4l2loopback: it is not signed" \
			"sudo apt install --reinstall v4l2loopback-dkms, or switch Secure Boot off"
	elif ! command -v mokutil >/dev/null || [ -z "$key" ]; then
		info "not checked whether Secure Boot knows the key of v4l2loopback: mokutil or the key is missing" \
			"if the module does not load, run sudo mokutil --import ${key:-/var/lib/dkms/mok.pub}"
	else
		enrolled=$(mokutil --test-key "$key" 2>/dev/null)
		if [[ $enrolled == *"is already enrolled"* ]]; then
			ok "Secure Boot knows the key with which v4l2loopback is signed"
		else
			problem "Secure Boot is on and refuses v4l2loopback: its key is not enrolled" \
				"run sudo mokutil --import $key, restart, choose Enroll MOK; or switch Secure Boot off"
		fi
	fi
}

# The module reports its version since 0.13.
module_version() {
	cat "$root/sys/module/v4l2loopback/version" 2>/dev/null || echo "before 0.13"
}

check_loaded() {
	if module_is_loaded; then
		ok "v4l2loopback is loaded, version $(module_version)"
	elif [ -n "$(module_file "$release")" ]; then
		problem "v4l2loopback is not loaded: there is no virtual camera" \
			"run sudo $me camera install, which loads it now and at each boot"
	fi
}

# Since 0.13 a device has one token for the program that streams from it. Before, there was no limit.
check_readers() {
	local version
	version=$(module_version)
	module_is_loaded || return 0
	if [[ $version =~ ^([0-9]+)\.([0-9]+) ]] && ((BASH_REMATCH[1] > 0 || BASH_REMATCH[2] >= 13)); then
		info "this version lets one program at a time show the virtual camera" \
			"when a second program says that the camera is busy, leave the first call or close its page"
	else
		ok "this version lets several programs show the virtual camera at once"
	fi
}

check_start() {
	local file
	module_is_loaded || [ -n "$(module_file "$release")" ] || return 0
	file=$(load_files | head -n 1)
	if [ -n "$file" ]; then
		ok "v4l2loopback is loaded at each boot ($file)"
	elif module_is_loaded; then
		warn "v4l2loopback will not be loaded at the next boot" "run sudo $me camera install"
	fi
}

check_options() {
	local files
	files=$(option_files | paste -sd ' ')
	[[ $files == *' '* ]] || return 0
	warn "several files set options of v4l2loopback, and modprobe mixes them: $files" \
		"keep one of these files"
}

doctor_module() {
	check_installed
	check_headers
	check_secure_boot
	check_loaded
	check_readers
	check_start
	check_options
}

# Keys of machines: effigy keys, effigy pair. Sourced by effigy.

keys_usage="keys takes new, show, list, allow NAME KEY or revoke NAME"

effigy_keys() {
	case ${1:-}:$# in
	new:1 | show:1 | list:1) exec "$bin/effigy-keys" "--$1" ;;
	allow:3) exec "$bin/effigy-keys" "--allow=$2" "--key=$3" ;;
	revoke:2) exec "$bin/effigy-keys" "--revoke=$2" ;;
	esac
	die 2 "$keys_usage"
}

effigy_pair() {
	[ $# -le 1 ] || die 2 "pair takes HOST, or nothing to wait for another machine"
	exec "$bin/effigy-keys" --pair -- "$@"
}

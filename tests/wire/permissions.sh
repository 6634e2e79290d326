# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Trees that wire may not read or write.

nobody='setpriv --reuid=65534 --regid=65534 --clear-groups'

# Run as another user than the tree's owner: if root, as nobody.
other() {
	if [ "$(id -u)" -eq 0 ]; then
		$nobody "$@"
	else
		"$@"
	fi
}

test_permissions() {
	fresh 4.17
	chmod -R a-w "$tree"
	refused "a tree that one may not write" 'cannot write in it' \
		other "$wire" "$tree"
	succeeds "though --dry-run works there" \
		other "$wire" --dry-run "$tree"
	chmod -R u+w "$tree"

	fresh 4.12
	[ "$(id -u)" -ne 0 ] || chown -R 65534 "$tree"
	chmod a-w "$tree/xen/arch/x86/hvm"
	refused "one directory that one may not write" 'cannot write in it' \
		other "$wire" "$tree"
	chmod u+w "$tree/xen/arch/x86/hvm"
	is "$(leftovers "$tree")" "" "and nothing is left over"
	chmod 0 "$tree/xen/common/Kconfig"
	refused "a file that one may not read" 'Kconfig: no permission' \
		other "$wire" "$tree"
	chmod 644 "$tree/xen/common/Kconfig"
	chmod 0 "$tree/xen/common"
	refused "a directory that one may not enter" \
		'xen/common: you may not enter' other "$wire" "$tree"
	chmod 0 "$tree"
	[ "$(id -u)" -ne 0 ] || chown 0 "$tree"
	said=$(other "$wire" "$tree" 2>&1)
	is "$?" 1 "a tree that one may not enter"
	like "$said" 'may not enter' "is refused"
	chmod -R u+rwX "$tree"

	fresh 4.17
	# shellcheck disable=SC2016 # for the inner shell
	read_only='mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" || exit 77
		"$2" "$1"'
	space='unshare -m'
	[ "$(id -u)" -eq 0 ] || space='unshare -rm'
	# In a plain chroot, the root mount cannot be made private.
	# shellcheck disable=SC2086 # a list of words
	if ! $space sh -c "$read_only" sh "$tree" /bin/true 2>/dev/null; then
		skip "a read-only mount, as root" "no mount of one's own can be made"
	else
		# shellcheck disable=SC2086 # a list of words
		refused "a read-only mount, as root" 'cannot write in it' \
			$space sh -c "$read_only" sh "$tree" "$wire"
	fi
}

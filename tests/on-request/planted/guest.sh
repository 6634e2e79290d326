#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel's checks are enabled, and no_oops sees their reports. The argument is the
# list of planted faults; those after which the kernel stops checking come last.

# shellcheck source=../../lib/guest/common.sh
. ./common.sh

no_oops

# told FAULT PATTERN - test that the last fault was reported
told() {
	told=$(complaints)
	like "$told" "$2" "$1: is told"
	[ ! -e /sys/kernel/debug/kmemleak ] || echo clear >/sys/kernel/debug/kmemleak
}

# planted FAULT PATTERN - cause that fault in the kernel, and test that it is reported
planted() {
	: >kernel.log
	insmod ./planted.ko fault="$1"
	is "$?" 0 "$1: is done"
	rmmod planted
	told "$@"
}

for fault in $1; do
	case $fault in
	shift) planted shift 'UBSAN: shift-out-of-bounds' ;;
	sleep) planted sleep 'BUG: sleeping function called from invalid context' ;;
	leak) planted leak '^unreferenced object ' ;;
	locks) planted locks 'WARNING: possible circular locking' ;;
	redzone) planted write 'BUG kmalloc-' ;;
	write) planted write 'BUG: KASAN: slab-out-of-bounds' ;;
	read) planted read 'BUG: KASAN: use-after-free' ;;
	xen)
		succeeds "xen: one that is fine" alicectl shift by=3
		is "$(complaints)" "" "xen: nothing is told of it"
		succeeds "xen: is done" alicectl shift by=40
		told xen 'UBSAN: Undefined behaviour in common/alice-op-shift\.c:'
		;;
	esac
done
tap_done

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# That the kernel's checks are on, and that no_complaints sees what they say. The argument is
# which faults are planted; those that make the kernel stop looking come last.

# shellcheck source=common.sh
. ./common.sh
# shellcheck source=checks.sh
. ./checks.sh

no_complaints

# planted FAULT PATTERN - do that wrong, and see it told
planted() {
	: >kernel.log
	insmod ./planted.ko fault="$1"
	is "$?" 0 "$1: is done"
	rmmod planted
	told=$(complaints)
	like "$told" "$2" "$1: is told"
	echo clear >/sys/kernel/debug/kmemleak 2>/dev/null
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
	esac
done
tap_done

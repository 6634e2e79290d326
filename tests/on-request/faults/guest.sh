#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# All that can fail in the driver fails, one thing at a time, and is right after that.

# shellcheck source=../../lib/guest/common.sh
. ./common.sh

# The module comes and goes more often than udev can follow.
udevadm settle
udevadm control --exit
follow

# channels - how many event channels this domain has
channels() {
	/usr/lib/xen-4.17/bin/lsevtchn 0 | grep -c .
}

for bits in 64 32; do
	before=$(channels)
	tap_run "$bits bits" "./faults$bits" "$(modinfo -n alice)"
	is "$(channels)" "$before" "$bits bits: no event channel is left behind"
done
followed
# The kernel itself warns of a trace event for which there is no memory, and of an
# interrupt's file in /proc which got none and is to go, and tells of pages
# that it did not get. Where it gets none for a module's directory of drivers, it makes the
# driver's link in the root of sysfs and leaves it there, so that the next one is there already.
sed -i -e '/WARNING: .*event_define_fields/,/end trace/d' \
	-e '/WARNING: .*remove_proc_entry/,/end trace/d' \
	-e '/page allocation failure:\|vmalloc error:/,/<\/TASK>/d' \
	-e '/duplicate filename .\/\/platform:alice/,/<\/TASK>/d' kernel.log
no_oops
tap_done

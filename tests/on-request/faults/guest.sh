#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Everything that can fail in the driver fails, one point at a time, and works afterwards.

# shellcheck source=../../lib/guest/common.sh
. ./common.sh

# The module is loaded and removed more often than udev can handle.
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
# Warnings of Linux itself: for a trace event without memory, for a /proc file of an
# interrupt that could not be created and is to be removed, and for failed page allocations.
# Without memory for a module's drivers directory, it creates the driver's link in the root
# of sysfs and never removes it, so the next one already exists.
sed -i -e '/WARNING: .*event_define_fields/,/end trace/d' \
	-e '/WARNING: .*remove_proc_entry/,/end trace/d' \
	-e '/page allocation failure:\|vmalloc error:/,/<\/TASK>/d' \
	-e '/duplicate filename .\/\/platform:alice/,/<\/TASK>/d' kernel.log
no_oops
tap_done

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# lines.sh ioctls|faults - the part of other suites' tests that runs each line of the driver
# once: the whole suites need another machine, or longer.

# shellcheck source=../../lib/guest/common.sh
. ./common.sh

# From suite device.
ioctls() {
	for nr in 39 48; do
		load "hypercall_nr=$nr"
		refused "hypercall_nr=$nr" "^alice: hypercall_nr=$nr cannot be alice_op"
	done
	# shellcheck disable=SC2119 # parameters are optional
	load
	served "the module" '^alice: Xen '
	mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null
	echo 1 >/sys/kernel/tracing/events/alice/enable
	for part in answers table errors lengths structs pointers batch restrict counters \
		races access signals amid; do
		tap_run "64 bits: $part" ./device64 "$part"
	done
	tap_run "32 bits" ./device32 structs
	like "$(cat /sys/kernel/tracing/trace)" 'alice_batch: count=' "the trace events"
}

# From suite faults.
faults() {
	modprobe alice
	udevadm settle
	# The module is loaded and removed more often than udev can handle.
	udevadm control --exit
	tap_run "64 bits" ./faults64 "$(modinfo -n alice)"
}

"$1"
tap_done

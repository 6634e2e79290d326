#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# lines.sh ioctls|faults - as much of other suites' tests as it takes to run each line of
# the driver once: they take another machine, or longer.

# shellcheck source=../../lib/guest/common.sh
. ./common.sh

# What suite device does.
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

# What suite faults does.
faults() {
	modprobe alice
	udevadm settle
	# The module comes and goes more often than udev can follow.
	udevadm control --exit
	tap_run "64 bits" ./faults64 "$(modinfo -n alice)"
}

"$1"
tap_done

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# guest.sh counted|timed - what one hostile member can cost others: in instructions, on
# a machine whose clock counts these, or by the clock, on two processors.

# shellcheck source=../../lib/guest/common.sh
. ./common.sh

# lines COMMAND... - count its output lines
lines() {
	"$@" | wc -l
}

case $1 in
counted)
	succeeds "the module of the benchmark" insmod ./bench.ko
	settle
	tap_run "hypervisor" ./fairness64 hypervisor
	tap_run "sleeper" ./fairness64 sleeper
	tap_run "killed" ./fairness64 killed
	;;
timed)
	tap_run "callers" as member ./fairness64 callers
	fresh
	before=$(lines xen-log)
	tap_run "flood" as member ./fairness64 flood
	xen_lines=$(($(lines xen-log) - before))
	[ $xen_lines -ge 10 ] && [ $xen_lines -le 60 ]
	ok $? "flood: Xen's log has $xen_lines lines more after a minute"
	is "$(dmesg | head -n 5)" "" "flood: the kernel's log has none"
	;;
esac
no_oops
tap_done

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A faulty hypervisor: tests set its op table and its answers. They check what the driver
# accepts, what it refuses, with which log line, and what a program sees.

# shellcheck source=../lib/guest/common.sh
. ./common.sh

# Odd rows, as alicectl prints them.
tap_run "odd rows" ./hostile64 shown
# shellcheck disable=SC2119 # parameters are optional
load
served "odd rows: served" '^alice: Xen .*ABI 1\.99: 1024 ops'
like "$(alicectl info)" '1\.99|minor.*99' "odd rows: alicectl info tells the minor version"
is "$(alicectl ops | grep -c 'op-')" 1015 "odd rows: all of them are listed"
alicectl hello
is $? 0 "odd rows: hello can be called"
text=$(alicectl closed data=x 2>&1)
is $? 1 "flag_unknown: alicectl's status is 1"
like "$text" 'EPERM' "flag_unknown: alicectl says EPERM"
text=$(alicectl nonsense data=x 2>&1)
ok "$(($? == 0))" "a field list that is none: alicectl refuses to guess" || diag "$text"
unload "odd rows: rmmod"

# The module is loaded and removed more often than udev can handle.
udevadm control --exit
MODULE=$(modinfo -n alice)
export MODULE
follow
tap_run "" ./hostile64 versions
tap_run "" ./hostile64 rows
tap_run "" ./hostile64 changes
insmod "$MODULE"
# First, before the rate limit suppresses any line.
tap_run "" ./hostile64 long
tap_run "64 bits" ./hostile64 answers
tap_run "32 bits" ./hostile32 answers
# Reloaded, for the same reason.
rmmod alice
insmod "$MODULE"
tap_run "" ./hostile64 events
rmmod alice
followed

# No log line may contain a terminal escape sequence.
is "$(grep '^alice: ' kernel.log | LC_ALL=C grep -c '[^[:print:]]\|\\x1b')" 0 \
	"no line in the log has an escape sequence"
ok "$(($(grep -c "^alice: row [0-9]* of Xen's op table is left out" kernel.log) == 0))" \
	"and there are lines of bad rows" || diag "$(tail -n 20 kernel.log)"
no_oops
tap_done

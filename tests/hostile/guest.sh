#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A hypervisor that is told by tests what to say of its ops, and what to answer: what
# the driver takes, what it refuses and with which line, and what a program sees.

# shellcheck source=../lib/guest/common.sh
. ./common.sh

# Odd rows, as alicectl shows them.
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

# The module comes and goes more often than udev can follow.
udevadm control --exit
MODULE=$(modinfo -n alice)
export MODULE
follow
tap_run "" ./hostile64 versions
tap_run "" ./hostile64 rows
tap_run "" ./hostile64 changes
insmod "$MODULE"
# First, while none of its lines is held back for there being many.
tap_run "" ./hostile64 long
tap_run "64 bits" ./hostile64 answers
tap_run "32 bits" ./hostile32 answers
# Anew, for the same reason.
rmmod alice
insmod "$MODULE"
tap_run "" ./hostile64 events
rmmod alice
followed

# Nothing that was logged may hold what a terminal obeys.
is "$(grep '^alice: ' kernel.log | LC_ALL=C grep -c '[^[:print:]]\|\\x1b')" 0 \
	"no line in the log has an escape sequence"
ok "$(($(grep -c "^alice: row [0-9]* of Xen's op table is left out" kernel.log) == 0))" \
	"and there are lines of bad rows" || diag "$(tail -n 20 kernel.log)"
no_oops
tap_done

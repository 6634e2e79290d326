#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A hypervisor as the tutorials build it: refused, and with legacy=1 served.

# shellcheck source=common.sh
. ./common.sh

# lines - how often the seed was called, by its own log
lines() {
	xl dmesg | grep -c 'seed: hello from the hypervisor'
}

load
refused "the seed is refused, and the line names legacy=1" \
	'^alice: .*no arguments.*legacy=1'
like "$load_text" 'No such device' "ENODEV"

load legacy=1
served "legacy=1: served" '^alice: .*hypercall 47 in legacy mode: op hello alone$'
tap_run "64 bits" ./device64 legacy
tap_run "32 bits" ./device32 legacy

before=$(lines)
n=0
while [ $n -lt 3 ]; do
	as member alicectl hello
	n=$((n + 1))
done
is "$(($(lines) - before))" 3 "legacy=1: each hello is a line of the hypervisor's"
before=$(lines)
text=$(as member alicectl echo data=@/etc/hostname 2>&1)
ok "$(($? == 0))" "legacy=1: there is no echo" || diag "$text"
text=$(alicectl stats cmd=0 2>&1)
ok "$(($? == 0))" "legacy=1: there are no stats" || diag "$text"
is "$(($(lines) - before))" 0 "legacy=1: neither reached the hypervisor"
is "$(as member alicectl ops | grep -c hello)" 1 "legacy=1: alicectl ops lists hello"
like "$(as member alicectl info)" 'legacy' "legacy=1: alicectl info says so"
no_oops
tap_done

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
printf 'hello\nhello\n' | as member alicectl --json batch >out 2>&1
is "$?" 0 "legacy=1: a batch" || diag "$(cat out)"
is "$(jq -s -c 'map([.line, .result])' out)" "[[1,0],[2,0]]" "legacy=1: of hellos is answered"
is "$(($(lines) - before))" 2 "legacy=1: each of which is a line of the hypervisor's"
text=$(as member alicectl top --count 1 2>&1)
is "$?" 1 "legacy=1: nobody counts" || diag "$text"
like "$text" "has no op 'stats'" "legacy=1: which top says"
before=$(lines)
text=$(as member alicectl echo data=@/etc/hostname 2>&1)
ok "$(($? == 0))" "legacy=1: there is no echo" || diag "$text"
text=$(alicectl stats cmd=0 2>&1)
ok "$(($? == 0))" "legacy=1: there are no stats" || diag "$text"
is "$(($(lines) - before))" 0 "legacy=1: neither reached the hypervisor"
is "$(as member alicectl ops | grep -c hello)" 1 "legacy=1: alicectl ops lists hello"
like "$(as member alicectl info)" '^legacy=true$' "legacy=1: alicectl info says so"
like "$(as member alicectl info)" '^batch=false$' "legacy=1: and that there are no batches in it"
no_oops
tap_done

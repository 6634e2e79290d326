#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A hypervisor built as in old tutorials: refused, and served with legacy=1.

# shellcheck source=../lib/guest/common.sh
. ./common.sh

# calls - count the hypercalls, by their log lines
calls() {
	xl dmesg | sed -n 's/.*seed: hello number //p' | tail -n 1
}

load
refused "the seed is refused, and the line names legacy=1" \
	'^alice: .*no arguments.*legacy=1'
like "$load_text" 'No such device' "ENODEV"

load legacy=1
served "legacy=1: served" '^alice: .*hypercall 47, .*legacy mode'
tap_run "64 bits" ./hostile64 legacy
tap_run "32 bits" ./hostile32 legacy

# The results repeat: 0, 1, 17, 4711, an errno and another.
until [ $(($(calls) % 6)) -eq 0 ]; do
	alicectl hello >out 2>&1
done
n=$(calls)
as member alicectl hello >out 2>&1
is "$? $(calls)" "0 $((n + 1))" "legacy=1: alicectl hello is one call" || diag "$(cat out)"
until [ $(($(calls) % 6)) -eq 0 ]; do
	alicectl hello >out 2>&1
done
is "$(calls)" "$((n + 6))" "legacy=1: so it is whatever that answers"
n=$(calls)
printf 'hello\nhello\nhello\n' | as member alicectl --json batch >out 2>err
is "$(jq -s -c 'map([.line, .result])' out)" "[[1,0],[2,0],[3,0]]" \
	"legacy=1: a batch of hellos, which have no answers" || diag "$(cat err)"
is "$(calls)" "$((n + 3))" "legacy=1: each of which is a call"
text=$(as member alicectl top --count 1 2>&1)
is "$?" 1 "legacy=1: nobody counts" || diag "$text"
like "$text" "has no op 'stats'" "legacy=1: which top says"
before=$(calls)
text=$(as member alicectl echo data=@/etc/hostname 2>&1)
ok "$(($? == 0))" "legacy=1: there is no echo" || diag "$text"
text=$(alicectl stats cmd=0 2>&1)
ok "$(($? == 0))" "legacy=1: there are no stats" || diag "$text"
is "$(($(calls) - before))" 0 "legacy=1: neither reached the hypervisor"
is "$(as member alicectl ops | grep -c hello)" 1 "legacy=1: alicectl ops lists hello"
like "$(as member alicectl info)" '^legacy=true$' "legacy=1: alicectl info says so"
like "$(as member alicectl info)" '^batch=false$' "legacy=1: and that there are no batches in it"
no_oops
tap_done

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The log lines of hello in Xen's log, for every way to call it.

# shellcheck source=../lib/guest/common.sh
. ./common.sh

# hellos - print the lines of the log that are exactly hello's, from any vcpu
hellos() {
	xl dmesg | grep -cE '^\([A-Z]+\) (\[[^]]*\] )?alice: hello from d0v[0-9]+$'
}

# one TEXT COMMAND... - test that a command calls hello once, and logs one line
one() {
	one_text=$1
	shift
	# Xen's rate limit passes ten lines every five seconds.
	sleep 1
	one_lines=$(hellos)
	one_calls=$(counter 0 calls)
	"$@" >out 2>&1
	is $? 0 "$one_text" || diag "$(cat out)"
	is "$(($(counter 0 calls) - one_calls))" 1 "$one_text: is one call"
	is "$(($(hellos) - one_lines))" 1 "$one_text: is one line in xl dmesg"
}

is "$(hellos)" 0 "nobody said hello yet"
one "alicectl hello by a member" as member alicectl hello
one "alicectl --via privcmd hello by root" alicectl --via privcmd hello
one "the tutorials' privcmd call" ./hypercall64 call 47
is "$(cat out)" 0 "which answers 0"
as member alicectl --via privcmd hello >out 2>&1
ok "$(($? == 0))" "--via privcmd by a member is refused" || diag "$(cat out)"
if [ -e /sys/devices/system/cpu/cpu1 ]; then
	one "a hello from vcpu 1" taskset -c 1 alicectl hello
	is "$(xl dmesg | sed -n 's/.*alice: hello from //p' | tail -n 1)" d0v1 \
		"the line names the vcpu that called"
else
	skip "a hello from vcpu 1" "this dom0 has one alone"
fi

# Ten thousand calls.
calls=$(counter 0 calls)
lines=$(hellos)
as member ./device64 hellos >out 2>&1
is "$?" 0 "ten thousand hellos by a member" || diag "$(cat out)"
is "$(($(counter 0 calls) - calls))" 10000 "the hypervisor counted all of them"
lines=$(($(hellos) - lines))
[ "$lines" -ge 1 ] && [ "$lines" -le 1000 ]
ok $? "it wrote some of them into its log, $lines, and no flood"
sleep 6
one "and then a hello is a line again" as member alicectl hello
like "$(xl dmesg)" 'printk: [0-9]+ messages suppressed' \
	"before which Xen says how many lines it left out"
no_oops
tap_done

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A Xen that enforces the policy of docs/xsm.md: dom0, a guest of its type kiosk_t, and
# an ordinary one. This Xen has an additional op, 64, whose name is not in the policy.

# shellcheck source=../../lib/guest/common.sh
. ./common.sh
# shellcheck source=../../lib/guest/domu-common.sh
. ./domu-common.sh

is "$(xl getenforce 2>&1)" "Enforcing" "FLASK enforces its policy"

# shellcheck disable=SC2119 # parameters are optional
load
served "dom0: the driver is served" '^alice: Xen 4\.17, hypercall 47'
for call in hello 'echo data=@seclabel' whoami memory 'stats cmd=0' reset-stats \
	'add a=2 b=40'; do
	# shellcheck disable=SC2086 # words
	succeeds "dom0: $call" alicectl $call
done

domu_module
domu_program alicectl
domu_make kiosk <<'END'
modprobe alice
# told NAME COMMAND...: print its output and status as lines "NAME: TEXT"
told() {
	name=$1
	shift
	"$@" >/out 2>&1
	echo "status=$?" >>/out
	sed "s/^/$name: /" /out
}
for op in hello whoami memory; do
	told $op alicectl $op
done
told echo alicectl echo data=abc
told add alicectl add a=2 b=40
told stats alicectl stats cmd=0
printf '%s\n' memory hello 'add a=2 b=40' memory 'stats cmd=0' |
	alicectl --json batch >/batch 2>/errors
told batch cat /batch
echo "#end#"
END
cat seclabel >>guest.cfg
sed -e '/^seclabel/d' -e 's/^name = .*/name = "plain"/' guest.cfg >plain.cfg

succeeds "a guest of kiosk_t is created" xl create guest.cfg
domu_said 120 '^#end#' "and comes to its end"

# refuses NAME - test that the guest's call was refused
refuses() {
	like "$(domu_wrote "$1")" 'was refused by the hypervisor.* \(EPERM\)' "$domu_name: $1 is refused" &&
		like "$(domu_wrote "$1")" '^status=1$' "$domu_name: by an exit status"
}

# grants NAME REGEX - test that the guest's call was answered
grants() {
	like "$(domu_wrote "$1")" "$2" "$domu_name: $1 is allowed" &&
		like "$(domu_wrote "$1")" '^status=0$' "$domu_name: and says so"
}

# results - print the results of the guest's batch: memory, hello, add, memory, stats
results() {
	domu_wrote batch | sed '/^status=/d' | jq -s -c 'map(.result)'
}

domu_name=kiosk
grants whoami '^control=0$'
grants memory '^pages=[0-9]+$'
for op in hello echo add stats; do
	refuses $op
done
is "$(results)" "[24,-1,-1,24,-1]" "kiosk: each op of a batch is asked for"
xl dmesg | grep 'avc:  denied' >denials
for permission in hello echo other_read stats; do
	like "$(cat denials)" "denied  { $permission } .*:kiosk_t .*:xen_t tclass=alice" \
		"Xen's log says that $permission was denied"
done
is "$(grep -c ':dom0_t .*tclass=alice' denials)" 0 "and nothing to dom0"
is "$(alicectl --json stats cmd=0 | jq -c '[.calls, .errors]')" "[2,2]" \
	"a call that was refused is counted as an error"

domu_log=$PWD/xenconsole/guest-plain.log domu_name=plain
succeeds "an ordinary guest is created" xl create plain.cfg
domu_said 120 '^#end#' "and comes to its end"
grants hello '^status=0$'
grants whoami '^control=0$'
grants echo '^data='
grants add '^sum=42$'
refuses stats
is "$(results)" "[24,0,8,24,-1]" "plain: in a batch, too"
no_oops
tap_done

# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# alicectl --via privcmd, without the driver.

if [ -x "$xen" ]; then
	run "$xen" --via privcmd echo hello
	gives 0 "data=hello" "" "privcmd: echo"
	run env TRACE=1 "$xen" --via privcmd hello
	gives 0 "" "^hypercall 47\([0-9]+, 0, 0, 0\)$" "privcmd: hello has a tag, and no payload"
	run "$xen" --via privcmd --json info
	gives 0 '{"abi_major":1,"abi_minor":0,"hypercall_nr":47,"ops":2,"max_len":65536,"max_batch":0,"legacy":false,"restricted":false,"batch":false,"generation":727646,"features":1,"counters":{},"refused":{}}' \
		"" "privcmd: info"
	run "$xen" --via privcmd --raw echo <"$work/random"
	is "$status" 0 "privcmd: the longest request"
	cmp "$work/random" "$work/out"
	ok $? "privcmd: comes back"
	run "$xen" --via privcmd --raw echo <"$work/long"
	gives 1 "" "has 65537 \(EINVAL\)" "privcmd: one byte more"
	run env XEN=liar "$xen" --via privcmd echo hello
	gives 1 "" "the op answered EIO, or its answer is invalid" "privcmd: an answer longer than its room"
	run env XEN=legacy TRACE=1 "$xen" --via privcmd hello
	gives 0 "" "takes no arguments .*its only op is hello" "privcmd: a legacy hypervisor"
	like "$err" "^hypercall 47\(0, 0, 0, 0\)$" "privcmd: whose hello is called"
	run env XEN=legacy "$xen" --via privcmd --json ops
	like "$out" '^\[\{"cmd":0,"name":"hello",.*\]$' "privcmd: whose table is hello alone"
	run env XEN=legacy "$xen" --via privcmd echo x
	gives 2 "" "no op 'echo'" "privcmd: and who has no other op"
	run env XEN=none "$xen" --via privcmd ops
	gives 3 "" "has no alice_op: no hypercall has number 47" "privcmd: no alice_op"
	run env XEN=denied "$xen" --via privcmd ops
	gives 3 "" "EPERM" "privcmd: not permitted"
	run env XEN=other "$xen" --via privcmd ops
	gives 3 "" "hypercall 47 does not answer as alice_op does" "privcmd: another hypercall"
	run env XEN=future "$xen" --via privcmd ops
	gives 3 "" "has version 2.0 of alice's ABI" "privcmd: another ABI"
	run env XEN=closed "$xen" --via privcmd ops
	like "$err" "^alicectl: .*(/proc/xen/privcmd|does not run on Xen)" "privcmd: no privcmd"
	is "$status" 3 "privcmd: no privcmd, status"
	for number in 43 47 56 63; do
		run env XEN_NUMBER=$number "$xen" --via privcmd --number "$number" echo x
		gives 0 "data=x" "" "privcmd: number $number"
	done
	for number in 1 17 38 40 42 48 55 64; do
		run env TRACE=1 "$xen" --via privcmd --number "$number" ops
		gives 2 "" "belongs to another hypercall" "privcmd: not number $number"
		! printf '%s\n' "$err" | grep -q '^hypercall'
		ok $? "privcmd: number $number is not called"
	done
	run env XEN_NUMBER=39 XEN_VERSION=0x4000b "$xen" --via privcmd --number 39 echo x
	gives 0 "data=x" "" "privcmd: number 39 in Xen 4.11"
	run env XEN_NUMBER=39 XEN_VERSION=0x4000c TRACE=1 "$xen" --via privcmd --number 39 echo x
	gives 2 "" "^alicectl: hypercall number 39 is Argo's since Xen 4.12, and this is Xen 4.12" \
		"privcmd: not number 39 in Xen 4.12"
else
	skip "privcmd" "libxen-dev is not installed"
fi

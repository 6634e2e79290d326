#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# guest.sh [quick|long|BYTES] - all of device64 as root, and of device32 as a member; or
# device64 alone; or each as both; or, if Xen takes payloads of that many bytes, the tests that
# depend on it.

# shellcheck source=../lib/guest/common.sh
. ./common.sh

seen_machine
parts='table errors lengths structs pointers batch restrict counters races access crowd'

case $1 in
quick)
	for part in answers $parts signals amid; do
		tap_run "$part" ./device64 "$part"
	done
	no_oops
	tap_done
	;;
[1-9]*)
	is "$(alicectl info | sed -n 's/^max_len=//p')" "$1" "payloads of up to $1 bytes"
	for bits in 64 32; do
		for part in answers lengths; do
			tap_run "$1 bytes, $bits bits: $part" "./device$bits" "$part"
		done
	done
	no_oops
	tap_done
	;;
esac

# as_root BITS - answers is first, because whoami looks at the uptime, and ends with a reset
as_root() {
	for part in answers $parts; do
		tap_run "root, $1 bits: $part" "./device$1" "$part"
	done
}

as_member() {
	for part in $parts; do
		tap_run "member, $1 bits: $part" as member "./device$1" "$part"
	done
}

as_root 64
as_member 32
if [ "$1" = long ]; then
	as_root 32
	as_member 64
fi
# They need userfaultfd or a freezer, which are for root.
for bits in 64 32; do
	for part in signals amid disturbed; do
		tap_run "root, $bits bits: $part" "./device$bits" "$part"
	done
done

# The trace events of a call, of batches, and of refused calls.
tracefs=/sys/kernel/tracing
mount -t tracefs tracefs "$tracefs" 2>/dev/null
echo 1 >"$tracefs/events/alice/enable"
echo 1 >"$tracefs/events/kmem/kmalloc/enable"
as member ./device64 traced >/dev/null
echo 0 >"$tracefs/events/alice/enable"
echo 0 >"$tracefs/events/kmem/kmalloc/enable"
cp "$tracefs/trace" trace
is "$(sed -n 's/^.* alice_op: //p' trace)" "\
cmd=3 in_len=20 out_len=21 result=20
cmd=2 in_len=0 out_len=0 result=-22
cmd=3 in_len=0 out_len=0 result=0
cmd=3 in_len=0 out_len=0 result=0
cmd=1000 in_len=1 out_len=2 result=-95
cmd=3 in_len=0 out_len=0 result=0
cmd=1000 in_len=1 out_len=2 result=-95
cmd=3 in_len=0 out_len=0 result=0" "the trace event alice_op, of what could be read"
is "$(sed -n 's/^.* alice_batch: //p' trace)" "\
count=1 flags=0x0 result=1
count=3 flags=0x1 result=2
count=3 flags=0x1 result=2
count=1 flags=0x0 result=1
count=3 flags=0x0 result=3" "the trace event alice_batch"
# One allocation for the open file; its cached payload buffer is in whole pages.
is "$(sed -n 's/^.* kmalloc: call_site=\(alice_[a-z_]*\).*/\1/p' trace | tr '\n' ' ')" \
	"alice_open " "what calls and batches allocate"
: >"$tracefs/trace"
as member alicectl whoami >/dev/null
is "$(grep -c alice_op: "$tracefs/trace")" 0 "nothing is traced when that is off"

# The answer has to be the same as that of XENMEM_current_reservation, for
# DOMID_SELF.
is "$(alicectl memory | sed -n 's/^pages=//p')" \
	"$(./hypercall64 call 12 3 "$(printf '\360\177')")" \
	"op memory and Xen's memory_op agree"

for bits in 64 32; do
	is "$(as member "./example$bits")" "13 bytes: white rabbit" \
		"the header's example, of $bits bits, run by a member"
done
is "$(as outsider ./example64 2>&1)" "/dev/alice: Permission denied" \
	"the header's example, run by an outsider"
no_oops
tap_done

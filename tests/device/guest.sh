#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# guest.sh [quick|long|BYTES] - quick: device64 as root. Without an argument: and those parts of
# device32 that need userfaultfd, or Xen's default lengths. long: both programs, as root and as a
# member. BYTES, which Xen has as its longest payload: the parts that depend on it, and
# device32 as a member.

# shellcheck source=../lib/guest/common.sh
. ./common.sh

seen_machine
# table expects Xen's default lengths.
parts='errors lengths structs pointers batch restrict counters races access crowd'

# as_root BITS PART... - answers comes first: whoami looks at the uptime, and it ends with a reset
as_root() {
	bits=$1
	shift
	for part; do
		tap_run "root, $bits bits: $part" "./device$bits" "$part"
	done
}

as_member() {
	bits=$1
	shift
	for part; do
		tap_run "member, $bits bits: $part" as member "./device$bits" "$part"
	done
}

# shellcheck disable=SC2086 # a list of words
case $1 in
quick)
	as_root 64 answers table $parts signals amid
	no_oops
	tap_done
	;;
[1-9]*)
	is "$(alicectl info | sed -n 's/^max_len=//p')" "$1" "payloads of up to $1 bytes"
	as_root 64 answers lengths
	as_root 32 answers
	as_member 32 $parts
	no_oops
	tap_done
	;;
esac

# signals and amid need userfaultfd, and disturbed needs a freezer: for root only.
# shellcheck disable=SC2086 # a list of words
{
	as_root 64 answers table $parts signals amid disturbed
	as_root 32 signals amid
	as_member 32 table
	if [ "$1" = long ]; then
		as_root 32 answers table $parts disturbed
		as_member 64 table $parts
		as_member 32 $parts
	fi
}

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

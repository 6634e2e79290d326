#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# moved.sh GENERATION own|more|none MOVES - in a guest that was moved MOVES times: the
# current op table has that generation, and this project's ops, or add as well, or
# there is none. Files are inherited.

# shellcheck source=../lib/guest/common.sh
. ./common.sh

GENERATION=$1 TABLE=$2
export GENERATION TABLE
[ "$3" -ne 0 ] || tap_run "" ./device64 narrow
for bits in 64 32; do
	tap_run "$bits bits" "./device$bits" moved
done

# The tool was started before the move.
text=$(alicectl add a=-2 b=44 2>&1)
status=$?
case $TABLE in
more)
	is "$status: $text" "0: sum=42" "alicectl add"
	like "$(alicectl ops)" '^64 +add a b +yes .*Add two numbers' \
		"alicectl ops lists add"
	;;
own)
	is "$status" 2 "alicectl add: there is none"
	like "$text" "no op 'add'" "which alicectl says"
	is "$(alicectl ops | grep -c 'Add two numbers')" 0 "alicectl ops has no add"
	;;
none)
	is "$status" 3 "alicectl add: there is no table"
	like "$text" 'no longer reaches a hypervisor with alice_op: the driver did not find it again after a resume or a migration' \
		"which alicectl says"
	like "$(said)" '^alice: this Xen has no hypercall 47: ' "the kernel's log says why"
	;;
esac
# A program that waits for an event gets an error if none can come any more.
want='heard listens 0'
case $3 in
[4-9])
	want="$want
heard end -22"
	for _ in $(seq 100); do
		[ "$(cat heard)" != "$want" ] || break
		sleep 0.1
	done ;;
esac
is "$(cat heard)" "$want" "a program that waits for events"
is "$(alicectl info | sed -n 's/^generation=//p')" "$GENERATION" "alicectl info: generation"
no_oops
tap_done

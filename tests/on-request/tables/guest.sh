#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Op tables and answers that are generated from seeds. The argument is the time in seconds,
# and the first seed.

# shellcheck source=../../lib/guest/common.sh
. ./common.sh

seconds=${1% *}
seed=${1#* }

# The module is loaded and removed more often than udev can handle.
udevadm settle
udevadm control --exit
follow

tap_run "" ./tables64 "$(modinfo -n alice)" "$seed" "$seconds"

# alicectl has to cope with every table that the driver accepts: it ends by itself, and
# prints no terminal escape sequences.
runs=0 bad=

# bears ARGUMENT... - run alicectl; record it if it ends in another way
bears() {
	timeout 60 alicectl "$@" >out 2>err
	bears_status=$?
	runs=$((runs + 1))
	# The device exists, and no files are used: 3 and 5 are wrong.
	case $bears_status in
	0 | 1 | 2 | 4) ;;
	*) bad="$bad; seed $seed: alicectl $*: $bears_status" ;;
	esac
	[ -z "$(tr -d '\n\t -~' <out | head -c 1)" ] &&
		[ -z "$(tr -d '\n\t -~' <err | head -c 1)" ] ||
		bad="$bad; seed $seed: alicectl $*: bytes that are no text"
}

# bears_json ARGUMENT... - the same, and its output is JSON
bears_json() {
	bears --json "$@"
	jq . out >/dev/null 2>&1 || bad="$bad; seed $seed: alicectl --json $*: no JSON"
}

served=0 last=$((seed + 20))
while [ "$seed" -lt $last ]; do
	seed=$((seed + 1))
	./tables64 tell $seed
	modprobe alice 2>/dev/null || continue
	served=$((served + 1))
	bears info
	bears ops
	bears_json ops
	for name in $(jq -r '.[:6][].name' out); do
		bears call "$name"
		bears "$name" f0=1 f1=x
	done
	rmmod alice
done
diag "alicectl was run $runs times, on $served tables"
[ $served -gt 5 ] && [ $runs -gt 50 ]
ok $? "alicectl ran on many tables"
is "$bad" "" "it always ended normally, and printed only text"
followed
no_oops
tap_done

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# All of device64 and device32, as root and as an ordinary user.

# shellcheck source=common.sh
. ./common.sh

parts='table errors lengths structs pointers races access crowd'

for bits in 64 32; do
	# answers begins, because whoami looks at a clock, and ends with a reset.
	# signals needs userfaultfd, which is root's.
	for part in answers $parts signals; do
		tap_run "root, $bits bits: $part" "./device$bits" "$part"
	done
	for part in $parts; do
		tap_run "member, $bits bits: $part" \
			as member "./device$bits" "$part"
	done
done

# What a domain has is what xl says it has, to the MiB that xl rounds to.
pages=$(alicectl memory | sed -n 's/^pages=//p')
is "$((pages / 256))" "$(xl list 0 | awk 'NR == 2 { print $3 }')" \
	"op memory and xl list agree"

for bits in 64 32; do
	is "$(as member "./example$bits")" "13 bytes: white rabbit" \
		"the header's example, of $bits bits, run by a member"
done
is "$(as outsider ./example64 2>&1)" "/dev/alice: Permission denied" \
	"the header's example, run by an outsider"
no_oops
tap_done

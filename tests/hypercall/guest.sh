#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The hypercall without the driver: from the kernel and through privcmd. The arguments
# are the parts of the program.

# shellcheck source=../lib/guest/common.sh
. ./common.sh

succeeds "the test module loads" insmod ./batch-test.ko
settle
for part in $1; do
	tap_run "$part" ./hypercall64 "$part"
done
succeeds "the test module unloads" rmmod batch-test
no_oops
tap_done

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The hypercall without the driver: from the kernel and through privcmd.

# shellcheck source=common.sh
. ./common.sh

succeeds "the test module loads" insmod ./batch-test.ko
settle
tap_run "raw" ./hypercall64 raw
tap_run "batch" ./hypercall64 batch
tap_run "privcmd" ./hypercall64 privcmd
succeeds "the test module unloads" rmmod batch-test
no_oops
tap_done

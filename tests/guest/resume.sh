#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A guest with the module in it, saved and restored by xl while a program there
# has the device open.

# shellcheck source=common.sh
. ./common.sh
# shellcheck source=domu-common.sh
. ./domu-common.sh

mkdir initrd
cp device64 initrd/
domu_make resume <<'END'
/device64 resume
echo "#tap-exit# $?"
END

succeeds "xl create" xl create guest.cfg
domu_said 120 'ready to be saved' "the guest has the device open"
succeeds "xl save" xl save resume saved
is "$(xl list | grep -c '^resume ')" 0 "the guest is gone"
succeeds "xl restore" xl restore saved
domu_said 120 '^#tap-exit#' "the guest went on"
# The console has lines of the kernel and carriage returns, too.
tr -d '\r' <"$domu_log" | grep -E '^(ok|not ok|1\.\.|# |#tap-exit#)' >tap
replay() {
	grep -v '^#tap-exit#' tap
	return "$(sed -n 's/^#tap-exit# //p' tap)"
}
tap_run "guest" replay
no_oops
tap_done

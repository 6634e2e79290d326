#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A guest with the module in it, saved and restored by xl while a program there
# has the device open.

# shellcheck source=common.sh
. ./common.sh
# shellcheck source=domu-common.sh
. ./domu-common.sh

domu_module
cp device64 initrd/
domu_make resume <<'END'
modprobe alice
/device64 resume
echo "#tap-exit# $?"
END

domu_start
domu_said 120 'ready to be saved' "the guest has the device open"
succeeds "xl save" xl save resume saved
is "$(xl list | grep -c '^resume ')" 0 "the guest is gone"
succeeds "xl restore" xl restore saved
domu_said 120 '^#tap-exit#' "the guest went on"
tap_run "guest" domu_replay
no_oops
tap_done

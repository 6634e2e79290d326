#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# guest.sh KIND[/long] - a guest with everything installed: tests in the guest, and the dom0's
# view of it. KIND is pv, pvh, hvm, or 686, which is a PVH guest of 32 bits; root.tar has its
# root. Without long: 32-bit programs in a PV guest, since suite device runs 64-bit ones in a
# PV dom0; in the others, which are slow to emulate, 64-bit ones, and what may depend on the
# kind of guest.

# shellcheck source=../lib/guest/common.sh
. ./common.sh
# shellcheck source=../lib/guest/domu-common.sh
. ./domu-common.sh

kind=${1%/long}
mode=$kind bits=64
parts='table errors lengths structs pointers restrict counters access crowd'
case $1 in
*/long) widths='64 32' ;;
pv) widths=32 ;;
*) widths=64 parts='table lengths counters access' ;;
esac
[ "$kind" != 686 ] || { mode=pvh bits=32 widths=32; }
if [ $bits = 64 ]; then
	domu_installed
else
	tar -xf root.tar
fi
mkdir initrd/tests
cp tap.sh tap.awk common.sh inside.sh device* events* initrd/tests/
for event in burst other; do
	alice-live load "$event.livepatch" >/dev/null
done
alicectl ops | awk '{ print $1, $2 }' >initrd/tests/ops
domu_make "guest-$kind" "$mode" <<END
cd /tests
/bin/dash ./inside.sh $mode $bits "$widths" "$parts"
echo "#tap-exit# \$?"
END

hellos=$(counter 0 calls)
domu_start
domu_said 900 '^#tap-exit#' "$kind: the guest comes to its end"
tap_run "$kind" domu_replay
is "$(tr -d '\r' <"$domu_log" | sed -n 's/^# whoami: domid=//p')" "${domu_id:-none}" \
	"$kind: whoami has the number that xl has"
[ "$(counter 0 calls)" -gt "$hellos" ]
ok $? "$kind: the hypervisor has counted its hellos"
no_oops
tap_done

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# purge.sh VERSION - after a boot of the other kernel: the device exists.  Then everything
# is purged, first while the device is open.

# shellcheck source=../../lib/guest/deb-common.sh
. ./deb-common.sh

is "$(cat /sys/module/alice/version)" "$1" "the other kernel loaded its module at boot"
is "$(node)" "root:alice 660" "the node is root:alice 0660"
is "$(as member alicectl whoami | sed -n 's/^domid=//p')" 0 "a member can call"

exec 3<>/dev/alice
timed "apt remove, with the device open" apt remove alice-dkms
like "$hints" "programs have /dev/alice open, so the module stays loaded" \
	"the package says that the module stays until then"
succeeds "it serves on" alicectl hello
is "$(alicectl add a=2 b=40)" sum=42 "and so does an op that is loaded"
exec 3<&-
unload "modprobe -r alice, once it is closed"
succeeds "the op is unloaded" alice-live unload add
is "$(dkms status alice)" "" "DKMS has nothing of it for any kernel"

timed "apt purge" apt purge alice-dkms alice-tools libalice1 libalice-dev python3-alice
is "$hints" "alice: the group alice stays, since files or accounts may name it; 'delgroup alice' removes it." \
	"purge says what stays, and why"
is "$(left)" "" "nothing else stays"
is "$(find /lib/modules/*/updates 2>/dev/null)" "" "no kernel has an empty directory of it"
is "$(getent group alice | cut -d: -f4)" member "the group stays"
timed "delgroup alice" delgroup alice
no_oops
tap_done

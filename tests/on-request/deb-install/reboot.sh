#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# reboot.sh VERSION - after a reboot, everything works without further steps.
# Then another kernel is installed.

# shellcheck source=../../lib/guest/deb-common.sh
. ./deb-common.sh

is "$(cat /sys/module/alice/version)" "$1" "the module was loaded at boot"
is "$(node)" "root:alice 660" "the node is root:alice 0660"
is "$(said | wc -l)" 1 "one line in the kernel's log"
is "$(as member alicectl whoami | sed -n 's/^domid=//p')" 0 "a member can call"
as outsider alicectl hello 2>/dev/null
is $? 3 "an outsider cannot"

is "$(sed -n 's/^domid=//p' /run/caller)" 0 "a service with DynamicUser= called an op at boot"
systemctl disable caller
rm /etc/systemd/system/caller.service

timed "apt install ./linux-image-*.deb ./linux-headers-*.deb" \
	apt install /srv/kernel/*.deb ./no-initramfs.deb
other=$(dpkg-deb -f /srv/kernel/linux-image-*.deb Package)
other=${other#linux-image-}
dkms_has "$1" "$other" "the new kernel got its module by itself"
like "$(modprobe -S "$other" --show-depends alice)" "/updates/dkms/alice\.ko" \
	"modprobe will find it there"
dkms_has "$1" "$(uname -r)" "the running kernel still has its own"
no_oops
sync
tap_done

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# guest.sh VERSION - the packages in a chroot: installed, upgraded, killed during the
# upgrade and repaired, purged.

# shellcheck source=../../lib/guest/deb-common.sh
. ./deb-common.sh

kernel=$(basename /lib/modules/*)
depmod "$kernel"
snapshot >before.list

timed "apt install ./*alice*.deb" apt install ./old/*alice*.deb
dkms_has 0.9 "$kernel" "DKMS built the module for the kernel that has headers"
is "$(getent group alice | cut -d: -f4)" "" "the group is there, and empty"
like "$hints" "members of the group alice may use /dev/alice, from their next login on" \
	"a hint is about the group"

killed_upgrade "$1"
timed "dpkg --configure -a repairs it" dpkg --configure -a
dkms_has "$1" "$kernel" "DKMS has the new module"
is "$(dkms status alice 2>/dev/null | grep -c .)" 1 "and that alone"
is "$(dpkg-query -W -f '${Version} ${db:Status-Status},' alice-dkms alice-tools libalice1 libalice-dev python3-alice)" \
	"$1 installed,$1 installed,$1 installed,$1 installed,$1 installed," "all packages are the new version"
repeated "$1" alice-tools.postinst alice-tools.postrm alice-dkms.prerm alice-dkms.postinst
dkms_has "$1" "$kernel" "DKMS has the module again"

timed "apt purge" apt purge alice-dkms alice-tools libalice1 libalice-dev python3-alice
is "$hints" "alice: the group alice stays, since files or accounts may name it; 'delgroup alice' removes it." \
	"purge says what stays, and why"
snapshot >after.list
is "$(diff before.list after.list | grep '^[<>]')" "" "no other file stays"
is "$(getent group alice | cut -d: -f1)" alice "the group does"

timed "apt install ./*alice*.deb, where the group is" apt install ./new/*alice*.deb
timed "apt install ./linux-image-*.deb ./linux-headers-*.deb" \
	apt install /srv/kernel/*.deb ./no-initramfs.deb
other=$(dpkg-deb -f /srv/kernel/linux-image-*.deb Package)
other=${other#linux-image-}
dkms_has "$1" "$other" "a new kernel got its module by itself"
dkms_has "$1" "$kernel" "the one before has its own"
timed "apt purge, of the new kernel" apt purge "linux-image-$other" "linux-headers-$other"
is "$(dkms status alice 2>/dev/null | grep -cF "$other")" 0 "takes its module away"
timed "apt purge" apt purge alice-dkms alice-tools libalice1 libalice-dev python3-alice
is "$(left)" "" "nothing of alice stays"
tap_done

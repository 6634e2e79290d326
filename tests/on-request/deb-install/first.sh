#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# first.sh VERSION - in a fresh dom0: the older packages are installed, a user becomes a
# member; an upgrade is killed and repaired, while the device is open and an op is loaded.

# shellcheck source=../../lib/guest/deb-common.sh
. ./deb-common.sh

kernel=$(uname -r)
is "$(left)" "" "nothing of alice is here before"
fresh

# ---- installed

timed "apt install ./*alice*.deb" apt install ./old/*alice*.deb
dkms_has 0.9 "$kernel" "DKMS built the module for the running kernel"
is "$(cat /sys/module/alice/version)" 0.9 "it is loaded"
settle
is "$(node)" "root:alice 660" "the node is root:alice 0660"
is "$(getent group alice | cut -d: -f4)" "" "the group is there, and empty"
is "$hints" "alice: members of the group alice may use /dev/alice, from their next login on." \
	"one hint, and it is about the group"

# ---- a member

text=$(as member alicectl hello 2>&1)
is $? 3 "a user outside the group: alicectl's status is 3"
like "$text" "usermod -aG alice member" "and it says what to do"
timed "usermod -aG alice member" usermod -aG alice member
is "$(as member alicectl whoami | sed -n 's/^domid=//p')" 0 "the next login can call"
is "$(as member alicectl add a=2 b=40)" sum=42 "and the op that was loaded"
# An earlier login has only the user's own group.
text=$(setpriv --reuid=member --regid=member --clear-groups -- alicectl hello 2>&1)
is $? 3 "a login from before cannot"
like "$text" "this session began before you were added: log out and in again" "and is told why"

# ---- upgraded, with the device open, and killed

exec 3<>/dev/alice
killed_upgrade "$1"
succeeds "what is loaded serves on" alicectl hello
is "$(alicectl add a=2 b=40)" sum=42 "and so does the loaded op"
timed "dpkg --configure -a repairs it" dpkg --configure -a
dkms_has "$1" "$kernel" "DKMS has the new module, and that alone"
is "$(dkms status alice | grep -c .)" 1 "and that alone"
is "$(dpkg-query -W -f '${Version} ${db:Status-Status},' alice-dkms alice-tools libalice1 libalice-dev python3-alice)" \
	"$1 installed,$1 installed,$1 installed,$1 installed,$1 installed," "all packages are the new version"
is "$(cat /sys/module/alice/version)" 0.9 "the old module serves who has it open"
like "$hints" "^alice: programs have /dev/alice open, so the old module stays loaded\..*modprobe -r alice && modprobe alice" \
	"and the package says so, and what to do"
exec 3<&-
succeeds "modprobe -r alice && modprobe alice" sh -c 'modprobe -r alice && modprobe alice'
is "$(cat /sys/module/alice/version)" "$1" "the new module is loaded then"
settle
is "$(as member alicectl whoami | sed -n 's/^domid=//p')" 0 "a member can call"
is "$(as member alicectl add a=2 b=40)" sum=42 "and the loaded op, by the new module"

# ---- repeated

repeated "$1" alice-tools.postinst alice-tools.postrm
settle
is "$(node)" "root:alice 660" "the node is as before"
is "$(getent group alice | cut -d: -f4)" member "and so are the members"

# ---- for the next boot

caller_unit >/etc/systemd/system/caller.service
succeeds "a service is enabled that calls an op" systemctl enable caller

no_oops
sync
tap_done

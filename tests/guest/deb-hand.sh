#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# deb-hand.sh - what the README says of installing, as it says it, in a copy of the
# source: by hand, away again, and by packages.

# shellcheck source=deb-common.sh
. ./deb-common.sh

# Answers yes to what a person would.
echo 'APT::Get::Assume-Yes "true";' >/etc/apt/apt.conf.d/yes
USER=member
export USER
cd source || exit

timed "by hand: the README's commands" sh -e ../by-hand.sh
like "$timed_said" '^4 +whoami ' "the last one lists the ops"
settle
is "$(node)" "root:alice 660" "the node is root:alice 0660"
is "$(as member alicectl whoami | sed -n 's/^domid=//p')" 0 "the user can call"
is "$(modinfo -n alice)" "/lib/modules/$(uname -r)/updates/alice.ko" "modprobe finds it there"
like "$(ls /usr/local/lib/udev/rules.d)" alice "its rule is below /usr/local, and udev reads it"

unload "rmmod alice"
timed "make uninstall" make uninstall
is "$(left)" "" "nothing stays"
modprobe alice 2>/dev/null
is $? 1 "and modprobe finds nothing"
delgroup alice >/dev/null

# The packages were built on the host, where make is.
mkdir -p build
cp -R ../new build/deb
sed -i 's/^make deb$/:/' ../packages.sh
timed "by packages: the README's commands" sh -e ../packages.sh
like "$timed_said" '^4 +whoami ' "the last one lists the ops"
settle
is "$(node)" "root:alice 660" "the node is root:alice 0660"
is "$(as member alicectl whoami | sed -n 's/^domid=//p')" 0 "the user can call"
cd ..
no_oops
tap_done

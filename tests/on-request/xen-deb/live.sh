#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# In a dom0 with the package alice-live, and without Xen's source: build and load an op.

# shellcheck source=../../lib/guest/common.sh
. ./common.sh

# Remove the lab's own copy of the tool, which is not under test.
rm /usr/bin/alice-live
succeeds "the package is installed" dpkg --install ./alice-live-*.deb
is "$(realpath "$(command -v alice-live)")" /usr/sbin/alice-live "with the tool"
is "$(alice-live load add.c 2>&1)" "alice-live: add is loaded" "an op is built and loaded"
is "$(as member alicectl add a=2 b=40)" "sum=42" "a member calls it"
is "$(alice-live unload add 2>&1)" "alice-live: add is unloaded" "it is unloaded"
succeeds "the package is purged" dpkg --purge "$(dpkg-deb -f ./alice-live-*.deb Package)"
is "$(ls -d /usr/src/alice-live 2>&1)" "ls: cannot access '/usr/src/alice-live': No such file or directory" \
	"and leaves nothing"
no_oops
tap_done

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# none.sh - a machine without Xen: the packages install with one message, and can be
# removed completely.

# shellcheck source=../../lib/guest/deb-common.sh
. ./deb-common.sh

snapshot >before.list

timed "apt install ./*alice*.deb" apt install ./new/*alice*.deb
is "$(printf '%s\n' "$hints" | grep -c Xen)" 1 "one hint about Xen"
like "$hints" "this machine does not run on Xen, so the module is not loaded" "and what it says"
is "$(grep -c '^alice ' /proc/modules)" 0 "the module is not loaded"
is "$(said)" "" "nothing was tried: the kernel's log has no line"
text=$(as member alicectl hello 2>&1)
like "$text" "does not run on Xen" "alicectl says the same"
systemctl restart systemd-modules-load
is "$(systemctl is-failed systemd-modules-load)" active "a boot would not fail for it"

timed "apt purge" apt purge alice-dkms alice-tools libalice1 libalice-dev python3-alice
snapshot >after.list
is "$(diff before.list after.list | grep '^[<>]')" "" \
	"the root has the same files as before"
tap_done

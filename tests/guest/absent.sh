#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# absent.sh stock|none - a hypervisor without alice_op, or no hypervisor: the
# module refuses to load and says which, and so does alicectl.

# shellcheck source=common.sh
. ./common.sh

case $1 in
stock)
	log='^alice: this Xen has no hypercall 47: wire alice_op into it, or .*hypercall_nr='
	tool="modprobe alice.*kernel log says why"
	;;
none)
	log='^alice: this machine does not run under Xen: boot it as a Xen guest'
	tool='does not run on Xen'
	;;
esac

load
refused "$1: modprobe is refused, with one line that says why" "$log"
like "$load_text" 'No such device' "$1: ENODEV"
load legacy=1
refused "$1: legacy=1 is refused as well" "$log"
like "$load_text" 'No such device' "$1: ENODEV with legacy=1"

for user in root member outsider; do
	text=$(as "$user" alicectl hello 2>&1)
	is $? 3 "$1: alicectl's status for $user is 3"
	like "$text" "$tool" "$1: alicectl says why"
done
text=$(alicectl --via privcmd hello 2>&1)
ok "$(($? == 0))" "$1: --via privcmd fails, too" || diag "$text"
is "$(ls /dev/alice 2>/dev/null)" "" "$1: there is no node"
no_oops
tap_done

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# guest.sh stock|none - on a hypervisor without alice_op, or without a hypervisor: the
# module refuses to load and says why, and so does alicectl.

# shellcheck source=../lib/guest/common.sh
. ./common.sh
# shellcheck source=../lib/guest/doctor-common.sh
. ./doctor-common.sh

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

doctor_case=$1
for user in root member; do
	doctor "$user"
	is "$doctor_status" 1 "$1: the doctor's status for $user"
	case $1.$user in
	stock.root)
		finds xen ok 'Xen 4\.17\..*control domain'
		finds hypercall missing 'this hypervisor has no alice_op: no hypercall has number 47'
		finds loaded missing 'it did not load: this Xen has no hypercall 47: wire alice_op into it'
		;;
	stock.member)
		finds hypercall unknown '.*only root can ask'
		is "$root $mend" "true alicectl doctor" "$1: which root does with"
		like "$(cat doctor.err)" 'begin with hypercall$' "$1: and that comes first"
		finds loaded missing 'it is not loaded$'
		;;
	none.*)
		finds xen missing '.*does not run on Xen'
		finds hypercall unknown '.*no hypervisor'
		finds loaded unknown '.*no Xen'
		;;
	esac
	for check in module signature rule group member; do
		finds $check ok ''
	done
done
rm /lib/modules/*/modules.dep /lib/modules/*/updates/alice.ko*
doctor member
finds module missing 'it is not installed for Linux .*headers are not installed'
is "$mend" "make install KVER=$(uname -r)" \
	"$1: the command that builds it"
no_oops
tap_done

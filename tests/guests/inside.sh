#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# inside.sh pv|pvh|hvm BITS WIDTHS PARTS - in a guest of that mode, with a kernel of that many
# bits: the module is loaded and the node is created as at boot; who may call; the hypervisor's
# facts about the guest; these parts of suite device, by programs of these widths; events.

# shellcheck source=../lib/guest/common.sh
. ./common.sh

mode=$1 bits=$2 widths=$3 parts=$4
# The hypervisor's name for the type.
type=hvm
[ "$mode" != pv ] || type=pv

diag "seen domain: $mode"
diag "seen kernel: $(uname -r)"
is "$(tr '[:upper:]' '[:lower:]' </sys/hypervisor/guest_type)" "$mode" "the kernel is a guest of mode $mode"

# ---- as at the boot of an installed system

is "$(grep -c '^alice:' /etc/group)" 0 "boot: there is no group alice yet"
succeeds "boot: sysusers.d" systemd-sysusers
is "$(grep -c '^alice:' /etc/group)" 1 "boot: has made the group"
succeeds "boot: a user becomes a member of it" usermod -a -G alice member
/lib/systemd/systemd-udevd --daemon >udevd.log 2>&1
ok $? "boot: udev" || diag "$(cat udevd.log)"
sed '/^[#;]/d; /^$/d' /lib/modules-load.d/*.conf >modules
is "$(cat modules)" alice "boot: the module is one to load"
# shellcheck disable=SC2119 # parameters are optional
load
served "boot: modprobe, and one line in the kernel's log" \
	'^alice: Xen 4\.17, hypercall 47, ABI 1\.0: [0-9]+ ops of up to 65536 bytes$'
is "$(node)" "root:alice 660" "boot: udev has made the node root:alice 0660"

# ---- who may call

who=$(as member alicectl whoami)
ok $? "member: whoami, without root" || diag "$who"
# The dom0 compares these lines.
printf '%s\n' "$who" | sed 's/^/# whoami: /'
like "$who" "^type=$type\$" "member: this is a guest of type $type"
like "$who" '^control=0$' "member: and not the control domain"
like "$who" "^bits=$bits\$" "member: with a kernel of $bits bits"
is "$(as member alicectl echo 'Curiouser!')" "data=Curiouser!" "member: echo"
said=$(as outsider alicectl hello 2>&1)
is $? 3 "outsider: alicectl's status is 3"
like "$said" "permission denied\\. Members of the group alice may open it: run 'usermod -aG alice outsider' as root, then log in again" \
	"outsider: alicectl says why"

is "$(as member alicectl ops | awk '{ print $1, $2 }')" "$(cat ops)" \
	"ops: the same table as in the dom0"
for user in member root; do
	said=$(as $user alicectl stats cmd=0 2>&1)
	is $? 1 "stats by $user: alicectl's status is 1"
	like "$said" 'stats was refused by the hypervisor: .*control domain.*\(EPERM\)' \
		"stats by $user: EPERM, for a guest is not the control domain"
done
like "$(as member alicectl ops)" '^6 +stats cmd +yes +control ' \
	"ops does not foresee that: it is the hypervisor's to say"

# ---- the ioctls

for width in $widths; do
	for part in $parts; do
		tap_run "member, $width bits: $part" as member "./device$width" "$part"
	done
done
tap_run "root: access" "./device$bits" access
for width in $widths; do
	for part in ioctls queues; do
		tap_run "root, $width bits: events: $part" "./events$width" "$part"
	done
done
no_oops
tap_done

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The node with and without udev, who may open it, loading and unloading the module.  Runs in
# a dom0 booted by systemd.

# shellcheck source=../lib/guest/common.sh
. ./common.sh
# shellcheck source=../lib/guest/doctor-common.sh
. ./doctor-common.sh

seen_machine
line="^alice: Xen $(xen_version | sed 's/\./\\&/'), hypercall 47, ABI 1\.0: [0-9]+ ops of up to 65536 bytes\$"

# At boot.
is "$(node)" "root:alice 660" "boot: the node is root:alice 0660"
like "$(said)" "$line" "boot: one line in the kernel's log"
is "$(said | wc -l)" 1 "boot: and no more than one"
is "$(systemctl is-active dev-alice.device)" active "boot: units can order after the device"
succeeds "boot: the module was loaded" loaded
is "$(systemctl is-failed systemd-modules-load)" active \
	"boot: loading modules did not fail"

# The driver's platform driver handles suspend, and cannot be unbound.
ls /sys/bus/platform/drivers/alice >files
is "$(grep -c '^alice' files) $(grep -c bind files)" "1 0" "boot: its driver cannot be unbound"
is "$(find /sys/class/misc/alice/ -name bind -o -name unbind -o -name driver)" "" \
	"boot: the device has no driver to unbind"

# Who may open it.
is "$(as member alicectl whoami | sed -n 's/^domid=//p')" 0 "member: whoami"
succeeds "member: hello" as member alicectl hello
as outsider sh -c ': </dev/alice' 2>/dev/null
is $? 2 "outsider: cannot open it for reading"
as outsider sh -c ': >/dev/alice' 2>/dev/null
is $? 2 "outsider: cannot open it for writing"
said=$(as outsider alicectl hello 2>&1)
is $? 3 "outsider: alicectl's status is 3"
like "$said" "permission denied\\. Members of the group alice may open it: run 'usermod -aG alice outsider' as root, then log in again" \
	"outsider: alicectl says what to do"
before=$(counter 0 calls)
as outsider alicectl hello 2>/dev/null
is "$(counter 0 calls)" "$before" "outsider: nothing reached the hypervisor"

# In use.
exec 3</dev/alice
text=$(rmmod alice 2>&1)
is $? 1 "rmmod while the node is open fails"
like "$text" 'in use' "rmmod says that it is in use"
succeeds "and it still works" alicectl hello
exec 3<&-
unload "rmmod after the node was closed"
settle
is "$(ls /dev/alice 2>/dev/null)" "" "the node goes with the module"
said=$(as member alicectl hello 2>&1)
is $? 3 "without the module alicectl's status is 3"
like "$said" "module alice is not loaded: run 'modprobe alice'" \
	"without the module alicectl says what to do"

# By hand, and many times.
load
served "insmod: loads again" "$line"
is "$(node)" "root:alice 660" "insmod: the node is root:alice 0660"
succeeds "insmod: member: hello" as member alicectl hello
failures=0
n=0
while [ $n -lt 20 ]; do
	rmmod alice && modprobe alice || failures=$((failures + 1))
	n=$((n + 1))
done
is "$failures" 0 "twenty times unloaded and loaded"
settle
is "$(node)" "root:alice 660" "after that the node is root:alice 0660"

# A service waits for the device, as at boot.
unload
settle
caller_unit >/run/systemd/system/caller.service
systemctl daemon-reload
systemctl start caller >start.log 2>&1 &
sleep 1
is "$(systemctl show -P ActiveState caller)" inactive "a service waits for the device"
modprobe alice
wait $!
is "$? $(cat start.log)" "0 " "and calls an op when it is there"
is "$(sed -n 's/^domid=//p' /run/caller)" 0 "which answered"
succeeds "systemctl start dev-alice.device" systemctl start dev-alice.device

# Before udev acts, or without it, the node is root's only.
unload
units='systemd-udevd-control.socket systemd-udevd-kernel.socket systemd-udevd'
# shellcheck disable=SC2086 # a list
systemctl stop $units 2>/dev/null
modprobe alice
is "$(node)" "root:root 600" "without udev the node is root:root 0600"
said=$(as member alicectl hello 2>&1)
like "$said" "permission denied\. 'alicectl doctor' says what is missing" \
	"without udev alicectl says why"
succeeds "without udev root can use it" alicectl hello
doctor_case="without udev"
doctor member
finds rule wrong '.*udev does not run'
is "$mend" "systemctl start systemd-udevd" "without udev: the doctor's command"
finds node wrong '/dev/alice is root:root 0600, and should be root:alice 0660'
is "$mend" "chown root:alice /dev/alice && chmod 0660 /dev/alice" "without udev: and its command for the node"
sh -c "$mend"
doctor member
is "$doctor_bad" " rule" "without udev: which fixes the node"
unload
# udev may read the rule before the group exists, as when packages are installed.
cp /etc/group group
sed -i /^alice:/d /etc/group
# shellcheck disable=SC2086 # a list
systemctl start $units
settle
modprobe alice
settle
is "$(node)" "root:root 660" "without the group the node is root's"
cp group /etc/group
udevadm control --reload
udevadm trigger --subsystem-match=misc --sysname-match=alice
settle
is "$(node)" "root:alice 660" "as soon as there is one it is the group's"
unload
load
served "with udev again" "$line"
is "$(node)" "root:alice 660" "with udev again the node is root:alice 0660"
unload

# Numbers that cannot be alice_op's: refused without calling them.
for nr in 0 1 24 38 39 40 41 42 48 55 64 4294967295; do
	load "hypercall_nr=$nr"
	refused "hypercall_nr=$nr is refused" "^alice: hypercall_nr=$nr "
	like "$load_text" 'Invalid argument' "hypercall_nr=$nr: EINVAL"
done
for nr in x -1 4294967296; do
	load "hypercall_nr=$nr"
	is "$load_status" 1 "hypercall_nr=$nr is no number"
done

# Numbers without a hypercall in this Xen.
for nr in 43 46 56 63; do
	load "hypercall_nr=$nr"
	refused "hypercall_nr=$nr: this Xen has none" \
		"^alice: this Xen has no hypercall $nr: .*hypercall_nr"
	like "$load_text" 'No such device' "hypercall_nr=$nr: ENODEV"
done

# Parameters that are valid, but not needed.
load hypercall_nr=47 legacy=1
served "legacy=1 has no effect if the hypervisor is not legacy" "$line"
is "$(cat /sys/module/alice/parameters/hypercall_nr)" 47 \
	"the parameter can be read"
is "$(alicectl info | sed -n 's/^hypercall[-_a-z]*=//p')" 47 \
	"alicectl info tells the number"
no_oops
tap_done

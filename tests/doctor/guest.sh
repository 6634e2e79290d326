#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A dom0 without problems, and with one problem at a time: alicectl doctor finds it, and
# the command that it prints fixes it.

# shellcheck source=../lib/guest/common.sh
. ./common.sh
# shellcheck source=../lib/guest/doctor-common.sh
. ./doctor-common.sh

release=$(uname -r)
modules=/lib/modules/$release

# mends CHECK STATE TEXT-REGEX COMMAND-REGEX - test a member's finding, and that the printed
# command, run by root, fixes it
mends() {
	doctor member
	finds "$1" "$2" "$3"
	like "$root $mend" "^true $4" "$doctor_case: a command for root mends it"
	sh -c "$mend" >mend.log 2>&1 || diag "$mend: $(cat mend.log)"
	settle
	doctor member
	finds "$1" ok ''
}

# tells CHECK STATE TEXT-REGEX - the same, if no command fixes it
tells() {
	doctor member
	finds "$1" "$2" "$3"
	is "$mend" "" "$doctor_case: and names no command"
}

# anew - reload the module, with a fresh node
anew() {
	rm -f /dev/alice
	rmmod alice
	modprobe alice
	settle
}

doctor_case="as it should be"
all_right member
finds xen ok 'Xen 4\.17\.[0-9]+.*; this is the control domain \(dom0\), PV$'
finds hypercall ok 'hypercall 47 is alice_op, ABI 1\.0, [0-9]+ ops$'
finds module ok "$modules/updates/alice\\.ko"
finds loaded ok '.*hypercall_nr=47 legacy=N$'
finds boot ok '.*/modules-load\.d/alice\.conf loads it$'
finds rule ok '.*/udev/rules\.d/60-alice\.rules$'
finds node ok '/dev/alice is root:alice 0660$'
finds member ok 'you \(member\) are in the group alice$'
finds call ok 'version answered$'
all_right root
as member alicectl doctor >plain 2>plain.err
is "$? $(cut -d' ' -f1 plain | sort -u) $(cat plain.err)" "0 ok " "for people: a line for each thing"
is "$(as member alicectl --version | tail -n 1)" "hypervisor alice_op ABI 1.0, hypercall 47" \
	"--version: the hypervisor's ABI"
is "$(as outsider alicectl --version | grep -c hypervisor)" 0 \
	"--version: not for somebody who may not open the device"

# ---- the driver

doctor_case="not loaded"
rmmod alice
settle
doctor root
finds hypercall ok 'hypercall 47 is alice_op, ABI 1\.0$'
doctor member
finds hypercall unknown '.*only root can ask'
finds node unknown '.*when it is loaded'
finds open unknown '.*no node'
finds call unknown '.*opened first'
mends loaded missing 'it is not loaded$' 'modprobe alice$'

doctor_case="a wrong parameter"
rmmod alice
echo options alice hypercall_nr=46 >/etc/modprobe.d/number.conf
modprobe alice 2>/dev/null
doctor root
finds loaded missing "it did not load: this Xen has no hypercall 46: .*; /etc/modprobe.d/number.conf says 'options alice hypercall_nr=46'\$"
finds hypercall missing '.*no hypercall has number 46'
rm /etc/modprobe.d/number.conf

doctor_case="kept from being loaded"
echo install alice /bin/true >/etc/modprobe.d/never.conf
tells loaded missing ".*/etc/modprobe.d/never.conf says 'install alice /bin/true'"
rm /etc/modprobe.d/never.conf
modprobe alice
settle
all_right member

doctor_case=blacklisted
echo blacklist alice >/usr/lib/modprobe.d/not-at-boot.conf
tells boot note ".*/not-at-boot.conf says 'blacklist alice'"
is "$doctor_status" 0 "blacklisted: which does not keep anything from working"
rm /usr/lib/modprobe.d/not-at-boot.conf

doctor_case="not for the boot"
mv /usr/lib/modules-load.d/alice.conf .
mends boot note 'no file in modules-load\.d' '.*modules-load\.d'
rm /etc/modules-load.d/alice.conf
mv alice.conf /usr/lib/modules-load.d/

# depmod is slow here, and not under test.
doctor_case="not installed"
mv "$modules/updates/alice.ko" .
cp "$modules/modules.dep" .
sed -i /alice/d "$modules/modules.dep"
doctor member
finds module note "it is not installed for Linux $release"
mv alice.ko "$modules/updates/"
doctor member
finds module note ".*not in modprobe's index"
is "$mend" "depmod -a $release" "not installed: in the index"
cp modules.dep "$modules/"

# ---- the node

doctor_case="a node for everybody"
chmod 666 /dev/alice
mends node note '/dev/alice is root:alice 0666, and should be root:alice 0660' 'udevadm trigger'
doctor_case="a node for root"
chmod 600 /dev/alice
doctor member
finds open missing ".*permission denied$"
mends node wrong '.*root:alice 0600' 'udevadm trigger'
doctor_case="a node of another group"
chgrp games /dev/alice
mends node wrong '.*root:games 0660' 'udevadm trigger'
all_right member
doctor_case="no node"
rm /dev/alice
tells node missing '.*there is no /dev/alice: the kernel creates it when the module is loaded again'
anew
doctor_case="a file instead of the node"
rm /dev/alice
: >/dev/alice
tells node wrong '.*is not a character device'
anew
doctor_case="another device"
rm /dev/alice
mknod -m 660 /dev/alice c 1 3
chgrp alice /dev/alice
tells node wrong ".*is device 1:3, and the driver's is "
finds open missing ".*not the device of alice"
anew
all_right member

doctor_case="no rule"
ln -s /dev/null /etc/udev/rules.d/60-alice.rules
tells rule note '/etc/udev/rules.d/60-alice.rules masks'
rm /etc/udev/rules.d/60-alice.rules
mv /usr/lib/udev/rules.d/60-alice.rules .
mends rule note 'no udev rule' '.*rules\.d/60-alice\.rules && udevadm control --reload$'
rmmod alice
modprobe alice
settle
all_right member
rm /etc/udev/rules.d/60-alice.rules
mv 60-alice.rules /usr/lib/udev/rules.d/

# ---- what cannot be seen

# hidden UNSHARE-OPTION USER COMMAND - run it in a namespace where COMMAND hides something
hidden() {
	as "$2" unshare "$1" sh -c "$3
		alicectl --json doctor" >doctor.json 2>doctor.err
	doctor_read
	is "$(jq -r '.[].mend // empty' doctor.json)" "" "$doctor_case: no command"
}

doctor_case="a /dev of its own"
hidden --mount root 'mount -t tmpfs tmpfs /dev; mknod -m 666 /dev/null c 1 3'
finds node unknown '.*PrivateDevices='
finds loaded ok ''
doctor_case="a hidden /sys"
hidden --mount root 'mount -t tmpfs -o mode=000 tmpfs /sys'
finds xen ok 'alice_op answers'
finds call ok ''
doctor_case="hidden modules"
hidden --mount root "mount -t tmpfs tmpfs $modules"
finds module unknown '.*cannot be seen'
doctor_case="a user namespace"
hidden --map-root-user outsider :
finds node unknown '.*nobody:nogroup 0660, as this user namespace shows it$'
finds member unknown '.*user namespace'
finds open missing '.*permission denied$'

# ---- who calls

doctor_case="outside the group"
mkfifo go
su outsider -c '
	alicectl --json doctor >before.json 2>/dev/null
	echo $? >before.status
	read -r _ <go
	alicectl --json doctor >after.json 2>/dev/null
	echo $? >after.status
	alicectl hello 2>sentence
	sg alice -c "alicectl whoami" >sg.out 2>&1
' &
chmod 777 .
chmod 666 go
until [ -s before.status ]; do
	sleep 0.2
done
cp before.json doctor.json
doctor_read
is "$(cat before.status)" 1 "outside the group: the status says so"
finds open missing '.*permission denied$'
finds hypercall ok '.*to users who may open the device'
finds call unknown '.*opened first'
finds member missing 'you \(outsider\) are not in the group alice: .*log out and in again$'
is "$mend" "usermod -aG alice outsider" "outside the group: the command"
sh -c "$mend" >mend.log 2>&1
ok $? "outside the group: the command works" || diag "$(cat mend.log)"
echo >go
wait $!
doctor_case="in the group, but logged in before that"
cp after.json doctor.json
doctor_read
is "$(cat after.status)" 1 "$doctor_case: the status says so"
finds member missing 'you \(outsider\) are in the group alice, but this session began before you were added: log out and in again'
is "$root $mend" "false newgrp alice" "$doctor_case: the command, for oneself"
like "$(cat sentence)" "permission denied\\. You are in the group alice, but this session began before you were added: log out and in again, or run 'newgrp alice'\\.\$" \
	"$doctor_case: a call says exactly that"
like "$(cat sg.out)" '^domid=0$' "$doctor_case: and the group's own shell can call"
doctor_case="logged in anew"
all_right outsider
su - outsider -c 'alicectl doctor' >plain 2>&1
is $? 0 "logged in anew: by su, too" || diag "$(cat plain)"
doctor_case="no group"
cp /etc/group group
sed -i /^alice:/d /etc/group
doctor member
finds group missing 'there is no group alice$'
is "$mend" "groupadd --system alice" "no group: the command"
finds member unknown '.*the group must exist first'
cp group /etc/group
all_right member
no_oops
tap_done

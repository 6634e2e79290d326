#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# guest.sh off|control - the effect of Xen's boot parameter alice= on dom0

# shellcheck source=../lib/guest/common.sh
. ./common.sh
# shellcheck source=../lib/guest/doctor-common.sh
. ./doctor-common.sh

doctor_case="alice=$1"
# shellcheck disable=SC2119 # parameters are optional
load
case $1 in
off)
	refused "alice=off: modprobe is refused, with one line that says why" \
		'^alice: Xen does not let this domain call alice_op: .*alice='
	like "$load_text" 'No such device' "alice=off: ENODEV"
	is "$(./hypercall64 call 47)" -1 "alice=off: the call answers EPERM"
	is "$(./hypercall64 call 47 1023)" -1 \
		"alice=off: also where there is no such op"
	is "$(./hypercall64 call 47 1024)" -1 "alice=off: also with a tag"
	doctor root
	is "$doctor_status" 1 "alice=off: the doctor's status"
	finds xen ok '.*control domain'
	finds hypercall missing '.*was refused \(EPERM\): .*alice= can forbid it'
	finds loaded missing 'it did not load: Xen does not let this domain call alice_op: see .*alice='
	is "$(xl dmesg | grep -c 'hello from')" 0 "alice=off: nothing ran"
	;;
control)
	served "alice=control: dom0 is served" '^alice: Xen 4\.17, hypercall 47'
	succeeds "alice=control: a member's hello" as member alicectl hello
	is "$(counter 0 calls)" 1 "alice=control: the hypervisor counted it"
	# The module was not loaded at boot.
	doctor member
	is "$doctor_bad" " boot" "alice=control: the doctor finds nothing else"
	;;
esac
no_oops
tap_done

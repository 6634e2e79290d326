#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# guest.sh SECONDS/SEED - a soak in the dom0, and one in a guest that is saved and restored
# repeatedly; at the end, the hypervisor's counters have to match both.

# Descriptor 3 is for progress.
exec 3>&2

# shellcheck source=../../lib/guest/common.sh
. ./common.sh
# shellcheck source=../../lib/guest/domu-common.sh
. ./domu-common.sh

seconds=${1%/*} seed=${1#*/}
saved=/dev/disk/by-id/virtio-saved
moves=0

# The guest's clock stops while it is saved.
make_guest() {
	domu_module
	domu_program dash dmesg
	mkdir initrd/tests
	cp tap.sh tap.awk common.sh inside.sh soak32 initrd/tests/
	domu_make soaked <<-END
	modprobe alice
	cd /tests
	/bin/dash ./inside.sh $((seconds / 2)) $seed
	echo "#tap-exit# \$?"
	END
}

# ended - whether the guest has printed everything
ended() {
	[ "$(domu_lines '^#tap-exit#')" -gt 0 ]
}

# soaked - print the output of the dom0's soak, and return its status
soaked() {
	cat run.out
	return "$soak_status"
}

# move_guest - save and restore the guest, as long as the dom0's soak runs
move_guest() {
	while [ -e "/proc/$soak" ] && ! ended; do
		if ! { xl save soaked $saved && xl restore $saved; } >move.log 2>&1; then
			ended && break
			ok 1 "the guest is saved and restored"
			diag "$(cat move.log)"
			break
		fi
		moves=$((moves + 1))
		fresh
		sleep 5
	done
}

# begin_guest - create the guest, and wait until its soak has begun
begin_guest() {
	make_guest
	domu_start
	domu_said 180 '^# the soak begins' "the guest's soak begins"
}

# end_guest - wait for the guest's end, and check its output; writes ./guest.totals
end_guest() {
	[ $moves -ge 1 ]
	ok $? "the guest was saved and restored $moves times"
	domu_said $((660 + seconds)) '^#tap-exit#' "the guest's soak ends"
	tap_run "guest" domu_replay
	domu_wrote totals >guest.totals
	is "$(awk '$1 == "driver" { print $2 }' guest.totals)" 1 \
		"guest: the op table is the one that it began with"
}

# Some machines cannot do all of it.
guest=yes processors=-c
case $(uname -r) in
*-kasan)
	guest=
	skip "the guest's soak" "a kernel with KASAN cannot be a PV guest's"
	;;
esac
[ -e /sys/devices/system/cpu/cpu1/online ] || {
	processors=
	skip "a processor goes and comes back" "this dom0 has one alone"
}

settle
[ "$(node)" = "root:alice 660" ]
ok $? "the node is the group's"
./soak64 before books
[ -z "$guest" ] || begin_guest

# shellcheck disable=SC2086 # an option or none
./soak64 run -t "$seconds" -s "$seed" -m "$(modinfo -n alice)" $processors -k \
	-u "$(id -u nobody)" -g "$(stat -c %g /dev/alice)" totals >run.out 2>&1 &
soak=$!
[ -z "$guest" ] || move_guest
wait $soak
soak_status=$?
tap_run "dom0" soaked
[ -z "$guest" ] || end_guest
settle
tap_run "" ./soak64 after books totals ${guest:+guest.totals}
no_oops
tap_done

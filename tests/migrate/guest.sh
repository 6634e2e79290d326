#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# guest.sh pv/STAGE|pvh/STAGE - a guest of that mode is moved from Xen to Xen while programs
# in it have the device open. It is saved on a disk that is kept for the next dom0. Stages are
# first, none, more, fewer:
#
# first creates it, makes a checkpoint, and migrates it within this Xen; none has a Xen without
# alice_op, more one with op add, which the first did not have, and fewer one without it again.

# shellcheck source=../lib/guest/common.sh
. ./common.sh
# shellcheck source=../lib/guest/domu-common.sh
. ./domu-common.sh

saved=/dev/disk/by-id/virtio-saved
domu_name=moving domu_mode=${1%/*}
domu_log=$PWD/xenconsole/guest-moving.log

# The tables after each step, as GENERATION:TABLE: see moved.sh. The second is after a
# checkpoint, the two after that are the same on another Xen, or after a move.
plan='1:own 1:own 1:own 1:own 0:none 2:more 3:own'

# The guest: each reading of the table is a TAP stream. Another program calls all the time.
# dmesg has a path, because otherwise busybox's shell runs its applet.
make_guest() {
	domu_module
	domu_program dash alicectl dmesg
	mkdir initrd/tests
	cp tap.sh tap.awk common.sh moved.sh device64 device32 events64 initrd/tests/
	domu_make moving "$domu_mode" <<-END
	modprobe alice
	cd /tests
	exec 3<>/dev/alice 4<>/dev/alice 5<>/dev/alice
	MOVES=6 ./device64 busy >busy 2>&1 &
	busy=\$!
	EVENT=12 ./events64 last >heard &
	moves=0
	touch kernel.log
	for step in $plan; do
		until [ "\$({ cat kernel.log; /usr/bin/dmesg -t; } | grep -c '^Restarting tasks')" -eq \$moves ]; do
			sleep 0.2
		done
		/bin/dash ./moved.sh \${step%:*} \${step#*:} \$moves
		echo "#tap-exit# \$?"
		moves=\$((moves + 1))
	done
	touch /stop
	wait \$busy
	status=\$?
	cat busy
	echo "#tap-exit# \$status"
	END
}

# tested N TEXT - wait until the guest's console has N TAP streams; the last one's tests
# become this suite's
tested() {
	domu_said 120 '^#tap-exit#' "$2: the guest goes on" "$1"
	tap_run "$2" domu_replay "$1"
}

# save - save the guest on the disk
save() {
	succeeds "xl save" xl save moving "$saved"
	sync
	is "$(xl list | grep -c '^moving ')" 0 "the guest is gone"
}

# restore - restore the guest
restore() {
	succeeds "xl restore" xl restore "$saved"
}

case ${1#*/} in
first)
	make_guest
	domu_start
	tested 1 "at first"
	succeeds "xl save -c" xl save -c moving checkpoint
	rm checkpoint
	tested 2 "after a checkpoint"
	save
	restore
	tested 3 "restored"
	succeeds "xl migrate" xl migrate -s '' moving 'xl migrate-receive'
	# During a migration it has another name, and so has its console's log.
	domu_log=$PWD/xenconsole/guest-moving--incoming.log
	tested 1 "migrated within this Xen"
	save
	;;
none)
	domu_console
	restore
	tested 1 "on a Xen without alice_op"
	save
	;;
more)
	domu_console
	restore
	tested 1 "on a Xen with one op more"
	save
	;;
fewer)
	domu_console
	restore
	tested 1 "on a Xen with one op fewer"
	tested 2 "a program that called all the time"
	;;
esac
no_oops
tap_done

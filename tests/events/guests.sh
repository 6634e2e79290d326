#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# In the dom0: guests that listen to events; one is moved, others are destroyed.

# shellcheck source=../lib/guest/common.sh
. ./common.sh
# shellcheck source=../lib/guest/domu-common.sh
. ./domu-common.sh
seen_machine

# The guests listen to this event, and to changes of the table.
alice-live load burst.livepatch >/dev/null
alice-live load lifecycle.livepatch >/dev/null
domu_module
cp events64 initrd/bin/
domu_make hears <<'END'
modprobe alice
events64 wait
END
domu_start
domu_said 120 '^heard listens 0' "a guest listens"
domu_said 60 '^heard then -1' "but not to what is for the control domain"
alice-live load tick.livepatch >/dev/null
domu_said 60 '^heard 12 0' "it is told that the table changed"
succeeds "it is saved" xl save hears state
alice-live load pages.livepatch >/dev/null
succeeds "and restored" xl restore state
alice-live load other.livepatch >/dev/null
domu_said 60 '^heard 12 0' "it listens on" 2
succeeds "a checkpoint is taken" xl save -c hears checkpoint
alice-live unload other >/dev/null
domu_said 60 '^heard 12 0' "it listens on where it was" 3
alicectl tick period_ms=1

# free - print the number of free pages, after freeing the queues of dead domains
free() {
	until [ "$(xl list | wc -l)" -eq 2 ]; do
		sleep 0.2
	done
	alicectl watch --timeout 1 changed
	alicectl pages | sed 's/pages=//'
}

# Events about a domain that ends.
alicectl watch --count 2 --json lifecycle >told &
watches=$!
sleep 1
xl destroy hears
domu_create
wait $watches
is "$(jq -c '[.fields.domid, .fields.exists]' told | tr '\n' ' ')" "[$((domu_id - 1)),0] [$domu_id,1] " \
	"dom0 is told that it is gone, and that another came"
xl destroy hears

before=$(free)
for i in 1 2 3; do
	rm -f "$domu_log"
	domu_create
	domu_said 120 '^heard listens 0' "a guest listens while the timer ticks ($i)"
	xl destroy hears
done
after=$(free)
# One page of each guest would be three.
ok "$([ $((before - after)) -lt 3 ]; echo $?)" \
	"no page is lost: $before were free, and $after are"
no_oops
tap_done

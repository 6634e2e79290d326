#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# In the dom0: events and listeners.

# shellcheck source=../lib/guest/common.sh
. ./common.sh
seen_machine

# interrupts - print how many event channels the driver has bound
interrupts() {
	grep -c ' alice$' /proc/interrupts
}

# heard N LINE - test that the waiting program prints LINE as its Nth, within ten seconds
heard() {
	for _ in $(seq 100); do
		[ "$(sed -n "$1p" heard)" != "$2" ] || break
		sleep 0.1
	done
	is "$(sed -n "$1p" heard)" "$2" "$3"
}

# replace - load an op burst whose event has another field
replace() {
	cp changed.livepatch burst.livepatch
	alice-live reload burst.livepatch >/dev/null
}

alice-live load burst.livepatch >/dev/null
alice-live load other.livepatch >/dev/null
like "$(alicectl ops)" 'changed' "the table has events"
is "$(interrupts)" 0 "no channel is bound where nobody listens"
for bits in 64 32; do
	tap_run "$bits bits" "./events$bits" ioctls
	tap_run "$bits bits" "./events$bits" queues
done
is "$(interrupts)" 0 "nor where nobody listens any more"

# ---- events that come and go

alice-live unload other >/dev/null
./events64 wait >heard &
waits=$!
heard 1 'heard listens 0' "a program listens"
heard 2 'heard then -95' "a LISTEN that is refused changes nothing"
is "$(interrupts)" 1 "a channel is bound"
alicectl burst first=1 count=1 len=0
heard 3 'heard 80 0' "it is told"
alice-live load other.livepatch >/dev/null
heard 4 'heard 12 0' "that the table changed"
alice-live unload other >/dev/null
heard 5 'heard 12 0' "and again"
cp burst.livepatch original.livepatch
replace
heard 7 'heard 12 0' "twice, where an event is replaced"
is "$(alicectl watch --timeout 1 happened)" "" "another one comes and goes"
alicectl burst first=1 count=1 len=0
alice-live load other.livepatch >/dev/null
heard 8 'heard 12 0' "it is told nothing of the new event"
kill $waits
wait $waits
is "$(interrupts)" 0 "the channel goes with the program"
alice-live unload other >/dev/null
alice-live unload burst >/dev/null

# ---- the last event that somebody can wait for

# last TEXT COMMAND... - COMMAND removes the only event that a program waits for, or will
# wait for, with STOP=
last() {
	cp original.livepatch burst.livepatch
	alice-live load burst.livepatch >/dev/null
	EVENT=80 ./events64 last >heard &
	waits=$!
	heard 1 'heard listens 0' "$1: a program listens to one event"
	shift
	"$@"
	kill -CONT $waits 2>/dev/null
	heard 2 'heard end -22' "it is told that none comes (EINVAL)"
	kill $waits 2>/dev/null
	wait $waits
	is "$(interrupts)" 0 "no channel is left"
}

# A full queue loses events, but not the change of the table.
replace_while_full() {
	alicectl burst first=1 count=1000 len=0
	replace
}

unload_burst() {
	alice-live unload burst >/dev/null
}

last "replaced" replace
unload_burst
STOP=yes last "replaced while the queue is full" replace_while_full
unload_burst
last "unloaded" unload_burst

# ---- the cookbook's events

alice-live load tick.livepatch >/dev/null
like "$(as member alicectl tick period_ms=10 2>&1)" EPERM "a member may not set the timer"
alicectl tick period_ms=10
is "$(as member alicectl watch --json --count 3 ticked | jq -c '[.event, .lost, .fields.period_ms]')" \
	"$(for _ in 1 2 3; do echo '["ticked",0,10]'; done)" "but is told that it went off"
alicectl tick period_ms=0
is "$(alicectl watch --timeout 1 ticked)" "" "it is stopped"
alicectl tick period_ms=10
alice-live unload tick >/dev/null
is "$(alicectl ops | grep -c tick)" 0 "it is unloaded while it ticks"
no_oops
tap_done

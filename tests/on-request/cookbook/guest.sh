#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Each op of xen/ops/examples is loaded and called in the dom0, and add in a guest that
# was started before it was loaded.

# shellcheck source=../../lib/guest/common.sh
. ./common.sh
# shellcheck source=../../lib/guest/domu-common.sh
. ./domu-common.sh

seen_machine

domu_module
domu_program alicectl
domu_make cook pvh <<'END'
modprobe alice
echo "#ready#"
until alicectl ops | grep -q ' add '; do
	sleep 1
done
alicectl add a=2 b=40 2>&1 | sed 's/^/there: /'
while alicectl ops | grep -q ' add '; do
	echo "to the console"
	sleep 1
done
alicectl add a=2 b=40 2>&1 | sed 's/^/gone: /'
echo "#end#"
sleep 1000
END
domu_start
domu_said 120 '^#ready#' "a guest is up"

# gives REGEX ARGUMENT... - test that alicectl prints one line, which matches
gives() {
	gives_regex=$1
	shift
	like "$(alicectl "$@" 2>&1 | tr '\n' ' ')" "$gives_regex" "$*"
}

for payload in *.livepatch; do
	succeeds "${payload%.livepatch} is loaded" alice-live load "$payload"
done
gives '^sum=42 $' add a=2 b=40
gives '^domid=0 vcpus=1 pages=[1-9][0-9]* run_ns=[1-9][0-9]* $' domains index=0
gives "^domid=$domu_id vcpus=1 pages=[1-9][0-9]* run_ns=[1-9][0-9]* \$" domains index=1
gives 'answered ENOENT' domains index=2
gives '^running_ns=[1-9][0-9]* runnable_ns=[0-9]+ blocked_ns=[1-9]' states domid="$domu_id"
gives 'answered ESRCH' states domid=77
is "$(alicectl --raw peek domid="$domu_id" frame=0x1000 | wc -c)" 4096 "peek reads a page"
ok "$([ "$(alicectl --raw peek domid="$domu_id" frame=0x1000 | tr -d '\0' | wc -c)" -gt 100 ]; echo $?)" \
	"of the guest's kernel"
gives 'answered ENOENT' peek domid="$domu_id" frame=0xfffffff
gives '\(EPERM\)' peek domid=0 frame=0x1000
gives 'answered ESRCH' peek domid=77 frame=0x1000
gives '^logging=0 reserved=0 dirty_pages=0 $' dirty domid="$domu_id"
gives '\(EPERM\)' hash domid=0
gives "^major=4 minor=[0-9]+ extra=[^ ]+ compiler=gcc " xen-build
is "$(alicectl --raw online | od -An -tx1)" " 01" "online: one processor"
gives '^was=1 $' watchdog on=0
gives '^was=0 $' watchdog on=1
gives 'answered EINVAL' watchdog on=2
like "$(as member alicectl watchdog on=0 2>&1)" '\(EPERM\)' "watchdog is no member's"
gives '^running=[01] waiting=[0-9]+ $' runqueue cpu=0
gives 'answered ENOENT' runqueue cpu=4096

domu_said 60 '^there: ' "the guest sees the op come"
is "$(domu_wrote there)" "sum=42" "and calls it, without loading anything"

# Busy dom0 and guest on one processor.
( while :; do :; done ) &
burns=$!
alicectl starving limit_us=500
is "$(alicectl watch --json --count 1 --timeout 60 starved |
	jq -c '[.event, .fields.vcpu, .fields.waited_ns >= 500000]')" '["starved",0,true]' \
	"starved tells of a vcpu that waits"
alicectl starving limit_us=0
kill "$burns"
is "$(alicectl watch --timeout 2 starved)" "" "and of none once it is stopped"

# The page of the guest's console, which the guest writes to.
frame=$(xenstore-read "/local/domain/$domu_id/console/ring-ref")
gives '\(EPERM\)' watching domid=0 frame=1 on=1
gives 'answered ESRCH' watching domid=77 frame=1 on=1
gives 'answered ENOENT' watching domid="$domu_id" frame=0xfffffff on=1
alicectl watching domid="$domu_id" frame="$frame" on=1
is "$(alicectl watch --json --count 2 --timeout 60 written |
	jq -c '[.event, .fields.domid, .fields.frame]' | sort -u)" \
	"[\"written\",$domu_id,$frame]" "written tells that a guest's page changed"
alicectl watching domid="$domu_id" frame="$frame" on=0
is "$(alicectl watch --timeout 3 written)" "" "and no longer once it is not watched"

# A paused guest's memory gets events, too: its timer's, while it sleeps for a second.
xl pause "$domu_name"
sleep 2
hashed=$(alicectl hash domid="$domu_id")
like "$(echo "$hashed" | tr '\n' ' ')" '^pages=[0-9]{5,} hash=0x[0-9a-f]{9,} $' "hash of a guest"
is "$(alicectl hash domid="$domu_id")" "$hashed" "again, while it is paused"
xl unpause "$domu_name"
sleep 1
xl pause "$domu_name"
ok "$([ "$(alicectl hash domid="$domu_id")" != "$hashed" ]; echo $?)" "after it ran it is another"
xl unpause "$domu_name"

for payload in *.livepatch; do
	name=${payload%.livepatch}
	succeeds "$name is unloaded" alice-live unload "$name"
done
domu_said 60 '^#end#' "the guest sees the op go"
like "$(domu_wrote gone)" "has no op 'add'" "and calls it no longer"
xl destroy "$domu_name"
no_oops
tap_done

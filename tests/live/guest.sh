#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# In the dom0: ops are loaded and unloaded, in the running Xen and with the driver loaded.
# The argument is how many times this is done under load.

# shellcheck source=../lib/guest/common.sh
. ./common.sh
times=$1
[ ! -e patient.so ] || export LD_PRELOAD="$PWD/patient.so"
seen_machine

# live STATUS REGEX TEXT ARGUMENT... - test the status of alice-live, and that a line matches
live() {
	live_status=$1 live_regex=$2 live_text=$3
	shift 3
	live_said=$(alice-live "$@" 2>&1)
	is $? "$live_status" "$live_text: status $live_status"
	like "$live_said" "$live_regex" "$live_text: says so"
}

generation() {
	alicectl --json info | jq .generation
}

# The high bits of Xen's generation, the first 8 bytes behind max_len, count its changes.
xen_changes() {
	echo $(($(alicectl version | sed -n \
		's/^more=hex:\(..\)\(..\)\(..\)\(..\)\(..\)\(..\)\(..\)\(..\).*/0x\8\7\6\5\4\3\2\1/p') >> 20))
}

# ---- one op, through its life

before=$(alicectl ops)
first=$(generation)
cp add.livepatch number.livepatch
live 0 'number is loaded' "load" load number.livepatch
is "$(as member alicectl number a=2 b=40)" "result=42" "a member calls it, without loading anything"
like "$(alicectl ops)" '^64 +number a b +yes +live ' "it is listed, with the flag live"
is "$(counter 64 calls)" 1 "its counters began at 0"
ok "$([ "$(generation)" -gt "$first" ]; echo $?)" "the generation rose"
is "$(alice-live list)" number "alice-live lists it"
live 1 'number is loaded already; reload' "load again" load number.livepatch

cp sub.livepatch number.livepatch
live 0 'number is loaded' "reload" reload number.livepatch
is "$(as member alicectl number a=2 b=40)" "result=-38" "the new one is called"
is "$(counter 64 calls)" 1 "its counters began at 0 again"
live 0 'number is unloaded' "unload" unload number
as member alicectl number a=2 b=40 >said 2>&1
is $? 2 "a member calls it no longer"
is "$(alicectl ops)" "$before" "the table is as it was"
live 1 'number is not loaded' "unload again" unload number

# ---- what is refused

cp add.livepatch number.livepatch
alice-live load number.livepatch >/dev/null
live 1 "other-name was not loaded: its number or its name is taken.*its number is taken by op number .cmd 64." "its number is taken" \
	load other_name.livepatch
cp other_number.livepatch same.livepatch
live 1 "same was not loaded: its number or its name is taken.*its name is taken by op number .cmd 64." "its name is taken" \
	load same.livepatch
live 1 "hooked was not loaded: its own start hook refused .errno 33." "a start hook that refuses" \
	load hooked.livepatch
live 1 "calls something that this Xen does not have" "a function that Xen does not have" \
	load lost.livepatch
live 0 'odd is loaded' "an op that answers too much" load odd.livepatch
alicectl odd a=1 b=1 >said 2>&1
is $? 1 "it fails"
like "$(xl dmesg | tail -n 1)" 'alice: op odd answered 9, with room for 8 bytes' \
	"and Xen's log says why"
live 0 'odd is unloaded' "unload it" unload odd
live 1 'does not take its row .*its name is not of' "a name with a capital" load caps.livepatch
: >empty.livepatch
live 1 'or is no livepatch$' "empty: Xen's log has nothing about it" load empty.livepatch
live 1 'or is no livepatch' "not a livepatch" load text.livepatch
live 1 'was built for another Xen' "for another Xen" load elsewhere.livepatch
cp elsewhere.livepatch number.livepatch
live 1 'another Xen .*; the one before it is loaded again' "reload of one for another Xen" \
	reload number.livepatch
is "$(as member alicectl number a=2 b=40)" "result=42" "and the old one serves"
live 1 'there is no such file' "no file" load nothing.livepatch
cp add.livepatch number
live 1 'called NAME.c, its payload NAME.livepatch' "neither source nor payload" load number
live 1 'nothing is not loaded' "unload of two, one of which is not there" unload number nothing
is "$(alice-live list)" number "none of them is there"
chmod a+r ./*.livepatch
is "$(as member alice-live load above.livepatch 2>&1)" \
	"alice-live: no access to the hypervisor: this has to be root in the control domain" \
	"for anybody but root"

# ---- livepatches are a stack

live 0 'above is loaded' "a second op" load above.livepatch
live 0 'number is unloaded' "unload the first" unload number
is "$(alice-live list) $(alicectl above a=1 b=1)" "above result=66" "the second is there"
rm -f /run/alice-live/above.livepatch
cp add.livepatch number.livepatch
live 0 'number is loaded' "an op above one that alice-live does not know" load number.livepatch
mv /run/alice-live/number.livepatch kept
live 1 'number, which alice-live did not load, came after it' "is not taken out for another" \
	unload above
mv kept /run/alice-live/number.livepatch
live 0 'number is unloaded' "but by itself" unload number
live 0 'above is unloaded' "unload the second" unload above
live 0 'many is loaded' "as many as there may be" load many.livepatch
is "$(alicectl ops | grep -cw live)" 128 "are 128"
live 1 'as many live ops as there may be' "one more" load above.livepatch
live 0 'many is unloaded' "unload them" unload many
is "$(alicectl ops)" "$before" "the table is as it was"

# ---- a restriction

# answer - print the next line of the restricted program
answer() {
	read -r line <&4
	echo "$line"
}
mkfifo orders answers
alice-live load number.livepatch >/dev/null
./live64 restricted <orders >answers &
exec 3>orders 4<answers
is "$(answer)" 42 "a file that is restricted to the op calls it"
cp sub.livepatch number.livepatch
alice-live reload number.livepatch >/dev/null
echo >&3
is "$(answer)" -13 "it does not gain what replaced it (EACCES)"
alice-live unload number >/dev/null
echo >&3
is "$(answer)" -95 "nor is there anything once that is gone (EOPNOTSUPP)"
exec 3>&- 4<&-
wait

# ---- a LONG op

# steps - wait until the op has made another step
steps() {
	steps_before=$(counter 68 calls)
	while [ "$(counter 68 calls)" = "$steps_before" ]; do
		sleep 0.1
	done
}

# endless - start an endless call
endless() {
	./live64 endless >ended &
	endless=$!
	steps
}
alice-live load steps.livepatch >/dev/null
tap_run "" ./live64 long </dev/null
is "$(alicectl --via privcmd steps steps=3 data=text:ab)" "$(printf 'done=3\nsum=585\ndata=ab')" \
	"without the driver"
endless
alice-live load above.livepatch >/dev/null
alice-live unload above >/dev/null
steps
ok 0 "it goes on while others come and go"
kill -TERM "$endless"
wait "$endless"
is "$(cat ended)" -4 "until a signal (EINTR)"
endless
alice-live unload steps >/dev/null
wait "$endless"
is "$(cat ended)" -95 "it ends where it is gone (EOPNOTSUPP)"

# ---- under load

unknown=$(cat /sys/class/misc/alice/refused/eopnotsupp)
# The callers get the CPU time that loading leaves.
nice -n 19 ./live64 8 >crowd &
crowd=$!
failed=0
comes_and_goes number 0.5 add sub
is "$failed" 0 "under load: alice-live loads and unloads" || diag "$(tail -n 5 log)"
changes=$(xen_changes)
tap_run "under load" ./live64 cycle "$times" add.livepatch sub.livepatch </dev/null
is "$(($(xen_changes) - changes))" "$((2 * times))" "under load: Xen's table changed each time"
kill -TERM $crowd
wait $crowd
tap_run "" cat crowd </dev/null
gone=$(sed -n 's/.*gone \([0-9]*\),.*/\1/p' crowd | awk '{ sum += $1 } END { print sum }')
is "$(($(cat /sys/class/misc/alice/refused/eopnotsupp) - unknown))" "$gone" \
	"the driver counted each refusal"

# After the last change, the hypervisor's count is the number of answers.
cp add.livepatch number.livepatch
alice-live load number.livepatch >/dev/null
for i in 1 2 3 4 5; do
	alicectl number a=1 b="$i" >/dev/null
done
is "$(counter 64 calls) $(counter 64 errors)" "5 0" "the counters agree"
alice-live unload number >/dev/null
is "$(alicectl ops)" "$before" "the table is as it was"
no_oops
tap_done

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# In the dom0: libalice and the Python package, as a member. The argument is how many
# rounds of ops come and go under load, at least.

# shellcheck source=../lib/guest/common.sh
. ./common.sh
times=$1
seen_machine

cp -a root/usr/lib/. /usr/lib/
cp -R alice /usr/lib/python3/dist-packages/
export PYTHONDONTWRITEBYTECODE=1 ALICE_REAL=1 ALICE_PAGE="$PWD/python.md"

# ---- the same program, 64-bit and 32-bit

tap_run "64 bits" as member ./library64 </dev/null
tap_run "32 bits" as member ./library32 </dev/null

# ---- the tests that also run on a recorded table

# pytest - run the tests, which write TAP to descriptor 3
pytest() {
	ALICE_TAP=3 as member python3 -m pytest -q -p no:cacheprovider \
		--rootdir python python 3>&1 >pytest.log 2>&1
}
tap_run Python pytest </dev/null

# ---- the examples

# example WANT COMMAND... - test the output of an example, run by a member
example() {
	example_want=$1
	shift
	like "$(as member "$@" 2>&1)" "$example_want" "$*"
}
example '^domain 0, vcpu [0-9]+, (pv|pvh|hvm)$' examples/whoami.py
example '^add\(a: s64, b: s64\) -> sum: s64    Add two numbers$' examples/table.py
is "$(seq 3000 | as member examples/many.py | cksum)" "$(seq 3000 | cksum)" "examples/many.py"
example '^domain 0' examples/restrict.py whoami,echo examples/whoami.py
example 'whoami was refused by the driver: .*restricted' examples/restrict.py echo alicectl whoami
example "restrict.py: this hypervisor has no op 'nosuch'" examples/restrict.py nosuch true
is "$(as outsider examples/whoami.py 2>&1 | grep -c 'cannot open .*permission denied')" 1 \
	"an outsider cannot open it"

# ---- an op is loaded and unloaded while Python runs

# asks WANT EXPRESSION TEXT - test the value of an expression in the running program
asks() {
	echo "$2" >&3
	read -r answer <&4
	like "$answer" "$1" "$3"
}
# live ARGUMENT... - alice-live, which has to succeed
live() {
	live_said=$(alice-live "$@" 2>&1) || diag "$live_said"
}
mkfifo questions answers
chmod 666 questions answers
as member python3 python/asked.py <questions >answers 2>&1 &
exec 3>questions 4<answers
asks "^NoSuchOp: this hypervisor has no op 'late'" "dev.late" "an op is not there yet"
asks '^[0-9]+$' "(first := dev.info().generation)" "the table has a generation"
asks '^False$' "(events := dev.listen('changed', timeout=60)).closed" "changes of it are listened to"
as member alicectl watch --json --count 1 --timeout 60 >watched 2>&1 &
watcher=$!
cp sum.livepatch late.livepatch
sleep 2
live load late.livepatch
asks '^late\(sum=42\)$' "dev.late(a=2, b=40)" "it is loaded, and called at once"
asks '^True$' "next(events).generation > 0" "which an event told"
wait $watcher
like "$? $(cat watched)" '^0 \{"event":"changed","seq":[0-9]+,.*"lost":0,"fields":\{"generation":[0-9]+\}\}$' \
	"to alicectl, too"
asks "^True$" "'late' in dir(dev) and dev.info().generation > first" "it is listed"
asks "^\('live',\)$" "(held := dev.late).flags" "with its flags"
cp difference.livepatch late.livepatch
live reload late.livepatch
asks '^late\(difference=-38\)$' "held(x=2, y=40)" "it is replaced, and has other fields"
asks '^TypeError: late\(x: int, y: int\).* missing a required argument' "held(a=2, b=40)" \
	"and no longer those of before"
asks "^\('write', 'live'\)$" "dev.late.flags" "and other flags"
cp sum.livepatch late.livepatch
live reload late.livepatch
asks '^late\(sum=42\)$' "held(a=2, b=40)" "and is replaced again"
live unload late
asks '^Error: .Errno 95. late was not called: the hypervisor no longer has it \(EOPNOTSUPP\)' "held(a=2, b=40)" \
	"it is unloaded: a call that goes by the old table says so"
asks "^NoSuchOp: this hypervisor has no op 'late'" "held(a=2, b=40)" "and the next one knows"
asks '^False$' "hasattr(dev, 'late') or 'late' in dir(dev)" "it is listed no longer"
asks '^whoami\(domid=0' "dev.whoami()" "the device serves on"
exec 3>&- 4<&-
wait

# ---- under load

# It gets the CPU time that alice-live leaves.
nice -n 19 setpriv --reuid=member --regid=member --init-groups -- \
	python3 python/crowd.py >crowd 2>&1 &
crowd=$!
failed=0
rounds=0
# As often as it takes on a slow machine for each of the four threads to meet all.
until { [ "$rounds" -ge "$times" ] && [ "$(grep -c ' met all$' crowd)" -eq 4 ]; } ||
	[ "$rounds" -ge 30 ]; do
	rounds=$((rounds + 1))
	comes_and_goes late 1 sum difference
	# Replace it, so that there is always one.
	cp sum.livepatch late.livepatch
	alice-live load late.livepatch >>log 2>&1 || failed=$((failed + 1))
	cp difference.livepatch late.livepatch
	alice-live reload late.livepatch >>log 2>&1 && sleep 0.5 &&
		alice-live unload late >>log 2>&1 || failed=$((failed + 1))
done
kill -TERM $crowd
wait $crowd
tap_run "under load" cat crowd </dev/null
is "$failed" 0 "under load: it came and went $((3 * rounds)) times" || diag "$(tail -n 5 log)"
no_oops
tap_done

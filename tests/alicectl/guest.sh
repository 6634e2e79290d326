#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# alicectl in a dom0: batches compared with single commands, restricted devices, counters,
# top, and the examples of the manual.

# shellcheck source=../lib/guest/common.sh
. ./common.sh

seen_machine
# Members write here, too.
chmod 777 .

# member ARGUMENT... - run alicectl as a member; sets $out, $err and $status
member() {
	as member alicectl "$@" >out 2>err
	status=$?
	out=$(cat out)
	err=$(cat err)
}

# gives STATUS OUT ERR TEXT - test the result of member: regular expressions, empty for no stderr
gives() {
	[ "$status" = "$1" ] && [ "$out" = "$2" ] &&
		if [ -z "$3" ]; then [ -z "$err" ]; else printf '%s\n' "$err" | grep -Eq -e "$3"; fi
	ok $? "$4" || diag "status $status; stdout: $out; stderr: $err"
}

# ---- batches

# mixed N - lines of every kind whose answers are always the same; every twelfth is empty, and
# a third of the others fails
mixed() {
	awk -v n="$1" 'BEGIN {
		for (i = 1; i <= n; i++) {
			kind = i % 12
			if (kind == 0) print "version"
			else if (kind == 1) print "echo \047No room! " i "\047"
			else if (kind == 2) print "describe index=" i % 9
			else if (kind == 3) print "echo data=hex:" sprintf("%08x", i)
			else if (kind == 4) print "call 1   # by its number"
			else if (kind == 5) print "reset-stats"
			else if (kind == 6) print "echo \"a \\\"" i "\\\"\""
			else if (kind == 7) print "\t# " i
			else if (kind == 8) print "describe index=" i + 1000
			else if (kind == 9) print "echo @long"
			else if (kind == 10) print "call batch records=0123456789abcdef"
			else print "echo it\\\047s\\ " i
		}
	}'
}
# This fills a page.
head -c 4096 /dev/zero | tr '\0' x >long
mixed 3000 >lines

# Each of the first lines as a command of its own.
cat >singly.sh <<'END'
number=0
while IFS= read -r line; do
	number=$((number + 1))
	eval "set -- $line"
	[ $# -gt 0 ] || continue
	alicectl "$@" 2>sentence || echo "alicectl: line $number: $(sed 's/^alicectl: //' sentence)" >&2
done
END
head -n 96 lines >few
as member sh ./singly.sh <few >want 2>want.err
member batch few
cmp out want
ok $? "a batch writes what its lines write by themselves" || diag "$(diff want out | head -n 5)"
is "$(sed '$d' err)" "$(cat want.err)" "and has the same sentences for those that fail"
is "$status $(tail -n 1 err)" "1 alicectl: 24 of 88 ops failed" "and says how many those are"

# All lines, each sent after the answer to the one before.
cat >one-by-one.py <<'END'
import subprocess, sys
with open("one.err", "w") as err, subprocess.Popen(
        ["alicectl", "--json", "batch"], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=err) as batch:
    for line in open("lines", "rb"):
        batch.stdin.write(line)
        batch.stdin.flush()
        if not line.strip().startswith(b"#"):
            sys.stdout.buffer.write(batch.stdout.readline())
    batch.stdin.close()
sys.exit(batch.returncode)
END
as member python3 one-by-one.py >want
is $? 1 "3000 lines, one after the other"
before=$(counter 3 calls)
batches=$(cat /sys/class/misc/alice/counters/batches)
member batch --json lines
is "$status" 1 "the same at once"
cmp out want
ok $? "has the same results" || diag "$(diff want out | head -n 5)"
is "$(cat err)" "$(cat one.err)" "and the same sentences"
is "$(($(counter 3 calls) - before))" 1250 "the hypervisor counted its echoes"
batches=$(($(cat /sys/class/misc/alice/counters/batches) - batches))
[ $batches -gt 0 ]
ok $? "and got them in fewer calls, of which $batches were of op batch"
is "$(jq -r 'select(.op == "echo" and .line % 12 == 1).answer.data' out | head -n 3 | tr '\n' /)" \
	"$(for line in 1 13 25; do printf "No room! %d" $line | od -An -tx1 | tr -d ' \n'; printf /; done)" \
	"JSON: answers, whose bytes are hexadecimal digits"
is "$(jq -s 'map(select(.result < 0).result_name) | group_by(.) | map([.[0], length])' -c out)" \
	'[["ENOENT",250],["EPERM",500]]' "JSON: errors"
is "$(jq -s 'map(.line) == (map(.line) | sort) and length == 2750' out)" true "JSON: a line each, in order"
# Without the driver nothing refuses reset-stats or batch.
grep -v -e reset-stats -e 'call batch' lines >most
alicectl batch most >want 2>want.err
alicectl --via privcmd batch most >out 2>err
is $? 1 "--via privcmd: the same lines without the driver"
cmp out want && cmp err want.err
ok $? "have the same answers, as root"

# ---- the longest payload

head -c 65536 /dev/urandom >longest
for way in "" "--via privcmd"; do
	# shellcheck disable=SC2086 # words of one command
	alicectl $way --raw echo <longest >out 2>err && cmp longest out
	ok $? "the longest payload ${way:-by the driver}: comes back" || diag "$(cat err)"
	# shellcheck disable=SC2086 # words of one command
	head -c 65537 /dev/zero | alicectl $way --raw echo >out 2>err
	is "$? $(grep -c 'takes 0 to 65536 bytes, and the request has 65537 (EINVAL)' err)" "1 1" \
		"the longest payload ${way:-by the driver}: a byte more is refused"
done
printf 'echo @longest\nwhoami\necho @longest\n' >lines-longest
as member alicectl --json batch lines-longest >out 2>err
is "$? $(jq -s -c 'map(.result)' out)" "0 [65536,32,65536]" "the longest payload: in a batch"

# ---- where a batch ends

cat >stop <<'END'
hello

describe index=1000
hello
END
before=$(counter 0 calls)
for way in "" "--via privcmd"; do
	# shellcheck disable=SC2086 # words of one command
	alicectl $way batch --stop-on-error stop >out 2>err
	is $? 1 "--stop-on-error ${way:-by the driver}: status"
	like "$(cat err)" '^alicectl: the op of line 3 failed: nothing was called after it$' \
		"--stop-on-error ${way:-by the driver}: says where"
done
is "$(($(counter 0 calls) - before))" 2 "--stop-on-error: what follows was not called"
alicectl batch stop >out 2>err
alicectl --via privcmd batch stop >out 2>err
is "$(($(counter 0 calls) - before))" 6 "and without it, it is"
printf 'hello\nhello\necho x y\n' >wrong
before=$(counter 0 calls)
member batch wrong
gives 2 "" "^alicectl: line 3: echo: 'y' is one value too many" "a wrong line"
is "$(($(counter 0 calls) - before))" 0 "of which nothing was called"
# Without a shell in between, so that alicectl itself is stopped.
as member alicectl --json batch lines >want 2>want.err
setpriv --reuid=member --regid=member --init-groups -- alicectl --json batch lines >out 2>err &
stops=0
while sleep 0.1 && kill -STOP $! 2>/dev/null; do
	grep -q '^State:.*stopped' /proc/$!/status && stops=$((stops + 1))
	sleep 0.1
	kill -CONT $!
done
wait $!
is $? 1 "a batch that is stopped now and then, and goes on"
[ $stops -gt 0 ]
ok $? "was stopped, $stops times"
cmp out want && cmp err want.err
ok $? "and is whole"

# ---- a command restricted to some ops

member --only whoami -- alicectl whoami
like "$out" '^domid=0$' "--only whoami: whoami"
member --only whoami -- alicectl hello
gives 1 "" '^alicectl: hello was refused by the driver: this open device is restricted to other ops, .*\(EACCES\)\.$' \
	"--only whoami: no hello"
before=$(counter 0 calls)
member --only whoami,3 -- alicectl --json batch stop
is "$(jq -s -c 'map(.result_name)' out)" '["EACCES","EACCES","EACCES"]' "--only: no hello in a batch"
is "$(counter 0 calls)" "$before" "--only: nothing reached the hypervisor"
member --only whoami,3 -- alicectl --json ops
is "$(jq -c 'map(select(.access == 0).name)' out)" '["echo","whoami"]' "--only: ops says what is left"
member --only whoami -- alicectl info
like "$out" '^restricted=true$' "--only: info says it"
member info
like "$out" '^restricted=false$' "--only: is nobody else's"
member --only echo,hello -- alicectl --only echo,whoami -- alicectl --json ops
is "$(jq -c 'map(select(.access == 0).name)' out)" '["echo"]' "--only: never more than before"
member --only '' -- alicectl --json ops
is "$(jq -c 'map(.access_name) | unique' out)" '["EACCES"]' "--only: nothing at all"

# A program that knows only the descriptor.
cat >inherit.py <<'END'
import ctypes, errno, fcntl, os, struct
def call(fd, cmd, room):
    out = ctypes.create_string_buffer(room or 1)
    op = bytearray(struct.pack("=IIIIQQQ", cmd, 0, 0, room, 0, ctypes.addressof(out), 0))
    try:
        return fcntl.ioctl(fd, 1 << 30 | len(op) << 16 | 0xa8 << 8 | 2, op)
    except OSError as e:
        return errno.errorcode[e.errno]
fd = int(os.environ["ALICE_FD"])
print(fd, os.path.realpath("/proc/self/fd/3"), call(fd, 4, 32), call(fd, 0, 0))
if not os.fork():
    print("child", call(fd, 4, 32), call(fd, 0, 0), flush=True)
    os._exit(0)
os.wait()
END
member --only whoami -- python3 -u inherit.py
gives 0 "3 /dev/alice 32 EACCES
child 32 EACCES" "" "--only: a program that inherits the descriptor, and its child"
# A user who may not open the device can inherit a restricted descriptor.
alicectl --only whoami -- setpriv --reuid=outsider --regid=outsider --init-groups -- \
	alicectl whoami >out 2>err
like "$(cat out)" '^domid=0$' "--only: an outsider who got the device"
alicectl --only whoami -- setpriv --reuid=outsider --regid=outsider --init-groups -- \
	alicectl echo x >out 2>err
is "$? $(grep -c EACCES err)" "1 1" "--only: has that op and no other"
alicectl --only echo -- sh -c 'exit 42'
is $? 42 "--only: the status is the command's"
member --only ehco -- true
gives 2 "" "no op 'ehco'; did you mean 'echo'" "--only: an unknown op"

# ---- counters

# rises NAME=N... - test by how much info's counters rose since the last time; the others did
# not rise
rises() {
	as member alicectl info | grep -F . >after
	risen=$(awk -F= 'NR == FNR { before[$1] = $2; next }
		$2 != before[$1] { printf "%s=%d ", $1, $2 - before[$1] }' before after)
	mv after before
	is "$risen" "$1" "$2"
}
as member alicectl info | grep -F . >before
is "$(cat before)" "$(cd /sys/class/misc/alice && grep -H . counters/* refused/* | tr /: .=)" \
	"info: the counters of sysfs, all of them"
rises "" "info: asking changes none"
as member alicectl echo 0123456789 >/dev/null
as member alicectl whoami >/dev/null
rises "counters.calls=2 counters.in_bytes=10 counters.out_bytes=42 " "info: two calls"
as member alicectl describe index=1000 2>/dev/null
rises "counters.calls=1 counters.errors=1 " "info: one that failed"
# One op in an entry, so that Xen cannot end it early.
printf 'describe index=999\nreset-stats\nreset-stats\n' >three
as member alicectl batch three >/dev/null 2>&1
rises "counters.batches=1 counters.calls=1 counters.errors=1 refused.eperm=2 " \
	"info: a batch"
as member alicectl --only echo -- alicectl whoami 2>/dev/null
head -c 65537 /dev/zero | as member alicectl --raw echo 2>/dev/null
rises "refused.eacces=1 refused.einval=1 " "info: what was refused"
alicectl --via privcmd whoami >/dev/null
as outsider alicectl whoami 2>/dev/null
rises "" "info: what did not go through the driver"
is "$(as member alicectl --json info | jq -r '[.counters, .refused][] | to_entries[] | "\(.key) \(.value)"')" \
	"$(sed 's/^[a-z]*\.//; s/=/ /' before)" "info --json: the same"
is "$(as member alicectl --json info | jq -c '[.restricted, .batch, .max_batch, .max_len, .generation]')" \
	"[false,true,1024,65536,1]" "info: restricted, batch, max_batch, max_len, generation"
# The features depend on the kind of guest; alicectl cannot see the driver's own calls.
features=$([ "$(alicectl whoami | sed -n 's/^type=//p')" = pv ] && echo 14 || echo 15)
is "$(as member alicectl --json info | jq .features)" "$features" "info: features"
is "$(alicectl --via privcmd --json info | jq -c '[.max_len, .features, .generation > 0 and .generation < 1048576]')" \
	"[65536,$features,true]" "info --via privcmd: the hypervisor's own"
is "$(alicectl --via privcmd --json info | jq -c '[.counters, .refused]')" "[{},{}]" \
	"info --via privcmd: there are none"

# ---- rates

# top has to report exactly these calls.
awk 'BEGIN { for (i = 0; i < 500; i++) print "memory\nmemory\nwhoami" }' >load
as member alicectl --json top --interval 2 --count 3 >out 2>err &
sleep 1
as member alicectl batch load >/dev/null
wait $!
is "$? $(cat err)" "0 " "top: a member may look"
# total OP - calls of an op in all rounds
total() {
	jq -s --arg op "$1" 'map(.seconds as $s | .ops[] | select(.name == $op).per_second.calls * $s) |
		add | . + 0.5 | floor' out
}
near() {
	[ "$1" -ge $(($2 - 5)) ] && [ "$1" -le $(($2 + 5)) ]
	ok $? "$3" || diag "$1, and not about $2: $(cat out)"
}
near "$(total memory)" 1000 "top: the calls of a known load"
near "$(total whoami)" 500 "top: and of another op"
near "$(total echo)" 0 "top: none of an op that was not called"
is "$(jq -s -c 'max_by(.ops[0].per_second.calls).ops | map(.name)[0:2]' out)" '["memory","whoami"]' \
	"top: sorted by the rate"
is "$(jq -s 'length == 3 and all(.[]; .seconds > 1.5 and .seconds < 4)' out)" true "top: three rounds of two seconds"
as member timeout --preserve-status -s INT 3 alicectl top >out 2>err
is "$? $(cat err)" "0 " "top: ^C ends it well"
like "$(cat out)" '^stats +[0-9]+\.[0-9]( +[0-9]+\.[0-9]){3}$' "top: lines where there is no terminal"
as member alicectl --only whoami -- alicectl top >out 2>err
is "$? $(grep -c '^alicectl: stats was refused by the driver: .*EACCES' err)" "1 1" "top: a device without stats"

# ---- the manual's examples

# Commands are bold and follow a prompt; their output follows below.
awk '/^\.SH EXAMPLES/ { on = 1 } /^\.SH SEE/ { on = 0 } on && /^[$#] \\fB/ {
	sub(/\\fP$/, ""); sub(/\\fB/, "")
	gsub(/\\\(aq/, "\047"); gsub(/\\-/, "-"); gsub(/\\\(dq/, "\""); gsub(/\\e/, "\\"); print
}' alicectl.1 >examples
awk '/^\$ \\fBcat tea-party/ { on = 1; next } /^\$/ { on = 0 } on' alicectl.1 >tea-party
printf 'a request' >request.bin
is "$(wc -l <tea-party)" 3 "manual: has a batch"
while IFS= read -r example <&9; do
	command=${example#??}
	user=member want=0
	case $example in
	"# "*) user=root ;;
	esac
	case $command in
	"alicectl add "*) want=2 ;;
	"alicectl top" | "alicectl watch --json"*)
		command="timeout --preserve-status -s INT 2 $command" ;;
	*"--interval 10 --count 6"*) command=$(echo "$command" | sed 's/10/0.1/') ;;
	*"alicectl hello"*--only* | *--only*"alicectl hello") want=1 ;;
	esac
	if [ $user = root ]; then
		sh -c "$command" >out 2>err
	else
		as member sh -c "$command" >out 2>err
	fi
	is $? $want "manual: $command" || diag "$(head -n 5 out err)"
	cp out "out.$(echo "$command" | cksum | cut -d' ' -f1)"
done 9<examples
[ "$(wc -l <examples)" -ge 12 ]
ok $? "manual: examples were found"
# example COMMAND - print what the manual shows as its output
example() {
	cat "out.$(echo "$1" | cksum | cut -d' ' -f1)"
}
is "$(example "alicectl echo 'Curiouser and curiouser!'")" "data=Curiouser and curiouser!" "manual: echo"
is "$(example "alicectl whoami" | cut -d= -f1 | tr '\n' ' ')" "domid vcpu bits control uptime_ns type " "manual: whoami"
is "$(example "alicectl batch tea-party" | head -n 2 | cut -d= -f1,2 | tr '\n' ' ')" "data=No room! No room! domid=0 " \
	"manual: batch"
is "$(cat answer.bin)" "a request" "manual: bytes as they are"
is "$(jq -s length last-minute.json)" 6 "manual: top"
no_oops
tap_done

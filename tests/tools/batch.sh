# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# alicectl batch.

# batch NAME STATUS OUT ERR-REGEX [ARGUMENT...]: run the lines on stdin
batch() {
	name=$1 want_status=$2 want_out=$3 want_err=$4
	shift 4
	cat >"$work/lines"
	run "$fake" batch "$@" "$work/lines"
	gives "$want_status" "$want_out" "$want_err" "batch: $name"
}
batch "ops in their order, with comments and empty lines" 0 "data=White Rabbit
sum=42
n=0xabab
n=0xab
data=#
a=1
b=-1
c=0x0000
d=0
e=0x00000000
f=
g=x y" "" <<'END'
# a comment

hello
	# and another
echo 'White Rabbit'	# said he
add b=40 a=2
call ops
call 68
echo \#
mixed a=1 b=-1 c=0 d=0 e=0 f='' g="x y"
END
printf 'echo last' >"$work/given"
batch "a last line without an end" 0 "data=last" "" <"$work/given"
printf 'echo a\r\nhello\r\n' >"$work/given"
batch "lines of another system" 0 "data=a" "" <"$work/given"
batch "nothing" 0 "" "" </dev/null
batch "nothing but comments" 0 "" "" <<'END'
# one
# two
END

# Each line means the same as in a shell that runs alicectl.
cat >"$work/lines" <<'END'
echo Curiouser\ and\ "curiouser!"
echo 'it'\''s' # late
echo "a \"b\" \\ \$ \` \n 'c'"
echo data=a' 'b"	"c
echo "" 
echo a#b
echo text:@x
echo hex:00ff
add "a=1" 'b'=2
call 0x43
call call
reset-stats
fail 2
END
while read -r line; do
	eval "set -- $line"
	run "$fake" "$@"
	[ "$status" -ge 2 ] || printf '%s\n' "$line" >&3
	printf '%s\n' "$line" >"$work/line"
	single="$status $out ${err#alicectl: }"
	run "$fake" batch "$work/line"
	err=${err#alicectl: line 1: }
	is "$status $out $(printf '%s\n' "$err" | head -n 1)" "$single" \
		"batch: means the same as by itself: $line"
done <"$work/lines" 3>"$work/fine"
run "$fake" batch "$work/fine"
got=$out
while read -r line; do
	eval "set -- $line"
	"$fake" "$@" 2>/dev/null
done <"$work/fine" >"$work/out"
is "$got" "$(cat "$work/out")" "batch: writes what the single calls write"

cat >"$work/lines" <<'END'
echo one
fail 22

echo two
reset-stats
echo three
END
run "$fake" batch "$work/lines"
gives 1 "data=one
data=two
data=three" "^alicectl: line 2: fail failed: the op answered EINVAL" "batch: an op that fails stops nothing"
like "$err" "^alicectl: line 5: reset-stats was refused by the driver: .*\(EPERM\)" "batch: each has its sentence"
is "$(printf '%s\n' "$err" | tail -n 1)" "alicectl: 2 of 5 ops failed" "batch: and there is a sum"
run "$fake" batch --stop-on-error "$work/lines"
gives 1 "data=one" "^alicectl: the op of line 2 failed: nothing was called after it$" \
	"batch: --stop-on-error"
run "$fake" --stop-on-error --json batch - <"$work/lines"
gives 1 '{"line":1,"op":"echo","result":3,"result_name":null,"answer":{"data":"6f6e65"}}
{"line":2,"op":"fail","result":-22,"result_name":"EINVAL","answer":null}' \
	"nothing was called after it$" "batch: the same as JSON, from standard input"
for way in none short; do
	for option in "" --stop-on-error; do
		"$fake" batch --json $option "$work/lines" >"$work/want" 2>&1
		FAKE_BATCH=$way "$fake" batch --json $option "$work/lines" >"$work/out" 2>&1
		is "$?" 1 "batch: $way $option: status"
		cmp "$work/want" "$work/out"
		ok $? "batch: $way $option: makes no difference"
	done
done

awk 'BEGIN { for (i = 1; i <= 2500; i++) print (i % 5 ? "add a=1 b=" i : "fail 61") }' >"$work/lines"
awk 'BEGIN { for (i = 1; i <= 2500; i++) if (i % 5) print "sum=" i + 1 }' >"$work/want"
FAKE_TRACE=1 "$fake" batch "$work/lines" >"$work/out" 2>"$work/err"
cmp "$work/want" "$work/out"
ok $? "batch: thousands of lines"
is "$(grep -c '^alicectl: line [0-9]*: fail failed: ' "$work/err")" 500 "batch: of which some fail"
is "$(grep '^batch of' "$work/err")" "batch of 1024
batch of 1024
batch of 452" "batch: in as few calls as there can be"
FAKE_MAX_BATCH=1000 FAKE_BATCH=short FAKE_TRACE=1 "$fake" batch "$work/lines" 2>"$work/err" |
	cmp - "$work/want"
ok $? "batch: and in many, where not all of them are done at once"
is "$(grep '^batch of' "$work/err" | sed -n '1,3p;$p' | tr '\n' ' ')" \
	"batch of 1000 batch of 1000 batch of 1000 batch of 2 " \
	"batch: each of which begins where the last one ended"
FAKE_MAX_BATCH=0 FAKE_TRACE=1 "$fake" batch "$work/lines" 2>"$work/err" | cmp - "$work/want"
ok $? "batch: a driver that has none"
! grep -q '^batch of' "$work/err"
ok $? "batch: is not asked for one"
run env FAKE_BATCH=nomem "$fake" batch "$work/lines"
is "$status" 5 "batch: one that fails as a whole"
is "$(printf '%s\n' "$out" | wc -l | tr -d ' ')" 820 "batch: what went before was done"
like "$err" "^alicectl: line 1025, and what follows, was not called: the batch failed: Cannot allocate memory" \
	"batch: and what was not is said"

# If a line is invalid, no line of its chunk is called.
wrong_status=2
wrong_line() {
	name=$1 want=$2
	printf 'echo before\n%b\necho after\n' "$3" >"$work/lines"
	run "$fake" batch "$work/lines"
	gives "$wrong_status" "" "^alicectl: line 2: $want" "batch: a wrong line: $name"
	like "$err" "^alicectl: nothing was called from lines 1 to 3, nor from later lines$" \
		"batch: a wrong line: $name: nothing was called"
}
wrong_line "an unknown op" "this hypervisor has no op 'ehco'; did you mean 'echo'" 'ehco x'
wrong_line "a missing field" "add: b is missing" 'add a=1'
wrong_line "a bad value" "add: b: 'x' is not a number" 'add a=1 b=x'
wrong_line "a quote" "the quote ' is not closed" "echo it's"
# shellcheck disable=SC1003 # a backslash
wrong_line "a backslash" "it ends in a backslash" 'echo \\'
wrong_line "a verb" "'info' is a verb, .* write 'call info'" info
wrong_line "a batch in a batch" "'batch' is a verb" batch
wrong_line "an option" "options go on the command line, and not into a batch: '--json'" '--json echo x'
wrong_line "call alone" "'call' needs the name" call
wrong_line "a NUL" "it contains a NUL byte" 'echo a\0b'
wrong_line "a control character" "this hypervisor has no op '.x1b'" '\0033'
wrong_status=1
wrong_line "an op of the kernel's" "batch was refused by the driver: the op is for the kernel only" 'call batch'
wrong_status=5
wrong_line "a file that is not there" "echo: data: cannot read '/nonexistent'" 'echo @/nonexistent'
printf 'echo x\nehco\nadd\n echo it'"'"'s\n' >"$work/lines"
run "$fake" batch "$work/lines"
is "$(printf '%s\n' "$err" | sed -n 's/^alicectl: line \([0-9]*\): .*/\1/p' | tr '\n' ' ')" "2 3 4 " \
	"batch: every wrong line of a chunk is named"
{
	awk 'BEGIN { for (i = 1; i <= 1024; i++) print "echo " i }'
	echo ehco
	echo echo x
} >"$work/lines"
run "$fake" batch "$work/lines"
is "$status $(printf '%s\n' "$out" | wc -l | tr -d ' ') $(printf '%s\n' "$out" | tail -n 1)" \
	"2 1024 data=1024" "batch: the chunks before a wrong line were called"
head -c 5000000 /dev/zero | tr '\0' x >"$work/lines"
run "$fake" batch "$work/lines"
gives 2 "" "^alicectl: line 1: it is longer than 4194304 bytes" "batch: a line without an end"
run "$fake" batch /nonexistent
gives 5 "" "cannot read '/nonexistent': No such file" "batch: no such file"
run "$fake" batch /
gives 5 "" "^alicectl: line 1: cannot read it: Is a directory" "batch: a directory"
run "$fake" batch <&-
gives 5 "" "cannot read it: Bad file descriptor" "batch: no standard input"
printf 'echo @-\n' >"$work/lines"
echo input | "$fake" batch "$work/lines" >"$work/out"
is "$(cat "$work/out")" "data=hex:696e7075740a" "batch: a value from standard input"
printf 'echo @-\necho @-\n' >"$work/lines"
run "$fake" batch "$work/lines" </dev/null
gives 2 "" "line 2: echo: data: standard input can be read once only" "batch: and only one"
printf 'echo @-\n' >"$work/line"
run "$fake" batch <"$work/line"
gives 2 "" "line 1: echo: data: standard input can be read once only" \
	"batch: and none where the lines are there"
"$fake" batch "$work/fine" >/dev/full 2>"$work/err"
is "$?" 5 "batch: a full disk"
awk 'BEGIN { for (i = 1; i <= 5000; i++) print "echo " i }' >"$work/lines"
FAKE_TRACE=1 "$fake" batch "$work/lines" >/dev/full 2>"$work/err"
is "$(grep -c '^batch of' "$work/err")" 1 "batch: a full disk ends it"
printf 'short\necho x\n' >"$work/lines"
run env FAKE=hostile "$fake" batch --stop-on-error "$work/lines"
gives 4 "hex:abab
data=x" "^alicectl: line 1: short: the op was done, but its answer of 2 bytes does not fit" \
	"batch: an answer that does not fit"
run env FAKE=hostile "$fake" batch --json "$work/lines"
is "$(printf '%s\n' "$out" | head -n 1)" \
	'{"line":1,"op":"short","result":2,"result_name":null,"answer":{"hex":"abab"}}' \
	"batch: the same as JSON"
printf 'bad-in a=1\n' >"$work/lines"
run env FAKE=hostile "$fake" batch "$work/lines"
gives 4 "" "line 1: the hypervisor's description of op 73 is invalid" "batch: an op that makes no sense"

# Lines that arrive one by one are called one by one, and answered at once.
mkfifo "$work/to" "$work/from"
FAKE=moving timeout 20 "$fake" batch <"$work/to" >"$work/from" 2>"$work/err" &
exec 7>"$work/to" 8<"$work/from"
printf 'add a=1 b=2\necho ' >&7
read -r answer <&8
is "$answer" "sum=3" "batch: a line is answered before the next is written"
printf 'one\n' >&7
read -r answer <&8
is "$answer" "data=one" "batch: and so is that one, once it is whole"
printf 'stats cmd=3\n' >&7
read -r answer <&8
is "$answer" "calls=400" "batch: of an op that a migration brought"
exec 7>&- 8<&-
wait $!
is "$?" 0 "batch: ends with its input"

# ^C prints the answers so far, and where the batch ended.
: >"$work/out"
FAKE=good "$fake" batch <"$work/to" >"$work/out" 2>"$work/err" &
exec 7>"$work/to"
printf 'add a=1 b=2\n# nothing\n' >&7
until [ -s "$work/out" ] || ! kill -0 $! 2>/dev/null; do sleep 0.1; done
kill -INT $!
exec 7>&-
wait $!
is "$? $(cat "$work/out"); $(cat "$work/err")" "0 sum=3; " \
	"batch: ^C in the background, where it is ignored"
: >"$work/out"
env --default-signal=INT "$fake" batch <"$work/to" >"$work/out" 2>"$work/err" &
exec 7>"$work/to"
printf 'add a=1 b=2\n# nothing\n' >&7
until [ -s "$work/out" ] || ! kill -0 $! 2>/dev/null; do sleep 0.1; done
kill -INT $!
wait $!
is "$? $(cat "$work/out"); $(cat "$work/err")" \
	"130 sum=3; alicectl: interrupted: nothing was called from line 3 on" \
	"batch: ^C says from where on nothing was called"
exec 7>&-
printf 'call 0x43\necho abc\n' >"$work/lines"
"$fake" batch --raw "$work/lines" >"$work/out"
is "$? $(od -An -c "$work/out" | tr -d ' ')" '0 253253abc' "batch --raw: answers as they are"

# peak N - the peak memory, in kB, of a batch of N lines
peak() {
	: >"$work/out"
	ASAN_OPTIONS=$ASAN_OPTIONS:quarantine_size_mb=1 \
		"$fake" batch <"$work/to" >"$work/out" 2>"$work/err" &
	exec 7>"$work/to"
	awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) print "echo " i }' >&7
	tries=0
	until [ "$(wc -l <"$work/out")" -ge "$1" ] || [ $tries -gt 600 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB$/\1/p' /proc/$!/status
	exec 7>&-
	wait $!
}
few=$(peak 2000)
many=$(peak 100000)
[ "${few:-0}" -gt 0 ] && [ "$many" -lt $((few + few / 4)) ]
ok $? "batch: fifty times the lines take no more memory" || diag "$few kB, $many kB"

# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The verbs and ops of alicectl.

# ---- verbs, on a fake table

run "$fake" ops
is "$status" 0 "ops: status"
is "$out" "CMD  OP                   YOU    FLAGS                SUMMARY
0    hello                yes    write                say hello
3    echo data            yes    -                    answer with the request
7    reset-stats          EPERM  write,admin,control  start counting anew
8    batch records        EPERM  kernel               many ops at once
64   add a b              yes    -                    a + b
65   mixed a b c d e f g  yes    -
66   fail errno           yes    -
67   ops                  yes    -
68   67                   yes    -
69   new                  yes    live,0x20000
70   later                EPERM  write,0x4000
71   picky a b c          yes    -" \
	"ops: a table"
if command -v script >/dev/null; then
	on_terminal() {
		script -qec "stty cols $1; '$fake' ops" /dev/null </dev/null | tr -d '\r'
	}
	like "$(on_terminal 74)" "^3 .*  answer with the request$" \
		"ops: all of a summary where the terminal has room for it"
	like "$(on_terminal 73)" "^3 .*  answer with the req\.\.\.$" \
		"ops: cut off where it has not"
	like "$(on_terminal 76)" "^7 .*  write,admin,c\.\.\.  start" "ops: and so are flags"
	for columns in 20 60 61 62 63 64 65 80; do
		is "$(on_terminal $columns | awk '{ sub(/ +$/, "x") } length > 80' )" "" \
			"ops: no line of more than 80 columns, and no blanks at its end: $columns"
	done
else
	skip "ops: on a terminal" "script is not installed"
fi
run "$fake" --json ops
is "$(printf '%s\n' "$out" | sed -n 2p)" ' {"cmd":3,"name":"echo","kind":"op","summary":"answer with the request","flags":0,"flag_names":[],"in_min":0,"in_max":65536,"out_max":65536,"in_fmt":"data:bytes","out_fmt":"data:bytes","in":[{"name":"data","type":"bytes"}],"out":[{"name":"data","type":"bytes"}],"problem":null,"access":0,"access_name":null},' \
	"ops: a row as JSON"
is "$(printf '%s\n' "$out" | sed -n 3p | sed 's/.*"flags"/"flags"/')" '"flags":7,"flag_names":["write","admin","control"],"in_min":0,"in_max":0,"out_max":0,"in_fmt":"","out_fmt":"","in":[],"out":[],"problem":null,"access":-1,"access_name":"EPERM"},' \
	"ops: flags and access as JSON"
run "$fake" info
gives 0 "abi_major=1
abi_minor=0
hypercall_nr=47
ops=12
max_len=65536
max_batch=1024
legacy=false
restricted=false
batch=true
generation=1
features=1" "" "info"
run "$fake" info --json
gives 0 '{"abi_major":1,"abi_minor":0,"hypercall_nr":47,"ops":12,"max_len":65536,"max_batch":1024,"legacy":false,"restricted":false,"batch":true,"generation":1,"features":1,"counters":{},"refused":{}}' \
	"" "info --json"
run "$fake" help add
gives 0 "add (op 64): a + b

Usage: alicectl add a=VALUE b=VALUE
Arguments:
  a                s64    -9223372036854775808 to 9223372036854775807
  b                s64    -9223372036854775808 to 9223372036854775807
Answer:
  sum              s64    -9223372036854775808 to 9223372036854775807

You may call it, unless the hypervisor refuses." "" "help OP"
run "$fake" help reset-stats
like "$out" "^You may not call it: the op needs .*\(EPERM\)\.$" \
	"help OP: why it may not be called"
like "$out" "^It has a side effect" "help OP: flags in words"
run env FAKE=guest "$fake" help stats
like "$out" "^You may call it, unless the hypervisor refuses\.$" \
	"help OP: it does not know what the hypervisor refuses"
run "$fake" help new
like "$out" "^It has flags that this program does not know: 0x20000\.$" "help OP: informational flags"
like "$out" "^It was loaded into the running Xen\.$" "help OP: a live op"
like "$out" "^You may call it" "help OP: these do not close the op"
run "$fake" help later
like "$out" "^You may not call it: the op has a flag that this driver does not know" \
	"help OP: a flag that closes the op"
is "$(printf '%s\n' "$out" | head -n 1)" "later (op 70)" "help OP: one without a summary"
run "$fake" help ehco
gives 2 "" "no op 'ehco'; did you mean 'echo'" "help OP: an unknown one"

run "$fake" hello
gives 0 "" "" "an op without arguments or answer"
run "$fake" --json hello
gives 0 "{}" "" "the same, as JSON"
run "$fake" add a=2 b=40
gives 0 "sum=42" "" "fields"
run "$fake" call 64 b=-44 a=0x2
gives 0 "sum=-42" "" "fields in another order, of an op by its number"
run "$fake" 0x40 a=1 b=1
gives 0 "sum=2" "" "a number in hexadecimal"
run "$fake" add a=9223372036854775807 b=1
gives 1 "" "add failed: the op answered EOVERFLOW: the result is too large for its field" \
	"an op's own errno"
run "$fake" add a=2
gives 2 "" "add: b is missing: add b=VALUE \(s64\)" "a missing field"
run "$fake" ehco x
gives 2 "" "no op 'ehco'; did you mean 'echo'\?$" "an unknown op"
for verb in inof:info docter:doctor tabel:table; do
	run "$fake" "${verb%:*}"
	gives 2 "" "no op '${verb%:*}'; did you mean the verb '${verb#*:}'\?$" "a mistyped verb: ${verb%:*}"
done
run "$fake" 99
gives 2 "" "no op '99'; 'alicectl ops' lists" "an unknown number"
run "$fake" "$(printf '\033[31m')"
gives 2 "" "no op '.x1b.31m'" "an unknown op that is not for terminals"
run "$fake" echo 'Curiouser and curiouser!'
gives 0 "data=Curiouser and curiouser!" "" "a value alone"
run "$fake" call ops
gives 0 "n=0xabab" "" "call: an op with the name of a verb"
run "$fake" 67
gives 0 "n=0xab" "" "a name wins over a number"
run "$fake" call 68
gives 0 "n=0xab" "" "and has a number still"
run "$fake" mixed g=hex:00 f=ab e=0xdeadbeef d=18446744073709551615 c=10 b=-1 a=255
gives 0 "a=255
b=-1
c=0x000a
d=18446744073709551615
e=0xdeadbeef
f=ab
g=hex:00" "" "every kind of field, back and forth"
run "$fake" --json mixed a=1 b=-128 c=0xffff d=9007199254740993 e=0 f='"' g=hex:ff
gives 0 '{"a":1,"b":-128,"c":65535,"d":9007199254740993,"e":0,"f":"\"","g":"ff"}' \
	"" "every kind of field, as JSON"
run "$fake" help call batch
like "$out" "^Usage: alicectl call batch records=VALUE$" \
	"help OP: of an op with the name of a verb"
like "$out" "^You may not call it: the op is for the kernel only, and no program may call it \(EPERM\)\.$" \
	"help OP: of an op of the kernel's"
want=$out
run "$fake" call batch --help
is "$out" "$want" "OP --help: the same"
for verb in ops info help call table batch top watch doctor; do
	run "$fake" help $verb
	like "$out" "^Usage: alicectl $verb" "help VERB: $verb"
	want=$out
	run "$fake" $verb --help
	is "$out" "$want" "VERB --help: $verb"
done
run "$fake" reset-stats
gives 1 "" "reset-stats was refused by the driver: .*\(EPERM\)" "an op that is not permitted"
run "$fake" call batch records=0123456789abcdef
gives 1 "" "for the kernel only" "an op of the kernel's"
for words in "call batch" 8 "call batch records=x" "8 --json"; do
	# shellcheck disable=SC2086 # words of one command
	run "$fake" $words
	gives 1 "" "^alicectl: batch was refused by the driver: the op is for the kernel only, and no program may call it \(EPERM\)\.$" \
		"an op of the kernel's, before it asks for arguments: $words"
done
run "$fake" later x
gives 1 "" "^alicectl: later was refused by the driver: .* flag that this driver does not know" \
	"another op that is not permitted, the same"
run "$fake" --only echo -- "$fake" add a=1
gives 1 "" "^alicectl: add was refused by the driver: this open device is restricted" \
	"an op that was restricted away, the same"
run "$fake" mixed a=1 b=1 c=1 d=1 e=1 f= g=
gives 0 "a=1
b=1
c=0x0001
d=1
e=0x00000001
f=
g=" "" "a request as short as there is"
run "$fake" fail 2
gives 1 "" "^alicectl: fail failed: the op answered ENOENT: there is no such thing; it was given errno=2\.$" \
	"an errno that is about the values names them"
run "$fake" fail 34
gives 1 "" "a value is out of range; it was given errno=34\.$" "another"
printf '\026\0' >"$work/request"
run "$fake" --raw fail <"$work/request"
gives 1 "" "the op answered EINVAL: a value is invalid\.$" "not of a request as it is"
run env FAKE=counting "$fake" stats cmd=99999
gives 1 "" "^alicectl: stats failed: the op answered ENOENT: .* it was given cmd=99999\.$" \
	"an op that looks for another"
run "$fake" picky a=-1 b="$(printf '\033[1m')" c='two words'
gives 1 "" "it was given a=-1 b=hex:1b5b316d c=two words\.$" "values of every kind"
run "$fake" picky a=0 b= c="$(head -c 100 "$0" | tr -dc '!-~')"
gives 1 "" "a value is invalid\.$" "and of a length that can be read"
run "$fake" fail 14
gives 1 "" "fail failed: the op answered EFAULT: memory .* and the op may have run" "another errno"
for pair in 13:EACCES 9:EBADF 7:E2BIG 4:EINTR 95:EOPNOTSUPP; do
	run "$fake" fail "${pair%:*}"
	gives 1 "" "^alicectl: fail failed: the op answered ${pair#*:}: " "an errno of the op's own: ${pair#*:}"
done
run env FAKE=replaced "$fake" echo x
gives 1 "" "echo was not called: the hypervisor has another op with this number now, .* \(ESTALE\)" \
	"an op that was replaced since its row was read"
run "$fake" echo x --json
gives 0 '{"data":"78"}' "" "an option behind the op"
run "$fake" add a=1 --json b=2
gives 0 '{"sum":3}' "" "and among its fields"
run "$fake" echo -- --json
gives 0 "data=--json" "" "-- ends the options"
run "$fake" add a=-5 b=-6
gives 0 "sum=-11" "" "negative numbers are no options"
run "$fake" fail -1
gives 2 "" "fail: errno: '-1' is out of range" "nor is one by itself"
run "$fake" hello domid=1
gives 2 "" "hello: it takes no arguments: leave 'domid' out" "a field of an op without input"
run "$fake" add a = 2 b = 40
gives 2 "" "add: 'a' is not FIELD=VALUE; its fields are: a, b" "blanks around ="
run "$fake" echo two words
gives 2 "" "echo: 'words' is one value too many; quote text that contains blanks" "two words for one value"
for first in "@$here/type-keys" text "data=@$here/type-keys"; do
	run "$fake" echo "$first" @/dev/null
	gives 2 "" "echo: data was given twice" "$first and a file for one value"
done
run env LC_ALL=C.UTF-8 "$fake" echo "$(printf '\303\244')"
gives 0 "data=$(printf '\303\244')" "" "UTF-8, where it is understood"
run "$fake" echo "$(printf '\303\244')"
gives 0 "data=hex:c3a4" "" "UTF-8, where it is not"

# ---- a line for each value of a range

run "$fake" table mixed b=-1 c=2 d=3 e=4 f=five g=x a=9..11
gives 0 " a   a   b       c  d           e     f  g
 9   9  -1  0x0002  3  0x00000004  five  x
10  10  -1  0x0002  3  0x00000004  five  x
11  11  -1  0x0002  3  0x00000004  five  x" "" "table: a line for each value"
run env FAKE=counting "$fake" table stats 7..
like "$out" "^cmd  calls  errors +in_bytes  out_bytes
  7    800       7 " "table: until there is none"
is "$status $(printf '%s\n' "$out" | wc -l | tr -d ' ')" "0 3" "table: which is its end"
run env FAKE=counting "$fake" table stats 8..9
gives 1 "$(printf '%s\n' "$out" | head -n 2)" "stats failed: the op answered ENOENT" \
	"table: one that is asked for has to be there"
run "$fake" table --json add b=40 a=2..3
gives 0 '{"a":2,"answer":{"sum":42}}
{"a":3,"answer":{"sum":43}}' "" "table: as JSON"
FAKE_TRACE=1 "$fake" table --json add b=40 a=0.. >/dev/full 2>"$work/err"
is "$? $(head -n 2 "$work/err")" "5 op
alicectl: the answers cannot be written: nothing was called after a=0" \
	"table: as JSON, on a full disk"
env --default-signal=INT FAKE_TRACE=1 "$fake" table add b=40 a=0.. >"$work/out" 2>"$work/err" &
until [ "$(wc -l <"$work/err")" -gt 9 ] || ! kill -0 $! 2>/dev/null; do sleep 0.1; done
kill -INT $!
wait $!
is "$? $(sed -n 's/^ *//; 1p; 2p; 9p' "$work/out" | tr -s ' \n' ' ')" "130 a sum 0 40 7 47 " \
	"table: ^C shows the answers so far"
for range in 1 .. ..2 x..2 1..x 1...2 a=1..2 -1..2 ""; do
	run "$fake" table fail "$range"
	gives 2 "" "'$range' is not \[FIELD=\]FIRST\.\.\[LAST\]" "table: '$range' is no range"
done
for range in 65536..70000 65536..; do
	run "$fake" table fail "$range"
	gives 2 "" "fail: errno: '65536' is out of range" "table: $range, beyond the field"
done
run "$fake" table echo 0..
gives 2 "" "echo: data: it is not a number" "table: no field of numbers"
run env FAKE=counting "$fake" table stats 8..7
gives 2 "" "'8..7' ends before it begins" "table: a range that ends before it begins"
run "$fake" table add a=1 1..2
gives 2 "" "without FIELD= the op must have exactly one field" "table: which field"
run "$fake" table add a=1..2
gives 2 "" "add: b is missing" "table: a field that is missing"

# ---- what the driver counts

mkdir -p "$work/sys/counters/power" "$work/sys/refused"
echo 18446744073709551615 >"$work/sys/counters/calls"
echo 0 >"$work/sys/counters/zebra_2"
echo 7 >"$work/sys/refused/eperm"
echo 5 >"$work/sys/refused/UPPER"
echo five >"$work/sys/refused/text"
: >"$work/sys/refused/empty"
run env FAKE_SYSFS="$work/sys" "$fake" info
is "$(printf '%s\n' "$out" | sed '1,/^features/d')" \
	"counters.calls=18446744073709551615
counters.zebra_2=0
refused.eperm=7" "info: counters, by the names that sysfs has, and nothing else"
run env FAKE_SYSFS="$work/sys" "$fake" info --json
like "$out" '"counters":\{"calls":18446744073709551615,"zebra_2":0\},"refused":\{"eperm":7\}\}$' \
	"info --json: the same"

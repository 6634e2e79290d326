# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# A faulty hypervisor.

FAKE=hostile
export FAKE
run "$fake" ops
is "$status" 0 "hostile: rows that make no sense do not change the status"
is "$(printf '%s\n' "$out" | wc -l | tr -d ' ')" 16 "hostile: and lists them all"
printf '%s\n%s\n' "$out" "$err" | grep -q '[^ -~]'
[ $? -eq 1 ]
ok $? "hostile: nothing in it can reach the terminal"
like "$out" "^78 .* .x1b\[31mred .* no .* 0x40 .*.x1b\[2Jclear" \
	"hostile: escapes are shown"
for cmd in 73 74 75 76 77 78 80 81 4096; do
	printf '%s\n' "$err" | grep -q "op $cmd is invalid: "
	ok $? "hostile: op $cmd makes no sense"
done
like "$err" "op 81 is invalid: its name is invalid" "hostile: a name without an end"
run "$fake" echo x
gives 0 "data=x" "" "hostile: an op that makes sense works"
run "$fake" short
gives 4 "hex:abab" "answer of 2 bytes does not fit its field list 'n:u32'" \
	"hostile: an answer that is too short"
run "$fake" --json short
gives 4 '{"hex":"abab"}' "does not fit" "hostile: the same, as JSON"
run "$fake" --raw short
gives 0 "$(printf '\253\253')" "" "hostile: the same, as it is"
run "$fake" long
gives 4 "hex:ababababab" "answer of 5 bytes does not fit" "hostile: an answer that is too long"
run "$fake" mute
gives 4 "hex:abababab" "does not fit" "hostile: an answer that is not described"
run "$fake" bad-in a=1
gives 4 "" "'a:u9' of the request is invalid: 'a:u9' has an unknown type. It was not called; .*--raw" \
	"hostile: an input that cannot be read"
printf abcd >"$work/abcd"
run "$fake" --raw bad-in <"$work/abcd"
gives 0 abcd "" "hostile: the same with --raw"
run "$fake" bad-out a=ab
gives 4 "" "'n:u8 n:u8' of the answer is invalid: it has two fields named 'n'. It was not called" \
	"hostile: an answer that cannot be read"
run "$fake" --raw bad-out <"$work/abcd"
gives 0 abcd "" "hostile: the same with --raw"
run "$fake" small-in a=1
gives 4 "" "the fields of its request have 1 bytes, and it takes at least 4" \
	"hostile: an input that is too small for its op"
run "$fake" huge data=x
gives 4 "" "takes up to 4294967295 and answers up to 4294967295 bytes, .* It was not called" \
	"hostile: lengths that nothing has"
run "$fake" --raw inverted </dev/null
gives 1 "" "takes 8 to 4 bytes" "hostile: lengths the wrong way round"
run "$fake" --raw call 80
gives 0 "" "" "hostile: an op without a name, by its number"
run "$fake" ""
gives 2 "" "no op ''" "hostile: an op without a name, by an empty name"
run "$fake" help 78
is "$status" 4 "hostile: help says that it makes no sense"
like "$err" "op 78 is invalid: its name is invalid" "hostile: and why"
printf '%s\n%s\n' "$out" "$err" | grep -q '[^ -~]'
[ $? -eq 1 ]
ok $? "hostile: nothing in help can reach the terminal"
run env FAKE=endless "$fake" ops
gives 4 "" "more than 1024 rows" "hostile: a table without an end"
run env FAKE=changing timeout 20 "$fake" ops
gives 3 "" "changed every time" "a table that is never the same"
run env FAKE=broken "$fake" info
gives 3 "" "cannot query" "a device that fails"
run env FAKE=wrong "$fake" ops
gives 0 "CMD  OP      YOU  FLAGS  SUMMARY
3    ECHO ?  yes  -" "warning: op 3 is invalid: its name is invalid" \
	"a table whose only row makes no sense"
run env FAKE=wrong "$fake" --raw 3
gives 0 "" "" "a table whose only row makes no sense: by its number"
run env FAKE=wrong "$fake" ECHO
gives 2 "" "has no op 'ECHO'" "a table whose only row makes no sense: and not by its name"
run env FAKE=empty "$fake" ops
gives 0 "CMD  OP  YOU  FLAGS  SUMMARY" "" "a table whose only row was left out: no ops"
run env FAKE=empty "$fake" ops --json
gives 0 "[]" "" "a table whose only row was left out: none as JSON"
run env FAKE=empty "$fake" echo x
gives 2 "" "this hypervisor has no op 'echo'" "a table whose only row was left out: no echo"
run env FAKE=empty "$fake" info
like "$out" "^ops=0$" "a table whose only row was left out: info"
for verb in ops "echo x" "help echo" "batch /dev/null" top; do
	# shellcheck disable=SC2086 # words of one command
	run env FAKE=gone "$fake" $verb
	gives 3 "" "no longer reaches a hypervisor with alice_op: the driver did not find it again after a resume or a migration" "no table: $verb"
done
unset FAKE

# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# alicectl --only: a command restricted to some ops.

run "$fake" --only echo,7,0x40,add,add -- "$fake" ops
is "$(printf '%s\n' "$out" | awk 'NR > 1 && / yes / { printf "%s ", $2 }')" "echo add " \
	"--only: what is left to a command"
like "$out" '^0 .* EACCES ' "--only: and what is not"
like "$out" '^7 .* EPERM ' "--only: what it may not call anyway"
run "$fake" --only echo -- "$fake" info
like "$out" '^restricted=true$' "--only: info says it"
run "$fake" --only echo -- "$fake" echo 'a  b'
gives 0 "data=a  b" "" "--only: an op that is left"
run "$fake" --only echo -- "$fake" hello
gives 1 "" "^alicectl: hello was refused by the driver: this open device is restricted to other ops, .* \(EACCES\)\.$" \
	"--only: one that is not"
run "$fake" --only echo -- "$fake" help hello
like "$out" '^You may not call it: this open device is restricted to other ops' "--only: help says why"
run "$fake" --only '' -- "$fake" echo x
gives 1 "" "EACCES" "--only: an empty list leaves nothing"
run "$fake" --only echo,hello -- "$fake" --only hello,add -- "$fake" ops
is "$(printf '%s\n' "$out" | awk 'NR > 1 && / yes / { printf "%s ", $2 }')" "hello " \
	"--only: within another, less is left, and never more"
# shellcheck disable=SC2016 # expanded there
run "$fake" --only echo -- sh -c 'echo $ALICE_FD; [ -e /proc/$$/fd/3 ] && echo open; [ -e /proc/$$/fd/4 ] || echo "one alone"; exit 42'
gives 42 "3
open
one alone" "" "--only: one descriptor, its number in the environment, and the command's status"
for fd in 5 0x5; do
	# shellcheck disable=SC2016 # expanded there
	run "$fake" --only echo -- sh -c 'exec 5<&3 3<&-; ALICE_FD=$1 exec "$0" --only echo -- sh -c "ls /proc/\$\$/fd"' "$fake" "$fd"
	is "$(printf '%s\n' "$out" | grep -x -e 0 -e 3 -e 5)" "0
3" "--only: a descriptor with another number, $fd, moves"
done
run "$fake" --only echo -- readlink /proc/self/fd/3 3<"$work/lines"
like "$out" 'memfd:alice' "--only: takes the place of another descriptor"
run "$fake" --only hello -- cat - <"$work/lines"
is "$out" "$(cat "$work/lines")" "--only: the command has the standard input"
for fd in '' x 0x; do
	run env ALICE_FD="$fd" "$fake" --device /dev/alice --only hello -- cat <"$work/lines"
	gives 0 "$(cat "$work/lines")" "" "--only: and has it where ALICE_FD is '$fd'"
done
run env ALICE_FD=3 "$fake" --device /dev/alice --only hello -- true 3<&-
gives 0 "" "" "--only: a device that has the number in ALICE_FD by chance"
run "$fake" --only ehco -- true
gives 2 "" "--only: this hypervisor has no op 'ehco'; did you mean 'echo'" "--only: an unknown op"
for list in "," "echo," ",echo" "echo,,add"; do
	run "$fake" --only "$list" -- true
	gives 2 "" "--only: this hypervisor has no op ''" "--only: '$list'"
done
run "$fake" --only 1024 -- true
gives 2 "" "--only: this hypervisor has no op '1024'" "--only: a number that no op has"
run "$fake" --only echo -- /nonexistent
gives 127 "" "cannot run '/nonexistent': No such file" "--only: no such command"
run "$fake" --only echo -- /dev/null
gives 126 "" "cannot run '/dev/null': Permission denied" "--only: no command"

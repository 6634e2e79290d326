# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The command line of alicectl, and its messages without a device.

# ---- the command line, without any device

run "$cli" --help
is "$status" 0 "--help: status"
like "$out" '^Usage: alicectl' "--help: usage"
is "$(printf '%s\n' "$out" | sed -n 's/^  \([0-9]\)  .*/\1/p' | tr -d '\n')" 012345 \
	"--help: every exit status"
printf '%s\n' "$out" | awk 'length > 80 { long = 1 } END { exit long }'
ok $? "--help: fits a terminal"
help=$out
for words in help -h "--only x -h" "--help --only x -- false"; do
	# shellcheck disable=SC2086 # words
	run "$cli" $words
	is "$out" "$help" "$words shows the same"
done
run "$cli" --version
like "$out" '^alicectl [0-9]+\.[0-9]+$' "--version"
if [ ! -e /dev/alice ]; then
	is "$(printf '%s\n' "$out" | wc -l)" 1 "--version: of the program alone, without a device"
fi

# refused WHY ARGUMENT...: test an invalid command line
refused() {
	want=$1
	shift
	run "$cli" --device /nonexistent/alice "$@"
	gives 2 "" "$want" "usage: $*"
}
run "$cli"
gives 2 "" "name an op or a verb" "usage: nothing"
refused "name an op or a verb"
refused "no option '--jsno'" --jsno ops
refused "no option '-x'" -x ops
refused "no option '--json=yes'" --json=yes ops
refused "'--device' needs a value" --device
run "$cli" "$(printf -- '-\377')" ops
gives 2 "" "no option '-.xff'" "usage: a byte that is not for terminals"
refused "neither 'device' nor 'privcmd'" --via xenctl ops
refused "exclude each other" --json --raw echo
refused "exclude each other" --via privcmd ops
refused "for --via privcmd" --number 47 ops
refused "'ops' takes no 'all'; see 'alicectl ops --help'. If an op of that name is meant, write 'call ops'$" ops all
refused "'info' takes no 'x=1'" info x=1
refused "'ops' takes no '-x'" ops -- -x
refused "no option '--jsno'" info --jsno
refused "'call' needs the name" call
refused "'table' needs an op, and the range of a field" table echo
refused "help is for one op or verb: leave 'two' out" help one two
refused "help is for one op or verb: leave 'two' out" help one two three
refused "help is for one op or verb: leave 'two' out" help call one two
refused "'ops' does not take --raw" --raw ops
refused "'table' does not take --raw" table echo 1.. --raw
refused "'doctor' takes no 'all'" doctor all
run "$cli" --via privcmd doctor
gives 2 "" "'doctor' does not take --via" "usage: --via privcmd doctor"
refused "'hello' does not take --stop-on-error" --stop-on-error hello
refused "'ops' does not take --interval" --interval 1 ops
refused "'info' does not take --count" info --count 1
refused "'batch' takes no 'two'" batch one two
refused "'top' takes no 'x'" top x
refused "'watch' does not take --raw" watch --raw
refused "'top' does not take --timeout" top --timeout 1
refused "after '--'" --only hello whoami
refused "after '--'" ops --only hello -- true
refused "needs a command" --only hello
refused "needs a command" --only hello --
refused "'--only' does not take --json" --json --only hello -- true
run "$cli" --via privcmd --only hello -- true
gives 2 "" "bypasses it" "usage: --via privcmd --only hello -- true"
for seconds in '' x 0 -1 1x nan inf 0.001 86401; do
	refused "--interval: '$seconds' is not a number of seconds from 0.01 to 86400" top --interval "$seconds"
	refused "--timeout: '$seconds' is not a number of seconds from 0.01 to 86400" watch --timeout "$seconds"
done
for rounds in '' x 0 -1 1.5; do
	refused "--count: '$rounds' is not a number of 1 or more" top --count "$rounds"
done
for number in '' 0 -1 x 47x 0x 4294967343 18446744073709551663; do
	run "$cli" --via privcmd --number "$number" ops
	gives 2 "" "is not the number of a hypercall" "usage: --number '$number'"
done

# ---- no device: messages and exit status

run "$cli" ops
if [ -e /dev/alice ]; then
	skip "no device" "this system has one"
else
	gives 3 "" "there is no such device. (This system does not run on Xen|The module alice is)" "no device"
fi
for verb in ops info "help echo" "echo x" "call echo x"; do
	# shellcheck disable=SC2086 # words of one command
	run "$cli" --device /nonexistent/alice $verb
	gives 3 "" "cannot open '/nonexistent/alice': there is no such device" \
		"a missing device: $verb"
done
run "$cli" --device /dev/null info
gives 3 "" "'/dev/null' is not the device of alice" "another device"
run env ALICE_FD=0 "$cli" info </dev/null
gives 3 "" "ALICE_FD is '0': 'descriptor 0' is not the device of alice" \
	"ALICE_FD: another device"
for fd in '' x -1 3x 1000 99999999999; do
	run env ALICE_FD="$fd" "$cli" info
	gives 3 "" "ALICE_FD is '$fd': (it is not the number of a|cannot use) descriptor" \
		"ALICE_FD: '$fd'"
done
run env ALICE_FD=0 "$cli" --device /nonexistent/alice info
gives 3 "" "cannot open '/nonexistent/alice'" "ALICE_FD: --device is what was asked for"
run "$cli" --device / info
gives 3 "" "cannot open '/': Is a directory" "a directory"
mkfifo "$work/fifo"
run timeout 10 "$cli" --device "$work/fifo" info
gives 3 "" "is not the device of alice" "a FIFO does not make it wait"
# Root can open everything, so use another user.
touch "$work/node"
chmod 600 "$work/node"
if [ "$(id -u)" != 0 ]; then
	chmod 0 "$work/node"
	run "$cli" --device "$work/node" info
	gives 3 "" "permission denied" "a node that is closed"
elif command -v setpriv >/dev/null && chmod 755 "$tap_tmp" "$work"; then
	denied() {
		cp "$cli" "$work/alicectl"
		run setpriv --reuid=65534 --regid=65534 --clear-groups \
			"$work/alicectl" --device "$work/node" info
	}
	denied
	gives 3 "" "permission denied\. 'alicectl doctor' says what is missing\.$" "a node of root's group"
	chgrp 4 "$work/node"
	chmod 660 "$work/node"
	denied
	gives 3 "" "Members of the group $(getent group 4 | cut -d: -f1) may open it: run 'usermod -aG $(getent group 4 | cut -d: -f1) nobody' as root, then log in again" \
		"a node of a group that one is not in"
else
	skip "a node that is closed" "setpriv is not installed"
fi

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The example programs in a dom0, and the shell commands in docs/programs.md.

# shellcheck source=../lib/guest/common.sh
. ./common.sh

# Members write here, too.
chmod 777 .

# runs STATUS OUT ERR-REGEX COMMAND... - test a member's command; an empty regex: no stderr
runs() {
	want="$1 $2" regex=$3
	shift 3
	got=$(as member "$@" 2>err)
	got="$? $got"
	is "$got" "$want" "$*"
	if [ -z "$regex" ]; then
		is "$(cat err)" "" "$*: says nothing else"
	else
		like "$(cat err)" "$regex" "$*: says why"
	fi
}

for way in as-they-stand 32-bit sanitized; do
	like "$(as member $way/call)" '^domain 0, vcpu [0-9]+, pv$' "$way/call"
	before=$(counter 3 calls)
	runs 0 "curiouser
and
curiouser" "" $way/batch curiouser and curiouser
	is "$(($(counter 3 calls) - before))" 3 "$way/batch: the hypervisor counted three echoes"
	runs 2 "" "^usage: batch" $way/batch
	# More than fits into one batch.
	seq 3000 >numbers
	# shellcheck disable=SC2046 # words
	as member $way/batch $(seq 3000) >out 2>err
	is "$?" 0 "$way/batch: 3000 words"
	cmp out numbers
	ok $? "$way/batch: in their order"

	runs 0 "data=tea" "" $way/restrict alicectl echo tea
	before=$(counter 0 calls)
	runs 1 "" "^alicectl: hello was refused by the driver: .*EACCES" $way/restrict alicectl hello
	is "$(counter 0 calls)" "$before" "$way/restrict: nothing reached the hypervisor"
	# shellcheck disable=SC2016 # expanded there
	runs 0 "/dev/alice" "" $way/restrict sh -c 'readlink /proc/self/fd/3 && [ "$ALICE_FD" = 3 ]'
	# shellcheck disable=SC2016 # expanded there
	runs 0 "" "" $way/restrict sh -c 'for fd in /proc/self/fd/[4-9]; do
		[ "$(readlink "$fd")" != /dev/alice ] || exit 1; done'
	runs 42 "" "" $way/restrict sh -c 'exit 42'
	runs 127 "" "^nosuch: No such file" $way/restrict nosuch
	# With descriptor 3 taken by the device at the start, and not.
	runs 0 "data=x" "" sh -c "exec 3</dev/null; $way/restrict alicectl echo x"
	runs 0 "data=x" "" sh -c "exec 3<&-; $way/restrict alicectl echo x"

	runs 0 "the client's whoami: 32 bytes
the client's hello: Permission denied" "" $way/pass
	for program in call "batch x" "restrict true" pass; do
		# shellcheck disable=SC2086 # words
		as outsider $way/$program >out 2>err
		is "$?" 1 "an outsider's $way/$program"
		like "$(cat err)" 'Permission denied' "an outsider's $way/$program: says why"
	done
done

# As they are, except for placeholders, and commands that never end.
while IFS= read -r command <&9; do
	command=$(printf '%s\n' "$command" | sed 's/ *#.*//; s/ COMMAND$/ alicectl whoami/')
	[ -n "$command" ] || continue
	[ "$command" != "alicectl top" ] || command="timeout --preserve-status -s INT 3 $command"
	as member sh -c "$command" >out 2>err
	is "$? $(cat err)" "0 " "docs/programs.md: $command"
	[ -s out ]
	ok $? "docs/programs.md: $command: has something to say"
done 9<blocks/shell
[ "$(wc -l <blocks/shell)" -ge 4 ]
ok $? "docs/programs.md: has commands of a shell"
no_oops
tap_done

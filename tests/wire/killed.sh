# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Interrupted runs, and what Xen compiles of a tree that is wired by half.

# visible DIRECTORY - content, without wire's temporary files
visible() (
	cd "$1" && {
		find . ! -name '.alice-wire*' -printf '%p %y %m %l\n' | sort
		find . -type f ! -name '.alice-wire*' -print | sort | xargs sha256sum
	} | sha256sum
)

# every_step VERSION GATE [--remove] - wire is killed before each system call that changes
# the tree. An incomplete tree has no gate; and if the tree differs from the step before,
# another run completes it, or restores it.
every_step() {
	v=$1 gate=$2 doing=$3
	fresh "$v"
	was_clean=$(content "$tree")
	was_visible=$(visible "$tree")
	"$wire" "$tree" >/dev/null
	was_wired=$(content "$tree")
	will_visible=$(visible "$tree")
	[ -n "$doing" ] || fresh "$v"
	rm -rf "$work/copies"
	mkdir "$work/copies"
	succeeds "$v: wire $doing can be watched" "$work/steps" "$tree" "$work/copies" \
		sh "$wire" ${doing:+"$doing"} "$tree"
	failed='' between=0 open='' step=0 runs=0 last=''
	while [ -d "$work/copies/$((step + 1))" ]; do
		step=$((step + 1))
		copy=$work/copies/$step
		case $(visible "$copy") in
		"$was_visible" | "$will_visible") ;;
		*)
			between=$((between + 1))
			cmp -s "$copy/$gate" "$clean/$gate" || open="$open $step"
			;;
		esac
		now=$(content "$copy")
		if [ "$now" != "$last" ]; then
			runs=$((runs + 1))
			mend "$((runs % 2))"
		fi
		last=$now
		rm -rf "$copy"
	done
	is "$failed" "" "$v: wire $doing killed at any of $step steps is repaired"
	diag "$runs of them differ"
	[ "$step" -gt 50 ] && [ "$runs" -gt 10 ]
	ok $? "which are enough to mean something"
	# The files cannot all be replaced at once, but nothing else happens in between.
	diag "at $between of them the text of the tree was neither"
	[ "$between" -gt 0 ] && [ "$between" -lt $((step / 5)) ]
	ok $? "at most of them the tree was wired, or as it was, all the while"
	is "$open" "" "at the others its gate was as in a clean tree"
}

# mend REMOVE - test that another run makes $copy clean, or wired
mend() {
	if [ "$1" -eq 0 ]; then
		"$wire" "$copy" >/dev/null 2>"$work/stderr"
		want=$was_wired
	else
		"$wire" --remove "$copy" >/dev/null 2>"$work/stderr"
		want=$was_clean
	fi
	[ "$(content "$copy")" = "$want" ] ||
		failed="$failed $step: $(cat "$work/stderr")"
}

# ungated TREE SYMBOL - print what wire added to compiled files outside of #ifdef SYMBOL
ungated() {
	(cd "$1" && grep -rl 'alice: begin' xen --include='*.[chS]') |
		while read -r file; do
			awk -v guard="#ifdef $2" '
				/alice: begin/ { ours = 1; next }
				/alice: end/ { ours = 0; next }
				$0 == guard && ours { gated = 1; next }
				/^#endif/ && ours { gated = 0; next }
				/^#else/ && ours { gated = 0; next }
				ours && !gated && NF' "$1/$file"
		done
}

test_gates() {
	for v in $versions; do
		fresh "$v"
		gate=xen/common/Kconfig symbol=CONFIG_ALICE
		[ -e "$tree/$gate" ] ||
			gate=xen/include/public/xen.h symbol=__HYPERVISOR_alice_op
		options=
		case " $flask_versions " in
		*" $v "*) options='plain --flask' ;;
		*) options=plain ;;
		esac
		for option in $options; do
			# shellcheck disable=SC2086 # a word or none
			"$wire" ${option#plain} "$tree" >/dev/null
			is "$(ungated "$tree" "$symbol")" \
				"#define __HYPERVISOR_alice_op             47" \
				"$v, $option: all that is compiled waits for the gate, but a number"
			"$wire" --remove "$tree" >/dev/null
		done
	done
	fresh 4.6
	"$wire" "$tree" >/dev/null
	is "$(built_objects | grep -o '\balice\.o$')" alice.o "4.6: alice.o is built"
	cp "$clean/xen/include/public/xen.h" "$tree/xen/include/public/"
	is "$(built_objects)" "" "4.6: but not below the gate"
}

build_steps() {
	succeeds "what watches wire can be built" cc -std=c11 -D_GNU_SOURCE -O1 -Wall \
		-Wextra -Werror -o "$work/steps" "$here/steps.c"
}

# On request (suite interrupted), since it takes minutes: removal, and a tree
# without Kconfig.
test_killed_more() {
	build_steps
	every_step 4.22 xen/common/Kconfig --remove
	every_step 4.6 xen/include/public/xen.h ''
	every_step 4.6 xen/include/public/xen.h --remove
}

test_killed() {
	build_steps
	every_step 4.22 xen/common/Kconfig ''

	# At some moment, with all its children.
	fresh 4.7
	failed=
	for delay in 0.02 0.05 0.08 0.11 0.14 0.17 0.2 0.3; do
		setsid sh "$wire" "$tree" >/dev/null 2>&1 &
		sleep "$delay"
		! grep -qs "$wire" "/proc/$!/cmdline" || kill -9 -$!
		wait $! 2>/dev/null
		"$wire" --remove "$tree" >/dev/null 2>"$work/stderr"
		[ "$(content "$tree")" = "$(content "$clean")" ] ||
			failed="$failed $delay: $(cat "$work/stderr")"
	done
	is "$failed" "" "killed with its children at some moment, --remove restores"
}

# hidden REGEX TEXT - test that a user who cannot see others' processes in /proc is refused
hidden() {
	# shellcheck disable=SC2016 # for the inner shell
	mount_proc='mount -t proc -o hidepid=2 proc /proc && "$@"'
	if [ "$(id -u)" -ne 0 ] || ! unshare -m sh -c "$mount_proc" sh true 2>/dev/null; then
		skip "$2" "/proc cannot be mounted"
	else
		# shellcheck disable=SC2086 # a list of words
		refused "$2" "$1" unshare -m sh -c "$mount_proc" sh $nobody "$wire" "$tree"
	fi
}

test_interrupted() {
	journal=$tree/xen/.alice-wire
	fresh 4.17
	# A wire that waits in its first cp.  Its name has the characters that separate fields of
	# /proc/PID/stat, and no parent waits for it.
	ln -s "$(command -v sh)" "$work/wire) Z 1 ("
	ln -s "$(command -v sleep)" "$work/wire-sleep"
	mkdir "$work/slow"
	printf '#!/bin/sh\n: >"%s"\nexec sleep 60\n' "$work/in-cp" >"$work/slow/cp"
	chmod +x "$work/slow/cp"
	# shellcheck disable=SC2016 # for the inner shell
	PATH=$work/slow:$PATH setsid sh -c '"$@" & exec "$0" 60' \
		"$work/wire-sleep" "$work/wire) Z 1 (" "$wire" "$tree" &
	group=$!
	until [ -e "$work/in-cp" ]; do sleep 0.01; done
	read -r _ running start <"$journal"
	ago=$((${start:-0} - $(cut -d ' ' -f 22 "/proc/$group/stat")))
	[ "$ago" -ge 0 ] && [ "$ago" -lt 1000 ]
	ok $? "a journal has when its wire started: $ago ticks after its parent"
	refused "two at once" "another wire is at work in it \(process $running\)" \
		"$wire" "$tree"
	: >"$journal"
	(sleep 0.5 && printf 'pid %s\n' "$running $start" >"$journal") &
	like "$("$wire" "$tree" 2>&1)" "another wire is at work in it \\(process $running\\)" \
		"one that has only just begun"
	hidden 'another wire is at work in it' "one that is another user's, and hidden"
	kill -9 "$running"
	# kill(1) returns before the process is gone.
	while sed 's/.*) //' "/proc/$running/stat" 2>/dev/null | grep -q '^[^ZX]'; do
		sleep 0.01
	done
	# The process group's start is at most 1000 ticks earlier, and can be the same tick.
	for stale in "$running $start" "$group $((start - 1000))" "$group" "999999999 $start" \
		"0 $start" ""; do
		printf 'pid %s\n' "$stale" >"$journal"
		succeeds "a journal of a wire that is no more is stale: $stale" \
			"$wire" "$tree"
		"$wire" --remove "$tree" >/dev/null
		is "$(content "$tree")" "$(content "$clean")" "$stale: and nothing else"
	done
	kill -- "-$group"
	wait "$group" 2>/dev/null

	# A change that somebody makes while wire runs is not reverted.
	fresh 4.17
	printf '#!/bin/sh\necho "# mine" >>xen/common/Makefile\nexec cc "$@"\n' >"$work/editor"
	chmod +x "$work/editor"
	said=$(CC=$work/editor "$wire" "$tree" 2>&1)
	is "$?" 1 "a tree that changes meanwhile"
	like "$said" 'was changed while wire looked at it; run wire again' "is refused"
	echo '# mine' >>"$clean/xen/common/Makefile"
	is "$(content "$tree")" "$(content "$clean")" "and left as it is then"

	fresh 4.17
	printf 'pid 999999999\n' >"$journal"
	refused "--dry-run after an interruption" 'was interrupted; run wire' \
		"$wire" --dry-run "$tree"

	fresh 4.17
	before=$(content "$tree")
	new=$tree/xen/common/.alice-wire.Makefile
	echo new >"$new"
	touch -d '1 hour ago' "$new"
	printf 'pid 999999999\nput xen/common/Makefile\ncommit\n' >"$journal"
	refused "a file changed after the interruption" \
		'xen/common/Makefile was changed after' "$wire" "$tree"
	rm "$new"
	"$wire" "$tree" >/dev/null
	"$wire" --remove "$tree" >/dev/null
	is "$(content "$tree")" "$before" "is left to its owner"

	touch -d '+1 hour' "$tree/xen/common/Makefile"
	succeeds "a file that is newer than the clock" "$wire" "$tree"
	"$wire" --remove "$tree" >/dev/null
	is "$(content "$tree")" "$before" "is nobody's since"

	echo mine >"$tree/xen/common/alice.c"
	printf 'pid 999999999\ndelete xen/common/alice.c\ncommit\n' >"$journal"
	touch -d '1 hour ago' "$journal"
	refused "a file written after an interruption, which is to be deleted" \
		'xen/common/alice.c was changed after' "$wire" "$tree"

	fresh 4.17
	new=$tree/xen/common/.alice-wire.Makefile
	cp "$tree/xen/common/Makefile" "$new"
	touch -d '1 hour ago' "$tree/xen/common/Makefile" "$new"
	echo built >"$work/object"
	printf 'pid 999999999\nput xen/common/Makefile\ncommit\n' >"$journal"
	"$wire" --remove "$tree" >/dev/null
	[ -z "$(find "$work/object" -newer "$tree/xen/common/Makefile")" ]
	ok $? "objects that were built before the repair are older than the tree"

	fresh 4.17
	for signal in INT TERM HUP; do
	# A shell makes background processes ignore INT.
		setsid sh -c 'trap - INT; exec sh "$@"' sh "$wire" "$tree" \
			>/dev/null 2>&1 &
		sleep 0.1
		kill -"$signal" $! 2>/dev/null
		wait $! 2>/dev/null
	done
	"$wire" --remove "$tree" >/dev/null
	is "$(content "$tree") $(leftovers "$tree")" "$(content "$clean") " \
		"a signal leaves nothing behind"
}

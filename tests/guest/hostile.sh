#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A hypervisor that lies about its ops, in every way that hostile.c knows: the
# module refuses to load with one line that says what is wrong, or loads where
# the lie does no harm, and what it answers then never harms a program.

# shellcheck source=common.sh
. ./common.sh

told=
wrong="^alice: Xen's op table is wrong: "

# tell LIE - choose what the hypervisor does from now on
tell() {
	told="$told $1"
	tell_answer=$(./hypercall64 call 47 1000 "$1")
	[ "$tell_answer" = 0 ] || {
		ok 1 "$1: the hypervisor knows this lie"
		diag "it answers $tell_answer"
	}
}

# bad LIE REGEX [ERRNO-TEXT [LINES]] - the module is to refuse it
bad() {
	tell "$1"
	# shellcheck disable=SC2119 # parameters are optional
	load
	refused "$1: refused" "$2" "${4:-1}"
	like "$load_text" "${3:-Protocol error}" "$1: ${3:-Protocol error}"
	if loaded; then rmmod alice; fi
}

# odd LIE - the module is to load and to serve
odd() {
	tell "$1"
	# shellcheck disable=SC2119 # parameters are optional
	load
	served "$1: served" '^alice: Xen '
}

odd none
tap_run "none" ./device64 honest
unload "none: rmmod"

# What version says.
bad magic '^alice: hypercall 47 answers, but not as alice_op does' 'No such device'
bad magic_swapped '^alice: hypercall 47 answers, but not as' 'No such device'
bad version_short '^alice: hypercall 47 answers, but not as' 'No such device'
# An answer that cannot be is a line of its own, of the call.
bad version_long '^alice: hypercall 47 answers' 'No such device' 2
bad version_huge '^alice: hypercall 47 answers' 'No such device' 2
bad version_odd '^alice: hypercall 47 answers' 'No such device' 2
bad version_einval '^alice: hypercall 47 answers error 22' 'No such device'
for major in 0 2 65535; do
	bad "major_$major" "^alice: .*ABI $major\.0 .*this driver is for 1\.x" \
		'No such device'
done
for ops in 0 1025 100000; do
	bad "ops_$ops" "$wrong$ops rows"
done
bad ops_4g "${wrong}4294967295 rows"
bad ops_6 "${wrong}describe of row 5 of 6 answers -2"
bad ops_1024 "${wrong}describe of row 5 of 1024 answers -2"
for len in 0 255 65537; do
	bad "max_len_$len" "${wrong}payloads of up to $len bytes"
done
bad max_len_2g "${wrong}payloads of up to 2147483648 bytes"
bad max_len_4g "${wrong}payloads of up to 4294967295 bytes"

# What describe says.
bad row_short "${wrong}describe of row 2 of 5 answers 255"
bad row_long "${wrong}describe of row 2 of 5 answers" 'Protocol error' 2
bad row_huge "${wrong}describe of row 2 of 5 answers" 'Protocol error' 2
bad row_odd "${wrong}describe of row 2 of 5 answers" 'Protocol error' 2
bad row_enoent "${wrong}describe of row 2 of 5 answers -2"
bad row_eio "${wrong}describe of row 2 of 5 answers -5"
for text in name summary in_fmt out_fmt; do
	bad "${text}_unterminated" "${wrong}row 2: .*no end"
	bad "${text}_escape" "${wrong}row 2: .*unprintable"
done
for lie in name_newline name_high summary_newline summary_high; do
	bad "$lie" "${wrong}row 2: .*unprintable"
done
for lie in name_empty name_space name_upper; do
	bad "$lie" "${wrong}row 2: its name is not of"
done
bad name_taken "${wrong}row 2: its name is another row's"
bad cmd_taken "${wrong}row 2: its cmd is another row's"
for cmd in 1024 65536 4g; do
	bad "cmd_$cmd" "${wrong}row 2: its cmd is too large"
done
bad in_min_above "${wrong}row 2: in_min is above in_max"
for lie in in_max_4097 in_max_4g out_max_4097 out_max_2g out_max_4g; do
	bad "$lie" "${wrong}row 2: a length is above max_len"
done
bad reserved "${wrong}row 2: its reserved field is not 0"
bad all_ones "${wrong}row 2: "
bad all_zero "${wrong}row 2: "
bad same "${wrong}row 1: "

# Nothing that was logged may hold what a terminal obeys.
fresh
is "$(grep '^alice: ' kernel.log | LC_ALL=C grep -c '[^[:print:]]\|\\x1b')" 0 \
	"no line in the log has an escape sequence"

# Lies that do no harm.
odd minor_99
like "$(alicectl info)" '1\.99|minor.*99' "minor_99: alicectl info tells it"
unload "minor_99: rmmod"
odd ops_1
is "$(alicectl hello; echo $?)" 0 "ops_1: hello can be called"
unload "ops_1: rmmod"
odd many
is "$(alicectl ops | grep -c 'op-')" 1024 "many: all 1024 rows are listed"
unload "many: rmmod"
odd flag_unknown
tap_run "flag_unknown" ./device64 closed
text=$(alicectl probe data=x 2>&1)
is $? 1 "flag_unknown: alicectl's status is 1"
like "$text" 'EPERM' "flag_unknown: alicectl says EPERM"
unload "flag_unknown: rmmod"
odd fmt_nonsense
alicectl hello
is $? 0 "fmt_nonsense: other ops can be called"
text=$(alicectl probe data=x 2>&1)
ok "$(($? == 0))" "fmt_nonsense: alicectl refuses to guess" || diag "$text"
unload "fmt_nonsense: rmmod"

# An op whose answer cannot be.
for answer in above_room 2g 4g max min 512 513 4096 100000; do
	odd "probe_$answer"
	tap_run "probe_$answer" ./device64 nonsense
	tap_run "probe_$answer, 32 bits" ./device32 nonsense
	unload "probe_$answer: rmmod"
done
odd probe_unwritten
tap_run "probe_unwritten" ./device64 unwritten
unload "probe_unwritten: rmmod"

# A batch whose answer cannot be, or is an error: what each op of it is told.
for lie in short cut early long none eio odd huge above_room unwritten; do
	odd "batch_$lie"
	tap_run "batch_$lie" ./device64 "batch_$lie"
	tap_run "batch_$lie, 32 bits" ./device32 "batch_$lie"
	unload "batch_$lie: rmmod"
done
for lie in behind above_room max min 512 enoent; do
	odd "reply_$lie"
	tap_run "reply_$lie" ./device64 "reply_$lie"
	tap_run "reply_$lie, 32 bits" ./device32 "reply_$lie"
	unload "reply_$lie: rmmod"
done

# It lies while programs have the device open.
odd none
tap_run "lies that come later" ./device64 honest
tell all_ones
tap_run "the table was read once" ./device64 honest
tell none
unload

# Every lie that there is was told.
all=$(sed -n 's/^    VERSION_LIE(\(.*\)),$/\1/p; s/^    ROW_LIE(\(.*\)),$/\1/p
	s/^    { "\([a-z0-9_]*\)".*/\1/p' hostile.c | sort -u)
# shellcheck disable=SC2086 # a list
is "$(printf '%s\n' $told | sort -u)" "$all" "every lie of hostile.c was told"
no_oops
tap_done

# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# TAP for tests in POSIX sh: source it, call ok, is, like, tap_run ... and end
# with tap_done.  tap.awk has to be beside it, in the directory $TAP_DIR.

tap_count=0
tap_failed=0
tap_tmp=$(mktemp -d "${TMPDIR:-/tmp}/tap.XXXXXX") || exit 1
trap 'rm -rf "$tap_tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# diag TEXT - print an explanation, of one or more lines
diag() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

# seen WHAT TEXT - report a property of the test environment, for the matrix
seen() {
	[ -z "$2" ] || diag "seen $1: $2"
}

# seen_xen - report the Xen whose log is on stdin
seen_xen() {
	seen xen "$(sed -n '/Xen version/{
		s/.*Xen version \([^ ]*\) .* \([0-9.]*\)) *debug=\([^ ]*\).*/\1, debug=\3, gcc \2/p; q }')"
}

# ok STATUS TEXT - one test, passed when STATUS is 0
ok() {
	tap_count=$((tap_count + 1))
	if [ "$1" -eq 0 ]; then
		printf 'ok %s - %s\n' "$tap_count" "$2"
		return 0
	fi
	tap_failed=$((tap_failed + 1))
	printf 'not ok %s - %s\n' "$tap_count" "$2"
	return 1
}

# skip TEXT WHY - one test that cannot run here
skip() {
	tap_count=$((tap_count + 1))
	printf 'ok %s - %s # SKIP %s\n' "$tap_count" "$1" "$2"
}

# is GOT WANT TEXT - one test, passed when both are the same
is() {
	if [ "$1" = "$2" ]; then
		ok 0 "$3"
	else
		ok 1 "$3"
		diag "got:  $1"
		diag "want: $2"
		return 1
	fi
}

# like GOT REGEX TEXT - one test, passed when a line of GOT matches
like() {
	if printf '%s\n' "$1" | grep -Eq -e "$2"; then
		ok 0 "$3"
	else
		ok 1 "$3"
		diag "got:  $(printf '%s\n' "$1" | tail -n 10)"
		diag "want: $2"
		return 1
	fi
}

# succeeds TEXT COMMAND... - one test, passed when COMMAND does
succeeds() {
	tap_text=$1
	shift
	if tap_said=$("$@" 2>&1); then
		ok 0 "$tap_text"
	else
		ok "$?" "$tap_text"
		diag "$*: $tap_said"
		return 1
	fi
}

# tap_run NAME COMMAND... - run a program that prints TAP as part of this test: its tests
# become tests here, and its stream has to be valid (see tap.awk)
tap_run() {
	tap_name=$1
	shift
	# mawk holds lines back, in its input and its output, unless it is told to be interactive.
	tap_awk='awk'
	[ -n "$(awk -W interactive 'BEGIN { }' 2>&1)" ] || tap_awk='awk -W interactive'
	# Without a summary awk itself failed, which must not pass.
	echo "0 1 0 0" >"$tap_tmp/summary"
	{
		"$@" 2>&1
		printf '\n%s %s\n' '#tap-exit#' "$?"
	} | $tap_awk -f "$TAP_DIR/tap.awk" -v name="$tap_name" -v mark='#tap-exit#' \
		-v first="$tap_count" -v summary="$tap_tmp/summary"
	# shellcheck disable=SC2034 # the middle ones are for tests/run
	read -r tap_passes tap_fails tap_skips tap_shown <"$tap_tmp/summary"
	tap_count=$((tap_count + tap_shown))
	tap_failed=$((tap_failed + tap_fails))
	[ "$tap_fails" -eq 0 ]
}

# tap_done - print the plan and end
tap_done() {
	printf '1..%s\n' "$tap_count"
	[ "$tap_failed" -eq 0 ]
	exit
}

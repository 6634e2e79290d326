# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Other shells, and other versions of awk and of the system's tools.

# with NAME SHELL AWK - the same result with another shell and another awk
with() {
	mkdir -p "$work/with/$1"
	if [ -n "$3" ]; then
		printf '#!/bin/sh\nexec %s "$@"\n' "$3" >"$work/with/$1/awk"
		chmod +x "$work/with/$1/awk"
	fi
	failed=
	for v in 4.6 4.7 4.22; do
		fresh "$v"
		"$wire" "$tree" >/dev/null
		want=$(content "$tree")
		fresh "$v"
		# shellcheck disable=SC2086 # may be two words
		PATH=$work/with/$1:$PATH $2 "$wire" "$tree" >/dev/null
		[ "$(content "$tree")" = "$want" ] || failed="$failed $v"
		# shellcheck disable=SC2086 # may be two words
		PATH=$work/with/$1:$PATH $2 "$wire" --remove "$tree" >/dev/null
		[ "$(content "$tree")" = "$(content "$clean")" ] ||
			failed="$failed $v:remove"
	done
	is "$failed" "" "works the same with $1"
}

# With all of the system's tools replaced by busybox's.
test_busybox() {
	if ! command -v busybox >/dev/null; then
		skip "works the same with busybox alone" "not installed"
		return
	fi
	mkdir -p "$work/with/busybox alone"
	for tool in awk sed grep cat cp mv rm touch mkdir cmp diff dirname find wc \
		head tail readlink cut cksum sort; do
		ln -s "$(command -v busybox)" "$work/with/busybox alone/$tool"
	done
	with "busybox alone" "busybox sh" ''
}

test_others() {
	for shell in dash bash 'busybox sh' ksh mksh; do
		if command -v "${shell%% *}" >/dev/null; then
			with "$shell" "$shell" ''
		else
			skip "works the same with $shell" "not installed"
		fi
	done
	for awk in mawk gawk 'gawk --posix' 'busybox awk' original-awk; do
		if command -v "${awk%% *}" >/dev/null; then
			with "$awk" sh "$awk"
		else
			skip "works the same with $awk" "not installed"
		fi
	done
}

# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Shared by all parts of the lab: paths, messages, steps, locks, keys.
#
# The script that sources this sets lab_dir (this directory's parent) first, and runs under
# set -eu.  Functions that make a file print its path on stdout; messages go to stderr.

top=$(cd "$lab_dir/../.." && pwd)
BUILD=${BUILD:-$top/build}
case $BUILD in
/*) ;;
*) echo "lab: BUILD is '$BUILD', and must be an absolute path" >&2; exit 125 ;;
esac
export BUILD

# Ignore the caller's make flags and kernel output directory, language and umask.
unset MAKEFLAGS MAKELEVEL MFLAGS KBUILD_OUTPUT
export LC_ALL=C
umask 022
PATH=$PATH:/usr/sbin:/sbin

# Exit statuses: a failure of the lab itself, as in env(1) and docker(1); a timeout, as in
# timeout(1); a file that the mirror lacks (at present), as in sysexits.h.
LAB_FAILED=125
LAB_TIMEOUT=124
LAB_UNAVAILABLE=69

jobs=${JOBS:-$(nproc)}

# shellcheck source=../../lib/child.sh
. "$top/tests/lib/child.sh"

say() {
	printf 'lab: %s\n' "$*" >&2
}

die() {
	say "$*"
	exit "$LAB_FAILED"
}

# step TEXT LOG COMMAND...: run COMMAND with its output in build/log/LOG.log, and print
# TEXT and the time in seconds.
step() {
	step_text=$1 step_log=$BUILD/log/$2.log
	shift 2
	mkdir -p "$BUILD/log"
	printf 'lab: %s ... ' "$step_text" >&2
	step_start=$(date +%s)
	if "$@" >"$step_log" 2>&1; then
		printf '%s s\n' "$(($(date +%s) - step_start))" >&2
		return
	fi
	printf 'failed\n' >&2
	step_error "$step_log" | sed 's/^/    /' >&2
	die "could not $step_text; the whole log is $step_log"
}

# step_error LOG: print the first compiler error in LOG, or else its last lines.
step_error() {
	awk '
		/: (fatal )?error: / && !from { from = NR }
		{ line[NR] = $0 }
		END {
			if (!from)
				from = NR - 19
			for (i = from; i < from + 20 && i <= NR; i++)
				if (i > 0)
					print line[i]
		}' "$1"
}

# locked NAME COMMAND...: run COMMAND while holding the lock NAME, in a subshell.
locked() {
	mkdir -p "$BUILD/lab/locks"
	(
		locked_name=$1
		shift
		flock -n 9 || {
			say "waiting for another run that works on $locked_name"
			flock 9
		}
		"$@"
	) 9>"$BUILD/lab/locks/$(printf %s "$1" | tr / _)"
}

# key: print a short hash of stdin.
key() {
	sha256sum | cut -c1-20
}

# prune DIR N: remove all but the N newest things in DIR.
prune() {
	find "$1" -mindepth 1 -maxdepth 1 -printf '%T@ %p\n' | sort -rn |
		tail -n "+$(($2 + 1))" | cut -d' ' -f2- | while read -r pruned; do
		rm -rf "$pruned"
	done
}

# need COMMAND [GROUP]: fail unless COMMAND is installed; GROUP is its group in
# tests/lab/deps.
need() {
	command -v "$1" >/dev/null ||
		die "$1 is not installed; run tests/lab/deps --install${2:+ $2}"
}

# tree_sum DIR: print a hash of names, contents and modes of everything in DIR, whoever
# owns it and whether git tracks it or not.
tree_sum() {
	tar -C "$1" -c --sort=name --mtime=@0 --owner=0 --group=0 \
		--numeric-owner --exclude-vcs --format=gnu . | sha256sum |
		cut -d' ' -f1
}

# squash FILE: make the tar archive on stdin a compressed, read-only file system.
# Without -no-duplicates, sqfstar of squashfs-tools 4.5 on two processors sometimes
# writes an unreadable file.
squash() {
	sqfstar -comp lz4 -no-progress -no-duplicates "$1"
}

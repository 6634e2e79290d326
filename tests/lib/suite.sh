# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What the suites share: source it first.  It sets TOP, BUILD and WORK (a
# directory that is removed at the end), and has all of tap.sh.

TOP=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
BUILD=${BUILD:-$TOP/build}
TAP_DIR=$TOP/tests/lib
# shellcheck source=tap.sh
. "$TAP_DIR/tap.sh"
# shellcheck disable=SC2034 # for the suites
WORK=$tap_tmp

# program NAME... - build test programs that run in the lab (see programs.mk)
program() {
	mkdir -p "$BUILD/tests" || exit 1
	for suite_program; do
		set -- "$@" "$BUILD/tests/$suite_program"
		shift
	done
	# Suites run side by side, and some need the same programs.
	flock "$BUILD/tests/.lock" make --no-print-directory \
		-f "$TOP/tests/lib/programs.mk" BUILD="$BUILD" "$@" >&2 || {
		echo "# building the test programs failed"
		exit 1
	}
}

# lab [OPTION...] -- COMMAND... - run a command in the lab
lab() {
	"$TOP/tests/lab/run" "$@"
}

# guest SCRIPT ARGUMENT [OPTION...] - run tests/guest/SCRIPT.sh in the lab, with one
# argument, which may be empty, and the lab's options; its tests become this
# suite's.  Files that are named by -f are beside it.
guest() {
	guest_script=$1 guest_argument=$2
	shift 2
	tap_run "" lab -f "$TAP_DIR/tap.sh" -f "$TAP_DIR/tap.awk" \
		-f "$TOP/tests/guest/common.sh" \
		-f "$TOP/tests/guest/$guest_script.sh" "$@" \
		-- sh "./$guest_script.sh" "$guest_argument"
}

# from_lab FUNCTION - call a function of the lab that prints where something is,
# which is fetched if need be
from_lab() (
	# shellcheck disable=SC2034 # for lab.sh
	lab_dir=$TOP/tests/lab
	set -eu
	# shellcheck source=../lab/lib/lab.sh
	. "$TOP/tests/lab/lib/lab.sh"
	"$@"
)

# kernel_dir - print where the lab's default kernel is unpacked
kernel_dir() {
	# shellcheck disable=SC2016 # expanded there
	from_lab eval 'kernel_ready "$opt_kernel"'
}

# module NAME - build tests/modules/NAME for the lab's default kernel; it is
# $BUILD/tests/modules/NAME/NAME.ko then
module() {
	module_dir=$BUILD/tests/modules/$1
	module_kernel=$(kernel_dir) || exit 1
	mkdir -p "$module_dir" "$BUILD/log" || exit 1
	# Kbuild leaves its files beside the sources, so it gets links to them.
	ln -sf "$TOP/tests/modules/$1"/* "$module_dir/"
	# shellcheck disable=SC2016 # expanded there
	from_lab eval 'kernel_make "$module_kernel" -C "$(kernel_headers "$module_kernel")" \
		M="$module_dir" ALICE_TOP="$TOP" modules' >"$BUILD/log/module-$1.log" 2>&1 && return
	tail -n 20 "$BUILD/log/module-$1.log" | sed 's/^/# /'
	echo "# building the module $1 failed: $BUILD/log/module-$1.log"
	exit 1
}

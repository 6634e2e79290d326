# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Shared by the suites, which source it first.  Sets TOP, SUITE (the suite's folder), BUILD,
# PROGRAMS (where program and module build) and WORK (a temporary directory), and sources
# tap.sh.

unset CDPATH
SUITE=$(cd "$(dirname "$0")" && pwd) || exit 1
TOP=${SUITE%/tests/*}
BUILD=${BUILD:-$TOP/build}
TAP_DIR=$TOP/tests/lib
# shellcheck source=tap.sh
. "$TAP_DIR/tap.sh"
# shellcheck disable=SC2034 # for the suites
WORK=$tap_tmp
# Not empty for the short form of the suite, which the suite's head describes.
# shellcheck disable=SC2034 # for the suites
QUICK=${ALICE_QUICK:-}
# Likewise for its long form.
# shellcheck disable=SC2034 # for the suites
LONG=${ALICE_LONG:-}

# block FILE NAME - print the fenced block of a document that follows the comment
# "test: NAME"
block() {
	awk -v want="<!-- test: $2 -->" '
		$0 == want { found = 1; next }
		found && /^```/ { if (inside++) exit; next }
		found && inside { print }' "$1"
}

# blocks DOCUMENT NAME... - write these blocks of a document of this project to
# $WORK/blocks/NAME
blocks() {
	blocks_document=$TOP/$1
	shift
	mkdir -p "$WORK/blocks"
	for block_name; do
		block "$blocks_document" "$block_name" >"$WORK/blocks/$block_name"
	done
}

# Not empty if the dom0 can have two processors, for ${two_cpus:+--cpus 2}; they cost the host
# about twice as much as one.
# shellcheck disable=SC2034 # for the suites
two_cpus=yes
[ "${LAB_DOM0:-pv}" != pvh ] || two_cpus=

# as_root COMMAND... - as root, or as root of a user namespace
as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		mmdebstrap --unshare-helper "$@"
	fi
}

# lab [OPTION...] -- COMMAND... - run a command in the lab
lab() {
	"$TOP/tests/lab/run" "$@"
}

# guest SCRIPT ARGUMENT [OPTION...] - run a script of the suite's folder in the lab, with one
# argument, which may be empty, and the lab's options.  Its tests become this suite's.
# The scripts of tests/lib/guest and the files of -f are in the same directory.
guest() {
	guest_script=$SUITE/$1 guest_argument=$2
	shift 2
	for guest_file in "$TAP_DIR/tap.sh" "$TAP_DIR/tap.awk" "$TAP_DIR"/guest/*.sh "$guest_script"; do
		set -- "$@" -f "$guest_file"
	done
	tap_run "" lab "$@" -- sh "./${guest_script##*/}" "$guest_argument"
}

# from_lab FUNCTION - call a function of the lab that prints a path, and fetches what is
# missing
from_lab() (
	# shellcheck disable=SC2034 # for lab.sh
	lab_dir=$TOP/tests/lab
	set -eu
	# shellcheck source=../lab/lib/lab.sh
	. "$TOP/tests/lab/lib/lab.sh"
	"$@"
)

PROGRAMS=$(from_lab arch_build)/tests || exit 1

# program NAME... - build test programs that run in the lab (see programs.mk)
program() {
	mkdir -p "$PROGRAMS" || exit 1
	for suite_program; do
		set -- "$@" "$PROGRAMS/$suite_program"
		shift
	done
	# Suites run in parallel, and may build the same programs.
	from_lab locked programs for_arch make_programs "$@" >&2 || {
		echo "# building the test programs failed"
		exit 1
	}
}

# shellcheck disable=SC2154 # the lab's
make_programs() {
	make --no-print-directory -f "$TOP/tests/lib/programs.mk" \
		BUILD="${PROGRAMS%/tests}" CC64="$arch_cc" CC32="$arch_cc32" "$@"
}

# cc32 - print the compiler for 32 bits
cc32() {
	# shellcheck disable=SC2016 # expanded there
	from_lab eval 'echo "$arch_cc32"'
}

# kernel_dir - print where the lab's default kernel is unpacked
kernel_dir() {
	# shellcheck disable=SC2016 # expanded there
	from_lab eval 'kernel_ready "$opt_kernel"'
}

# domu_ready - prepare to boot a guest: $WORK/vmlinuz is a link to the lab's default kernel, and
# busybox the path of a static one
domu_ready() {
	domu_kernel=$(kernel_dir) &&
		ln -sf "$domu_kernel/boot/vmlinux" "$WORK/vmlinuz" &&
		busybox=$(from_lab busybox_static)
}

# kit_dir - print the directory of the build kit for live ops, for the lab's default Xen
kit_dir() {
	# shellcheck disable=SC2016 # expanded there
	kit_xen=$(from_lab eval 'xen_image "$opt_xen" "" "$opt_debug"') || return
	echo "${kit_xen%/xen}/kit"
}

# debian_package NAME - unpack a Debian package in $WORK/NAME; it is fetched once
debian_package() {
	suite_debs=$BUILD/apt/$1
	[ -d "$suite_debs" ] || {
		from_lab apt_ready bookworm && from_lab apt_download bookworm "$suite_debs" "$1"
	} >&2 || exit 1
	dpkg-deb -x "$suite_debs"/*.deb "$WORK/$1"
}

# payloads FILE.c... - build live ops for the lab's default Xen: $WORK/NAME.livepatch
payloads() {
	payload_kit=$(kit_dir) || exit 1
	for payload_file; do
		payload=$WORK/$(basename "$payload_file" .c).livepatch
		"$TOP/xen/alice-live" --xen "$payload_kit" build "$payload_file" \
			-o "$payload" >&2 || {
			echo "# building $payload_file failed"
			exit 1
		}
	done
}

# module NAME DIRECTORY - build the module of a directory for the lab's default kernel, as
# $PROGRAMS/modules/NAME/NAME.ko
module() {
	module_dir=$PROGRAMS/modules/$1
	module_kernel=$(kernel_dir) || exit 1
	mkdir -p "$module_dir" "$BUILD/log" || exit 1
	# Kbuild writes its files beside the sources, so build in a directory of links.
	ln -sf "${2:?}"/* "$module_dir/"
	from_lab make_module >"$BUILD/log/module-$1.log" 2>&1 && return
	tail -n 20 "$BUILD/log/module-$1.log" | sed 's/^/# /'
	echo "# building the module $1 failed: $BUILD/log/module-$1.log"
	exit 1
}

make_module() {
	kernel_make "$module_kernel" -C "$(kernel_headers "$module_kernel")" \
		M="$module_dir" ALICE_TOP="$TOP" modules
}

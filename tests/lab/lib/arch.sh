# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Which architecture the machine has.  What differs is in arch/, a file each, with the
# same variables and functions in all of them: names, compilers, and how QEMU gives the
# machine processors, Xen and Linux.  The host is amd64.
#
#   arch_tuple           what GNU calls it
#   arch_cc              its compiler
#   arch_cc32            the compiler of its 32-bit programs
#   arch_make            what make is told by the makefiles of Linux and of this project
#   arch_make_xen        ... and by Xen's
#   arch_cc_old_xen      what an old Xen needs of today's compilers: not the warnings
#                        that they added
#   arch_qemu            the emulator
#   arch_deps            the group of tests/lab/deps that has it
#   arch_model           its arguments for processor and board
#   arch_console         the console of a Linux without Xen
#   arch_xen_line MEMORY print what Xen is told of its console and of the dom0's memory
#   arch_xen_built TREE  print what a build in TREE, a Xen tree's xen/, has made, as
#                        QEMU boots it
#   arch_xen_debian DIR VERSION   print Debian's own, of its package in DIR
#   arch_boot XEN-LINE KERNEL-LINE COMMAND...   call COMMAND with QEMU's arguments that
#                        load xen, vmlinuz and initrd, with these command lines

# arch_use ARCH: what follows is for machines of this architecture.
arch_use() {
	[ -r "$lab_dir/lib/arch/$1.sh" ] || die "--arch is amd64 or arm64, not '$1'"
	opt_arch=$1
	# shellcheck source=/dev/null # one of several
	. "$lab_dir/lib/arch/$1.sh"
}

# arch_name NAME: print the name of something that is kept for each architecture.
arch_name() {
	case $opt_arch in
	amd64) echo "$1" ;;
	*) echo "$1-$opt_arch" ;;
	esac
}

# arch_build: print the BUILD of what is made from this project for it.
arch_build() {
	case $opt_arch in
	amd64) echo "$BUILD" ;;
	*) echo "$BUILD/$opt_arch" ;;
	esac
}

arch_use "${LAB_ARCH:-amd64}"

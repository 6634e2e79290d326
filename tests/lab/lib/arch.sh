# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The architecture of the machine.  Each file in arch/ describes one, with the same variables
# and functions: names, compilers, and how QEMU emulates the machine and boots Xen and Linux.
# The host is amd64.
#
#   arch_tuple           GNU's name for it
#   arch_cc              its compiler
#   arch_cc32            the compiler for its 32-bit programs
#   arch_make            make arguments for Linux and for this project
#   arch_make_xen        make arguments for Xen
#   arch_cc_old_xen      flags with which today's compilers build an old Xen: without new
#                        warnings
#   arch_qemu            the emulator
#   arch_deps            the group of tests/lab/deps that has it
#   arch_model           its arguments for processor and board
#   arch_console         the console of Linux without Xen
#   arch_xen_line MEMORY print Xen's arguments for the console and the dom0's memory
#   arch_xen_built TREE  print the hypervisor that was built in TREE, a Xen tree's xen/,
#                        in the form that QEMU boots
#   arch_xen_debian DIR VERSION   print Debian's hypervisor from its package in DIR
#   arch_boot XEN-LINE KERNEL-LINE COMMAND...   run COMMAND with the QEMU arguments that
#                        load xen, vmlinuz and initrd, with these command lines

# arch_use ARCH: select this architecture.
arch_use() {
	[ -r "$lab_dir/lib/arch/$1.sh" ] || die "--arch is amd64 or arm64, not '$1'"
	opt_arch=$1
	# shellcheck source=/dev/null # one of several
	. "$lab_dir/lib/arch/$1.sh"
}

# arch_name NAME: print the name of a file that exists once for each architecture.
arch_name() {
	case $opt_arch in
	amd64) echo "$1" ;;
	*) echo "$1-$opt_arch" ;;
	esac
}

# arch_build: print the BUILD directory of this project for it.
arch_build() {
	case $opt_arch in
	amd64) echo "$BUILD" ;;
	*) echo "$BUILD/$opt_arch" ;;
	esac
}

arch_use "${LAB_ARCH:-amd64}"

# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2034 # for the lab
#
# A PC, like the host.  See ../arch.sh.

arch_tuple=x86_64-linux-gnu
arch_cc=gcc
# gcc -m32 does not find asm/ by itself.
arch_cc32='gcc -m32 -idirafter /usr/include/x86_64-linux-gnu'
arch_make=CC=gcc
arch_make_xen=
# Without -mno-mmx an old Xen crashes.
arch_cc_old_xen='-w -mno-mmx'
arch_qemu=qemu-system-x86_64
arch_deps=
# -cpu max and most models have features with which Xen or its dom0 crash under
# emulation.
arch_model='-cpu qemu64,+svm,+npt'
arch_console=ttyS0

arch_xen_line() {
	echo "console=com1 com1=115200,8n1 dom0_mem=$1,max:$1"
}

arch_xen_built() {
	gzip -dc "$1/xen.gz"
}

arch_xen_debian() {
	gzip -dc "$1/boot/xen-$2-amd64.gz"
}

# A comma separates modules in QEMU's list, so commas are doubled.
arch_boot() {
	arch_xen=$1 arch_kernel=$(printf %s "$2" | sed 's/,/,,/g')
	shift 2
	"$@" -kernel xen -append "$arch_xen" -initrd "vmlinuz $arch_kernel,initrd"
}

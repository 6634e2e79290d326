# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2034 # for the lab
#
# QEMU's own Arm board.  See ../arch.sh.

arch_tuple=aarch64-linux-gnu
arch_cc=$arch_tuple-gcc
arch_cc32=arm-linux-gnueabihf-gcc
arch_make="ARCH=arm64 CROSS_COMPILE=$arch_tuple- CC=$arch_cc"
arch_make_xen="XEN_TARGET_ARCH=arm64 CROSS_COMPILE=$arch_tuple-"
arch_cc_old_xen=-w
arch_qemu=qemu-system-aarch64
arch_deps=arm64
# Xen does not give the board's MSIs to the dom0.
arch_model='-machine virt,virtualization=on,gic-version=3 -cpu cortex-a57
	-global virtio-blk-pci.vectors=0 -global virtio-serial-pci.vectors=0'
arch_console=ttyAMA0

arch_xen_line() {
	echo "console=dtuart dom0_mem=$1"
}

arch_xen_built() {
	cat "$1/xen"
}

arch_xen_debian() {
	cat "$1/boot/xen-$2-arm64"
}

# Kernel and initrd are loaded at addresses that the device tree tells Xen. They must not
# overlap each other, Xen or the device tree, nor exceed the memory, which begins at 1 GiB.  A
# comma separates parts of QEMU's list.
arch_boot() {
	arch_xen=$1 arch_kernel=$(printf %s "$2" | sed 's/,/,,/g')
	shift 2
	"$@" -kernel xen -append "$arch_xen" \
		-device "guest-loader,addr=0x50000000,kernel=vmlinuz,bootargs=$arch_kernel" \
		-device guest-loader,addr=0x58000000,initrd=initrd
}

# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# A 32-bit Debian bookworm with its 32-bit kernel, for guests, with driver and tool installed.
# Packages are only unpacked, but the host can run the programs of the kernel headers.

i386_packages="linux-image-686-pae,linux-headers-686-pae,busybox-static,udev,systemd"
i386_packages="$i386_packages,kmod,util-linux,passwd,base-passwd,dash"

# i386_system: print its path; create it if needed.  The file release in it has the
# kernel's release.
i386_system() {
	need mmdebstrap
	need gcc
	i386_tree=$BUILD/lab/i386/tree-$({
		apt_sources bookworm
		cat "$lab_dir/lib/i386.sh"
	} | key)
	i386_out=$BUILD/lab/i386/system-$({
		echo "$i386_tree"
		gcc --version
		cat "$top/Makefile"
		for i386_part in driver tools udev-rules uapi xen/public; do
			tree_sum "$top/$i386_part"
		done
	} | key)
	[ -d "$i386_out" ] || locked i386 i386_make
	echo "$i386_out"
}

i386_make() {
	mkdir -p "$BUILD/lab/i386"
	if [ ! -d "$i386_tree" ]; then
		step "unpack Debian's packages for i386" i386 i386_unpack
		mv "$i386_tree.part" "$i386_tree"
	fi
	[ ! -d "$i386_out" ] || return 0
	step "build and install the driver and the tool for 32 bits" product-i386 i386_install
	mv "$i386_out.part" "$i386_out"
	prune "$BUILD/lab/i386" 3
}

# Users and devices from the packages are not wanted, and only some of the kernel's
# modules.
i386_unpack() {
	rm -rf "$i386_tree.part" "$i386_tree.tar"
	mkdir -p "$i386_tree.part"
	mmdebstrap --variant=extract --architectures=i386 --quiet \
		--include="$i386_packages" --aptopt='Acquire::Retries "3"' \
		--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
		bookworm "$i386_tree.tar" "deb [signed-by=$keyring] $mirror bookworm main" &&
		tar -C "$i386_tree.part" --no-same-owner --exclude='./dev/*' \
			--exclude='./usr/share/doc' --exclude='./usr/share/man' \
			--exclude='./usr/share/locale' --exclude='*/modules/*/kernel' \
			-xf "$i386_tree.tar" &&
		rm -f "$i386_tree.tar" || return
	for i386_kernel in "$i386_tree.part"/boot/vmlinuz-*; do
		echo "${i386_kernel##*/vmlinuz-}" >"$i386_tree.part/release"
	done
	# Make the paths in the headers relative: they expect to be installed in /usr.
	# shellcheck disable=SC2016 # for make
	sed -i 's,/usr/\(src\|lib\)/linux-,$(dir $(lastword $(MAKEFILE_LIST)))../../\1/linux-,' \
		"$i386_tree.part"/usr/src/linux-headers-*-686-pae/Makefile
}

i386_install() {
	rm -rf "$i386_out.part"
	cp -al "$i386_tree" "$i386_out.part" &&
		make -C "$top" install BUILD="$i386_tree.build" PREFIX=/usr \
			KDIR="$i386_tree/usr/src/linux-headers-$(cat "$i386_tree/release")" \
			DESTDIR="$i386_out.part" CC="$arch_cc32" \
			KARGS='ARCH=i386 CC=gcc DEPMOD=true CONFIG_MODULE_SIG_ALL='
}

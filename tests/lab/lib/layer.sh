# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What is added to the dom0 for one run: the files of "make install", and the job.  The
# initramfs's /init reads it from a disk, and lays it over the root before the root's init starts.

# Kernel modules in the initramfs, in load order. crc32c is left out: its module does not load
# on the emulated processor.
initrd_modules="virtio_pci virtio_blk squashfs overlay virtio_console"

# product DIR: build driver and tool for the kernel in DIR, install them with udev rule
# and group into a tree that can be laid over a root, and print its path.
product() {
	need gcc
	product_kernel=$1
	product_release=$(cat "$1/release")
	product_headers=$(kernel_headers "$1")
	product_root=$(kernel_compiler "$1")
	product_key=$({
		echo "$product_headers $product_root"
		for_arch "$arch_cc" --version
		for_arch pkg-config --modversion xencall 2>/dev/null || :
		cat "$top/Makefile" "$top"/*.mk "$lab_dir/lib/layer.sh"
		for product_part in driver lib tools udev-rules uapi xen/public; do
			tree_sum "$top/$product_part"
		done
	} | key)
	product_tree=$BUILD/lab/product/$product_release-$product_key
	[ -d "$product_tree" ] || locked product product_make
	echo "$product_tree"
}

product_make() {
	[ ! -d "$product_tree" ] || return 0
	step "build and install the driver and the tool for Linux $product_release" \
		product product_install
	mv "$product_tree.part" "$product_tree"
	touch "$product_tree"
	prune "$BUILD/lab/product" 4
}

# For a kernel with KCOV, build the driver with KCOV, too.
product_kargs() {
	! grep -qsx CONFIG_KCOV=y "$product_headers/.config" || echo KCOV_INSTRUMENT=y
}

product_install() {
	product_part=$product_tree.part
	rm -rf "$BUILD/lab/product"/*.part "$BUILD/lab/product"/*.depmod
	mkdir -p "$product_part"
	# As "make install" of all parts; the module may need another compiler. The
	# headers name a key to sign modules with, which the lab does not have.
	product_build=$(arch_build)
	# shellcheck disable=SC2086 # words for make
	kernel_make "$product_kernel" -C "$top/driver" modules_install \
		BUILD="$product_build" KDIR="$product_headers" \
		INSTALL_MOD_PATH="$product_part" \
		KARGS="DEPMOD=true CONFIG_MODULE_SIG_ALL= $(product_kargs)" &&
		for_arch make -C "$top/tools" install $arch_make \
			BUILD="$product_build" PREFIX=/usr DESTDIR="$product_part" &&
		make -C "$top/udev-rules" install PREFIX=/usr DESTDIR="$product_part" || return
	# The roots are usr-merged: /lib is a link to /usr/lib.
	if [ -d "$product_part/lib" ]; then
		mkdir -p "$product_part/usr/lib" &&
			cp -a "$product_part/lib/." "$product_part/usr/lib/" &&
			rm -rf "${product_part:?}/lib" || return
	fi
	product_depmod
}

# Add the module to the kernel's module index, so that modprobe finds it. The kernel's
# own modules are links here, for depmod.
product_depmod() {
	product_mods=usr/lib/modules/$product_release
	product_links=$product_tree.depmod
	product_index=$product_links/lib/modules/$product_release
	rm -rf "$product_links" &&
		mkdir -p "$product_index" &&
		ln -s "$product_kernel/$product_mods"/modules.order \
			"$product_kernel/$product_mods"/modules.builtin* \
			"$product_kernel/$product_mods"/kernel \
			"$product_part/$product_mods"/* "$product_index/" &&
		depmod -b "$product_links" "$product_release" &&
		find "$product_index" -maxdepth 1 -type f \
			-exec cp {} "$product_part/$product_mods/" \; &&
		rm -rf "$product_links"
}

# xen_log: print the path of xen-log, the lab's reader of Xen's log; build it if needed.
xen_log() {
	xen_log_out=$BUILD/lab/xen-log/$({
		for_arch "$arch_cc" --version
		cat "$lab_dir/guest/xen-log.c" "$lab_dir/lib/layer.sh"
	} | key)
	[ -f "$xen_log_out" ] || locked xen-log xen_log_make
	echo "$xen_log_out"
}

xen_log_make() {
	[ ! -f "$xen_log_out" ] || return 0
	mkdir -p "$BUILD/lab/xen-log"
	step "build xen-log" xen-log for_arch xen_log_compile
	mv "$xen_log_out.part" "$xen_log_out"
}

xen_log_compile() {
	# shellcheck disable=SC2046 # words for the compiler
	"$arch_cc" -std=gnu11 -O1 -Wall -Wextra -Werror -o "$xen_log_out.part" \
		"$lab_dir/guest/xen-log.c" $(pkg-config --cflags --libs xencall)
}

# busybox_static: print the path of Debian's static busybox; fetch it if needed.
# Installing it on the host would remove the host's busybox.
busybox_static() {
	busybox_dir=$BUILD/lab/$(arch_name busybox)
	[ -d "$busybox_dir" ] || locked busybox busybox_fetch
	echo "$busybox_dir/bin/busybox"
}

busybox_fetch() {
	[ ! -d "$busybox_dir" ] || return 0
	apt_ready bookworm
	for busybox_version in $(apt_versions bookworm busybox-static); do
		attempt "fetch busybox $busybox_version" fetch-busybox \
			apt_download bookworm "$busybox_dir.deb" \
			"busybox-static=$busybox_version" || continue
		apt_unpack "$busybox_dir.deb" "$busybox_dir.part"
		mv "$busybox_dir.part" "$busybox_dir"
		rm -rf "$busybox_dir.deb"
		return
	done
	die "cannot fetch busybox-static from Debian's bookworm"
}

# initrd_base DIR MODULES: print the path of the initramfs for the kernel in DIR, with
# MODULES besides those that every initramfs has; build it if needed.
initrd_base() {
	initrd_busybox=$(busybox_static)
	initrd_key=$({
		cat "$lab_dir/guest/initrd" "$lab_dir/lib/layer.sh" "$1/release" \
			"$initrd_busybox"
		echo "$2"
	} | key)
	initrd_out=$BUILD/lab/initrd/$initrd_key.cpio
	[ -f "$initrd_out" ] || locked initrd initrd_make "$@"
	echo "$initrd_out"
}

initrd_make() {
	[ ! -f "$initrd_out" ] || return 0
	initrd_dir=$initrd_out.dir
	initrd_release=$(cat "$1/release")
	rm -rf "$initrd_dir"
	mkdir -p "$initrd_dir/bin" "$initrd_dir/modules"
	cp "$initrd_busybox" "$initrd_dir/bin/busybox"
	cp "$lab_dir/guest/initrd" "$initrd_dir/init"
	for initrd_module in $initrd_modules $2; do
		modprobe -d "$1" -S "$initrd_release" --show-depends "$initrd_module" |
			sed -n -e '/crc32c-intel/d' -e 's/^insmod \([^ ]*\).*/\1/p'
	done | awk '!seen[$0]++' | while read -r initrd_file; do
		initrd_name=$(basename "$initrd_file" .xz)
		# Newer kernels have compressed modules.
		case $initrd_file in
		*.xz) xz -dc "$initrd_file" ;;
		*) cat "$initrd_file" ;;
		esac >"$initrd_dir/modules/$initrd_name"
		echo "$initrd_name"
	done >"$initrd_dir/modules/order"
	cpio_of "$initrd_dir" >"$initrd_out.part"
	rm -rf "$initrd_dir"
	mv "$initrd_out.part" "$initrd_out"
	prune "$BUILD/lab/initrd" 4
}

# cpio_of DIR: print DIR as a cpio archive in which root owns everything.
cpio_of() {
	(cd "$1" && find . -mindepth 1 | LC_ALL=C sort |
		cpio -o -H newc -R 0:0 --quiet)
}

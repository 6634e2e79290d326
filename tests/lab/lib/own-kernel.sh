# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Kernels that Debian does not have: its source, built with kernels/NAME.config on top of what
# the lab needs. They look like Debian's, below build/kernel/NAME/, but have no modules;
# build/kernel/NAME.obj is the object directory.

# Code that must not be instrumented: it runs before the shadow memory is set up. Each
# line names a makefile, and a line to add to it.
own_kernel_uninstrumented() {
	cat <<-EOF
	arch/x86/xen/Makefile: KASAN_SANITIZE := n
	arch/x86/platform/pvh/Makefile: KASAN_SANITIZE := n
	arch/x86/kernel/cpu/Makefile: KASAN_SANITIZE_common.o := n
	lib/Makefile: KASAN_SANITIZE_string.o := n
	EOF
}

# own_kernel_ready NAME: build the kernel if needed, and print its directory.
own_kernel_ready() {
	own_dir=$BUILD/kernel/$1
	own_key=$({
		gcc --version
		cat "$lab_dir/lib/own-kernel.sh" "$lab_dir/kernels/base.config" \
			"$lab_dir/kernels/$1.config"
	} | key)
	[ "$(cat "$own_dir/key" 2>/dev/null)" = "$own_key" ] ||
		locked own-kernel own_kernel_make "$1"
	echo "$own_dir"
}

own_kernel_make() {
	[ "$(cat "$own_dir/key" 2>/dev/null)" != "$own_key" ] || return 0
	"$lab_dir/deps" --check kernel >/dev/null ||
		die "the packages to build kernels are not installed; run tests/lab/deps --install kernel"
	own_source=$BUILD/kernel/source
	own_obj=$own_dir.obj
	own_llvm=$(grep -x CONFIG_CC_IS_CLANG=y "$lab_dir/kernels/$1.config") || :
	[ -d "$own_source" ] || own_kernel_fetch
	step "configure the kernel $1" "configure-kernel-$1" own_kernel_configure "$1"
	say "a kernel of the lab's own takes 5 to 15 minutes to build"
	step "build the kernel $1" "build-kernel-$1" own_kernel_in bzImage modules
	step "install the kernel $1" "install-kernel-$1" own_kernel_install
	echo "$own_key" >"$own_dir.part/key"
	rm -rf "$own_dir"
	mv "$own_dir.part" "$own_dir"
}

own_kernel_fetch() {
	own_debs=$BUILD/kernel/source.debs
	apt_ready bookworm
	step "fetch the kernel's source" fetch-kernel-source \
		apt_download bookworm "$own_debs" linux-source-6.1
	step "unpack the kernel's source" unpack-kernel-source own_kernel_unpack
	rm -rf "$own_debs"
}

own_kernel_unpack() {
	rm -rf "$own_source.part" && mkdir -p "$own_source.part" &&
		dpkg-deb --fsys-tarfile "$own_debs"/*.deb |
		tar -x -O ./usr/src/linux-source-6.1.tar.xz |
		tar -xJ -C "$own_source.part" --strip-components=1 &&
		own_kernel_uninstrumented | while IFS= read -r own_line; do
			echo "${own_line#*: }" >>"$own_source.part/${own_line%%: *}" ||
				return
		done &&
		mv "$own_source.part" "$own_source"
}

# own_kernel_in TARGET...: make in its source; the result does not depend on the path.
own_kernel_in() {
	make -C "$own_source" O="$own_obj" -j"$jobs" KBUILD_BUILD_USER=alice \
		KBUILD_BUILD_HOST=lab ${own_llvm:+LLVM=1} "$@"
}

# A symbol that the kernel does not accept is a mistake in our files.
own_kernel_configure() {
	mkdir -p "$own_obj" && own_kernel_in tinyconfig || return
	{
		cat "$lab_dir/kernels/base.config" "$lab_dir/kernels/$1.config"
		echo "CONFIG_LOCALVERSION=\"-$1\""
	} >"$own_obj/wanted" && cat "$own_obj/wanted" >>"$own_obj/.config" &&
		own_kernel_in olddefconfig || return
	# The last line of a symbol takes effect.
	awk -F= '/^CONFIG_/ { want[$1] = $0 }
		END { for (name in want) print want[name] }' "$own_obj/wanted" |
		while read -r own_line; do
			case $own_line in
			*=n) ! grep -q "^${own_line%=n}=" "$own_obj/.config" ;;
			*) grep -qxF -e "$own_line" "$own_obj/.config" ;;
			esac || {
				echo "the kernel does not accept $own_line"
				return 1
			}
		done
}

own_kernel_install() {
	own_release=$(make -s -C "$own_obj" kernelrelease) &&
		rm -rf "$own_dir.part" &&
		mkdir -p "$own_dir.part/boot" "$own_dir.part/usr/src" &&
		own_kernel_in INSTALL_MOD_PATH="$own_dir.part/usr" modules_install &&
		cp "$own_obj/arch/x86/boot/bzImage" "$own_dir.part/boot/vmlinuz-$own_release" &&
		kernel_plain "$own_obj/arch/x86/boot/bzImage" >"$own_dir.part/boot/vmlinux" &&
		ln -s "../../../${own_obj##*/}" "$own_dir.part/usr/src/linux-headers-$own_release" &&
		ln -s usr/lib "$own_dir.part/lib" &&
		rm -f "$own_dir.part/usr/lib/modules/$own_release/build" \
			"$own_dir.part/usr/lib/modules/$own_release/source" &&
		kernel_modules_image "$own_dir.part" "$own_release" &&
		echo "$own_release" >"$own_dir.part/release"
}

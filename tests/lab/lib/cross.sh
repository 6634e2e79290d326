# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Cross compilers, and libraries for the programs that they build: Debian's, unpacked below
# build/lab/.  Installing them on the host would conflict with gcc-multilib, which builds the
# 32-bit programs of amd64.

# cross_packages: print the host packages that contain the compilers.
cross_packages() {
	for cross_for in arm64:aarch64-linux-gnu armhf:arm-linux-gnueabihf; do
		cross_arch=${cross_for%:*} cross_tuple=${cross_for#*:}
		echo "gcc-12-$cross_tuple:amd64 cpp-12-$cross_tuple:amd64" \
			"binutils-$cross_tuple:amd64 libgcc-12-dev-$cross_arch-cross" \
			"libgcc-s1-$cross_arch-cross libc6-$cross_arch-cross" \
			"libc6-dev-$cross_arch-cross linux-libc-dev-$cross_arch-cross"
	done
}

# cross_dir: print their directory; fetch them if needed.
cross_dir() {
	cross_out=$BUILD/lab/$(arch_name cross)
	cross_key=$({
		apt_sources bookworm
		cat "$lab_dir/lib/cross.sh"
	} | key)
	[ "$(cat "$cross_out/key" 2>/dev/null)" = "$cross_key" ] ||
		locked cross cross_fetch
	echo "$cross_out"
}

cross_fetch() {
	[ "$(cat "$cross_out/key" 2>/dev/null)" != "$cross_key" ] || return 0
	apt_ready bookworm
	for cross_version in $(apt_versions bookworm libxen-dev); do
		# shellcheck disable=SC2046 # lists of packages
		attempt "fetch compilers for $opt_arch" fetch-cross \
			apt_download bookworm "$cross_out.debs" $(cross_packages) \
			$(printf "%s:$opt_arch=$cross_version " libxen-dev libxencall1 \
				libxentoollog1 libxentoolcore1) || continue
		step "unpack compilers for $opt_arch" unpack-cross cross_unpack
		rm -rf "$cross_out" "$cross_out.debs"
		mv "$cross_out.part" "$cross_out"
		return
	done
	die "cannot fetch a compiler for $opt_arch from Debian's bookworm"
}

# gcc and ld find their parts relative to themselves.  But libc.so is a linker script
# with absolute paths, and ld does not search these directories for libraries that a
# library needs.
cross_unpack() {
	apt_unpack "$cross_out.debs" "$cross_out.part" || return
	for cross_gcc in "$cross_out.part"/usr/bin/*-gcc-12; do
		ln -s "${cross_gcc##*/}" "${cross_gcc%-12}" || return
	done
	sed -i 's,/usr/[^ ]*/lib/,,g' "$cross_out.part"/usr/*/lib/libc.so &&
		sed -i "s,^Libs:,& -Wl\,-rpath-link\,$cross_out/usr/lib/$arch_tuple," \
			"$cross_out.part"/usr/lib/*/pkgconfig/xencall.pc &&
		echo "$cross_key" >"$cross_out.part/key"
}

# for_arch COMMAND...: run a command with the compilers for the target architecture.
for_arch() (
	if [ "$opt_arch" != amd64 ]; then
		cross_path=$(cross_dir) || exit
		PATH=$cross_path/usr/bin:$PATH
		LD_LIBRARY_PATH=$cross_path/usr/lib/x86_64-linux-gnu
		PKG_CONFIG_LIBDIR=$cross_path/usr/lib/$arch_tuple/pkgconfig
		PKG_CONFIG_SYSROOT_DIR=$cross_path
		export LD_LIBRARY_PATH PKG_CONFIG_LIBDIR PKG_CONFIG_SYSROOT_DIR
	fi
	"$@"
)

# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Debian's kernels, and builds for them.  build/kernel/SUITE/ has the
# unpacked packages (usr/, boot/), boot/vmlinux for Xen, the kernel's release in the file
# release, and modules.sqfs, which the dom0 mounts below its own root.

# kernel_ready SUITE: print the directory of the kernel and its headers; fetch and unpack
# them if needed.
kernel_ready() {
	case $1 in
	bullseye | bookworm | bookworm-rt | bookworm-backports | trixie | trixie-backports | sid) ;;
	debug | kasan | clang) ;;
	*) die "no kernel '$1'; there are bullseye, bookworm, bookworm-rt, bookworm-backports," \
		"trixie, trixie-backports, sid, debug, kasan and clang" ;;
	esac
	case $opt_arch,$1 in
	amd64,* | *,bullseye | *,bookworm*) ;;
	*) die "--kernel $1 is for amd64: the compiler for $opt_arch is older than it" ;;
	esac
	case $1 in
	debug | kasan | clang)
		own_kernel_ready "$1"
		return ;;
	esac
	kernel_name=$(arch_name "$1")
	kernel_dir=$BUILD/kernel/$kernel_name
	[ -f "$kernel_dir/boot/vmlinux" ] || locked "kernel-$kernel_name" kernel_fetch "$1"
	echo "$kernel_dir"
}

kernel_fetch() {
	[ ! -f "$kernel_dir/boot/vmlinux" ] || return 0
	kernel_package=linux-image-$opt_arch
	case $1 in
	*-rt)
		kernel_package=linux-image-rt-$opt_arch
		set -- "${1%-rt}" ;;
	esac
	apt_attempt "$1" || exit
	kernel_last=$LAB_UNAVAILABLE
	for kernel_version in $(apt_versions "$1" "$kernel_package"); do
		case $1 in
		# The backports index also lists the kernels of the plain suite.
		*-backports) case $kernel_version in *~bpo*) ;; *) continue ;; esac ;;
		esac
		kernel_image=$(apt_depends "$1" "$kernel_package=$kernel_version" \
			'linux-image-[^ ]*')
		kernel_release=${kernel_image%%=*}
		kernel_release=${kernel_release#linux-image-}
		kernel_same=${kernel_image#*=}
		# Newer kernels are split into several packages.
		kernel_parts=$(for kernel_part in base binary modules; do
			apt_depends "$1" "$kernel_image" "linux-$kernel_part-[^ ]*"
		done)
		kernel_headers=$(apt_depends "$1" \
			"linux-headers-$kernel_release=$kernel_same" \
			'linux-[hk][^ ]*' |
			# linux-kbuild has programs for the host.
			sed 's/^linux-kbuild-[^=]*/&:amd64/')
		# shellcheck disable=SC2086 # a list of packages
		attempt "fetch Linux $kernel_version ($1)" "fetch-kernel-$kernel_name" \
			apt_download "$1" "$kernel_dir.debs" "$kernel_image" $kernel_parts \
			"linux-headers-$kernel_release=$kernel_same" \
			$kernel_headers || {
			kernel_last=$?
			continue
		}
		step "unpack Linux $kernel_release" "unpack-kernel-$kernel_name" \
			kernel_unpack "$kernel_dir.debs" "$kernel_dir.part" \
			"$kernel_release"
		rm -rf "$kernel_dir" "$kernel_dir.debs"
		mv "$kernel_dir.part" "$kernel_dir"
		return
	done
	say "cannot fetch a kernel from Debian's $1"
	exit "$kernel_last"
}

# kernel_headers DIR: print where the headers of the kernel in DIR are.
kernel_headers() {
	echo "$1/usr/src/linux-headers-$(cat "$1/release")"
}

# kernel_compiler DIR: print the root in which to build modules for the kernel in DIR,
# create it if needed; print nothing if the host's compiler is new enough.
kernel_compiler() {
	kernel_gcc=$(sed -n 's/^CONFIG_GCC_VERSION=//p' \
		"$(kernel_headers "$1")/include/config/auto.conf")
	[ "$((kernel_gcc / 10000))" -gt "$(($(compiler_host) / 10000))" ] || return 0
	kernel_suite=${1##*/}
	apt_ready "$kernel_suite"
	# Kbuild's own programs are prebuilt, and need libraries.
	kernel_release=$(cat "$1/release")
	kernel_libraries=$(apt_depends "$kernel_suite" \
		"linux-kbuild-${kernel_release%-*}" 'lib[^ ]*' | sed 's/=.*//' | sort)
	# shellcheck disable=SC2086 # a list of packages
	compiler_root "${kernel_suite%-backports}" "gcc-$((kernel_gcc / 10000))" $kernel_libraries
}

# kernel_make DIR ARGUMENT...: run make for modules of the kernel in DIR, with the
# right compiler.
kernel_make() {
	kernel_root=$(kernel_compiler "$1") || return
	kernel_setting=$(kernel_headers "$1")/include/config/auto.conf
	shift
	if [ -n "$kernel_root" ]; then
		compiler_run "$kernel_root" make "$@"
	elif grep -q '^CONFIG_CC_IS_CLANG=y' "$kernel_setting"; then
		# The driver's makefile detects that this kernel needs clang.
		make "$@"
	else
		# The headers name the compiler that built the kernel.
		# shellcheck disable=SC2086 # words for make
		for_arch make "$@" $arch_make
	fi
}

kernel_unpack() {
	apt_unpack "$1" "$2" || return
	# Older packages have the modules in /lib.
	if [ -d "$2/lib" ]; then
		mkdir -p "$2/usr/lib" && mv "$2/lib/modules" "$2/usr/lib/" &&
			rmdir "$2/lib" || return
	fi
	# Newer packages have the kernel beside its modules.
	if [ ! -e "$2/boot/vmlinuz-$3" ]; then
		mkdir -p "$2/boot" && mv "$2/usr/lib/modules/$3/vmlinuz" \
			"$2/boot/vmlinuz-$3" || return
	fi
	ln -s usr/lib "$2/lib"
	rm -f "$2/usr/lib/modules/$3/build" "$2/usr/lib/modules/$3/source"
	# Make the paths in the headers relative: they expect to be installed in /usr.
	# shellcheck disable=SC2016 # for make
	sed -i 's,/usr/\(src\|lib\)/linux-,$(dir $(lastword $(MAKEFILE_LIST)))../../\1/linux-,' \
		"$2/usr/src/linux-headers-$3/Makefile" &&
		kernel_plain "$2/boot/vmlinuz-$3" >"$2/boot/vmlinux" &&
		kernel_modules_image "$2" "$3" &&
		echo "$3" >"$2/release"
}

# kernel_plain IMAGE: print a kernel for Xen. An xz payload is decompressed here, which would take
# an emulated machine seconds.
kernel_plain() {
	# Fields of Linux's x86 boot protocol: setup_sects, payload_offset, payload_length.
	plain_setup=$(od -An -tu1 -j497 -N1 "$1")
	plain_offset=$(od -An -tu4 -j584 -N4 "$1")
	plain_length=$(od -An -tu4 -j588 -N4 "$1")
	plain_from=$(((plain_setup + 1) * 512 + plain_offset + 1))
	if [ "$(kernel_bytes "$1" "$plain_from" 6 | od -An -tx1)" = ' fd 37 7a 58 5a 00' ]; then
		kernel_bytes "$1" "$plain_from" "$plain_length" | xz -dc --single-stream
	else
		cat "$1"
	fi
}

# kernel_bytes FILE FROM LENGTH: print LENGTH bytes of FILE, whose first is at 1.
kernel_bytes() {
	tail -c "+$2" "$1" | head -c "$3"
}

# The image has /usr/lib/modules only.
kernel_modules_image() {
	depmod -b "$1" "$2" &&
		tar -C "$1" -c --owner=0 --group=0 usr/lib/modules |
		squash "$1/modules.sqfs"
}


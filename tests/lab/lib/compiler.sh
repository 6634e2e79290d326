# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Compilers from Debian suites newer than the host: a small root of that suite below
# build/lab/compiler/, in which modules for its kernels are built. It uses user namespaces, so
# nothing on the host changes, and the built files belong to the user.

# compiler_host: print the host's compiler version in the kernel's format: 120200
compiler_host() {
	need gcc
	gcc -dumpfullversion | awk -F. '{ print $1 * 10000 + $2 * 100 + $3 }'
}

# compiler_root SUITE PACKAGE...: print the path of a root with these packages and those
# that every module build needs; create it if needed.
compiler_root() {
	compiler_suite=$1
	shift
	compiler_key=$({
		apt_sources "$compiler_suite"
		echo "$@"
		cat "$lab_dir/lib/compiler.sh"
	} | key)
	compiler_out=$BUILD/lab/compiler/$compiler_suite-$compiler_key
	[ -d "$compiler_out" ] || locked "compiler-$compiler_suite" compiler_make "$@"
	echo "$compiler_out"
}

compiler_make() {
	[ ! -d "$compiler_out" ] || return 0
	need mmdebstrap
	mkdir -p "$BUILD/lab/compiler"
	rm -rf "$BUILD/lab/compiler/$compiler_suite"-*
	step "make a root with the compiler of Debian's $compiler_suite" \
		"compiler-$compiler_suite" compiler_bootstrap "$(echo make xz-utils "$@" | tr ' ' ,)"
	mv "$compiler_out.part" "$compiler_out"
}

# mmdebstrap writes an archive, so the unpacked files belong to the user. Security
# updates are left out, as for the dom0.
compiler_bootstrap() {
	! apt_stale || set -- "$1" --aptopt="$apt_stale_option"
	compiler_include=$1
	shift
	mmdebstrap --variant=essential --include="$compiler_include" --quiet \
		--aptopt='Acquire::Retries "3"' "$@" \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		"$compiler_suite" "$compiler_out.tar" \
		"deb [signed-by=$keyring] $mirror $compiler_suite main" &&
		mkdir -p "$compiler_out.part" &&
		tar -C "$compiler_out.part" -x --no-same-owner --exclude='./dev/*' \
			-f "$compiler_out.tar" &&
		rm "$compiler_out.tar"
}

# compiler_run ROOT COMMAND...: run COMMAND in ROOT, with the project and its build
# directory at their usual paths.
compiler_run() {
	compiler_in=$1
	shift
	mkdir -p "$compiler_in$top" "$compiler_in$BUILD" || return
	set -- sh -ec '
		for place in "$2" "$3" /dev /proc; do
			mount --rbind "$place" "$1$place"
		done
		cd "$1"
		shift 3
		exec chroot . "$@"' sh "$compiler_in" "$top" "$BUILD" "$@"
	if [ "$(id -u)" -eq 0 ]; then
		unshare --mount "$@"
	else
		unshare --mount --user --map-root-user "$@"
	fi
}

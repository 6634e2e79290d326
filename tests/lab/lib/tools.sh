# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Xen's own tools (xl and others), where the root does not have them: each version of Xen
# needs its own.  Debian's packages of several versions can be installed together, and
# /usr/sbin/xl selects the one for the running Xen.

# xen_tools XEN: print the path of a tree to lay over the root, with the tools for
# --xen XEN; fetch it if needed. Print nothing if the root has them, or Debian does not.
xen_tools() {
	tools_version=$(xen_version "$1")
	case $tools_version in
	4.14 | 4.20) ;;
	*) return 0 ;;
	esac
	tools_dir=$BUILD/lab/$(arch_name "xen-tools-$tools_version")
	if [ -d "$tools_dir" ] || locked "${tools_dir##*/}" tools_fetch; then
		echo "$tools_dir"
	else
		say "this dom0 has no xl or other tools for Xen $tools_version"
	fi
}

# xen_version XEN: print the version of --xen XEN, if its name or its tree says it.
xen_version() {
	xen_split "$1"
	case ${xen_base:?} in
	4.[0-9][0-9]) echo "$xen_base" ;;
	*)
		[ ! -d "$xen_base" ] ||
			sed -n 's/^export XEN_\(SUB\)*VERSION *= *//p' \
				"$xen_base/xen/Makefile" | paste -sd . ;;
	esac
}

tools_fetch() {
	[ ! -d "$tools_dir" ] || return 0
	tools_name=xen-utils-$tools_version
	for tools_suite in $(xen_suites "$tools_version"); do
		apt_attempt "$tools_suite" || continue
		# Tools of a newer suite need its C library, which also runs older programs.
		case $tools_suite in
		trixie | sid) tools_libc=libc6 ;;
		*) tools_libc= ;;
		esac
		for tools_of in $(apt_versions "$tools_suite" "$tools_name"); do
			# Xen's other libraries work with every version.
			tools_libraries=$(apt_depends "$tools_suite" "$tools_name=$tools_of" \
				'libxen[ms][^ ]*' | sed "s/=.*//; s/\$/=$tools_of/")
			# shellcheck disable=SC2086 # lists of packages
			attempt "fetch the tools of Xen $tools_of ($tools_suite)" \
				"fetch-${tools_dir##*/}" apt_download "$tools_suite" \
				"$tools_dir.debs" "$tools_name=$tools_of" $tools_libraries \
				$tools_libc && tools_unpack && return
		done
	done
	return "$LAB_UNAVAILABLE"
}

tools_unpack() {
	apt_unpack "$tools_dir.debs" "$tools_dir.part" || return
	# They are kept in memory: save space.
	rm -rf "$tools_dir.part"/usr/share "$tools_dir.part"/usr/lib/debug \
		"$tools_dir.part"/usr/lib/xen-*/boot/xen-shim
	mv "$tools_dir.part" "$tools_dir" && rm -rf "$tools_dir.debs"
}

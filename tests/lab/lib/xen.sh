# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Hypervisors.  A finished one is build/xen/image/KEY/xen, a file that QEMU boots;
# KEY is a hash of everything that it was built from: source, wire and the files that it
# adds to the tree, configuration, compiler and this file.  There is one object tree for
# each source, so rebuilding with another alice.c takes a few seconds.

# The suites in which to look for a version of Xen, in order.
xen_suites() {
	case $1 in
	4.14) echo bullseye ;;
	4.17) echo bookworm ;;
	4.20) echo trixie sid ;;
	*) die "no Xen '$1' here; there are 4.14, 4.17, 4.20, stock, none, and the" \
		"path of a Xen source tree" ;;
	esac
}

# xen_config KIND: print the configuration, the same for every source; a tree ignores
# symbols that it does not have. KIND is empty for a release build, ubsan for a debug
# build with checks for undefined behaviour, or anything else for a debug build.
xen_config() {
	cat <<-EOF
	CONFIG_DEBUG=$([ -n "$1" ] && echo y || echo n)
	CONFIG_UBSAN=$([ "$1" = ubsan ] && echo y || echo n)
	CONFIG_PV32=y
	CONFIG_SHADOW_PAGING=y
	EOF
}

# xen_tarball VERSION: print the path of the upstream tarball; fetch it if needed. Exits with
# LAB_UNAVAILABLE if no suite of the mirror has it.
xen_tarball() {
	xen_dir=$BUILD/apt/xen-$1
	[ -d "$xen_dir" ] || locked "xen-$1-source" xen_fetch "$1" "$xen_dir"
	for xen_file in "$xen_dir"/*.orig.tar.*; do
		[ -f "$xen_file" ] || die "$xen_dir has no tarball; remove it and try again"
		echo "$xen_file"
	done
}

xen_fetch() {
	[ ! -d "$2" ] || return 0
	xen_status=$LAB_UNAVAILABLE
	xen_found=$(xen_suites "$1")
	for xen_suite in $xen_found; do
		xen_fetch_from "$xen_suite" "$1" "$2" && return
		[ "$?" -eq "$LAB_UNAVAILABLE" ] || xen_status=$LAB_FAILED
	done
	say "no suite of Debian has a tarball of Xen $1: $xen_found"
	exit "$xen_status"
}

# xen_fetch_from SUITE VERSION DIR: fetch the newest tarball of that version.
xen_fetch_from() {
	apt_attempt "$1" || return
	xen_last=$LAB_UNAVAILABLE
	for xen_version in $(apt_in "$1" apt-cache showsrc --only-source xen |
		sed -n "s/^Version: \($2\..*\)/\1/p" | sort -rVu); do
		attempt "fetch Xen $xen_version ($1)" "fetch-xen-$2" \
			apt_tarball "$1" "$3" "xen=$xen_version" && return
		xen_last=$?
	done
	return "$xen_last"
}

# xen_stock VERSION: print the path of Debian's own hypervisor, unpacked.
xen_stock() {
	xen_dir=$BUILD/xen/$(arch_name "stock-$1")
	[ -f "$xen_dir/xen" ] || locked "$xen_dir" xen_unpack_stock "$1" "$xen_dir"
	echo "$xen_dir/xen"
}

xen_unpack_stock() {
	[ ! -f "$2/xen" ] || return 0
	for xen_suite in $(xen_suites "$1"); do
		apt_ready "$xen_suite"
		for xen_version in $(apt_versions "$xen_suite" "xen-hypervisor-$1-$opt_arch"); do
			attempt "fetch Debian's own Xen $xen_version" "fetch-xen-stock-$1" \
				apt_download "$xen_suite" "$2.deb" \
				"xen-hypervisor-$1-$opt_arch=$xen_version" || continue
			apt_unpack "$2.deb" "$2.part"
			arch_xen_debian "$2.part" "$1" >"$2.part/xen"
			rm -rf "$2" "$2.deb" && mv "$2.part" "$2"
			return
		done
	done
	die "no suite of Debian has the package xen-hypervisor-$1-$opt_arch"
}

# xen_split SPEC: set xen_base and xen_variant from BASE[+VARIANT].  Each path can
# contain a plus sign.
xen_split() {
	xen_base=$1 xen_variant=
	case $1 in
	4.[0-9][0-9]+*) xen_base=${1%%+*} ;;
	*)
		while [ ! -d "$xen_base" ]; do
			case $xen_base in
			*+*) xen_base=${xen_base%+*} ;;
			*) xen_base=$1; break ;;
			esac
		done ;;
	esac
	[ "$xen_base" = "$1" ] && return
	xen_variant=${1#"$xen_base+"}
	case $xen_variant in
	*.c) ;;
	*) xen_variant=$lab_dir/variants/$xen_variant.c ;;
	esac
	[ -r "$xen_variant" ] ||
		die "--xen $1: there is no $xen_variant to put in the place of alice.c"
}

# xen_file FILE: print the path of the hypervisor in FILE, unpacked.
xen_file() {
	xen_out=$BUILD/xen/image/file-$(key <"$1")
	if [ -f "$xen_out/xen" ]; then
		echo "$xen_out/xen"
		return
	fi
	mkdir -p "$xen_out.part"
	case $1 in
	*.gz) gzip -dc "$1" >"$xen_out.part/xen" ;;
	*) cp "$1" "$xen_out.part/xen" ;;
	esac
	rm -rf "$xen_out" && mv "$xen_out.part" "$xen_out"
	echo "$xen_out/xen"
}

# xen_image SPEC NUMBER KIND: print the path of the hypervisor; build it if needed.
# NUMBER is the hypercall's, or empty for wire's default; KIND is as for xen_config.
xen_image() {
	if [ "$1" = stock ]; then
		xen_stock 4.17
		return
	fi
	if [ -f "$1" ]; then
		xen_file "$1"
		return
	fi
	need gcc
	xen_split "$1"
	if [ -d "$xen_base" ]; then
		xen_base=$(cd "$xen_base" && pwd)
		[ -f "$xen_base/xen/common/kernel.c" ] ||
			die "$xen_base is not a Xen source tree: it has no xen/common/kernel.c"
		xen_from=$xen_base
		xen_sum=$(tree_sum "$xen_base")
		xen_label=tree-$(printf %s "$xen_base" | key)
	else
		xen_from=$(xen_tarball "$xen_base")
		xen_sum=$(sha256sum <"$xen_from")
		xen_label=$xen_base
	fi
	case ${3:-} in
	'') xen_kind='' ;;
	ubsan) xen_kind=-ubsan ;;
	*) xen_kind=-debug ;;
	esac
	xen_label=$(arch_name "$xen_label${2:+-$2}$xen_kind")

	# The tree is recreated when its own key changes; the image's key also covers what
	# can change within the tree.
	xen_tree_key=$({
		echo "$xen_sum ${2:-}"
		xen_config "${3:-}"
		echo "$arch_make_xen"
		for_arch "$arch_cc" --version
		for_arch "$arch_tuple-ld" --version
		cat "$lab_dir/lib/xen.sh" "$top"/xen/wire*
	} | key)
	xen_key=$({
		echo "$xen_tree_key"
		cat "$top"/xen/alice-*.h "$top"/xen/include/*.h "$top/xen/public/alice.h" \
			"$top/xen/alice.c" "$top"/xen/ops/*.c "$top/xen/alice-live" \
			${xen_variant:+"$xen_variant"}
	} | key)
	xen_out=$BUILD/xen/image/$xen_key
	[ -f "$xen_out/xen" ] || locked "xen-$xen_label" xen_build "$1" "${2:-}" "${3:-}"
	echo "$xen_out/xen"
}

xen_build() {
	[ ! -f "$xen_out/xen" ] || return 0
	xen_work=$BUILD/xen/work/$xen_label
	# An interrupted build may have left an incomplete object.
	if [ -e "$xen_work/unfinished" ] ||
		[ "$(cat "$xen_work/key" 2>/dev/null)" != "$xen_tree_key" ]; then
		rm -rf "$xen_work"
		mkdir -p "$xen_work"
		step "unpack Xen $xen_base" "unpack-xen-$xen_label" xen_unpack
		step "wire alice_op into Xen $xen_base" "wire-xen-$xen_label" xen_wire "$2"
		echo "$xen_tree_key" >"$xen_work/key"
		xen_text="build Xen $1"
	else
		xen_wire "$2" >/dev/null
		xen_text="rebuild Xen $1 for its changes"
	fi
	[ -z "$xen_variant" ] || xen_vary "$2"
	: >"$xen_work/unfinished"
	step "$xen_text" "build-xen-$xen_label" xen_make "$3"
	rm -rf "$xen_out.part"
	mkdir -p "$xen_out.part"
	arch_xen_built "$xen_work/tree/xen" >"$xen_out.part/xen"
	cp "$xen_work/tree/xen/.config" "$xen_out.part/config" 2>/dev/null || :
	cp "$xen_work/tree/xen/xen-syms" "$xen_out.part/"
	echo "$1" >"$xen_out.part/spec"
	# The build kit for live ops, if this Xen supports them.
	if grep -qs '^CONFIG_LIVEPATCH=y' "$xen_out.part/config" &&
		grep -qs ALICE_HAVE_LIVE_HOOKS \
			"$xen_work/tree/xen/include/xen/alice-probe.h" &&
		grep -qs alice_row_add "$xen_work/tree/xen/common/alice.c"; then
		step "collect the build kit for live ops of Xen $1" "kit-xen-$xen_label" \
			"$top/xen/alice-live" kit "$xen_work/tree" "$xen_out.part/kit"
	fi
	mv "$xen_out.part" "$xen_out"
}

# xen_vary NUMBER: add the variant: an additional op, or a replacement of alice.c, which
# may have no ops.
xen_vary() {
	xen_common=$xen_work/tree/xen/common
	if ! grep -q do_alice_op "$xen_variant"; then
		[ ! -d "$xen_from" ] || [ ! -e "$xen_from/xen/common/alice.c" ] ||
			die "$xen_from is already wired: add the op there yourself, with wire --op"
		xen_wire "$1" --op "$xen_variant" >/dev/null
		return
	fi
	cp "$xen_variant" "$xen_common/alice.c"
	grep -q alice_row_add "$xen_variant" || rm -f "$xen_common"/alice-op-*.c
}

xen_unpack() {
	mkdir "$xen_work/tree" || return
	if [ -d "$xen_from" ]; then
		tar -C "$xen_from" -c --exclude-vcs . | tar -C "$xen_work/tree" -x &&
			make -C "$xen_work/tree/xen" clean &&
			# gcc 12 refuses constants among other variables of .bss, as in Xen 4.6.3.
			sed -i 's/ const \(char __section(".bss.page_aligned") zero_page\)/ \1/' \
				"$xen_work/tree/xen/arch/x86/mm.c"
	else
		tar -C "$xen_work/tree" --strip-components=1 -xf "$xen_from"
	fi
}

# xen_wire NUMBER [OPTION...]: wire the tree, with this hypercall number if not empty.  A
# tree that was wired before it came here is used as it is.  In any other, remove a previous
# variant first.
xen_wire() {
	if [ -d "$xen_from" ] && [ -e "$xen_from/xen/common/alice.c" ]; then
		echo "the tree is wired"
		return
	fi
	xen_number=$1
	shift
	for xen_op in "$xen_work"/tree/xen/common/alice-op-*.c; do
		[ -e "$top/xen/ops/${xen_op##*/alice-op-}" ] || rm -f "$xen_op"
	done
	"$top/xen/wire" --force ${xen_number:+--number "$xen_number"} "$@" \
		"$xen_work/tree"
}

# xen_is_old TREE: whether its x86 flags lack -mno-mmx, which was added later.
xen_is_old() {
	! grep -rqs --include='*.mk' --include=Makefile -e -mno-mmx \
		"$1/arch/x86" "$1/Rules.mk"
}

# xen_python: print the name of the Python of the tree in $xen_work.  Scripts before 4.11 are
# for Python 2, which Debian has until bullseye: it is fetched if needed.
xen_python() {
	grep -qs '^ *print [^(]' "$xen_work"/tree/xen/tools/compat-build-*.py || {
		echo python3
		return
	}
	python2_dir=$BUILD/lab/python2
	[ -d "$python2_dir" ] || locked python2 xen_fetch_python2 || return
	echo "$python2_dir/usr/bin/python2.7"
}

xen_fetch_python2() {
	[ ! -d "$python2_dir" ] || return 0
	apt_ready bullseye
	attempt "fetch Python 2" fetch-python2 apt_download bullseye "$python2_dir.debs" \
		python2.7-minimal:amd64 libpython2.7-minimal:amd64 || exit
	apt_unpack "$python2_dir.debs" "$python2_dir.part" || return
	rm -rf "$python2_dir.debs"
	mv "$python2_dir.part" "$python2_dir"
}

# xen_configure KIND MAKE-ARGUMENT...: configure the tree in $xen_work, once: make rebuilds
# every object after the configuration changes.
xen_configure() {
	[ ! -e "$xen_work/configured" ] || return 0
	xen_config "$1" >>"$xen_work/tree/xen/.config" || return
	shift
	for_arch make "$@" olddefconfig || return
	: >"$xen_work/configured"
}

# xen_make KIND: build the tree in $xen_work; KIND as for xen_config.
xen_make() {
	xen_made=$1
	# The objects depend on these flags.
	# shellcheck disable=SC2086 # words for make
	set -- -C "$xen_work/tree/xen" $arch_make_xen
	xen_python=$(xen_python) || return
	set -- "$@" PYTHON="$xen_python"
	! xen_is_old "$xen_work/tree/xen" ||
		set -- "$@" CC="$arch_cc $arch_cc_old_xen"
	# Before 4.7 there is no Kconfig.
	if [ -e "$xen_work/tree/xen/Kconfig" ]; then
		xen_configure "$xen_made" "$@" || return
	else
		xen_debug=n
		[ -z "$xen_made" ] || xen_debug=y
		set -- "$@" debug="$xen_debug"
	fi
	[ "$xen_made" != ubsan ] ||
		grep -qsx CONFIG_UBSAN=y "$xen_work/tree/xen/.config" || {
		echo "this Xen cannot detect undefined behaviour: it has no CONFIG_UBSAN"
		return 1
	}
	xen_status=0
	for_arch make "$@" -j"$jobs" || xen_status=$?
	# make finished by itself, so no object is incomplete.
	rm -f "$xen_work/unfinished"
	return "$xen_status"
}

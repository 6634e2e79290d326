# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The root of --root dkms: the dom0's with what DKMS needs to build modules, and nothing of
# alice installed.  It has the packages of a second kernel in /srv/kernel, for a test to
# install.

dkms_packages=dkms,gcc,make,adduser,bash-completion,pkg-config,libc6-dev,libelf1,pahole,libxen-dev
dkms_packages=$dkms_packages,openssl,mokutil
# The suite of the second kernel, whose headers work with the same compiler.
dkms_other=bookworm-backports

# dkms_image: print the path of that root; create it if needed.
dkms_image() {
	dkms_kernel=$(kernel_ready bookworm)
	dkms_next=$(kernel_ready "$dkms_other")
	dkms_key=$({
		apt_sources bookworm
		cat "$lab_dir/lib/dom0.sh" "$lab_dir/lib/dkms.sh" \
			"$dkms_kernel/release" "$dkms_next/release"
	} | key)
	dkms_out=$BUILD/lab/dkms/$dkms_key.sqfs
	[ -f "$dkms_out" ] || locked dkms dkms_make
	echo "$dkms_out"
}

dkms_make() {
	[ ! -f "$dkms_out" ] || return 0
	need mmdebstrap
	need sqfstar
	dkms_debs=$BUILD/lab/dkms/debs
	dkms_fetch bookworm "$(cat "$dkms_kernel/release")" "$dkms_debs/headers"
	dkms_fetch "$dkms_other" "$(cat "$dkms_next/release")" "$dkms_debs/kernel" \
		"linux-base/$dkms_other"
	# The kernel itself is booted from outside the root; install the other packages at once.
	rm "$dkms_debs/headers"/linux-image-*
	mv "$dkms_debs/kernel"/linux-base_* "$dkms_debs/headers/"
	step "create the root for DKMS from Debian packages" dkms dkms_bootstrap
	mv "$dkms_out.part" "$dkms_out"
	rm -rf "$dkms_debs"
	prune "$BUILD/lab/dkms" 1
}

# dkms_fetch SUITE RELEASE DIR [PACKAGE]...: fetch the packages of this kernel, its
# headers, and these packages.
dkms_fetch() {
	dkms_suite=$1 dkms_release=$2 dkms_to=$3
	shift 3
	apt_ready "$dkms_suite"
	for dkms_version in $(apt_versions "$dkms_suite" "linux-headers-$dkms_release"); do
		# shellcheck disable=SC2046 # a list of packages
		attempt "fetch the packages of Linux $dkms_release" "fetch-dkms-$dkms_suite" \
			apt_download "$dkms_suite" "$dkms_to" "$@" \
			"linux-image-$dkms_release=$dkms_version" \
			"linux-headers-$dkms_release=$dkms_version" \
			$(apt_depends "$dkms_suite" \
				"linux-headers-$dkms_release=$dkms_version" \
				'linux-[hkc][^ ]*') && return
	done
	die "cannot fetch the packages of Linux $dkms_release from Debian's $dkms_suite"
}

dkms_bootstrap() {
	rm -f "$dkms_out.part"
	# shellcheck disable=SC2016 # $1 is mmdebstrap's
	dom0_tar "$dkms_out.tar" "$dom0_packages,$dkms_packages" \
		--customize-hook="mkdir -p \"\$1/srv/headers\" \"\$1/srv/kernel\"" \
		--customize-hook="copy-in $dkms_debs/headers $dkms_debs/kernel /srv" \
		--customize-hook='chroot "$1" sh -c "dpkg -i /srv/headers/*.deb"' \
		--customize-hook='rm -r "$1/srv/headers"' &&
		squash "$dkms_out.part" <"$dkms_out.tar" &&
		rm -f "$dkms_out.tar"
}

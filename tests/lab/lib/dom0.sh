# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The dom0's root file system: Debian bookworm, as a read-only image.  It contains
# nothing of this project; see layer.sh for that.

dom0_packages="systemd-sysv,udev,kmod,passwd,procps,jq,xen-utils-4.17,libxencall1"

# Units that are slow under emulation and irrelevant to the tests.
dom0_masked="apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer
	e2scrub_all.timer e2scrub_reap.service fstrim.timer getty@tty1.service
	systemd-hwdb-update.service systemd-journal-catalog-update.service
	ldconfig.service systemd-pstore.service systemd-timesyncd.service
	serial-getty@hvc0.service serial-getty@ttyS0.service getty-static.service
	systemd-binfmt.service systemd-random-seed.service systemd-update-utmp.service
	systemd-update-utmp-runlevel.service systemd-journal-flush.service
	modprobe@configfs.service modprobe@dm_mod.service modprobe@drm.service
	modprobe@fuse.service modprobe@loop.service
	sys-fs-fuse-connections.mount sys-kernel-config.mount
	dev-hugepages.mount dev-mqueue.mount
	xendomains.service"

# dom0_image [PACKAGES]: print the path of the root file system; create it if needed.
# PACKAGES, separated by commas, are installed in it, too.
dom0_image() {
	dom0_all=$dom0_packages${1:+,$1}
	[ "$opt_arch" = amd64 ] || dom0_native=$(arch_use amd64 && dom0_image "${1:-}")
	dom0_key=$({
		apt_sources bookworm
		echo "${1:-}"
		cat "$lab_dir/lib/dom0.sh"
	} | key)
	dom0_out=$BUILD/lab/$(arch_name dom0)/$dom0_key.sqfs
	[ -f "$dom0_out" ] || locked dom0 dom0_make
	echo "$dom0_out"
}

dom0_make() {
	[ ! -f "$dom0_out" ] || return 0
	need mmdebstrap
	need sqfstar
	mkdir -p "${dom0_out%/*}"
	case $opt_arch in
	amd64) dom0_how=dom0_bootstrap ;;
	*) dom0_how=dom0_bootstrap_foreign ;;
	esac
	step "create the dom0's root from Debian packages" "$(arch_name dom0)" $dom0_how
	mv "$dom0_out.part" "$dom0_out"
	prune "${dom0_out%/*}" 4
}

# The packages come from the suite without its security updates: the machine is not reachable
# from outside, and a mirror may lack the newest files.
dom0_bootstrap() {
	rm -f "$dom0_out.part"
	dom0_tar "$dom0_out.tar" "$dom0_all" &&
		squash "$dom0_out.part" <"$dom0_out.tar" &&
		rm -f "$dom0_out.tar"
}

# dom0_tar TARBALL PACKAGES [OPTION]...: create a root with mmdebstrap.
dom0_tar() {
	dom0_to=$1 dom0_with=$2
	shift 2
	# shellcheck disable=SC2016,SC2086,SC2116 # $1 is mmdebstrap's; one line of units
	mmdebstrap --variant=apt --include="$dom0_with" --quiet \
		--aptopt='Acquire::Retries "3"' \
		--customize-hook='chroot "$1" useradd -m -s /bin/bash member' \
		--customize-hook='chroot "$1" useradd -m -s /bin/bash outsider' \
		--customize-hook='chroot "$1" systemctl mask --quiet '"$(echo $dom0_masked)" \
		--customize-hook='echo dom0 >"$1/etc/hostname"' \
		--customize-hook='echo 127.0.0.1 localhost dom0 >"$1/etc/hosts"' \
		--customize-hook='echo a11ce000000000000000000000000000 >"$1/etc/machine-id"' \
		"$@" \
		--customize-hook='rm -rf "$1/usr/share/doc" "$1/usr/share/man" "$1/usr/share/locale" "$1/var/lib/apt/lists"' \
		bookworm "$dom0_to" "deb [signed-by=$keyring] $mirror bookworm main"
}

# The host cannot run programs of another architecture, and so not the packages'
# scripts.  Packages are only unpacked. The files that the scripts would create do not
# depend on the architecture: copy them from the amd64 dom0 (configuration, users, links).
dom0_bootstrap_foreign() {
	rm -f "$dom0_out.part"
	mmdebstrap --variant=extract --architectures="$opt_arch" \
		--include='?essential' --include="$dom0_all" --quiet \
		--aptopt='Acquire::Retries "3"' \
		--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
		--extract-hook="upload $dom0_native /native.sqfs" \
		--extract-hook="$dom0_configure" \
		bookworm "$dom0_out.tar" "deb [signed-by=$keyring] $mirror bookworm main" &&
		squash "$dom0_out.part" <"$dom0_out.tar" &&
		rm -f "$dom0_out.tar"
}

# A hook of mmdebstrap.
# shellcheck disable=SC2016 # $1 is mmdebstrap's
dom0_configure='set -e
cd "$1"
unsquashfs -quiet -no-progress -d native native.sqfs
rm -rf usr/share/doc usr/share/man usr/share/locale var/lib/apt/lists
(
	cd native
	rm -rf etc/ld.so.cache var/lib/dpkg var/lib/apt var/cache
	find etc home root var
	find usr -lname "/etc/alternatives/*"
) | tar -C native -c --no-recursion -T - | tar -x
rm -rf native native.sqfs'

# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Shared by the suites that install packages: source it after suite.sh.  It creates
# $WORK/new, the packages of this tree; $WORK/old, the same with an older version
# number; $WORK/no-initramfs.deb; and sets version.

version=$(sed -n 's/^ALICE_VERSION := //p' "$TOP/version.mk")

# packages TREE DIRECTORY - build the packages of a tree
packages() {
	"$1/debian/make-deb" "$2" >&2 || {
		echo "# building the packages failed"
		exit 1
	}
}

packages "$TOP" "$WORK/new"
dpkg-source --extract "$WORK/new/alice_$version.dsc" "$WORK/tree" >&2 || exit 1
sed -i "s/^ALICE_VERSION := .*/ALICE_VERSION := 0.9/" "$WORK/tree/version.mk"
sed -i "1s/(.*)/(0.9)/" "$WORK/tree/debian/changelog"
packages "$WORK/tree" "$WORK/old"

# Kernel packages depend on an initramfs generator, which the lab does not need.
mkdir -p "$WORK/no-initramfs/DEBIAN"
cat >"$WORK/no-initramfs/DEBIAN/control" <<END
Package: lab-no-initramfs
Version: 1
Architecture: all
Maintainer: the lab <lab@lab.invalid>
Provides: linux-initramfs-tool
Description: makes no initramfs
END
dpkg-deb --root-owner-group --build "$WORK/no-initramfs" "$WORK/no-initramfs.deb" >&2 ||
	exit 1

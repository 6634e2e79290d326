# SPDX-License-Identifier: GPL-2.0-only
# Checked: parsed by BitBake with OpenEmbedded-Core; its make commands run with Debian's compiler, all files packed. Not checked: an image.
#
# mkdir -p packaging/yocto/files
# git archive --prefix=alice-1.0/ -o packaging/yocto/files/alice-1.0.tar.gz HEAD
# Then copy packaging/yocto into a layer, as recipes-kernel/alice.

SUMMARY = "Custom Xen hypercalls for ordinary programs: tool and libraries"
# Syntax of the LTS series; newer ones accept it with a warning.
LICENSE = "GPL-2.0-only & LGPL-2.1-or-later & GPL-2.0-with-Linux-syscall-note"
LIC_FILES_CHKSUM = "file://LICENSES/GPL-2.0;md5=b234ee4d69f5fce4486a80fdaf4a4263 \
                    file://LICENSES/LGPL-2.1;md5=4fbd65380cdd255951079008b364516c"

SRC_URI = "file://alice-${PV}.tar.gz"

inherit bash-completion pkgconfig python3-dir useradd

# "alicectl --via privcmd" needs xen-tools of meta-virtualization.
PACKAGECONFIG ??= ""
PACKAGECONFIG[privcmd] = "XENCALL=yes,XENCALL=no,xen-tools"

EXTRA_OEMAKE = "PREFIX=${prefix} LIBDIR=${libdir} CROSS_COMPILE=${TARGET_PREFIX} ${PACKAGECONFIG_CONFARGS}"

do_compile() {
	oe_runmake lib tools
}

do_install() {
	oe_runmake install-user DESTDIR=${D}
	install -d ${D}${PYTHON_SITEPACKAGES_DIR}
	cp -R --no-preserve=ownership python/alice ${D}${PYTHON_SITEPACKAGES_DIR}/
}

USERADD_PACKAGES = "${PN}"
GROUPADD_PARAM:${PN} = "--system alice"

PACKAGES =+ "libalice python3-alice"
FILES:libalice = "${libdir}/libalice.so.*"
FILES:python3-alice = "${PYTHON_SITEPACKAGES_DIR}/alice"
RDEPENDS:python3-alice = "libalice python3-core python3-ctypes"
FILES:${PN} += "${datadir}/zsh ${nonarch_libdir}/modules-load.d ${nonarch_libdir}/sysusers.d \
                ${nonarch_libdir}/udev/rules.d"
RRECOMMENDS:${PN} = "kernel-module-alice"

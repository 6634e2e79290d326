# SPDX-License-Identifier: GPL-2.0-only
# Checked: parsed by BitBake with OpenEmbedded-Core; its make commands run with Debian's kernel headers. Not checked: an image.
#
# The source is as for alice_1.0.bb.

SUMMARY = "Custom Xen hypercalls for ordinary programs: kernel module"
LICENSE = "GPL-2.0-only & GPL-2.0-with-Linux-syscall-note & MIT"
LIC_FILES_CHKSUM = "file://LICENSES/GPL-2.0;md5=b234ee4d69f5fce4486a80fdaf4a4263 \
                    file://LICENSES/MIT;md5=2a4c6e43cd0fa2206615acaaed57a4f7"

SRC_URI = "file://alice-${PV}.tar.gz"
S = "${UNPACKDIR}/alice-${PV}"

inherit module

# The kernel's build directory, which has its configuration.
EXTRA_OEMAKE += "-C driver KDIR=${STAGING_KERNEL_BUILDDIR} OUT=${B}/module"
MODULES_MODULE_SYMVERS_LOCATION = "module"

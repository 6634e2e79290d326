# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Sources all parts of the lab.  The caller sets lab_dir first; see common.sh.

# shellcheck source=lib/common.sh
. "$lab_dir/lib/common.sh"
# shellcheck source=lib/arch.sh
. "$lab_dir/lib/arch.sh"
# shellcheck source=lib/apt.sh
. "$lab_dir/lib/apt.sh"
# shellcheck source=lib/cross.sh
. "$lab_dir/lib/cross.sh"
# shellcheck source=lib/xen.sh
. "$lab_dir/lib/xen.sh"
# shellcheck source=lib/tools.sh
. "$lab_dir/lib/tools.sh"
# shellcheck source=lib/kernel.sh
. "$lab_dir/lib/kernel.sh"
# shellcheck source=lib/compiler.sh
. "$lab_dir/lib/compiler.sh"
# shellcheck source=lib/own-kernel.sh
. "$lab_dir/lib/own-kernel.sh"
# shellcheck source=lib/dom0.sh
. "$lab_dir/lib/dom0.sh"
# shellcheck source=lib/dkms.sh
. "$lab_dir/lib/dkms.sh"
# shellcheck source=lib/layer.sh
. "$lab_dir/lib/layer.sh"
# shellcheck source=lib/i386.sh
. "$lab_dir/lib/i386.sh"
# shellcheck source=lib/saved.sh
. "$lab_dir/lib/saved.sh"
# shellcheck source=lib/machine.sh
. "$lab_dir/lib/machine.sh"

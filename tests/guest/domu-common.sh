# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# A small PV guest with the module in it, for scripts that run in the dom0: a busybox
# and what is put into ./initrd. Its console's log is $domu_log.

# domu_make NAME - make the guest's files; stdin is the script that it runs when its
# module is loaded, before it powers off
domu_make() {
	domu_log=$PWD/xenconsole/guest-$1.log
	mkdir -p initrd/bin xenconsole
	cp busybox initrd/bin/busybox
	cp "$(modinfo -n alice)" initrd/
	{
		cat <<-'END'
		#!/bin/busybox sh
		export PATH=/bin
		/bin/busybox --install -s /bin
		mkdir -p /proc /sys /dev
		mount -t proc proc /proc
		mount -t sysfs sysfs /sys
		mount -t devtmpfs devtmpfs /dev
		insmod /alice.ko
		END
		cat
		echo 'poweroff -f'
	} >initrd/init
	chmod +x initrd/init
	(cd initrd && find . | ../busybox cpio -o -H newc) >initrd.cpio 2>/dev/null
	cat >guest.cfg <<-END
	name = "$1"
	type = "pv"
	memory = 192
	vcpus = 1
	kernel = "$PWD/vmlinuz"
	ramdisk = "$PWD/initrd.cpio"
	extra = "console=hvc0 quiet"
	on_poweroff = "destroy"
	END
	for domu_daemon in /usr/lib/xen-*/bin/xenconsoled /usr/sbin/xenconsoled; do
		[ -x "$domu_daemon" ] || continue
		"$domu_daemon" --log=guest --log-dir="$PWD/xenconsole"
		break
	done
}

# domu_said SECONDS REGEX TEXT - test that the guest's console comes to have a line
# that matches
domu_said() {
	domu_left=$1
	until grep -Eq -e "$2" "$domu_log" 2>/dev/null || [ "$domu_left" -eq 0 ]; do
		domu_left=$((domu_left - 1))
		sleep 1
	done
	[ "$domu_left" -gt 0 ]
	ok $? "$3" || diag "$(tail -n 20 "$domu_log")"
}

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A guest with the module in it, saved and restored by xl while a program there
# has the device open.

# shellcheck source=common.sh
. ./common.sh

log=$PWD/xenconsole/guest-resume.log

# wait_for SECONDS REGEX - until the guest's console has a line that matches
wait_for() {
	left=$1
	until grep -Eq -e "$2" "$log" 2>/dev/null; do
		[ "$left" -gt 0 ] || return 1
		left=$((left - 1))
		sleep 1
	done
}

# The guest: a busybox, the module, the test.
mkdir -p initrd/bin xenconsole
cp busybox initrd/bin/busybox
cp device64 "$(modinfo -n alice)" initrd/
cat >initrd/init <<'END'
#!/bin/busybox sh
export PATH=/bin
/bin/busybox mkdir -p /proc /sys /dev
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs devtmpfs /dev
/bin/busybox insmod /alice.ko
/device64 resume
echo "#tap-exit# $?"
/bin/busybox poweroff -f
END
chmod +x initrd/init
(cd initrd && find . | ../busybox cpio -o -H newc) >initrd.cpio 2>/dev/null
cat >guest.cfg <<END
name = "resume"
type = "pv"
memory = 192
vcpus = 1
kernel = "$PWD/vmlinuz"
ramdisk = "$PWD/initrd.cpio"
extra = "console=hvc0 quiet"
on_poweroff = "destroy"
END
for daemon in /usr/lib/xen-*/bin/xenconsoled /usr/sbin/xenconsoled; do
	[ -x "$daemon" ] || continue
	"$daemon" --log=guest --log-dir="$PWD/xenconsole"
	break
done

succeeds "xl create" xl create guest.cfg
wait_for 120 'ready to be saved'
ok $? "the guest has the device open" || diag "$(tail -n 20 "$log")"
succeeds "xl save" xl save resume saved
is "$(xl list | grep -c '^resume ')" 0 "the guest is gone"
succeeds "xl restore" xl restore saved
wait_for 120 '^#tap-exit#'
ok $? "the guest went on" || diag "$(tail -n 20 "$log")"
# The console has lines of the kernel and carriage returns, too.
tr -d '\r' <"$log" | grep -E '^(ok|not ok|1\.\.|# |#tap-exit#)' >tap
replay() {
	grep -v '^#tap-exit#' tap
	return "$(sed -n 's/^#tap-exit# //p' tap)"
}
tap_run "guest" replay
no_oops
tap_done

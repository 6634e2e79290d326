# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Small guests, for scripts that run in the dom0. A guest's root is ./initrd: busybox
# and the files added to it. The log of its console is $domu_log.

# Where the root's files come from: the dom0, or a system below this path; and a kernel
# release.
: "${domu_from=}" "${domu_release=$(uname -r)}"

# domu_root - create ./initrd, with the directories of a Debian root
domu_root() {
	[ ! -d initrd ] || return 0
	mkdir -p initrd/usr/bin initrd/usr/sbin initrd/usr/lib initrd/usr/lib64 \
		initrd/etc initrd/proc initrd/sys initrd/dev initrd/run initrd/tmp
	for domu_link in bin sbin lib lib64; do
		ln -s "usr/$domu_link" "initrd/$domu_link"
	done
	cp busybox initrd/bin/busybox
}

# domu_real PATH - resolve the links of a path in that system
domu_real() {
	domu_path=$1
	while [ -L "$domu_from$domu_path" ]; do
		domu_link=$(readlink "$domu_from$domu_path")
		case $domu_link in
		/*) domu_path=$domu_link ;;
		*) domu_path=${domu_path%/*}/$domu_link ;;
		esac
	done
	echo "$domu_path"
}

# domu_libraries PROGRAM... - print the libraries of programs, by their paths below /
domu_libraries() {
	if [ -z "$domu_from" ]; then
		ldd "$@" | sed -n 's/^\t\(.* => \)\{0,1\}\/\([^ ]*\) .*/\2/p'
		return
	fi
	domu_lib=$domu_from/usr/lib/i386-linux-gnu
	for domu_file; do
		"$domu_from/usr/lib/ld-linux.so.2" --library-path "$domu_lib:$domu_lib/systemd" \
			--list "$domu_from$domu_file" | sed -n "s#.* $domu_from/\([^ ]*\).*#\1#p"
	done
	echo lib/ld-linux.so.2
}

# domu_program NAME... - add programs to the root, with their libraries
domu_program() {
	domu_root
	for domu_program; do
		for domu_file in /usr/bin /usr/sbin; do
			domu_file=$domu_file/$domu_program
			[ ! -e "$domu_from$domu_file" ] || break
		done
		domu_target=$(domu_real "$domu_file")
		cp "$domu_from$domu_target" "initrd$domu_file"
		shift
		set -- "$@" "$domu_target"
	done
	domu_into=$PWD/initrd
	(
		cd "$domu_from/" || exit
		domu_libraries "$@" | sort -u | xargs cp -L --parents -t "$domu_into"
	)
}

# domu_module - add the kernel module to the root, so that modprobe finds it
domu_module() {
	domu_root
	domu_dir=/lib/modules/$domu_release/updates
	mkdir -p "initrd$domu_dir"
	cp "$domu_from$domu_dir/alice.ko" "initrd$domu_dir/"
	# depmod warns that the kernel's module lists are missing.
	depmod -b initrd "$domu_release" 2>/dev/null
}

# domu_users FILE MEMBER OUTSIDER - print /etc/FILE: Debian's default with these two lines
domu_users() {
	sed 's/:\*:/:x:/' "$domu_from/usr/share/base-passwd/$1.master"
	echo "member:x:1000:$2"
	echo "outsider:x:1001:$3"
}

# domu_installed - add the driver's installed files to the root, and what Debian needs to
# use them: udev with its rules, users, groups
domu_installed() {
	domu_module
	domu_program dash alicectl udevadm systemd-sysusers modprobe setpriv dmesg \
		usermod
	mkdir -p initrd/lib/systemd initrd/lib/udev initrd/lib/sysusers.d \
		initrd/lib/modules-load.d
	ln -s /bin/udevadm initrd/lib/systemd/systemd-udevd
	cp -r "$domu_from/usr/lib/udev/rules.d" initrd/lib/udev/
	cp "$domu_from/usr/lib/sysusers.d/alice.conf" initrd/lib/sysusers.d/
	cp "$domu_from/usr/lib/modules-load.d/alice.conf" initrd/lib/modules-load.d/
	domu_users passwd 1000::/:/bin/sh 1001::/:/bin/sh >initrd/etc/passwd
	domu_users group '' '' >initrd/etc/group
}

# domu_make NAME [MODE] - create the files of a guest, of mode pv, pvh or hvm (default pv).
# stdin is the script that it runs before it powers off
domu_make() {
	domu_name=$1 domu_mode=${2:-pv}
	domu_log=$PWD/xenconsole/guest-$domu_name.log
	domu_root
	{
		cat <<-'END'
		#!/bin/busybox sh
		export PATH=/usr/sbin:/usr/bin
		# It reports programs that exist, and does not replace them.
		/bin/busybox --install -s /bin 2>/dev/null
		mount -t proc proc /proc
		mount -t sysfs sysfs /sys
		mount -t devtmpfs devtmpfs /dev
		# From here on, the console gets only the script's output, and errors.
		dmesg -n 4
		END
		cat
		echo 'poweroff -f'
	} >initrd/init
	chmod +x initrd/init
	(cd initrd && find . | ../busybox cpio -o -H newc) >initrd.cpio 2>/dev/null
	{
		# The kernel's first line has to show, but little more.
		cat <<-END
		name = "$domu_name"
		type = "$domu_mode"
		memory = 192
		vcpus = 1
		kernel = "$PWD/vmlinuz"
		ramdisk = "$PWD/initrd.cpio"
		extra = "console=hvc0 loglevel=6 panic=1 norandmaps"
		on_poweroff = "destroy"
		on_reboot = "destroy"
		on_crash = "destroy"
		END
		# Nested page tables are unreliable under emulation; shadow paging works.
		[ "$domu_mode" = pv ] || echo 'hap = 0'
		[ "$domu_mode" != hvm ] || printf '%s\n' 'vga = "none"' 'vnc = 0' 'usb = 0'
	} >guest.cfg
	domu_console
}

# domu_console - log the consoles of guests
domu_console() {
	mkdir -p xenconsole
	xenconsoled --log=guest --log-dir="$PWD/xenconsole"
}

# domu_there - whether the guest exists
domu_there() {
	xl list "$domu_name" >/dev/null 2>&1
}

# domu_spoke - whether the guest's kernel has written its first line
domu_spoke() {
	grep -q 'Linux version' "$domu_log" 2>/dev/null
}

# domu_create - create the guest, set $domu_id, and wait for its kernel's first line
domu_create() {
	xl create guest.cfg >xl.log 2>&1 || return
	domu_id=$(xl domid "$domu_name") || return
	while domu_there; do
		! domu_spoke || return 0
		sleep 1
	done
	domu_spoke
}

# domu_start - test that the guest is created and its kernel boots. A guest that dies
# before that, as happens with nested virtualization under emulation, is created once more
# and reported as retried.
domu_start() {
	domu_create
	domu_status=$?
	if [ $domu_status -ne 0 ] && [ -n "${domu_id:-}" ] && [ "$domu_mode" != pv ]; then
		diag "retried: the $domu_mode guest died before its kernel's first line"
		diag "$(xl dmesg | grep -A 3 "d${domu_id}v0" | tail -n 8)"
		domu_create
		domu_status=$?
	fi
	ok $domu_status "$domu_name: the guest is created, and its kernel speaks" || {
		diag "$(cat xl.log)"
		diag "$(xl dmesg | tail -n 20)"
	}
}

# domu_lines REGEX - count the lines of the guest's console that match
domu_lines() {
	if [ -e "$domu_log" ]; then
		grep -Ec -e "$1" "$domu_log"
	else
		echo 0
	fi
}

# domu_said SECONDS REGEX TEXT [LINES] - test that, while the guest exists, a line (or
# LINES lines) of its console matches in time
domu_said() {
	domu_left=$1
	until [ "$(domu_lines "$2")" -ge "${4:-1}" ] || [ "$domu_left" -eq 0 ]; do
		domu_left=$((domu_left - 1))
		sleep 1
		# The last output may still be on its way.
		domu_there || domu_left=$((domu_left < 2 ? domu_left : 2))
	done
	[ "$domu_left" -gt 0 ]
	ok $? "$3" || {
		diag "$(tail -n 20 "$domu_log")"
		diag "$(xl dmesg | tail -n 20)"
	}
}

# domu_wrote NAME - print the lines "NAME: TEXT" of the guest, without NAME
domu_wrote() {
	tr -d '\r' <"$domu_log" | sed -n "s/^$1: //p"
}

# domu_replay [N] - print the first, or Nth, TAP stream on the guest's console, and return
# its status, from a line "#tap-exit# STATUS" after it; drops the kernel's lines and the
# carriage returns
domu_replay() {
	tr -d '\r' <"$domu_log" | awk -v n="${1:-1}" '
		BEGIN { status = 1 }
		/^#tap-exit# / { if (++ends == n) { status = $2; exit } next }
		ends == n - 1 && /^(ok|not ok|1\.\.|# )/
		END { exit status }'
}

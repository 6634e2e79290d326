# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What kernels with checks in them have to say, for scripts that run on one.

mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null

# leaks - memory that nothing points to, where the kernel looks for that
leaks() {
	leaks_file=/sys/kernel/debug/kmemleak
	[ -e $leaks_file ] || return 0
	# What is younger than 5 s may still be on its way, and what changed since the
	# last scan is not told of.
	sleep 6
	echo scan >$leaks_file
	echo scan >$leaks_file
	cat $leaks_file
}

# complaints - what the kernel and Xen have to complain of, since the machine is up
complaints() {
	fresh
	{
		cat kernel.log
		xen-log 2>/dev/null
		leaks
	} | grep -Ev "$warned" |
		grep -E '(^|[^A-Z])BUG[: ]|Oops|WARNING:|INFO: |Call Trace|general protection|Xen call trace|Assertion|UBSAN|refcount_t|KASAN|unreferenced object'
}

# no_complaints - the kernel and Xen are well, and nothing is lost
no_complaints() {
	is "$(complaints | head -n 5)" "" "neither the kernel nor Xen complained"
}

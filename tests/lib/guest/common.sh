# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Shared by the scripts that run in the lab's dom0: TAP, the module, its log.

unset CDPATH
TAP_DIR=.
# shellcheck source=../tap.sh
. ./tap.sh

# The lab passes stdout and stderr on separately, in pieces: lines of one could split lines
# of the other.
exec 2>&1

# Other users run programs from here, too.
chmod 755 .

# as USER COMMAND... - run a command with the environment of that user's login
as() {
	as_user=$1
	shift
	setpriv --reuid="$as_user" --regid="$as_user" --init-groups -- "$@"
}

# fresh - move new kernel messages to ./kernel.log, for no_oops
fresh() {
	dmesg -t >>kernel.log
	dmesg -C
}

# follow - from now on, copy kernel messages to ./kernel.log as they come, for tests that
# write more of them than the kernel's buffer holds
follow() {
	dmesg -t --follow >>kernel.log 2>/dev/null </dev/null &
	follower=$!
}

# followed - stop that; all messages are in ./kernel.log
followed() {
	sleep 1
	kill "$follower"
	dmesg -C
}

# said - the module's messages since the last fresh, without the kernel's own two lines
# about every out-of-tree module
said() {
	dmesg -t | grep '^alice: ' |
		grep -v -e 'out-of-tree module taints' -e 'verification failed'
}

# load [PARAMETER...] - modprobe alice; sets load_text (its output), load_status, and
# load_log (the module's messages)
load() {
	fresh
	load_text=$(modprobe alice "$@" 2>&1)
	load_status=$?
	load_log=$(said)
}

# refused TEXT REGEX [LINES] - the last load failed with one log line (or at most
# LINES), one of which matches, and left no device
refused() {
	[ "$load_status" -ne 0 ] && [ ! -e /dev/alice ] && ! loaded &&
		printf '%s\n' "$load_log" | grep -Eq -e "$2" &&
		[ "$(printf '%s\n' "$load_log" | wc -l)" -le "${3:-1}" ]
	ok $? "$1" || {
		diag "modprobe: status $load_status: $load_text"
		diag "log: $load_log"
		diag "want: one line that matches $2"
	}
}

# served TEXT REGEX - the last load succeeded, with one log line, which matches
served() {
	settle
	[ "$load_status" -eq 0 ] && [ -c /dev/alice ] &&
		printf '%s\n' "$load_log" | grep -Eq -e "$2" &&
		[ "$(printf '%s\n' "$load_log" | wc -l)" -eq 1 ]
	ok $? "$1" || {
		diag "modprobe: status $load_status: $load_text"
		diag "log: $load_log"
		diag "want: one line that matches $2"
	}
}

loaded() {
	grep -q '^alice ' /proc/modules
}

unload() {
	succeeds "${1:-rmmod}" rmmod alice
}

# comes_and_goes NAME SECONDS VERSION... - for that time, load VERSION.livepatch as the op
# NAME, each in turn; failures are counted in $failed and logged in ./log
comes_and_goes() {
	op_name=$1 op_seconds=$2
	shift 2
	for op_version; do
		cp "$op_version.livepatch" "$op_name.livepatch"
		alice-live load "$op_name.livepatch" >>log 2>&1 && sleep "$op_seconds" &&
			alice-live unload "$op_name" >>log 2>&1 || failed=$((failed + 1))
	done
}

# caller_unit - print the unit of a service that calls an op when the device is there, as a user
# of its own; its output is /run/caller
caller_unit() {
	cat <<-'END'
	[Unit]
	Requires=dev-alice.device
	After=dev-alice.device

	[Service]
	Type=oneshot
	DynamicUser=yes
	SupplementaryGroups=alice
	StandardOutput=truncate:/run/caller
	ExecStart=alicectl whoami

	[Install]
	WantedBy=multi-user.target
	END
}

settle() {
	udevadm settle --timeout=30
}

node() {
	stat -c '%U:%G %a' /dev/alice
}

counter() {
	alicectl stats cmd="$1" | sed -n "s/^$2=//p"
}

# xen_version - the version of the running Xen
xen_version() {
	echo "$(cat /sys/hypervisor/version/major).$(cat /sys/hypervisor/version/minor)"
}

# module_bytes - print the module's file, decompressed if needed
module_bytes() {
	module_file=$(modinfo -n alice)
	case $module_file in
	*.xz) python3 -c 'import lzma, sys
sys.stdout.buffer.write(lzma.open(sys.argv[1]).read())' "$module_file" ;;
	*) cat "$module_file" ;;
	esac
}

# seen_machine - report Xen, kernel and compiler of this machine
seen_machine() {
	xen-log 2>/dev/null | seen_xen
	seen domain "$(cat /sys/hypervisor/guest_type)"
	seen kernel "$(uname -r)"
	seen compiler "$(module_bytes | tr '\0' '\n' |
		sed -n 's/^GCC: (.*) \([0-9.]*\)$/gcc \1/p' | sort -u)"
}

# Warnings at boot about the lab's processor and a PVH dom0.
warned='Speculative Return Stack Overflow: WARNING:|WARNING: PVH is an experimental mode'

# Known reports of Linux that do not involve alice: the first line, and a pattern in
# the report.
# - As a PVH dom0, Linux 5.10 reads an MSR that the lab's processor does not have.
# - In a kernel with checks: gntdev takes its own lock and mmap_lock in either order when
#   a guest starts;
# - and a CPU of a PV dom0 that goes offline may still have the page tables of an
#   ended process loaded.
forgiven='unchecked MSR access error: RDMSR from 0xc0010058 |native_read_msr
WARNING: possible circular locking dependency detected|at: gntdev_mmap
WARNING: CPU: [0-9]+ PID: 0 at arch/x86/mm/tlb[.]c:[0-9]+ switch_mm_irqs_off|xen_pv_play_dead'

# forgive - filter these reports from a log; each ends with its trace
forgive() {
	forgiven=$forgiven awk '
		BEGIN {
			rules = split(ENVIRON["forgiven"], rule, "\n")
			for (i = 1; i <= rules; i++) {
				split(rule[i], part, "|")
				begin[i] = "^" part[1]
				within[i] = part[2]
			}
		}
		function begins(    i) {
			for (i = rules; i && $0 !~ begin[i]; i--)
				;
			return i
		}
		function report_end() {
			if (held !~ within[is] || held ~ /alice_/)
				printf "%s", held
			is = 0
		}
		is && traced && /^[^ \t]/ { report_end() }
		!is && (is = begins()) { held = ""; traced = 0 }
		!is { print; next }
		{ held = held $0 "\n" }
		/^Call Trace:/ { traced = 1 }
		END {
			if (is)
				report_end()
		}'
}

# leaks - print what kmemleak finds, if the kernel has it
leaks() {
	leaks_file=/sys/kernel/debug/kmemleak
	mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
	[ -e $leaks_file ] || return 0
	# kmemleak ignores objects younger than 5 s, and those that changed since the last
	# scan.
	sleep 6
	echo scan >$leaks_file
	echo scan >$leaks_file
	cat $leaks_file
}

# complaints - warnings and errors of the kernel and Xen since boot
complaints() {
	fresh
	{
		cat kernel.log
		xen-log 2>/dev/null
		leaks
	} | forgive | grep -Ev "$warned" |
		grep -E '(^|[^A-Z])BUG[: ]|Oops|WARNING:|^(rcu: )?INFO: |Call Trace|general protection|Xen call trace|Assertion|UBSAN|refcount_t|KASAN|unreferenced object'
}

# no_oops - test that neither the kernel nor Xen has complained
no_oops() {
	complaints >complaints.log
	is "$(head -n 5 complaints.log)" "" "neither the kernel nor Xen complained" ||
		diag "$(grep -F -m 1 -B 5 -A 40 -e "$(head -n 1 complaints.log)" kernel.log)"
}

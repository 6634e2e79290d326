# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What the scripts that run in the lab's dom0 share: TAP, the module, its log.

unset CDPATH
TAP_DIR=.
# shellcheck source=../tap.sh
. ./tap.sh

# The lab hands the two streams on by themselves, in pieces as they come: a line of one
# would fall into a line of the other.
exec 2>&1

# Users other than root run programs from here, too.
chmod 755 .

# as USER COMMAND... - run a command as a login of that user would
as() {
	as_user=$1
	shift
	setpriv --reuid="$as_user" --regid="$as_user" --init-groups -- "$@"
}

# Kernel messages up to the last fresh are kept in ./kernel.log for no_oops.
fresh() {
	dmesg -t >>kernel.log
	dmesg -C
}

# follow - from now on keep kernel messages in ./kernel.log as they come: for what makes
# more of them than the kernel has room for
follow() {
	dmesg -t --follow >>kernel.log 2>/dev/null </dev/null &
	follower=$!
}

# followed - so much for that; they are all in ./kernel.log
followed() {
	sleep 1
	kill "$follower"
	dmesg -C
}

# What the module said since the last fresh.  The kernel's own two lines about
# any module that did not come with it are not the module's.
said() {
	dmesg -t | grep '^alice: ' |
		grep -v -e 'out-of-tree module taints' -e 'verification failed'
}

# load [PARAMETER...] - modprobe alice; keeps what it said, and its status, in
# load_text and load_status, and what the module said in load_log
load() {
	fresh
	load_text=$(modprobe alice "$@" 2>&1)
	load_status=$?
	load_log=$(said)
}

# refused TEXT REGEX [LINES] - the last load was refused, with one log line (or
# LINES at most) of which one matches, and has left no device
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

# served TEXT REGEX - the last load worked, with one log line that matches
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

# comes_and_goes NAME SECONDS VERSION... - load VERSION.livepatch as the op NAME for so long,
# each in turn; what does not work is counted in $failed, and told in ./log
comes_and_goes() {
	op_name=$1 op_seconds=$2
	shift 2
	for op_version; do
		cp "$op_version.livepatch" "$op_name.livepatch"
		alice-live load "$op_name.livepatch" >>log 2>&1 && sleep "$op_seconds" &&
			alice-live unload "$op_name" >>log 2>&1 || failed=$((failed + 1))
	done
}

settle() {
	udevadm settle --timeout=30
}

# node - owner, group and mode of the node
node() {
	stat -c '%U:%G %a' /dev/alice
}

# counter CMD FIELD - one of the hypervisor's counters
counter() {
	alicectl stats cmd="$1" | sed -n "s/^$2=//p"
}

# xen_version - the version of this Xen, as Xen itself tells it
xen_version() {
	echo "$(cat /sys/hypervisor/version/major).$(cat /sys/hypervisor/version/minor)"
}

# module_bytes - print the module's file, which some kernels have compressed
module_bytes() {
	module_file=$(modinfo -n alice)
	case $module_file in
	*.xz) python3 -c 'import lzma, sys
sys.stdout.buffer.write(lzma.open(sys.argv[1]).read())' "$module_file" ;;
	*) cat "$module_file" ;;
	esac
}

# seen_machine - tell what this machine really is
seen_machine() {
	xen-log 2>/dev/null | seen_xen
	seen domain "$(cat /sys/hypervisor/guest_type)"
	seen kernel "$(uname -r)"
	seen compiler "$(module_bytes | tr '\0' '\n' |
		sed -n 's/^GCC: (.*) \([0-9.]*\)$/gcc \1/p' | sort -u)"
}

# What is warned of at boot, of the lab's processor and of a PVH dom0.
warned='Speculative Return Stack Overflow: WARNING:|WARNING: PVH is an experimental mode'

# Reports of Linux's own, none of which has anything of ours in it: what one begins with,
# and what is in it.
# - What Linux 5.10 reads of a processor as a PVH dom0, and the lab's does not have.
# - In a kernel with checks: gntdev takes its lock and that of a process's memory in
#   either order, when a guest begins;
# - and a processor that goes away as a PV dom0's may still have the page tables of a
#   process that has ended.
forgiven='unchecked MSR access error: RDMSR from 0xc0010058 |native_read_msr
WARNING: possible circular locking dependency detected|at: gntdev_mmap
WARNING: CPU: [0-9]+ PID: 0 at arch/x86/mm/tlb[.]c:[0-9]+ switch_mm_irqs_off|xen_pv_play_dead'

# forgive - a log without these reports; each ends with its trace
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

# leaks - memory that nothing points to, where the kernel looks for that
leaks() {
	leaks_file=/sys/kernel/debug/kmemleak
	mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
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
	} | forgive | grep -Ev "$warned" |
		grep -E '(^|[^A-Z])BUG[: ]|Oops|WARNING:|^(rcu: )?INFO: |Call Trace|general protection|Xen call trace|Assertion|UBSAN|refcount_t|KASAN|unreferenced object'
}

# no_oops - the kernel and Xen are well, and nothing is lost, as far as they look
no_oops() {
	complaints >complaints.log
	is "$(head -n 5 complaints.log)" "" "neither the kernel nor Xen complained" ||
		diag "$(grep -F -m 1 -B 5 -A 40 -e "$(head -n 1 complaints.log)" kernel.log)"
}

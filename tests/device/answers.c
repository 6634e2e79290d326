// SPDX-License-Identifier: GPL-2.0-only
/* The answers of the ops, and that each call is one call of the hypervisor. */
#define _GNU_SOURCE
#include "device.h"
#include "parts.h"
#include "tap.h"

#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void hello_test(int fd)
{
	struct counts from, to;

	counts_read(fd, &from);
	is(op_call(fd, XEN_ALICE_OP_HELLO, NULL, 0, NULL, 0), 0, "hello");
	counts_read(fd, &to);
	ok(counts_delta(&from, &to, XEN_ALICE_OP_HELLO,
			(struct xen_alice_stats){ .calls = 1 }, "hello"),
	   "hello reached the hypervisor, once");
	is((long long)counts_calls(&from, &to), 1, "and nothing else did");
}

static void version_test(int fd)
{
	struct xen_alice_version version;
	struct alice_info info;

	memset(&version, 0xa5, sizeof(version));
	is(op_call(fd, XEN_ALICE_OP_VERSION, NULL, 0, &version, sizeof(version)),
	   sizeof(version), "version");
	do_ioctl(fd, ALICE_IOC_INFO, &info);
	is(version.magic, 0x414c4345, "version: magic");
	is(version.major, info.abi_major, "version: major, the same as in INFO");
	is(version.minor, info.abi_minor, "version: minor, the same as in INFO");
	is(version.ops, info.ops, "version: ops, the same as in INFO");
	is(version.max_len, info.max_len, "version: max_len, as in INFO");
	is(version.features, info.features, "version: features, as in INFO");
	is(version.reserved, 0, "version: reserved is 0");
	ok(version.generation & XEN_ALICE_TAG,
	   "version: the generation has a tag that is not 0");
}

/* Structures that can grow: the answer is cut to the room. */
static void part_test(int fd, uint32_t cmd, const void *in, uint32_t in_len,
		      uint32_t size, const char *name)
{
	uint8_t whole[512], part[512];
	struct tally tally = { 0 };

	is(op_call(fd, cmd, in, in_len, whole, sizeof(whole)), size,
	   "%s: its whole answer", name);
	for (uint32_t room = 0; room < sizeof(part); room++) {
		uint32_t len = room < size ? room : size;
		int n;

		memset(part, 0xa5, sizeof(part));
		n = op_call(fd, cmd, in, in_len, part, room);
		expect(&tally, n == (int)len && !memcmp(part, whole, len) &&
		       filled(part + len, sizeof(part) - len, 0xa5),
		       "room for %u bytes: %d", room, n);
	}
	tally_ok(&tally, "%s: as much of it as there is room for", name);
}

static void parts_test(int fd)
{
	const struct xen_alice_describe row = { .index = 1 };

	part_test(fd, XEN_ALICE_OP_VERSION, NULL, 0,
		  sizeof(struct xen_alice_version), "version");
	part_test(fd, XEN_ALICE_OP_DESCRIBE, &row, sizeof(row),
		  sizeof(struct xen_alice_op_desc), "describe");
}

/* Every length up to a page, and those around every multiple of a page. */
static uint32_t next_length(uint32_t len)
{
	return len < 4096 || len % 4096 == 0 || len % 4096 == 4095 ? len + 1 :
	       len + 4095 - len % 4096;
}

/* Lengths up to the longest, with different input each time. */
static void echo_test(int fd)
{
	static uint8_t in[XEN_ALICE_LEN_MOST], out[XEN_ALICE_LEN_MOST + 1];
	struct xen_alice_stats want = { 0 };
	struct tally tally = { 0 };
	struct counts from, to;
	int n;

	counts_read(fd, &from);
	for (uint32_t len = 0; len <= max_len(); len = next_length(len)) {
		pattern(in, len, len);
		memset(out, 0xa5, len + 1);
		n = op_call(fd, XEN_ALICE_OP_ECHO, in, len, out, len);
		expect(&tally, n == (int)len, "%u bytes: %d", len, n);
		expect(&tally, !memcmp(in, out, len) && out[len] == 0xa5,
		       "%u bytes: other bytes came back", len);
		want.calls++;
		want.in_bytes += len;
		want.out_bytes += len;
	}
	tally_ok(&tally, "echo of lengths from 0 to %u", max_len());
	counts_read(fd, &to);
	ok(counts_delta(&from, &to, XEN_ALICE_OP_ECHO, want, "echo"),
	   "the hypervisor counted the same calls and bytes");
}

/* The type of this guest, as the kernel detected it. */
static void guest_type(char type[8])
{
	FILE *file = fopen("/sys/hypervisor/guest_type", "r");
	char text[8] = "";

	if (!file || fscanf(file, "%7s", text) != 1)
		err(2, "/sys/hypervisor/guest_type");
	fclose(file);
	/* To Xen, PVH guests are HVM guests, and so are all guests on Arm. */
	memset(type, 0, 8);
	strcpy(type, strcmp(text, "PV") ? "hvm" : "pv");
}

static void whoami_test(int fd)
{
	struct xen_alice_whoami who, later;
	char type[sizeof(who.type)];

	guest_type(type);
	memset(&who, 0xa5, sizeof(who));
	is(op_call(fd, XEN_ALICE_OP_WHOAMI, NULL, 0, &who, sizeof(who)),
	   sizeof(who), "whoami");
	is(who.domid, 0, "whoami: domain 0");
	is(who.bits, 64, "whoami: a 64-bit kernel, for %zu-bit programs too",
	   8 * sizeof(void *));
	is(who.control, 1, "whoami: the control domain");
	ok(!memcmp(who.type, type, sizeof(type)), "whoami: type %s, padded with zeros",
	   type);
	later = who;
	/* The clock of another processor can be behind. */
	for (int i = 0; i < 100000 && later.uptime_ns <= who.uptime_ns; i++)
		op_call(fd, XEN_ALICE_OP_WHOAMI, NULL, 0, &later, sizeof(later));
	ok(who.uptime_ns > 1000000000ull && later.uptime_ns > who.uptime_ns &&
	   later.uptime_ns - who.uptime_ns < 60000000000ull,
	   "whoami: uptime is in nanoseconds, and increases");
}

/* In dom0, CPU n of the kernel is vcpu n of the domain. */
static void vcpu_test(int fd)
{
	struct xen_alice_whoami who;
	struct tally tally = { 0 };
	cpu_set_t old, one;

	sched_getaffinity(0, sizeof(old), &old);
	for (unsigned int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &old))
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		sched_setaffinity(0, sizeof(one), &one);
		memset(&who, 0xa5, sizeof(who));
		op_call(fd, XEN_ALICE_OP_WHOAMI, NULL, 0, &who, sizeof(who));
		expect(&tally, who.vcpu == cpu, "on CPU %u: vcpu %u", cpu,
		       who.vcpu);
	}
	sched_setaffinity(0, sizeof(old), &old);
	tally_ok(&tally, "whoami: the vcpu that called");
}

/* MemTotal of /proc/meminfo, in pages of 4096 bytes; 0 on failure. */
static unsigned long long kernel_pages(void)
{
	unsigned long long kb = 0;
	FILE *f = fopen("/proc/meminfo", "r");

	if (!f || fscanf(f, "MemTotal: %llu kB", &kb) != 1)
		kb = 0;
	if (f)
		fclose(f);
	return kb / 4;
}

static void memory_test(int fd)
{
	unsigned long long kernel = kernel_pages();
	struct xen_alice_memory memory;

	memset(&memory, 0xa5, sizeof(memory));
	is(op_call(fd, XEN_ALICE_OP_MEMORY, NULL, 0, &memory, sizeof(memory)),
	   sizeof(memory), "memory");
	is(memory.page_size, 4096, "memory: size of a page");
	is(memory.reserved, 0, "memory: reserved is 0");
	ok(memory.max_pages >= memory.pages,
	   "memory: no more pages than the domain may have");
	/* MemTotal excludes the kernel's reserved memory. */
	ok(kernel && memory.pages >= kernel &&
	   memory.pages <= kernel + kernel / 2 + (64 << 8),
	   "memory: %llu pages are plausible for a kernel that has %llu",
	   (unsigned long long)memory.pages, kernel);
}

static void stats_test(int fd)
{
	const struct xen_alice_stats_of unknown = { .cmd = 1023 };
	struct xen_alice_stats a, b, c;

	a = stats_of(fd, XEN_ALICE_OP_STATS);
	b = stats_of(fd, XEN_ALICE_OP_STATS);
	is((long long)(b.calls - a.calls), 1, "stats: a call counts when it is over");
	is((long long)(b.out_bytes - a.out_bytes), sizeof(b),
	   "stats: and so do its bytes");
	ok(op_call(fd, XEN_ALICE_OP_STATS, &unknown, sizeof(unknown), &c,
		   sizeof(c)) < 0, "stats: of no op, no counters");
	c = stats_of(fd, XEN_ALICE_OP_STATS);
	is((long long)(c.errors - b.errors), 1, "stats: which is an error");
}

/* The last test, as it invalidates the counters that the others compare. */
static void reset_test(int fd)
{
	struct tally tally = { 0 };

	if (geteuid()) {
		skip("reset-stats", "it needs root");
		return;
	}
	is(op_call(fd, XEN_ALICE_OP_RESET_STATS, NULL, 0, NULL, 0), 0,
	   "reset-stats");
	for (unsigned int i = 0; i < rows; i++) {
		const struct alice_op_desc *desc = &table[i].desc;
		struct xen_alice_stats s = stats_of(fd, desc->cmd);

		/* These two count after the reset. */
		if (desc->cmd == XEN_ALICE_OP_STATS)
			continue;
		expect(&tally,
		       s.calls == (desc->cmd == XEN_ALICE_OP_RESET_STATS) &&
		       !s.errors && !s.in_bytes && !s.out_bytes,
		       "op %u: %llu calls", desc->cmd,
		       (unsigned long long)s.calls);
	}
	tally_ok(&tally, "every counter is 0 after it");
}

void part_answers(void)
{
	int fd = device_open(O_RDWR);

	if (!ok(table_read(fd) && rows, "the op table"))
		return;
	hello_test(fd);
	version_test(fd);
	parts_test(fd);
	echo_test(fd);
	whoami_test(fd);
	vcpu_test(fd);
	memory_test(fd);
	stats_test(fd);
	reset_test(fd);
	close(fd);
}

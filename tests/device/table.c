// SPDX-License-Identifier: GPL-2.0-only
/* ALICE_IOC_INFO and ALICE_IOC_DESCRIBE: the table as the driver reports it. */
#include "device.h"
#include "parts.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Up to the longest payload. */
#define ANY UINT32_MAX

/* The project's own ops, from the contract. */
static const struct {
	uint32_t cmd;
	uint32_t flags;
	uint32_t in_min;
	uint32_t in_max;
	uint32_t out_max;
	const char *name;
	const char *in_fmt; /* NULL: not prescribed */
	const char *out_fmt;
} contract[] = {
	{ 0, 1, 0, 0, 0, "hello", "", "" },
	{ 1, 0, 0, 0, 32, "version", "",
	  "magic:x32 major:u16 minor:u16 ops:u32 max_len:u32 more:bytes" },
	{ 2, 0, 4, 4, 256, "describe", "index:u32", NULL },
	{ 3, 0, 0, ANY, ANY, "echo", "data:bytes", "data:bytes" },
	{ 4, 0, 0, 0, 32, "whoami", "",
	  "domid:u32 vcpu:u32 bits:u32 control:u32 uptime_ns:u64 type:c8" },
	{ 5, 0, 0, 0, 24, "memory", "",
	  "pages:u64 max_pages:u64 page_size:u32 reserved:x32" },
	{ 6, 4, 4, 4, 32, "stats", "cmd:u32",
	  "calls:u64 errors:u64 in_bytes:u64 out_bytes:u64" },
	{ 7, 7, 0, 0, 0, "reset-stats", "", "" },
	{ 8, 8, 16, 4096, 4096, "batch", "records:bytes", "replies:bytes" },
	{ 9, 8, 0, 0, 8, "events-open", "", "port:u32 reserved:u32" },
	{ 10, 8, 128, 128, 0, "events-want", "cmds:bytes", "" },
	{ 11, 8, 0, 0, ANY, "events-read", "", "records:bytes" },
	{ 12, 32, 0, 0, 8, "changed", "", "generation:u64" },
};

/* Not every Xen can have events and live ops. PV guests have no PHYS. */
static uint32_t features(int fd)
{
	const uint32_t some = ALICE_FEATURE_EVENTS | ALICE_FEATURE_LIVE;
	struct xen_alice_version version = { 0 };
	struct xen_alice_whoami who = { 0 };

	op_call(fd, XEN_ALICE_OP_VERSION, NULL, 0, &version, sizeof(version));
	op_call(fd, XEN_ALICE_OP_WHOAMI, NULL, 0, &who, sizeof(who));
	return ALICE_FEATURE_LONG | (version.features & some) |
	       (strcmp(who.type, "pv") ? ALICE_FEATURE_PHYS : 0);
}

static void info_test(int fd)
{
	struct alice_info info, again;

	memset(&info, 0xa5, sizeof(info));
	memset(&again, 0x5a, sizeof(again));
	is(do_ioctl(fd, ALICE_IOC_INFO, &info), 0, "INFO answers");
	do_ioctl(fd, ALICE_IOC_INFO, &again);
	ok(!memcmp(&info, &again, sizeof(info)),
	   "INFO fills every byte, with the same each time");
	is(info.abi_major, 1, "ABI major version");
	is(info.abi_minor, 0, "ABI minor version");
	is(info.hypercall_nr, XEN_ALICE_HYPERCALL_NR, "number of the hypercall");
	is(info.ops, rows, "ops is the number of rows");
	is(info.max_len, XEN_ALICE_LEN_DEFAULT, "the longest payload");
	is(info.max_batch, 1024, "the most ops in a batch");
	is(info.flags & ~(uint32_t)ALICE_INFO_BATCH, 0,
	   "neither legacy nor restricted");
	is((long long)info.generation, 1, "the first generation");
	is(info.features, features(fd), "features");
	ok(filled(info.reserved, sizeof(info.reserved), 0), "reserved is 0");
}

/* Is the text NUL-terminated, and zero from there to the end of its field? */
static bool text_ok(const char *text, size_t size)
{
	size_t len = strnlen(text, size);

	if (len == size)
		return false;
	for (size_t i = len; i < size; i++)
		if (text[i])
			return false;
	return true;
}

static uint32_t limit(uint32_t len)
{
	return len == ANY ? max_len() : len;
}

static void row_test(unsigned int at, bool events)
{
	const struct alice_op_desc *desc = row_of(contract[at].cmd);

	if (contract[at].cmd >= XEN_ALICE_OP_EVENTS_OPEN && !events) {
		ok(!desc, "%s: has no row in a Xen without events", contract[at].name);
		return;
	}
	if (!ok(desc, "%s: has a row", contract[at].name))
		return;
	ok(!strcmp(desc->name, contract[at].name), "%s: its name",
	   contract[at].name);
	is(desc->flags, contract[at].flags, "%s: flags", desc->name);
	is(desc->in_min, contract[at].in_min, "%s: in_min", desc->name);
	is(desc->in_max, limit(contract[at].in_max), "%s: in_max", desc->name);
	is(desc->out_max, limit(contract[at].out_max), "%s: out_max", desc->name);
	if (contract[at].in_fmt)
		ok(!strcmp(desc->in_fmt, contract[at].in_fmt),
		   "%s: field list of the input", desc->name);
	if (contract[at].out_fmt)
		ok(!strcmp(desc->out_fmt, contract[at].out_fmt),
		   "%s: field list of the answer", desc->name);
}

static void rows_test(void)
{
	struct tally texts = { 0 }, unique = { 0 }, limits = { 0 };

	for (unsigned int i = 0; i < rows; i++) {
		const struct alice_op_desc *d = &table[i].desc;

		expect(&texts, text_ok(d->name, sizeof(d->name)) && d->name[0] &&
		       text_ok(d->summary, sizeof(d->summary)) &&
		       text_ok(d->in_fmt, sizeof(d->in_fmt)) &&
		       text_ok(d->out_fmt, sizeof(d->out_fmt)), "row %u", i);
		expect(&limits, d->cmd < ALICE_MAX_CMDS &&
		       d->in_min <= d->in_max && d->in_max <= max_len() &&
		       d->out_max <= max_len() && !d->reserved &&
		       table[i].index == i && table[i].since == 1, "row %u", i);
		for (unsigned int j = 0; j < i; j++)
			expect(&unique, d->cmd != table[j].desc.cmd &&
			       strcmp(d->name, table[j].desc.name),
			       "rows %u and %u", i, j);
	}
	tally_ok(&texts, "every text of every row ends, in zeros");
	tally_ok(&limits, "the numbers of every row make sense");
	tally_ok(&unique, "no cmd and no name comes twice");
}

static void past_the_end_test(int fd)
{
	static const uint32_t far[] = {
		1023, 1024, 4096, 0x7fffffff, 0x80000000, 0xffffffff,
	};
	struct alice_describe describe, before;
	struct tally tally = { 0 };
	uint32_t index;

	for (unsigned int i = 0; i < 2000 + ARRAY_SIZE(far); i++) {
		index = i < 2000 ? rows + i : far[i - 2000];
		memset(&describe, 0xa5, sizeof(describe));
		describe.index = index;
		before = describe;
		expect(&tally, do_ioctl(fd, ALICE_IOC_DESCRIBE, &describe) ==
		       -ENOENT, "index %u", index);
		expect(&tally, !memcmp(&describe, &before, sizeof(before)),
		       "index %u: the structure was written to", index);
	}
	tally_ok(&tally, "past the end: ENOENT, and nothing written");
}

/* The driver answers from its copy of the table, and asks only for the generation. */
static void local_test(int fd)
{
	struct alice_describe describe;
	struct counts from, to;
	struct tally tally = { 0 };

	counts_read(fd, &from);
	for (unsigned int i = 0; i < rows; i++) {
		memset(&describe, 0xff, sizeof(describe));
		describe.index = i;
		expect(&tally, !do_ioctl(fd, ALICE_IOC_DESCRIBE, &describe) &&
		       !memcmp(&describe, &table[i], sizeof(describe)),
		       "row %u", i);
	}
	tally_ok(&tally, "DESCRIBE fills every byte, whatever was there");
	counts_read(fd, &to);
	is((long long)counts_ops(&from, &to), 0, "no op of which is called for that");
	if (control_domain())
		is((long long)counts_calls(&from, &to), rows,
		   "but version, once a row");
}

/* The driver's table is the hypervisor's. */
static void same_test(int fd)
{
	struct alice_op_desc desc;
	struct tally tally = { 0 };
	int n;

	for (uint32_t i = 0; i < rows; i++) {
		n = op_call(fd, XEN_ALICE_OP_DESCRIBE, &i, sizeof(i), &desc,
			    sizeof(desc));
		expect(&tally, n == (int)sizeof(desc) &&
		       !memcmp(&desc, &table[i].desc, sizeof(desc)),
		       "row %u: op describe: %d", i, n);
	}
	tally_ok(&tally, "every row is what op describe says");
	is(op_call(fd, XEN_ALICE_OP_DESCRIBE, &rows, sizeof(rows), &desc,
		   sizeof(desc)), -ENOENT, "op describe ends where the table does");
}

void part_table(void)
{
	int fd = device_open(O_RDWR);
	size_t own;
	bool events;

	ok(table_read(fd), "DESCRIBE walks the table to its end");
	events = features(fd) & ALICE_FEATURE_EVENTS;
	own = events ? ARRAY_SIZE(contract) : XEN_ALICE_OP_EVENTS_OPEN;
	ok(rows >= own, "there are %zu rows at least", own);
	if (!rows)
		return;
	for (unsigned int i = 0; i < ARRAY_SIZE(contract); i++)
		row_test(i, events);
	rows_test();
	info_test(fd);
	past_the_end_test(fd);
	local_test(fd);
	same_test(fd);
	close(fd);
}

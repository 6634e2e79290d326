// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checks of the hypervisor itself, with calls from the kernel without the driver:
 * it must not rely on any driver's checks.
 */
#include "calls.h"
#include "device.h"
#include "module.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const uint32_t far[] = {
	4097, 8192, 65535, 65536, 65537, 0x7fffffff, 0x80000000, 0xfffff000, 0xffffffff,
};

/* The tag of the hypervisor's current table. */
static uint32_t right_tag(void)
{
	struct xen_alice_version version;

	is(module_call(XEN_ALICE_OP_VERSION, 0, sizeof(version)), sizeof(version),
	   "version answers");
	memcpy(&version, memory, sizeof(version));
	is(version.max_len, XEN_ALICE_LEN_DEFAULT, "its max_len");
	ok(version.generation & XEN_ALICE_TAG, "its generation has a tag");
	return version.generation & XEN_ALICE_TAG;
}

/* May this domain pass physical addresses? */
static bool phys_ok(void)
{
	struct xen_alice_whoami who;
	struct xen_alice_version version;
	bool phys;

	module_call(XEN_ALICE_OP_WHOAMI, 0, sizeof(who));
	memcpy(&who, memory, sizeof(who));
	phys = strcmp(who.type, "pv");
	module_call(XEN_ALICE_OP_VERSION, 0, sizeof(version));
	memcpy(&version, memory, sizeof(version));
	is(version.features & ~XEN_ALICE_FEATURE_LIVE,
	   XEN_ALICE_FEATURE_LONG | XEN_ALICE_FEATURE_EVENTS |
		   (phys ? XEN_ALICE_FEATURE_PHYS : 0),
	   "LONG and EVENTS are features, and PHYS where it can be used");
	return phys;
}

/* Bits of cmd beside the op's number, and the result of a call with 12 bytes. */
static void words_test(int fd)
{
	const uint32_t tag = right_tag(), shift = XEN_ALICE_CMD_TAG_SHIFT;
	const uint32_t stale = (tag ^ 1) << shift, bit30 = XEN_ALICE_CMD_RESERVED;
	const uint32_t phys = XEN_ALICE_CMD_PHYS;
	const long by_phys = phys_ok() ? 12 : -EINVAL;
	const struct {
		uint32_t bits;
		long known, unknown;
	} words[] = {
		{ 0, 12, -EOPNOTSUPP },
		{ tag << shift, 12, -EOPNOTSUPP },
		{ stale, -ESTALE, -ESTALE },
		{ XEN_ALICE_TAG << shift, -ESTALE, -ESTALE },
		{ bit30, -EINVAL, -EOPNOTSUPP },
		{ phys, by_phys, -EOPNOTSUPP },
		{ bit30 | tag << shift, -EINVAL, -EOPNOTSUPP },
		{ phys | tag << shift, by_phys, -EOPNOTSUPP },
		{ bit30 | stale, -ESTALE, -ESTALE },
		{ phys | stale, -ESTALE, -ESTALE },
		{ bit30 | phys, -EINVAL, -EOPNOTSUPP },
	};
	struct tally tally = { 0 };
	struct counts from, to;

	for (unsigned int i = 0; i < ARRAY_SIZE(words); i++) {
		uint32_t bits = words[i].bits;
		long n;

		memcpy(memory, "white rabbit", 12);
		n = module_call(XEN_ALICE_OP_ECHO | bits, 12, 12);
		expect(&tally, n == words[i].known, "echo | %#x: %ld", bits, n);
		n = module_call(1023 | bits, 12, 12);
		expect(&tally, n == words[i].unknown, "1023 | %#x: %ld", bits, n);
		/* Both are checked before lengths and memory. */
		if (words[i].known == 12)
			continue;
		n = module_call_null(XEN_ALICE_OP_ECHO | bits, ~0u, 0);
		expect(&tally, n == words[i].known, "echo | %#x, bad: %ld", bits, n);
	}
	tally_ok(&tally, "tags, bit 30 and PHYS");

	counts_read(fd, &from);
	is(module_call(XEN_ALICE_OP_RESET_STATS | stale, 0, 0), -ESTALE,
	   "reset-stats with a stale tag");
	counts_read(fd, &to);
	ok(counts_delta(&from, &to, XEN_ALICE_OP_RESET_STATS,
			(struct xen_alice_stats){ .calls = 1, .errors = 1 },
			"reset-stats"),
	   "it is a call and an error, and did not run");
}

static void cmds_test(int fd)
{
	struct tally tally = { 0 };
	struct counts from, to;

	counts_read(fd, &from);
	for (uint32_t cmd = 0; cmd < XEN_ALICE_MAX_CMDS; cmd++) {
		if (row_of(cmd))
			continue;
		expect(&tally, module_call(cmd, 0, 0) == -EOPNOTSUPP,
		       "cmd %u", cmd);
		expect(&tally, module_call(cmd, 5000, 5000) == -EOPNOTSUPP,
		       "cmd %u with lengths", cmd);
	}
	tally_ok(&tally, "an unknown cmd: EOPNOTSUPP");
	counts_read(fd, &to);
	is((long long)counts_calls(&from, &to), 0, "it counts as no op's call");
}

/* Lengths that the row does not allow; each counts as a call and an error. */
static void in_test(int fd, const struct alice_op_desc *desc)
{
	static uint8_t before[MEMORY_SIZE];
	struct xen_alice_stats want = { 0 };
	struct tally tally = { 0 };
	struct counts from, to;

	memset(before, 0xa5, sizeof(before));
	memset(memory, 0xa5, sizeof(memory));
	counts_read(fd, &from);
	for (uint32_t i = 0; i < 4100 + ARRAY_SIZE(far); i++) {
		uint32_t len = i < 4100 ? i : far[i - 4100];
		long n;

		if (len >= desc->in_min && len <= desc->in_max)
			continue;
		n = module_call(desc->cmd, len, desc->out_max);
		expect(&tally, n == -EINVAL &&
		       !memcmp(memory, before, sizeof(memory)),
		       "in_len %u: %ld", len, n);
		want.calls++;
		want.errors++;
	}
	tally_ok(&tally, "%s: in_len outside %u to %u: EINVAL", desc->name,
		 desc->in_min, desc->in_max);
	counts_read(fd, &to);
	if (desc->cmd != XEN_ALICE_OP_STATS)
		ok(counts_delta(&from, &to, desc->cmd, want, desc->name),
		   "%s: each counts as a call and an error", desc->name);
}

/* With a length, NULL is invalid, even if the guest has memory there. */
static void null_test(const struct alice_op_desc *desc)
{
	long n = module_call_null(desc->cmd, desc->in_min, desc->out_max);

	if (desc->in_min || desc->out_max)
		is(n, -EFAULT, "%s: NULL: EFAULT", desc->name);
	else
		is(n, 0, "%s: NULL without payload is fine", desc->name);
}

/* The longest payloads; the driver's own batches and tables are shorter. */
static void long_test(void)
{
	static uint8_t before[BATCH_TEST_SIZE];
	static const uint32_t lens[] = { 4097, 32768, 65535, 65536, 65537 };
	struct tally tally = { 0 };

	for (unsigned int i = 0; i < ARRAY_SIZE(lens) * ARRAY_SIZE(lens); i++) {
		uint32_t in_len = lens[i % ARRAY_SIZE(lens)];
		uint32_t room = lens[i / ARRAY_SIZE(lens)];
		bool fits = in_len <= 65536 && room >= in_len;
		long n;

		pattern(before, sizeof(before), i);
		memcpy(long_memory, before, sizeof(before));
		n = module_call_long(XEN_ALICE_OP_ECHO, in_len, room);
		expect(&tally, n == (fits ? (long)in_len : -EINVAL) &&
		       !memcmp(long_memory, before, sizeof(before)),
		       "%u bytes, room %u: %ld", in_len, room, n);
	}
	tally_ok(&tally, "echo: to 65536 bytes and no further");
}

/* The result is the length of the answer; behind it nothing changes. */
static void echo_test(void)
{
	static uint8_t before[MEMORY_SIZE];
	static const uint32_t rooms[] = { 0, 1, 8, 4096, 8192, 0xffffffff };
	struct tally tally = { 0 };

	for (uint32_t len = 0; len <= 4096; len += len < 300 ? 1 : 61) {
		for (unsigned int r = 0; r < ARRAY_SIZE(rooms); r++) {
			bool fits = rooms[r] >= len;
			long n;

			pattern(before, sizeof(before), len);
			memcpy(memory, before, sizeof(memory));
			n = module_call(XEN_ALICE_OP_ECHO, len, rooms[r]);
			expect(&tally, n == (fits ? (long)len : -EINVAL) &&
			       !memcmp(memory, before, sizeof(memory)),
			       "%u bytes, room %u: %ld", len, rooms[r], n);
		}
	}
	tally_ok(&tally, "echo: any length, any room, not a byte more");

	memset(memory, 0xa5, sizeof(memory));
	is(module_call(XEN_ALICE_OP_WHOAMI, 0, 4096), 32, "whoami into a page");
	for (unsigned int b = 32; b < sizeof(memory); b++)
		expect(&tally, memory[b] == 0xa5, "byte %u", b);
	tally_ok(&tally, "whoami: behind the answer nothing changes");
	memset(memory, 0xa5, sizeof(memory));
	is(module_call(XEN_ALICE_OP_WHOAMI, 0, 31), -EINVAL, "whoami into too little");
	for (unsigned int b = 0; b < sizeof(memory); b++)
		expect(&tally, memory[b] == 0xa5, "byte %u", b);
	tally_ok(&tally, "whoami: an answer that does not fit is not begun");
}

void part_raw(void)
{
	int fd = device_open(O_RDWR);

	if (!ok(table_read(fd) && rows, "the op table"))
		return;
	cmds_test(fd);
	words_test(fd);
	for (unsigned int i = 0; i < rows; i++) {
		const struct alice_op_desc *desc = &table[i].desc;

		if (desc->flags & ALICE_OP_F_EVENT) {
			is(module_call_null(desc->cmd, 0, desc->out_max), -EOPNOTSUPP,
			   "%s: is no op", desc->name);
			continue;
		}
		in_test(fd, desc);
		null_test(desc);
	}
	echo_test();
	long_test();
	close(fd);
}

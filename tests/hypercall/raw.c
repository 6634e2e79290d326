// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the hypervisor itself refuses, asked from the kernel without the driver:
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
	4097, 8192, 65536, 0x7fffffff, 0x80000000, 0xfffff000, 0xffffffff,
};

static void cmds_test(int fd)
{
	static const uint32_t beyond[] = { 1024, 65536, 0x80000000, 0xffffffff };
	struct tally tally = { 0 };
	struct counts from, to;

	counts_read(fd, &from);
	for (uint32_t i = 0; i < ALICE_MAX_CMDS + ARRAY_SIZE(beyond); i++) {
		uint32_t cmd = i < ALICE_MAX_CMDS ? i :
			       beyond[i - ALICE_MAX_CMDS];

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
	static uint8_t before[BATCH_TEST_SIZE];
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
	if (desc->cmd != ALICE_OP_STATS)
		ok(counts_delta(&from, &to, desc->cmd, want, desc->name),
		   "%s: each counts as a call and an error", desc->name);
}

/* With a length, NULL is wrong, also where a guest has memory there. */
static void null_test(const struct alice_op_desc *desc)
{
	long n = module_call_null(desc->cmd, desc->in_min, desc->out_max);

	if (desc->in_min || desc->out_max)
		is(n, -EFAULT, "%s: NULL: EFAULT", desc->name);
	else
		is(n, 0, "%s: NULL without payload is fine", desc->name);
}

/* The answer is as long as what it answered; behind it nothing changes. */
static void echo_test(void)
{
	static uint8_t before[BATCH_TEST_SIZE];
	static const uint32_t rooms[] = { 0, 1, 8, 4096, 8192, 0xffffffff };
	struct tally tally = { 0 };

	for (uint32_t len = 0; len <= ALICE_MAX_LEN; len += len < 300 ? 1 : 61) {
		for (unsigned int r = 0; r < ARRAY_SIZE(rooms); r++) {
			bool fits = rooms[r] >= len;
			long n;

			pattern(before, sizeof(before), len);
			memcpy(memory, before, sizeof(memory));
			n = module_call(ALICE_OP_ECHO, len, rooms[r]);
			expect(&tally, n == (fits ? (long)len : -EINVAL) &&
			       !memcmp(memory, before, sizeof(memory)),
			       "%u bytes, room %u: %ld", len, rooms[r], n);
		}
	}
	tally_ok(&tally, "echo: any length, any room, not a byte more");

	memset(memory, 0xa5, sizeof(memory));
	is(module_call(ALICE_OP_WHOAMI, 0, 4096), 32, "whoami into a page");
	for (unsigned int b = 32; b < sizeof(memory); b++)
		expect(&tally, memory[b] == 0xa5, "byte %u", b);
	tally_ok(&tally, "whoami: behind the answer nothing changes");
	memset(memory, 0xa5, sizeof(memory));
	is(module_call(ALICE_OP_WHOAMI, 0, 31), -EINVAL, "whoami into too little");
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
	for (unsigned int i = 0; i < rows; i++) {
		in_test(fd, &table[i].desc);
		null_test(&table[i].desc);
	}
	echo_test();
	close(fd);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * A hypervisor whose alice_op takes no arguments, served with legacy=1: the op
 * table is hello alone, and there are no counters to count by.
 */
#include "device.h"
#include "parts.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void refused_test(int fd)
{
	uint8_t buf[64] = { 0 };
	struct tally tally = { 0 };

	for (uint32_t cmd = 1; cmd < ALICE_MAX_CMDS; cmd++)
		expect(&tally, op_call(fd, cmd, buf, 4, buf, 64) == -EOPNOTSUPP,
		       "cmd %u", cmd);
	expect(&tally, op_call(fd, UINT32_MAX, NULL, 0, NULL, 0) == -EOPNOTSUPP,
	       "cmd %u", UINT32_MAX);
	tally_ok(&tally, "legacy: every other cmd: EOPNOTSUPP");
	is(op_call(fd, 0, buf, 1, NULL, 0), -EINVAL,
	   "legacy: hello with input: EINVAL");
}

/* A batch is made of single calls; what they are to the hypervisor, the log tells. */
static void batch_test(int fd)
{
	struct alice_op ops[4] = { { .cmd = 1 }, { .flags = 1 }, { 0 }, { 0 } };
	int32_t results[4] = { 77, 77, 77, 77 };
	struct alice_batch batch = {
		.ops = ptr(ops),
		.results = ptr(results),
		.count = 4,
		.op_size = sizeof(*ops),
	};

	is(do_ioctl(fd, ALICE_IOC_BATCH, &batch), 4, "legacy: a batch of four");
	is(results[0], -EOPNOTSUPP, "legacy: batch: another cmd: EOPNOTSUPP");
	is(results[1], -EINVAL, "legacy: batch: an unknown flag: EINVAL");
	is(results[2], 0, "legacy: batch: hello");
	is(results[3], 0, "legacy: batch: hello again");
	batch.ops = ptr(&ops[1]);
	batch.count = 3;
	batch.flags = ALICE_BATCH_STOP_ON_ERROR;
	results[1] = 77;
	is(do_ioctl(fd, ALICE_IOC_BATCH, &batch), 1,
	   "legacy: a batch that stops at its first op");
	is(results[0], -EINVAL, "legacy: batch: the first op's error");
	is(results[1], 77, "legacy: batch: nothing of the second");
}

void part_legacy(void)
{
	int fd = device_open(O_RDWR), rdonly = device_open(O_RDONLY);
	struct alice_info info;

	is(do_ioctl(fd, ALICE_IOC_INFO, &info), 0, "legacy: INFO");
	is(info.flags, ALICE_INFO_LEGACY, "legacy: INFO says so, and only that");
	is(info.abi_major, 0, "legacy: ABI major");
	is(info.abi_minor, 0, "legacy: ABI minor");
	is(info.ops, 1, "legacy: one row");
	is(info.hypercall_nr, ALICE_HYPERCALL_NR, "legacy: number");
	is(info.max_batch, 1024, "legacy: max_batch");
	ok(table_read(fd) && rows == 1, "legacy: the table has one row");
	is(table[0].desc.cmd, ALICE_OP_HELLO, "legacy: cmd 0");
	is(table[0].desc.flags, ALICE_OP_F_WRITE, "legacy: it has a side effect");
	is(table[0].access, 0, "legacy: it may be called");
	is(table[0].desc.in_max, 0, "legacy: it takes nothing");
	is(table[0].desc.out_max, 0, "legacy: it answers nothing");
	ok(!strcmp(table[0].desc.name, "hello"), "legacy: hello");
	is(op_call(fd, ALICE_OP_HELLO, NULL, 0, NULL, 0), 0, "legacy: hello works");
	is(op_call(rdonly, ALICE_OP_HELLO, NULL, 0, NULL, 0), -EBADF,
	   "legacy: it needs a file open for writing");
	refused_test(fd);
	batch_test(fd);
	close(fd);
	close(rdonly);
}

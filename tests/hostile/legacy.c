// SPDX-License-Identifier: GPL-2.0-only
/*
 * A hypervisor whose alice_op takes no arguments (tests/lab/variants/seed.c), with
 * legacy=1: the op table has hello only.
 */
#include "device.h"
#include "parts.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/*
 * Its results, one call after the other: if a call is missing or additional, every later
 * result is wrong.
 */
static const int answers[] = { 0, 1, 17, 4711, -EXDEV, -511 };
static unsigned int next;

static int hello(int fd)
{
	return op_call(fd, XEN_ALICE_OP_HELLO, NULL, 0, NULL, 0);
}

static int next_answer(void)
{
	return answers[next++ % ARRAY_SIZE(answers)];
}

/* Call until the sequence starts again. */
static bool first_answer(int fd)
{
	for (unsigned int i = 0; i <= ARRAY_SIZE(answers); i++)
		if (hello(fd) == answers[ARRAY_SIZE(answers) - 1])
			return true;
	return false;
}

static void results_test(int fd)
{
	struct tally tally = { 0 };

	for (unsigned int i = 0; i < 3 * ARRAY_SIZE(answers); i++) {
		int want = next_answer(), got = hello(fd);

		expect(&tally, got == want, "%d, not %d", got, want);
	}
	tally_ok(&tally, "legacy: every result as it is, and one call each");
}

/* None of this reaches the hypervisor. */
static void refused_test(int fd)
{
	int rdonly = device_open(O_RDONLY);
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
	is(hello(rdonly), -EBADF, "legacy: it needs a file open for writing");
	is(restrict_to(rdonly, NULL, 0), 0, "legacy: a file can be restricted");
	is(hello(rdonly), -EACCES, "legacy: and is, then");
	close(rdonly);
}

/* A batch consists of single calls. */
static void batch_test(int fd)
{
	struct alice_op ops[10] = { { .cmd = 1 }, { .flags = 1 } };
	int32_t results[10];
	struct alice_batch batch = {
		.ops = ptr(ops),
		.results = ptr(results),
		.count = ARRAY_SIZE(ops),
		.op_size = sizeof(*ops),
	};
	struct tally tally = { 0 };

	is(do_ioctl(fd, ALICE_IOC_BATCH, &batch), ARRAY_SIZE(ops), "legacy: a batch");
	is(results[0], -EOPNOTSUPP, "legacy: batch: another cmd: EOPNOTSUPP");
	is(results[1], -EINVAL, "legacy: batch: an unknown flag: EINVAL");
	for (unsigned int i = 2; i < ARRAY_SIZE(ops); i++) {
		int want = next_answer();

		expect(&tally, results[i] == want, "op %u: %d, not %d", i, results[i], want);
	}
	tally_ok(&tally, "legacy: batch: the results of hello");
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
	int fd = device_open(O_RDWR);
	struct alice_info info = { 0 };

	if (!ok(first_answer(fd), "legacy: hello answers what it should"))
		return;
	is(do_ioctl(fd, ALICE_IOC_INFO, &info), 0, "legacy: INFO");
	is(info.flags, ALICE_INFO_LEGACY, "legacy: INFO says so, and only that");
	is(info.abi_major, 0, "legacy: ABI major");
	is(info.abi_minor, 0, "legacy: ABI minor");
	is(info.ops, 1, "legacy: one row");
	is((long long)info.generation, 1, "legacy: the only generation");
	is(info.features, 0, "legacy: no features");
	is(info.hypercall_nr, XEN_ALICE_HYPERCALL_NR, "legacy: number");
	is(info.max_batch, 1024, "legacy: max_batch");
	ok(table_read(fd) && rows == 1, "legacy: the table has one row");
	is(table[0].desc.cmd, XEN_ALICE_OP_HELLO, "legacy: cmd 0");
	is(table[0].desc.flags, ALICE_OP_F_WRITE, "legacy: it has a side effect");
	is(table[0].access, 0, "legacy: it may be called");
	is(table[0].desc.in_max, 0, "legacy: it takes nothing");
	is(table[0].desc.out_max, 0, "legacy: it answers nothing");
	ok(!strcmp(table[0].desc.name, "hello"), "legacy: hello");
	results_test(fd);
	refused_test(fd);
	batch_test(fd);
	results_test(fd);
	close(fd);
}

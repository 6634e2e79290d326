// SPDX-License-Identifier: GPL-2.0-only
/* What becomes of the driver's results: here it answers what a test says. */
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>

#include "backend.h"
#include "tap.h"

#define ROOM 4

/* The driver's answer, and each op's of a batch. */
static int answer, op_answer;

int __wrap_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...)
{
	struct alice_batch *batch;
	va_list args;
	__u32 i;

	(void)fd;
	va_start(args, request);
	batch = va_arg(args, void *);
	va_end(args);
	if (request == ALICE_IOC_INFO)
		return 0;
	for (i = 0; request == ALICE_IOC_BATCH && i < batch->count; i++)
		((__s32 *)(uintptr_t)batch->results)[i] = op_answer;
	errno = answer < 0 ? -answer : 0;
	return answer < 0 ? -1 : answer;
}

/* In legacy mode a result can be any number, and is no length then. */
static const struct { int said, want; } lengths[] = {
	{ 0, 0 }, { 1, 1 }, { ROOM, ROOM }, { ROOM + 1, ROOM }, { INT32_MAX, ROOM },
	{ -EPERM, -EPERM }, { -ESTALE, -ESTALE },
};

static void test_lengths(struct backend *b)
{
	struct alice_op ops[2] = { { .out_len = ROOM }, { .out_len = ROOM } };
	__s32 results[2];
	struct alice_batch batch = {
		.ops = (uintptr_t)ops, .results = (uintptr_t)results, .count = 2,
	};
	struct tally call = { 0 }, many = { 0 };

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		int said = lengths[i].said, want = lengths[i].want;

		answer = said;
		expect(&call, b->call(b, &ops[0]) == want, "%d", said);
		answer = 2;
		op_answer = said;
		expect(&many, b->batch(b, &batch) == 2 && results[0] == want &&
		       results[1] == want, "%d: %d %d", said, results[0], results[1]);
	}
	tally_ok(&call, "an answer is never longer than its room");
	tally_ok(&many, "nor is one in a batch");
	answer = 0;
	ok(b->batch(b, &batch) == -EIO, "a batch of which nothing was attempted");
	answer = 3;
	ok(b->batch(b, &batch) == -EIO, "one of which more was than there is");
	answer = -EFAULT;
	ok(b->batch(b, &batch) == -EFAULT, "one that failed");
}

int main(void)
{
	struct backend b;
	struct err e;

	if (ok(!device_open(&b, "/dev/null", &e), "the device")) {
		test_lengths(&b);
		b.close(&b);
	}
	return tap_done();
}

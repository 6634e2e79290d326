// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls of a hypervisor that lies (tests/lab/variants/hostile.c): what a program
 * sees of it.
 */
#include "device.h"
#include "parts.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* The variant's op that answers what was chosen. */
#define PROBE 64

static const uint32_t sizes[] = { 0, 1, 127, 128, 129, 4095, 4096 };

static uint8_t in[ALICE_MAX_LEN], out[2 * ALICE_MAX_LEN];

/* Its table is right, and probe answers nothing. */
void part_honest(void)
{
	int fd = device_open(O_RDWR);

	ok(table_read(fd) && rows == 5, "the table has five rows");
	is(op_call(fd, ALICE_OP_HELLO, NULL, 0, NULL, 0), 0, "hello");
	is(op_call(fd, PROBE, in, 100, out, 100), 0, "probe answers nothing");
	close(fd);
}

/* A row with a flag that this driver does not know is closed to programs. */
void part_closed(void)
{
	int fd = device_open(O_RDWR);

	if (!ok(table_read(fd) && rows == 5, "the table has five rows"))
		return;
	is(table[4].desc.cmd, PROBE, "the last row is probe");
	is(table[4].desc.flags, 0x80000000, "with a flag that nobody knows");
	is(table[4].access, -EPERM, "DESCRIBE says EPERM");
	is(op_call(fd, PROBE, in, 100, out, 100), -EPERM, "and so does a call");
	close(fd);
}

/* An answer that cannot be: EIO, and not a byte of anything. */
void part_nonsense(void)
{
	int fd = device_open(O_RDWR);
	struct tally tally = { 0 };

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		for (unsigned int o = 0; o < ARRAY_SIZE(sizes); o++) {
			int n;

			memset(out, 0xa5, sizeof(out));
			n = op_call(fd, PROBE, in, sizes[i], out, sizes[o]);
			expect(&tally, n == -EIO, "%u in, room %u: %d",
			       sizes[i], sizes[o], n);
			expect(&tally, filled(out, sizeof(out), 0xa5),
			       "%u in, room %u: memory was written to",
			       sizes[i], sizes[o]);
		}
	}
	tally_ok(&tally, "an answer that cannot be: EIO");
	close(fd);
}

/*
 * The hypervisor says that it wrote a page, and wrote nothing: what comes out is
 * what went in, and zeros.
 */
void part_unwritten(void)
{
	int fd = device_open(O_RDWR);
	struct tally tally = { 0 };

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		int n;

		memset(in, 0x5a, sizeof(in));
		memset(out, 0xa5, sizeof(out));
		n = op_call(fd, PROBE, in, sizes[i], out, sizeof(out));
		expect(&tally, n == ALICE_MAX_LEN, "%u in: %d", sizes[i], n);
		expect(&tally, filled(out, sizes[i], 0x5a) &&
		       filled(out + sizes[i], ALICE_MAX_LEN - sizes[i], 0),
		       "%u in: something else came out", sizes[i]);
	}
	tally_ok(&tally, "an answer that was never written: nothing of the kernel's");
	close(fd);
}

#define COUNT 20
#define ROOM 64
#define UNTOUCHED ((int32_t)0xa5a5a5a5)

/*
 * Make a batch of probes of ROOM bytes each.  The first @good of them, whose replies
 * make sense, are to have the result @result, the others EIO; with STOP_ON_ERROR the
 * first of these ends it.
 */
static void lied_batch(unsigned int good, int result)
{
	static struct alice_op ops[COUNT];
	int fd = device_open(O_RDWR);

	for (unsigned int i = 0; i < COUNT; i++)
		ops[i] = (struct alice_op){
			.cmd = PROBE,
			.in_len = i % 2 ? 8 : 0,
			.out_len = ROOM,
			.in = ptr(in),
			.out = ptr(out + i * ROOM),
		};
	for (uint32_t stop = 0; stop < 2; stop++) {
		int32_t results[COUNT];
		const struct alice_batch batch = {
			.ops = ptr(ops),
			.results = ptr(results),
			.count = COUNT,
			.op_size = sizeof(*ops),
			.flags = stop ? ALICE_BATCH_STOP_ON_ERROR : 0,
		};
		int done = stop && good < COUNT ? (int)good + 1 : COUNT;
		struct tally tally = { 0 };

		memset(results, 0xa5, sizeof(results));
		memset(out, 0xa5, sizeof(out));
		is(do_ioctl(fd, ALICE_IOC_BATCH, &batch), done,
		   "flags %u: ops attempted", stop);
		for (int i = 0; i < COUNT; i++) {
			int want = i < (int)good ? result : -EIO;

			expect(&tally, results[i] == (i < done ? want : UNTOUCHED),
			       "flags %u: op %d: %d", stop, i, results[i]);
		}
		expect(&tally, result > 0 || filled(out, sizeof(out), 0xa5),
		       "flags %u: memory was written to", stop);
		tally_ok(&tally, "flags %u: the results, and no other answer", stop);
	}
	close(fd);
}

void part_batch_short(void)
{
	lied_batch(COUNT - 1, 0);
}

/* What is too much harms no op. */
void part_batch_long(void)
{
	lied_batch(COUNT, 0);
}

void part_batch_nothing(void)
{
	lied_batch(0, -EIO);
}

/* Each says that it has 64 bytes: of 160 there are enough for two such. */
void part_reply_behind(void)
{
	lied_batch(2, ROOM);
}

/* A hypervisor that does not stop: all that ran is told. */
void part_reply_enoent(void)
{
	lied_batch(COUNT, -ENOENT);
}

/* Replies that were never written: what a program gets is its own, or zeros. */
void part_batch_unwritten(void)
{
	static struct alice_op ops[2];
	int32_t results[2];
	const struct alice_batch batch = {
		.ops = ptr(ops),
		.results = ptr(results),
		.count = ARRAY_SIZE(ops),
		.op_size = sizeof(*ops),
	};
	int fd = device_open(O_RDWR);
	struct tally tally = { 0 };

	for (unsigned int i = 0; i < ARRAY_SIZE(ops); i++)
		ops[i] = (struct alice_op){
			.cmd = PROBE,
			.in_len = 1900,
			.in = ptr(in),
			.out_len = 1900,
			.out = ptr(out + 2000 * i),
		};

	/* A batch before it, so that the page holds something of an earlier one. */
	memset(in, 0x5a, sizeof(in));
	do_ioctl(fd, ALICE_IOC_BATCH, &batch);

	/* Of the two records the second is taken for a reply of 64 bytes. */
	ops[0].in_len = 0;
	ops[1].in_len = 0;
	memset(out, 0xa5, sizeof(out));
	is(do_ioctl(fd, ALICE_IOC_BATCH, &batch), 2, "a batch");
	is(results[0], 0, "the head, as a reply");
	is(results[1], PROBE, "the first record, as a reply");
	for (int b = sizeof(struct xen_alice_batch_record); b < results[1]; b++)
		expect(&tally, !out[2000 + b], "byte %d: %#x", b, out[2000 + b]);
	expect(&tally, filled(out, 2000, 0xa5), "the other answer was written");
	tally_ok(&tally, "replies that were never written: nothing of the kernel's");
	close(fd);
}

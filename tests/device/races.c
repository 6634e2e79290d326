// SPDX-License-Identifier: GPL-2.0-only
/*
 * Another thread changes memory during the call.  The driver must read each value once only:
 * never check one value and then use the other.
 */
#include "device.h"
#include "parts.h"
#include "tap.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#define ROUNDS 10000

/*
 * A 32-bit word that a thread flips between two values as fast as it can.  If mixing the
 * values' bytes would give a third value, they differ in one byte only, because a copy need
 * not be atomic.
 */
struct flip {
	_Atomic uint32_t *word;
	uint32_t values[2];
	atomic_bool stop;
	pthread_t thread;
};

static void *flip_loop(void *arg)
{
	struct flip *f = arg;

	for (unsigned int i = 0; !atomic_load(&f->stop); i++)
		atomic_store_explicit(f->word, f->values[i & 1],
				      memory_order_relaxed);
	return NULL;
}

static void flip_start(struct flip *f, void *word, uint32_t a, uint32_t b)
{
	f->word = word;
	f->values[0] = a;
	f->values[1] = b;
	/* The thread takes a while to start: begin with a known value. */
	atomic_store(f->word, a);
	atomic_store(&f->stop, false);
	if (pthread_create(&f->thread, NULL, flip_loop, f))
		errx(2, "pthread_create");
}

static void flip_stop(struct flip *f)
{
	atomic_store(&f->stop, true);
	pthread_join(f->thread, NULL);
}

/* Make calls that may return @a or @b; both have to occur. */
static void see(struct tally *tally, int fd, struct alice_op *op, int a, int b)
{
	unsigned int seen_a = 0, seen_b = 0;

	/* Continue until both occurred, else there was no race. */
	for (unsigned int i = 0; i < ROUNDS || (i < 100 * ROUNDS &&
						!(seen_a && seen_b)); i++) {
		int n = op_ioctl(fd, op);

		seen_a += n == a;
		seen_b += n == b;
		expect(tally, n == a || n == b, "answered %d, not %d or %d", n,
		       a, b);
	}
	expect(tally, seen_a && seen_b, "%d was seen %u times, %d %u times", a,
	       seen_a, b, seen_b);
}

/* cmd flips between an op for everybody and a KERNEL op. */
static void cmd_test(int fd)
{
	uint8_t in[64] = { 0 }, out[64];
	struct alice_op op = {
		.cmd = XEN_ALICE_OP_ECHO,
		.in_len = sizeof(in),
		.out_len = sizeof(out),
		.in = ptr(in),
		.out = ptr(out),
	};
	struct tally tally = { 0 };
	struct counts from, to;
	struct flip flip;

	counts_read(fd, &from);
	flip_start(&flip, &op.cmd, XEN_ALICE_OP_ECHO, XEN_ALICE_OP_BATCH);
	see(&tally, fd, &op, sizeof(in), -EPERM);
	flip_stop(&flip);
	tally_ok(&tally, "cmd changes: echo, or batch, which is refused");
	counts_read(fd, &to);
	ok(counts_delta(&from, &to, XEN_ALICE_OP_BATCH,
			(struct xen_alice_stats){ 0 }, "batch"),
	   "cmd changes: batch never reached the hypervisor");
}

/* in_len flips between a valid and an invalid value. */
static void len_test(int fd)
{
	static uint8_t in[16384 + 100], out[16384 + 100];
	struct alice_op op = {
		.cmd = XEN_ALICE_OP_ECHO,
		.in_len = 100,
		.out_len = sizeof(out),
		.in = ptr(in),
		.out = ptr(out),
	};
	struct tally tally = { 0 };
	struct counts from, to;
	struct flip flip;

	flip_start(&flip, &op.in_len, 100, 100 + XEN_ALICE_LEN_MOST);
	see(&tally, fd, &op, 100, -EINVAL);
	flip_stop(&flip);
	tally_ok(&tally, "in_len changes: 100 bytes, or a refusal");

	/* Either length is valid: the one that was used is used throughout. */
	counts_read(fd, &from);
	flip_start(&flip, &op.in_len, 100, 100 + 16384);
	see(&tally, fd, &op, 100, 100 + 16384);
	flip_stop(&flip);
	counts_read(fd, &to);
	tally_ok(&tally, "in_len changes: in and beyond the buffer that the driver keeps");
	for (unsigned int i = 0; i < rows; i++) {
		if (table[i].desc.cmd != XEN_ALICE_OP_ECHO)
			continue;
		is((long long)(to.of[i].in_bytes - from.of[i].in_bytes),
		   (long long)(to.of[i].out_bytes - from.of[i].out_bytes),
		   "in_len changes: as many bytes came out as went in");
	}
}

/* The input of op describe flips between an existing row and none. */
static void payload_test(int fd)
{
	static uint8_t out[XEN_ALICE_BATCH_LEN];
	uint32_t index = 0;
	struct alice_op op = {
		.cmd = XEN_ALICE_OP_DESCRIBE,
		.in_len = sizeof(index),
		.out_len = sizeof(out),
		.in = ptr(&index),
		.out = ptr(out),
	};
	struct tally tally = { 0 };
	struct flip flip;

	flip_start(&flip, &index, 0, UINT32_MAX);
	see(&tally, fd, &op, sizeof(struct xen_alice_op_desc), -ENOENT);
	flip_stop(&flip);
	tally_ok(&tally, "the payload changes: one row, or none");
	ok(!memcmp(out, &table[0].desc, sizeof(table[0].desc)),
	   "the payload changes: the row is whole");
}

/*
 * The echo of a changing word is one of its values; if it were copied twice, the copies, or
 * the length, could differ.
 */
static void echo_test(int fd)
{
	static uint32_t in[XEN_ALICE_BATCH_LEN / 4], out[XEN_ALICE_BATCH_LEN / 4];
	struct tally tally = { 0 };
	struct flip flip;

	flip_start(&flip, &in[500], 0, UINT32_MAX);
	for (unsigned int i = 0; i < ROUNDS / 10; i++) {
		int n = op_call(fd, XEN_ALICE_OP_ECHO, in, sizeof(in), out,
				sizeof(out));

		expect(&tally, n == (int)sizeof(in), "answered %d", n);
		expect(&tally, out[499] == in[499] && out[501] == in[501],
		       "a neighbour changed");
		for (unsigned int b = 0; b < 4; b++)
			expect(&tally, ((uint8_t *)&out[500])[b] == 0 ||
			       ((uint8_t *)&out[500])[b] == 0xff,
			       "a byte that never was there");
	}
	flip_stop(&flip);
	tally_ok(&tally, "the payload changes: echo answers what there was");
}

/* The index of DESCRIBE flips: row and index in the answer match. */
static void index_test(int fd)
{
	struct alice_describe d = { 0 };
	struct tally tally = { 0 };
	struct flip flip;

	flip_start(&flip, &d.index, 0, UINT32_MAX);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		int n = do_ioctl(fd, ALICE_IOC_DESCRIBE, &d);

		expect(&tally, n == 0 || n == -ENOENT, "answered %d", n);
		expect(&tally, n || !memcmp(&d.desc, &table[0].desc,
					    sizeof(d.desc)), "another row");
	}
	flip_stop(&flip);
	tally_ok(&tally, "the index changes: row 0, or none");
}

void part_races(void)
{
	int fd = device_open(O_RDWR);

	if (!ok(table_read(fd) && rows, "the op table"))
		return;
	cmd_test(fd);
	len_test(fd);
	payload_test(fd);
	echo_test(fd);
	index_test(fd);
	close(fd);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * RESTRICT while a call copies its payload, from a missing page: after RESTRICT has
 * returned, no op runs that it excluded.
 */
#include "device.h"
#include "held.h"
#include "parts.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define ROUND 64
#define COUNT (2 * ROUND)

/* The file, and its new restriction during the call. */
static int file;
static const uint32_t *cmds;
static uint32_t cmds_count;

static void restrict_file(pthread_t reader)
{
	(void)reader;
	restrict_to(file, cmds, cmds_count);
}

static void restrict_twice(pthread_t reader)
{
	static const uint32_t half[] = { XEN_ALICE_OP_ECHO, XEN_ALICE_OP_MEMORY };

	restrict_to(file, half, ARRAY_SIZE(half));
	restrict_file(reader);
}

static const struct {
	const char *name;
	uint32_t cmds[2];
	uint32_t count;
	void (*meanwhile)(pthread_t reader);
	int echo; /* the result of echo afterwards */
} cases[] = {
	{ "to nothing", { 0 }, 0, restrict_file, -EACCES },
	{ "to another op", { XEN_ALICE_OP_WHOAMI }, 1, restrict_file, -EACCES },
	{ "to that op", { XEN_ALICE_OP_ECHO }, 1, restrict_file, 0 },
	{ "to less and less", { XEN_ALICE_OP_MEMORY }, 1, restrict_twice, -EACCES },
};

static void setup(unsigned int c)
{
	file = device_open(O_RDWR);
	cmds = cases[c].cmds;
	cmds_count = cases[c].count;
}

static void single_test(int watch, uint32_t len)
{
	static uint8_t in[20000], out[20000];
	struct counts from, to;

	for (unsigned int c = 0; c < ARRAY_SIZE(cases); c++) {
		int want = cases[c].echo ? cases[c].echo : (int)len, n;
		void *at;

		setup(c);
		at = hold(in, len, cases[c].meanwhile);
		counts_read(watch, &from);
		n = op_call(file, XEN_ALICE_OP_ECHO, at, len, out, len);
		counts_read(watch, &to);
		ok(held_missed(), "%s during a call of %u bytes", cases[c].name, len);
		is(n, want, "which answers");
		is((long long)counts_ops(&from, &to), n >= 0, "and ran, or did not");
		close(file);
	}
}

/* The input of op @late comes late; the ops of its round have not been sent yet. */
static void batch_test(int watch, uint32_t late)
{
	static struct alice_op ops[COUNT];
	static uint8_t in[8], out[8];
	int32_t results[COUNT];
	const struct alice_batch batch = {
		.ops = ptr(ops),
		.results = ptr(results),
		.count = COUNT,
		.op_size = sizeof(*ops),
	};
	struct counts from, to;

	for (unsigned int i = 0; i < COUNT; i++)
		ops[i] = (struct alice_op){
			.cmd = XEN_ALICE_OP_ECHO,
			.in_len = sizeof(in),
			.out_len = sizeof(out),
			.in = ptr(in),
			.out = ptr(out),
		};
	for (unsigned int c = 0; c < ARRAY_SIZE(cases); c++) {
		struct tally tally = { 0 };
		unsigned int ran = 0;

		setup(c);
		ops[late].in = ptr(hold(in, sizeof(in), cases[c].meanwhile));
		counts_read(watch, &from);
		is(do_ioctl(file, ALICE_IOC_BATCH, &batch), COUNT,
		   "%s during op %u of a batch", cases[c].name, late);
		counts_read(watch, &to);
		ok(held_missed(), "it came late");
		while (ran < COUNT && results[ran] == (int)sizeof(out))
			ran++;
	/* Earlier rounds are complete; Xen may have ended one early. */
		if (cases[c].echo)
			ok(ran >= late / ROUND && ran <= late,
			   "ops before it ran, of rounds before: %u", ran);
		else
			is(ran, COUNT, "all ran");
		for (unsigned int i = 0; i < COUNT; i++)
			expect(&tally, results[i] == (i < ran ? (int)sizeof(out) :
						      cases[c].echo),
			       "op %u: %d", i, results[i]);
		tally_ok(&tally, "the results of those, and of the others");
		ok(counts_delta(&from, &to, XEN_ALICE_OP_ECHO,
				(struct xen_alice_stats){ ran, 0, 8ull * ran, 8ull * ran },
				"echo"), "and these ran");
		close(file);
	}
}

void part_amid(void)
{
	int watch = device_open(O_RDWR);

	if (!ok(table_read(watch) && rows, "the op table"))
		return;
	held_setup();
	single_test(watch, 8);
	single_test(watch, 20000);
	batch_test(watch, 0);
	batch_test(watch, 1);
	batch_test(watch, ROUND - 1);
	batch_test(watch, ROUND);
	batch_test(watch, ROUND + 30);
	batch_test(watch, COUNT - 1);
	close(watch);
}

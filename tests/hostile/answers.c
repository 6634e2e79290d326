// SPDX-License-Identifier: GPL-2.0-only
/* Invalid answers of single calls and of batches: what a program sees. */
#include "parts.h"
#include "puppet.h"
#include "tap.h"

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#define MOST XEN_ALICE_LEN_DEFAULT
#define CANARY 0xa5

static const uint32_t sizes[] = { 0, 1, 127, 128, 4096, MOST - 1, MOST };

static uint8_t in[MOST], out[MOST + 256];

/* What an op returns, and what a program gets. */
static const struct {
	const char *name;
	int64_t result;
	int answer;
} results[] = {
	{ "nothing", 0, 0 },
	{ "one byte too many", MOST + 1, -EIO },
	{ "2 GiB", INT_MAX, -EIO },
	{ "4 GiB", 1LL << 32, -EIO },
	{ "the most", LLONG_MAX, -EIO },
	{ "the least", LLONG_MIN, -EIO },
	{ "errno 1", -1, -1 },
	{ "ENOSYS", -ENOSYS, -ENOSYS },
	{ "the table's ESTALE", -XEN_ALICE_ESTALE, -EIO },
	{ "errno 511", -511, -511 },
	{ "errno 512", -512, -EIO },
	{ "errno 513", -513, -EIO },
	{ "errno 4095", -4095, -EIO },
	{ "errno 4096", -4096, -EIO },
	{ "errno 100000", -100000, -EIO },
};

static void single_test(int fd)
{
	for (unsigned int r = 0; r < ARRAY_SIZE(results); r++) {
		struct tally tally = { 0 };
		uint64_t calls, errors;

		puppet.probe_result = results[r].result;
		TELL(probe_result);
		calls = driver_count("counters/calls");
		errors = driver_count("counters/errors");
		for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
			uint32_t o = sizes[(i + r) % ARRAY_SIZE(sizes)];
			int n;

			memset(out, CANARY, sizeof(out));
			n = op_call(fd, HOSTILE_PROBE, in, sizes[i], out, o);
			expect(&tally, n == results[r].answer, "%u in, room %u: %d", sizes[i],
			       o, n);
			expect(&tally, filled(out, sizeof(out), CANARY),
			       "%u in, room %u: memory was written to", sizes[i], o);
		}
		calls = driver_count("counters/calls") - calls;
		errors = driver_count("counters/errors") - errors;
		expect(&tally, calls == ARRAY_SIZE(sizes) &&
		       errors == (results[r].answer < 0 ? ARRAY_SIZE(sizes) : 0),
		       "%llu calls and %llu errors are counted",
		       (unsigned long long)calls, (unsigned long long)errors);
		tally_ok(&tally, "an op answers %s: %d, not a byte, and counted once",
			 results[r].name, results[r].answer);
	}
}

/* The output is the input, or zeros. */
static void unwritten_test(int fd)
{
	struct tally tally = { 0 };

	puppet.probe_result = MOST;
	TELL(probe_result);
	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		int n;

		memset(in, 0x5a, sizeof(in));
		memset(out, CANARY, sizeof(out));
		n = op_call(fd, HOSTILE_PROBE, in, sizes[i], out, sizeof(out));
		expect(&tally, n == MOST, "%u in: %d", sizes[i], n);
		expect(&tally, filled(out, sizes[i], 0x5a) &&
		       filled(out + sizes[i], MOST - sizes[i], 0) &&
		       filled(out + MOST, sizeof(out) - MOST, CANARY),
		       "%u in: something else came out", sizes[i]);
	}
	tally_ok(&tally, "an answer that was never written: no kernel memory");
}

#define COUNT 20
#define ROOM 64
#define UNTOUCHED ((int32_t)0xa5a5a5a5)

/*
 * What batch returns, and how many of the first ops get @result then: the others get
 * EIO. A batch that stops ends with the first EIO.
 */
static const struct {
	const char *name;
	int64_t result;
	int32_t more;
	int32_t reply;
	uint32_t most;
	int good;
	int answer;
} batches[] = {
	{ "a byte less", .more = -1, .good = COUNT - 1 },
	{ "a reply less", .more = -8, .good = COUNT - 1 },
	{ "a reply more", .more = 8, .good = COUNT },
	{ "nothing", .more = -4096 },
	/* Valid: Xen may end a batch early. */
	{ "seven replies at most", .most = 7, .good = COUNT },
	{ "EIO", .result = -EIO },
	{ "the table's ESTALE", .result = -XEN_ALICE_ESTALE },
	{ "errno 100000", .result = -100000 },
	{ "the most", .result = LLONG_MAX },
	{ "a byte above its room", .result = XEN_ALICE_BATCH_LEN + 1 },
	/* 160 bytes have room for two of these. */
	{ "replies behind the end", .reply = ROOM, .good = 2, .answer = ROOM },
	{ "replies above their room", .reply = ROOM + 1 },
	{ "replies of 2 GiB", .reply = INT_MAX },
	{ "replies of the least", .reply = INT_MIN },
	{ "replies of errno 512", .reply = -512 },
	/* STOP_ON_ERROR was ignored: all results are reported. */
	{ "replies of ENOENT", .reply = -ENOENT, .good = COUNT, .answer = -ENOENT },
	{ "replies of ENOSYS", .reply = -ENOSYS, .good = COUNT, .answer = -ENOSYS },
	{ "replies of the table's ESTALE", .reply = -XEN_ALICE_ESTALE, .good = COUNT,
	  .answer = -EIO },
};

static void batch_test(int fd, unsigned int b, uint32_t flags)
{
	static struct alice_op ops[COUNT];
	int32_t got[COUNT];
	const struct alice_batch batch = {
		.ops = ptr(ops),
		.results = ptr(got),
		.count = COUNT,
		.op_size = sizeof(*ops),
		.flags = flags,
	};
	int good = batches[b].good, done = flags && good < COUNT ? good + 1 : COUNT;
	struct tally tally = { 0 };

	for (unsigned int i = 0; i < COUNT; i++)
		ops[i] = (struct alice_op){
			.cmd = HOSTILE_PROBE,
			.in_len = i % 2 ? 8 : 0,
			.out_len = ROOM,
			.in = ptr(in),
			.out = ptr(out + i * ROOM),
		};
	memset(got, 0xa5, sizeof(got));
	memset(out, CANARY, sizeof(out));
	is(do_ioctl(fd, ALICE_IOC_BATCH, &batch), done, "batch answers %s, flags %u: attempted",
	   batches[b].name, flags);
	for (int i = 0; i < COUNT; i++) {
		int want = i < good ? batches[b].answer : -EIO;

		expect(&tally, got[i] == (i < done ? want : UNTOUCHED), "op %d: %d", i, got[i]);
	}
	expect(&tally, batches[b].answer > 0 || filled(out, sizeof(out), CANARY),
	       "memory was written to");
	tally_ok(&tally, "batch answers %s, flags %u: the results, and no other answer",
		 batches[b].name, flags);
}

static void batches_test(int fd)
{
	for (unsigned int b = 0; b < ARRAY_SIZE(batches); b++) {
		puppet.batch_result = batches[b].result;
		puppet.batch_more = batches[b].more;
		puppet.batch_most = batches[b].most;
		puppet.reply_result = batches[b].reply;
		TELL(batch_result);
		TELL(batch_more);
		TELL(batch_most);
		TELL(reply_result);
		batch_test(fd, b, 0);
		batch_test(fd, b, ALICE_BATCH_STOP_ON_ERROR);
	}
}

/* Replies that were never written: a program gets its own bytes, or zeros. */
static void batch_unwritten_test(int fd)
{
	static struct alice_op ops[2];
	int32_t got[2];
	const struct alice_batch batch = {
		.ops = ptr(ops),
		.results = ptr(got),
		.count = ARRAY_SIZE(ops),
		.op_size = sizeof(*ops),
	};
	struct tally tally = { 0 };

	puppet.batch_unwritten = 1;
	TELL(batch_unwritten);
	for (unsigned int i = 0; i < ARRAY_SIZE(ops); i++)
		ops[i] = (struct alice_op){
			.cmd = HOSTILE_PROBE,
			.in_len = 1900,
			.in = ptr(in),
			.out_len = 1900,
			.out = ptr(out + 2000 * i),
		};

	/* A batch before it, so that the page contains data of an earlier one. */
	memset(in, 0x5a, sizeof(in));
	do_ioctl(fd, ALICE_IOC_BATCH, &batch);

	/* The second of the two records is mistaken for a reply of 64 bytes. */
	ops[0].in_len = 0;
	ops[1].in_len = 0;
	memset(out, CANARY, sizeof(out));
	is(do_ioctl(fd, ALICE_IOC_BATCH, &batch), 2, "a batch whose replies were never written");
	is(got[0], 0, "the head, as a reply");
	is(got[1], HOSTILE_PROBE, "the first record, as a reply");
	for (int b = sizeof(struct xen_alice_batch_record); b < got[1]; b++)
		expect(&tally, !out[2000 + b], "byte %d: %#x", b, out[2000 + b]);
	expect(&tally, filled(out, 2000, CANARY), "the other answer was written");
	tally_ok(&tally, "replies that were never written: no kernel memory");
}

/* Needs the module loaded, and the hypervisor in its initial state. */
void part_answers(void)
{
	int fd = device_open(O_RDWR);

	puppet_reset();
	if (!ok(table_read(fd) && rows == OWN, "the table is right"))
		return;
	single_test(fd);
	unwritten_test(fd);
	batches_test(fd);
	puppet_reset();
	batch_unwritten_test(fd);
	puppet_reset();
	close(fd);
}

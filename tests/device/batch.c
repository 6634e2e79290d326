// SPDX-License-Identifier: GPL-2.0-only
/*
 * ALICE_IOC_BATCH: that an op does in a batch what it does by itself, whatever is
 * before and behind it, and where a batch ends.  The hypervisor's counters tell what
 * ran, and in how many entries.
 */
#include "device.h"
#include "parts.h"
#include "request.h"
#include "tap.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MOST 1024

#define CANARY 0xa5
#define UNTOUCHED ((int32_t)0xa5a5a5a5)

static struct alice_op ops[MOST + 1];
static int32_t results[MOST + 1];
static struct counts from, to;

/* Fill ops[] with echoes of nothing. */
static void echoes(uint32_t count)
{
	memset(ops, 0, sizeof(ops));
	for (uint32_t i = 0; i < count; i++)
		ops[i].cmd = ALICE_OP_ECHO;
}

static struct alice_batch batch_of(const void *entries, uint32_t count)
{
	return (struct alice_batch){
		.ops = ptr(entries),
		.results = ptr(results),
		.count = count,
		.op_size = sizeof(struct alice_op),
	};
}

/* Submit a batch, with nothing in results[] and the counters before and after. */
static int submit(int fd, const struct alice_batch *batch)
{
	int n;

	memset(results, CANARY, sizeof(results));
	counts_read(fd, &from);
	n = do_ioctl(fd, ALICE_IOC_BATCH, batch);
	counts_read(fd, &to);
	return n;
}

static long long calls_of(uint32_t cmd)
{
	for (unsigned int i = 0; i < rows; i++)
		if (table[i].desc.cmd == cmd)
			return (long long)(to.of[i].calls - from.of[i].calls);
	return 0;
}

static bool untouched(uint32_t first, uint32_t end)
{
	for (uint32_t i = first; i < end; i++)
		if (results[i] != UNTOUCHED)
			return false;
	return true;
}

/* What is no batch at all. */
static void bad_requests_test(int fd)
{
	static const uint32_t counts[] = {
		0, MOST + 1, 65536, 0x7fffffff, 0x80000000, UINT32_MAX,
	};
	static const uint32_t strides[] = { 4097, 65536, 0x80000000, UINT32_MAX };
	struct alice_batch batch;
	struct tally tally = { 0 };

	echoes(MOST);
	for (unsigned int i = 0; i < ARRAY_SIZE(counts); i++) {
		batch = batch_of(ops, counts[i]);
		expect(&tally, submit(fd, &batch) == -EINVAL, "count %u",
		       counts[i]);
		expect(&tally, !counts_calls(&from, &to), "count %u ran",
		       counts[i]);
	}
	for (unsigned int bit = 0; bit < 32; bit++) {
		batch = batch_of(ops, 2);
		batch.flags = 1u << bit;
		expect(&tally, submit(fd, &batch) == (bit ? -EINVAL : 2),
		       "flag bit %u", bit);
		batch = batch_of(ops, 2);
		batch.reserved = 1u << bit;
		expect(&tally, submit(fd, &batch) == -EINVAL && untouched(0, 2),
		       "reserved bit %u", bit);
	}
	batch = batch_of(ops, 2);
	batch.op_size = 0;
	expect(&tally, submit(fd, &batch) == -EINVAL, "op_size 0");
	for (unsigned int i = 0; i < ARRAY_SIZE(strides); i++) {
		batch = batch_of(ops, 2);
		batch.op_size = strides[i];
		expect(&tally, submit(fd, &batch) == -E2BIG &&
		       !counts_calls(&from, &to), "op_size %u", strides[i]);
	}
	tally_ok(&tally, "what is no batch: EINVAL or E2BIG, and nothing runs");
}

/*
 * Every count: as many results, and few entries into the hypervisor.  It may end any
 * of them early, but has something else to do for few.
 */
static void counts_test(int fd)
{
	long long entries = 0, least = 0;
	struct tally tally = { 0 };

	echoes(MOST);
	for (uint32_t count = 1; count <= MOST;
	     count += count < 20 || count % MOST_RECORDS > MOST_RECORDS - 4 ||
		      count % MOST_RECORDS < 4 || count >= MOST - 2 ? 1 : 7) {
		const struct alice_batch batch = batch_of(ops, count);
		int n = submit(fd, &batch);
		bool zero = true;

		for (uint32_t i = 0; i < count; i++)
			zero = zero && !results[i];
		expect(&tally, n == (int)count && zero &&
		       untouched(count, MOST + 1), "%u ops: %d", count, n);
		expect(&tally, calls_of(ALICE_OP_ECHO) == count,
		       "%u ops: %lld ran", count, calls_of(ALICE_OP_ECHO));
		entries += calls_of(ALICE_OP_BATCH);
		least += count == 1 ? 0 :
			 (count + MOST_RECORDS - 1) / MOST_RECORDS;
	}
	tally_ok(&tally, "batches of 1 to 1024");
	ok(entries >= least && entries < 3 * least,
	   "%lld entries, which with 511 ops in each are %lld", entries, least);
}

/* Payloads of every length, three a batch, with canaries around the answers. */
static void payload_test(int fd)
{
	enum { N = 3, GAP = 64, ROOM = ALICE_MAX_LEN + 2 * GAP };
	static uint8_t in[N][ALICE_MAX_LEN], out[N][ROOM];
	struct tally tally = { 0 };

	for (uint32_t len = 0; len <= ALICE_MAX_LEN; len += len < 300 ? 1 : 31) {
		const struct alice_batch batch = batch_of(ops, N);
		int n;

		memset(out, CANARY, sizeof(out));
		for (uint32_t i = 0; i < N; i++) {
			uint32_t part = i == 1 ? len : len / (i + 1);

			pattern(in[i], part, len + i);
			ops[i] = (struct alice_op){
				.cmd = ALICE_OP_ECHO,
				.in_len = part,
				.out_len = part + i,
				.in = ptr(in[i]),
				.out = ptr(out[i] + GAP),
			};
		}
		n = submit(fd, &batch);
		expect(&tally, n == N, "%u bytes: %d", len, n);
		for (uint32_t i = 0; i < N; i++) {
			uint32_t part = ops[i].in_len;

			expect(&tally, results[i] == (int)part &&
			       !memcmp(out[i] + GAP, in[i], part) &&
			       filled(out[i], GAP, CANARY) &&
			       filled(out[i] + GAP + part, ROOM - GAP - part, CANARY),
			       "%u bytes: op %u: %d", len, i, results[i]);
		}
	}
	tally_ok(&tally, "payloads of every length, and not a byte besides");
}

/* Fails in every way that an op can fail: by its cmd, in the driver, in Xen. */
enum failure { UNKNOWN, FLAG, KERNEL, LENGTH, POINTER, OUT, NO_ROW, NO_ROOM, LARGE,
	       FAILURES };

static struct alice_op failing(enum failure kind, int *error)
{
	static const uint32_t past = UINT32_MAX;
	static uint8_t buf[ALICE_MAX_LEN];
	const struct {
		struct alice_op op;
		int error;
	} kinds[FAILURES] = {
		[UNKNOWN] = { { .cmd = 1023 }, -EOPNOTSUPP },
		[FLAG] = { { .cmd = ALICE_OP_ECHO, .flags = 1 }, -EINVAL },
		[KERNEL] = { { .cmd = ALICE_OP_BATCH }, -EPERM },
		[LENGTH] = { { .cmd = ALICE_OP_ECHO, .in_len = 4097 }, -EINVAL },
		[POINTER] = { { .cmd = ALICE_OP_ECHO, .in_len = 8,
				.in = ptr(unmapped()) }, -EFAULT },
		[OUT] = { { .cmd = ALICE_OP_VERSION, .out_len = 16,
			    .out = ptr(unmapped()) }, -EFAULT },
		[NO_ROW] = { { .cmd = ALICE_OP_DESCRIBE, .in_len = 4,
			       .in = ptr(&past) }, -ENOENT },
		[NO_ROOM] = { { .cmd = ALICE_OP_VERSION, .out_len = 15,
				.out = ptr(buf) }, -EINVAL },
		/* Too large for a page of a batch. */
		[LARGE] = { { .cmd = ALICE_OP_ECHO, .in_len = 4096,
			      .out_len = 4095, .in = ptr(buf),
			      .out = ptr(buf) }, -EINVAL },
	};

	*error = kinds[kind].error;
	return kinds[kind].op;
}

/* One op fails: with the flag nothing after it is attempted, without it all is. */
static void failure_case(struct tally *tally, int fd, uint32_t count,
			 uint32_t at, enum failure kind)
{
	bool reaches = kind >= NO_ROW, is_echo = kind == LARGE;
	int error, n;

	echoes(count);
	ops[at] = failing(kind, &error);
	for (uint32_t stop = 0; stop < 2; stop++) {
		struct alice_batch batch = batch_of(ops, count);
		uint32_t done = stop ? at + 1 : count;
		bool right = true;

		batch.flags = stop ? ALICE_BATCH_STOP_ON_ERROR : 0;
		n = submit(fd, &batch);
		for (uint32_t i = 0; i < done; i++)
			right = right && results[i] == (i == at ? error : 0);
		expect(tally, n == (int)done && right &&
		       untouched(done, MOST + 1),
		       "%u ops, %u of kind %d, flags %u: %d, its result %d, not %d",
		       count, at, kind, stop, n, results[at], error);
		expect(tally, calls_of(ALICE_OP_ECHO) == done - 1 + is_echo,
		       "%u ops, %u of kind %d, flags %u: %lld echoes ran", count,
		       at, kind, stop, calls_of(ALICE_OP_ECHO));
		expect(tally, (long long)counts_calls(&from, &to) ==
		       done - 1 + reaches + calls_of(ALICE_OP_BATCH),
		       "%u ops, %u of kind %d, flags %u: %llu calls in all", count,
		       at, kind, stop,
		       (unsigned long long)counts_calls(&from, &to));
	}
}

static void failure_test(int fd)
{
	static const uint32_t far[] = { 0, 1, 509, 510, 511, 512, 600, 1023 };
	struct tally few = { 0 }, many = { 0 };

	for (unsigned int kind = 0; kind < FAILURES; kind++) {
		for (uint32_t at = 0; at < 6; at++)
			for (uint32_t count = at + 1; count <= 6; count++)
				failure_case(&few, fd, count, at, kind);
		for (unsigned int f = 0; f < ARRAY_SIZE(far); f++)
			failure_case(&many, fd, MOST, far[f], kind);
	}
	tally_ok(&few, "an op that fails, in every way, at every place of 1 to 6");
	tally_ok(&many, "the same among 1024");
}

/* Everything that request.h knows to be wrong with an op is wrong in a batch. */
static void faults_test(void)
{
	const struct files files = files_open();
	struct tally tally = { 0 };

	for (unsigned int faults = 0; faults <= ALL_FAULTS; faults++) {
		struct request r = request_with(&files, faults);
		struct alice_batch batch;

		if (faults & (FAULT(FAULT_IOCTL) | FAULT(FAULT_STRUCT)))
			continue;
		for (uint32_t count = 1; count < 3; count++) {
			int want = faults ? -request_errno(faults) : 16, n;

			ops[0] = ops[1] = r.op;
			batch = batch_of(ops, count);
			memset(results, CANARY, sizeof(results));
			n = do_ioctl(r.fd, ALICE_IOC_BATCH, &batch);
			expect(&tally, n == (int)count && results[0] == want &&
			       results[count - 1] == want,
			       "%s: %d of %u, result %d, want %d",
			       faults_name(faults), n, count, results[0], want);
		}
	}
	tally_ok(&tally, "every set of faults is answered as a single op's is");
	files_close(&files);
}

/* The array of ops ends in a hole, anywhere. */
static void unreadable_test(int fd)
{
	static const uint32_t edges[] = { 0, 1, 2, 3, 7, 510, 511, 512, 1023 };
	size_t size = MOST * sizeof(struct alice_op);
	void *area = guarded(size);
	struct tally tally = { 0 };

	echoes(MOST);
	for (unsigned int e = 0; e < ARRAY_SIZE(edges); e++) {
		for (size_t part = 0; part < sizeof(struct alice_op); part++) {
			size_t readable = edges[e] * sizeof(*ops) + part;
			uint8_t *at = at_end(area, size, readable);
			struct alice_batch batch = batch_of(at, MOST);
			int want = edges[e] ? (int)edges[e] : -EFAULT, n;

			memcpy(at, ops, readable);
			n = submit(fd, &batch);
			expect(&tally, n == want && untouched(edges[e], MOST) &&
			       calls_of(ALICE_OP_ECHO) == edges[e],
			       "%zu bytes: %d, want %d, %lld ran", readable, n,
			       want, calls_of(ALICE_OP_ECHO));
			batch.count = 1;
			want = edges[e] ? 1 : -EFAULT;
			n = submit(fd, &batch);
			expect(&tally, n == want, "%zu bytes, count 1: %d, want %d",
			       readable, n, want);
		}
	}
	tally_ok(&tally, "ops that cannot be read end the batch before them");
}

/* Results that cannot be written: nothing runs whose result would be lost. */
static void unwritable_test(int fd)
{
	static const uint32_t counts[] = { 1, 2, 3, 100, 511, 512, 1023, 1024 };
	size_t size = (MOST + 1) * sizeof(int32_t);
	uint8_t *area = guarded(size), *fixed = guarded(size);
	uint8_t *end = at_end(area, size, 0);
	struct tally tally = { 0 }, odd = { 0 };

	if (mprotect(fixed, size, PROT_READ))
		err(2, "mprotect");
	echoes(MOST);
	for (unsigned int c = 0; c < ARRAY_SIZE(counts); c++) {
		uint32_t count = counts[c];
		const uint64_t bad[] = {
			0, ptr(unmapped()), ptr(fixed), 0xffff888000000000,
			ptr(end - 4 * count + 1), ptr(end - 4 * count + 3),
		};
		struct alice_batch batch = batch_of(ops, count);
		int32_t last = 1;

		for (unsigned int b = 0; b < ARRAY_SIZE(bad); b++) {
			/* All may run but what shares an entry with the last. */
			bool some = b > 3 && count > MOST_RECORDS;
			int n;

			batch.results = bad[b];
			n = submit(fd, &batch);
			expect(&tally, (some ? n >= (int)count - MOST_RECORDS &&
					       n < (int)count : n == -EFAULT) &&
			       calls_of(ALICE_OP_ECHO) == (some ? n : 0),
			       "%u results at %#llx: %d, %lld ran", count,
			       (unsigned long long)bad[b], n,
			       calls_of(ALICE_OP_ECHO));
		}
		batch.results = ptr(end - 4 * count - 1);
		memset(area, CANARY, size);
		end[-1] = CANARY;
		expect(&odd, submit(fd, &batch) == (int)count, "%u", count);
		memcpy(&last, end - 5, 4);
		expect(&odd, !last && end[-1] == CANARY, "%u", count);
	}
	tally_ok(&tally, "results that cannot be written: EFAULT, nothing ran");
	tally_ok(&odd, "results that are not aligned are results");
}

/* Smaller and larger structures, by their stride. */
static void stride_test(int fd)
{
	static uint8_t in[8], out[16], area[8 * 4096];
	const struct alice_op op = {
		.cmd = ALICE_OP_ECHO,
		.in_len = sizeof(in),
		.out_len = sizeof(out),
		.in = ptr(in),
		.out = ptr(out),
	};
	struct tally smaller = { 0 }, zero = { 0 }, more = { 0 };

	for (uint32_t stride = 1; stride <= 4096;
	     stride += stride < 130 || stride == 4095 ? 1 : 61) {
		for (uint32_t count = 1; count < 9; count += 7) {
			struct alice_batch batch = batch_of(area, count);
			struct alice_op cut = { 0 };
			int want, n;

			memcpy(&cut, &op, stride < sizeof(op) ? stride : sizeof(op));
			want = op_ioctl(fd, &cut);
			memset(area, 0, sizeof(area));
			for (uint32_t i = 0; i < count; i++)
				memcpy(area + i * stride, &cut,
				       stride < sizeof(op) ? stride : sizeof(op));
			batch.op_size = stride;
			n = submit(fd, &batch);
			for (uint32_t i = 0; i < count; i++)
				expect(stride < sizeof(op) ? &smaller : &zero,
				       n == (int)count && results[i] == want,
				       "%u bytes, op %u of %u: %d, want %d",
				       stride, i, count, results[i], want);
			if (stride <= sizeof(op))
				continue;
			area[(count - 1) * stride + stride - 1] = 1;
			n = submit(fd, &batch);
			for (uint32_t i = 0; i < count; i++)
				expect(&more, n == (int)count && results[i] ==
				       (i == count - 1 ? -E2BIG : 8),
				       "%u bytes, op %u of %u: %d", stride, i,
				       count, results[i]);
		}
	}
	tally_ok(&smaller, "ops of a smaller structure: what they lack is zero");
	tally_ok(&zero, "ops of a larger structure, zero where it is unknown");
	tally_ok(&more, "not zero there: E2BIG, for that op alone");
}

/* Where random ops have their payloads: ends in a hole, for single calls and batches. */
#define SPAN (64 * 4096)

struct arena {
	uint8_t *in;
	uint8_t *single;
	uint8_t *batch;
};

static uint32_t random_length(void)
{
	switch (rand() % 8) {
	case 0:
		return 0;
	case 1:
		return (uint32_t)rand() % 5000;
	case 2:
		return ALICE_MAX_LEN - 20 + (uint32_t)rand() % 24;
	default:
		return (uint32_t)rand() % 200;
	}
}

/*
 * A random op, whose answer is the same whenever it is called.  Its room is at
 * @at of the arena's outputs; now and then its payload ends in the hole.
 */
static struct alice_op random_op(const struct arena *arena, uint32_t *at)
{
	static const uint32_t cmds[] = {
		ALICE_OP_ECHO, ALICE_OP_ECHO, ALICE_OP_ECHO, ALICE_OP_VERSION,
		ALICE_OP_DESCRIBE, ALICE_OP_DESCRIBE, ALICE_OP_MEMORY,
		ALICE_OP_BATCH, 1000,
	};
	struct alice_op op = {
		.cmd = cmds[(unsigned int)rand() % ARRAY_SIZE(cmds)],
		.flags = rand() % 50 == 0,
		.in_len = random_length(),
		.out_len = random_length(),
	};
	const struct alice_op_desc *row = row_of(op.cmd);

	if (row && rand() % 10)
		op.in_len = row->in_min + (row->in_max > row->in_min ?
			op.in_len % (row->in_max - row->in_min + 1) : 0);
	op.in = ptr(arena->in) + (uint64_t)rand() % (SPAN - 5000);
	if (op.cmd == ALICE_OP_DESCRIBE && rand() % 4)
		/* Words of small numbers are at its begin. */
		op.in = ptr(arena->in) + 4 * ((uint64_t)rand() % 64);
	if (!(rand() % 40))
		op.in = ptr(arena->in) + SPAN - op.in_len + 1;
	op.out = *at;
	*at += op.out_len;
	if (!(rand() % 40))
		op.out = SPAN - op.out_len + 1;
	return op;
}

/* In a batch each op answers what it does by itself, and writes what it does. */
static void random_case(struct tally *tally, int fd, const struct arena *arena,
			unsigned int seed)
{
	static int32_t want[MOST];
	uint32_t count, used = 0, done = 0;
	struct alice_batch batch;
	int n;

	srand(seed);
	count = 1 + (uint32_t)rand() % (rand() % 8 ? 30 : MOST);
	batch = batch_of(ops, count);
	batch.flags = rand() % 3 ? 0 : ALICE_BATCH_STOP_ON_ERROR;
	memset(arena->single, CANARY, SPAN);
	memset(arena->batch, CANARY, SPAN);
	memset(results, CANARY, sizeof(results));
	for (uint32_t i = 0; i < count; i++) {
		struct alice_op op;

		/* What was handed out already may not be written twice. */
		if (used > SPAN - 10000)
			used = 0;
		ops[i] = op = random_op(arena, &used);
		op.out += ptr(arena->single);
		ops[i].out += ptr(arena->batch);
		if (done == i && !(i && batch.flags && want[i - 1] < 0)) {
			want[i] = op_ioctl(fd, &op);
			done++;
		}
	}
	n = do_ioctl(fd, ALICE_IOC_BATCH, &batch);
	expect(tally, n == (int)done, "seed %u: %d of %u, want %u", seed, n,
	       count, done);
	for (uint32_t i = 0; i < done; i++)
		expect(tally, results[i] == want[i],
		       "seed %u: op %u of %u, cmd %u, %u in, room %u: %d, want %d",
		       seed, i, count, ops[i].cmd, ops[i].in_len, ops[i].out_len,
		       results[i], want[i]);
	expect(tally, untouched(done, MOST + 1), "seed %u: other results", seed);
	expect(tally, !memcmp(arena->single, arena->batch, SPAN),
	       "seed %u: other answers", seed);
}

static void random_test(int fd)
{
	const struct arena arena = {
		.in = guarded(SPAN),
		.single = guarded(SPAN),
		.batch = guarded(SPAN),
	};
	struct tally tally = { 0 };

	pattern(arena.in, SPAN, 1);
	for (uint32_t i = 0; i < 65; i++)
		memcpy(arena.in + 4 * i, &i, 4);
	for (unsigned int seed = 1; seed <= 400; seed++)
		random_case(&tally, fd, &arena, seed);
	tally_ok(&tally, "400 random batches answer what single calls do");
}

void part_batch(void)
{
	int fd = device_open(O_RDWR);

	if (!ok(table_read(fd) && rows, "the op table"))
		return;
	bad_requests_test(fd);
	counts_test(fd);
	payload_test(fd);
	failure_test(fd);
	faults_test();
	unreadable_test(fd);
	unwritable_test(fd);
	stride_test(fd);
	random_test(fd);
	close(fd);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * ALICE_IOC_BATCH: an op does the same in a batch as alone, whatever precedes and follows
 * it; and where a batch ends.  The hypervisor's counters tell what ran, and in how many
 * entries.
 */
#include "batch.h"
#include "device.h"
#include "parts.h"
#include "request.h"
#include "tap.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Upper bound for ops in one entry. */
#define ROUND 64

struct alice_op ops[MOST + 1];
int32_t results[MOST + 1];
struct counts from, to;

struct alice_batch batch_of(const void *entries, uint32_t count)
{
	return (struct alice_batch){
		.ops = ptr(entries),
		.results = ptr(results),
		.count = count,
		.op_size = sizeof(struct alice_op),
	};
}

int submit(int fd, const struct alice_batch *batch)
{
	int n;

	memset(results, CANARY, sizeof(results));
	counts_read(fd, &from);
	n = do_ioctl(fd, ALICE_IOC_BATCH, batch);
	counts_read(fd, &to);
	return n;
}

long long calls_of(uint32_t cmd)
{
	for (unsigned int i = 0; i < rows; i++)
		if (table[i].desc.cmd == cmd)
			return (long long)(to.of[i].calls - from.of[i].calls);
	return 0;
}

bool untouched(uint32_t first, uint32_t end)
{
	for (uint32_t i = first; i < end; i++)
		if (results[i] != UNTOUCHED)
			return false;
	return true;
}

/* Fill ops[] with echoes of nothing. */
static void echoes(uint32_t count)
{
	memset(ops, 0, sizeof(ops));
	for (uint32_t i = 0; i < count; i++)
		ops[i].cmd = XEN_ALICE_OP_ECHO;
}

/* Invalid requests. */
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
	tally_ok(&tally, "an invalid batch: EINVAL or E2BIG, and nothing runs");
}

/*
 * Every count: as many results, and few entries into the hypervisor.  Xen may end any
 * entry early, but rarely does.
 */
static void counts_test(int fd)
{
	long long entries = 0, least = 0;
	struct tally tally = { 0 };

	echoes(MOST);
	for (uint32_t count = 1; count <= MOST;
	     count += count < 20 || count % ROUND > ROUND - 3 || count % ROUND < 2 ||
		      count >= MOST - 2 ? 1 : 7) {
		const struct alice_batch batch = batch_of(ops, count);
		int n = submit(fd, &batch);
		bool zero = true;

		for (uint32_t i = 0; i < count; i++)
			zero = zero && !results[i];
		expect(&tally, n == (int)count && zero &&
		       untouched(count, MOST + 1), "%u ops: %d", count, n);
		expect(&tally, calls_of(XEN_ALICE_OP_ECHO) == count,
		       "%u ops: %lld ran", count, calls_of(XEN_ALICE_OP_ECHO));
		entries += calls_of(XEN_ALICE_OP_BATCH);
		/* A single leftover op is called alone. */
		least += count / ROUND + (count % ROUND > 1);
	}
	tally_ok(&tally, "batches of 1 to 1024");
	ok(entries >= least && entries < 3 * least,
	   "%lld entries, which with %d ops in each are %lld", entries, ROUND, least);
}

/* Payloads of every length, three a batch, with canaries around the answers. */
static void payload_test(int fd)
{
	enum { N = 3, GAP = 64, LONGEST = XEN_ALICE_LEN_DEFAULT,
	       ROOM = LONGEST + 2 * GAP };
	static const uint32_t more[] = { 8191, 8192, 8193, LONGEST - 1, LONGEST };
	static uint8_t in[N][LONGEST], out[N][ROOM];
	struct tally tally = { 0 };
	unsigned int far = 0;

	for (uint32_t len = 0; len <= LONGEST;
	     len = len < 300 ? len + 1 : len < 4200 ? len + 31 :
		   far < ARRAY_SIZE(more) ? more[far++] : LONGEST + 1) {
		const struct alice_batch batch = batch_of(ops, N);
		uint32_t room = len + 2 * GAP + N;
		int n;

		for (uint32_t i = 0; i < N; i++) {
			uint32_t part = i == 1 ? len : len / (i + 1);

			memset(out[i], CANARY, room < ROOM ? room : ROOM);
			pattern(in[i], part, len + i);
			ops[i] = (struct alice_op){
				.cmd = XEN_ALICE_OP_ECHO,
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
			       filled(out[i] + GAP + part, GAP, CANARY),
			       "%u bytes: op %u: %d", len, i, results[i]);
		}
	}
	tally_ok(&tally, "payloads of every length, and no other byte is written");
}

/* Fails in every way that an op can fail: by its cmd, in the driver, in Xen, after it ran. */
enum failure { UNKNOWN, FLAG, KERNEL, LENGTH, POINTER, NO_ROW, NO_ROOM, LARGE, OUT,
	       FAILURES };

static struct alice_op failing(enum failure kind, int *error)
{
	static const uint32_t past = UINT32_MAX;
	static uint8_t buf[XEN_ALICE_BATCH_LEN];
	const struct {
		struct alice_op op;
		int error;
	} kinds[FAILURES] = {
		[UNKNOWN] = { { .cmd = 1023 }, -EOPNOTSUPP },
		[FLAG] = { { .cmd = XEN_ALICE_OP_ECHO, .flags = 1 }, -EINVAL },
		[KERNEL] = { { .cmd = XEN_ALICE_OP_BATCH }, -EPERM },
		[LENGTH] = { { .cmd = XEN_ALICE_OP_MEMORY, .in_len = 1 }, -EINVAL },
		[POINTER] = { { .cmd = XEN_ALICE_OP_ECHO, .in_len = 8,
				.in = ptr(unmapped()) }, -EFAULT },
		[NO_ROW] = { { .cmd = XEN_ALICE_OP_DESCRIBE, .in_len = 4,
			       .in = ptr(&past) }, -ENOENT },
		[NO_ROOM] = { { .cmd = XEN_ALICE_OP_WHOAMI, .out_len = 31,
				.out = ptr(buf) }, -EINVAL },
	/* Too large for a batch's page. */
		[LARGE] = { { .cmd = XEN_ALICE_OP_ECHO, .in_len = 4096,
			      .out_len = 4095, .in = ptr(buf),
			      .out = ptr(buf) }, -EINVAL },
		[OUT] = { { .cmd = XEN_ALICE_OP_WHOAMI, .out_len = 32,
			    .out = ptr(unmapped()) }, -EFAULT },
	};

	*error = kinds[kind].error;
	return kinds[kind].op;
}

/* One op fails: with the flag, nothing after it is attempted; without it, everything is. */
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
		/*
	 * That an answer cannot be written is detected after other ops ran. Rounds can begin
	 * anywhere, as Xen can end one early.
		 */
		if (kind == OUT && n >= (int)done && n <= (int)at + ROUND)
			done = (uint32_t)n;
		for (uint32_t i = 0; i < done; i++)
			right = right && results[i] == (i == at ? error : 0);
		expect(tally, n == (int)done && right &&
		       untouched(done, MOST + 1),
		       "%u ops, %u of kind %d, flags %u: %d, its result %d, not %d",
		       count, at, kind, stop, n, results[at], error);
		expect(tally, calls_of(XEN_ALICE_OP_ECHO) == done - 1 + is_echo,
		       "%u ops, %u of kind %d, flags %u: %lld echoes ran", count,
		       at, kind, stop, calls_of(XEN_ALICE_OP_ECHO));
		expect(tally, (long long)counts_ops(&from, &to) ==
		       done - 1 + reaches + calls_of(XEN_ALICE_OP_BATCH),
		       "%u ops, %u of kind %d, flags %u: %llu calls in all", count,
		       at, kind, stop,
		       (unsigned long long)counts_ops(&from, &to));
	}
}

static void failure_test(int fd)
{
	static const uint32_t far[] = { 0, 1, 62, 63, 64, 65, 600, 1023 };
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

/* Every fault that request.h knows is a fault in a batch, too. */
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

/* The array of ops ends in a hole, at every position. */
static void unreadable_test(int fd)
{
	static const uint32_t edges[] = { 0, 1, 2, 3, 7, 63, 64, 65, 1023 };
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
			       calls_of(XEN_ALICE_OP_ECHO) == edges[e],
			       "%zu bytes: %d, want %d, %lld ran", readable, n,
			       want, calls_of(XEN_ALICE_OP_ECHO));
			batch.count = 1;
			want = edges[e] ? 1 : -EFAULT;
			n = submit(fd, &batch);
			expect(&tally, n == want, "%zu bytes, count 1: %d, want %d",
			       readable, n, want);
		}
	}
	tally_ok(&tally, "ops that cannot be read end the batch before them");
}

/* Results that cannot be written: EFAULT, after the round to which they belong. */
static void unwritable_test(int fd)
{
	static const uint32_t counts[] = { 1, 2, 3, 63, 64, 65, 100, 1023, 1024 };
	size_t size = (MOST + 1) * sizeof(int32_t);
	uint8_t *area = guarded(size), *fixed = guarded(size);
	uint8_t *end = at_end(area, size, 0);
	struct tally tally = { 0 }, odd = { 0 };

	if (mprotect(fixed, size, PROT_READ))
		err(2, "mprotect");
	echoes(MOST);
	for (unsigned int c = 0; c < ARRAY_SIZE(counts); c++) {
		uint32_t count = counts[c], round = count < ROUND ? count : ROUND;
		const uint64_t bad[] = {
			0, ptr(unmapped()), ptr(fixed), 0xffff888000000000,
			ptr(end - 4 * count + 1), ptr(end - 4 * count + 3),
		};
		struct alice_batch batch = batch_of(ops, count);
		int32_t last = 1;

		for (unsigned int b = 0; b < ARRAY_SIZE(bad); b++) {
		/* With the last two, only the last result cannot be written. */
			long long ran, least = b > 3 ? count : 1;

			batch.results = bad[b];
			expect(&tally, submit(fd, &batch) == -EFAULT,
			       "%u results at %#llx", count,
			       (unsigned long long)bad[b]);
			ran = calls_of(XEN_ALICE_OP_ECHO);
			expect(&tally, ran >= least &&
			       ran <= (b > 3 ? count : round),
			       "%u results at %#llx: %lld ran", count,
			       (unsigned long long)bad[b], ran);
		}
		batch.results = ptr(end - 4 * count - 1);
		memset(area, CANARY, size);
		end[-1] = CANARY;
		expect(&odd, submit(fd, &batch) == (int)count, "%u", count);
		memcpy(&last, end - 5, 4);
		expect(&odd, !last && end[-1] == CANARY, "%u", count);
	}
	tally_ok(&tally, "results that cannot be written: EFAULT, and no further round");
	tally_ok(&odd, "results that are not aligned are results");
}

/* Smaller and larger structures, by op_size. */
static void stride_test(int fd)
{
	static uint8_t in[8], out[16], area[8 * 4096];
	const struct alice_op op = {
		.cmd = XEN_ALICE_OP_ECHO,
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

/* An invalid cmd before a valid one. */
static void unknown_first_test(int fd)
{
	static const uint32_t lengths[] = { 1, 2, 7, 63, 64, 200 };
	struct tally tally = { 0 };

	for (unsigned int l = 0; l < ARRAY_SIZE(lengths); l++) {
		uint32_t count = lengths[l] + 1;
		const struct alice_batch batch = batch_of(ops, count);
		bool right = true;
		int n;

		memset(ops, 0, sizeof(ops));
		for (uint32_t i = 0; i < lengths[l]; i++)
			ops[i].cmd = ALICE_MAX_CMDS;
		n = submit(fd, &batch);
		for (uint32_t i = 0; i < count; i++)
			right = right && results[i] ==
				(i < lengths[l] ? -EOPNOTSUPP : 0);
		expect(&tally, n == (int)count && right, "%u: %d", lengths[l], n);
		expect(&tally, calls_of(XEN_ALICE_OP_HELLO) == 1 &&
		       (long long)counts_ops(&from, &to) == 1 + calls_of(XEN_ALICE_OP_BATCH),
		       "%u: %lld hellos", lengths[l], calls_of(XEN_ALICE_OP_HELLO));
	}
	tally_ok(&tally, "{ cmd 1024 } and hello: EOPNOTSUPP, and one hello");
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
	unknown_first_test(fd);
	batch_edges_test(fd);
	close(fd);
}

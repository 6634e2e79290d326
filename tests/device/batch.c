// SPDX-License-Identifier: GPL-2.0-only
/*
 * ALICE_IOC_BATCH: an op does the same in a batch as alone, whatever precedes and follows
 * it; and where a batch ends.  The hypervisor's counters tell what ran, and in how many
 * entries.
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

/* Upper bound for ops in one entry. */
#define ROUND 64

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
		ops[i].cmd = XEN_ALICE_OP_ECHO;
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

/* Submit a batch, with results[] filled and the counters read before and after. */
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

/* Compare the effects of an op on the hypervisor's counters, without ops that the driver calls. */
static bool same_counts(const struct counts *a, const struct counts *b,
			const struct counts *c)
{
	for (unsigned int i = 0; i < rows; i++) {
		const uint32_t cmd = table[i].desc.cmd;
		const struct xen_alice_stats *x = &a->of[i], *y = &b->of[i],
					     *z = &c->of[i];

		if (cmd == XEN_ALICE_OP_STATS || cmd == XEN_ALICE_OP_VERSION ||
		    cmd == XEN_ALICE_OP_BATCH)
			continue;
		if (y->calls - x->calls != z->calls - y->calls ||
		    y->errors - x->errors != z->errors - y->errors ||
		    y->in_bytes - x->in_bytes != z->in_bytes - y->in_bytes ||
		    y->out_bytes - x->out_bytes != z->out_bytes - y->out_bytes)
			return false;
	}
	return true;
}

/*
 * A batch is modelled by its single ops, on the same file.  Fields have boundary
 * values, for this or another implementation.
 */
static const uint32_t edge_cmds[] = {
	0, 63, 64, 1000, 1023, 1024, 1024 | XEN_ALICE_OP_ECHO, 0x40000000,
	0x40000000 | XEN_ALICE_OP_ECHO, 0x7fffffff, 0x80000000,
	XEN_ALICE_CMD_PHYS | XEN_ALICE_OP_ECHO, UINT32_MAX,
};
static const uint32_t edge_lens[] = {
	0, 1, 7, 8, 9, 24, 32, 256, 4064, 4072, 4073, 4080, 4081, 4088, 4095, 4096,
	4097, 8192, 8193, 65535, 65536, 65537, 0x7fffffff, 0x80000000, UINT32_MAX,
};
static const uint32_t edge_flags[] = { 1, 2, 0x80000000, UINT32_MAX };
static const uint64_t edge_generations[] = { 1, 2, 0x7fffffff, UINT32_MAX, UINT64_MAX };

/* Ops whose answer does not depend on the time. */
static const uint32_t some_cmds[] = {
	XEN_ALICE_OP_ECHO, XEN_ALICE_OP_DESCRIBE, XEN_ALICE_OP_MEMORY,
	XEN_ALICE_OP_HELLO, XEN_ALICE_OP_BATCH, XEN_ALICE_OP_VERSION,
};

/* Input begins with small numbers and ends in a hole, as does the room for answers. */
#define SPAN (128 * 4096)
#define LONGEST 65537

struct arena {
	uint8_t *in;
	uint8_t *single;
	uint8_t *batch;
};

static struct arena arena_make(void)
{
	const struct arena arena = {
		.in = guarded(SPAN),
		.single = guarded(SPAN),
		.batch = guarded(SPAN),
	};

	pattern(arena.in, SPAN, 1);
	for (uint32_t i = 0; i < 65; i++)
		memcpy(arena.in + 4 * i, &i, 4);
	return arena;
}

/* One op of those above, with a boundary value in one field; at most @i of them. */
static bool edge_op(const struct arena *arena, unsigned int i, struct alice_op *op)
{
	const uint64_t pointers[] = {
		0, 1, ptr(unmapped()), ptr(arena->in) + SPAN - 1,
		0xffff888000000000, UINT64_MAX,
	};
	const struct {
		unsigned int count;
		const void *values;
		size_t size;
		size_t at;
	} fields[] = {
#define FIELD(values, field) \
	{ ARRAY_SIZE(values), values, sizeof(*values), offsetof(struct alice_op, field) }
		FIELD(edge_cmds, cmd), FIELD(edge_lens, in_len),
		FIELD(edge_lens, out_len), FIELD(edge_flags, flags),
		FIELD(edge_generations, generation), FIELD(pointers, in),
		FIELD(pointers, out),
#undef FIELD
	};

	for (unsigned int c = 0; c < ARRAY_SIZE(some_cmds); c++) {
		const struct alice_op_desc *row = row_of(some_cmds[c]);

		*op = (struct alice_op){
			.cmd = some_cmds[c],
			.in_len = row->in_max < 32 ? row->in_max : 32,
			.out_len = row->out_max < 256 ? row->out_max : 256,
			.in = ptr(arena->in),
			.out = ptr(arena->batch),
		};
		for (unsigned int f = 0; f < ARRAY_SIZE(fields); f++) {
			if (i >= fields[f].count) {
				i -= fields[f].count;
				continue;
			}
			memcpy((uint8_t *)op + fields[f].at,
			       (const uint8_t *)fields[f].values + i * fields[f].size,
			       fields[f].size);
			return true;
		}
	/* Only the cmd; all other fields are zero. */
		if (i < ARRAY_SIZE(edge_cmds)) {
			*op = (struct alice_op){ .cmd = edge_cmds[i] };
			return true;
		}
		i -= ARRAY_SIZE(edge_cmds);
	}
	return false;
}

/* Result of an op alone. */
struct alone {
	int result;
	bool ran;
	uint32_t size;
	uint8_t answer[LONGEST];
};

static void call_alone(int fd, const struct arena *arena, const struct alice_op *op,
		       struct alone *alone)
{
	memset(arena->batch, CANARY, LONGEST);
	counts_read(fd, &from);
	alone->result = op_ioctl(fd, op);
	counts_read(fd, &to);
	alone->ran = counts_ops(&from, &to) ||
		     (op->cmd == XEN_ALICE_OP_VERSION && calls_of(op->cmd));
	alone->size = alone->result > 256 ? LONGEST : 512;
	memcpy(alone->answer, arena->batch, alone->size);
}

/* A batch of echoes with such an op among them. Returns how many echoes ran. */
static uint32_t edge_batch(struct tally *tally, int fd, const struct arena *arena,
			   const struct alice_op *op, const struct alone *alone,
			   uint32_t count, uint32_t at, uint32_t flags)
{
	static uint8_t in[MOST], out[MOST];
	struct alice_batch batch = batch_of(ops, count);
	uint32_t done = count, most = count;
	bool right = true;
	int n;

	for (uint32_t i = 0; i < count; i++) {
		in[i] = (uint8_t)(i + 1);
		out[i] = 0;
		ops[i] = (struct alice_op){
			.cmd = XEN_ALICE_OP_ECHO,
			.in_len = 1,
			.out_len = 1,
			.in = ptr(&in[i]),
			.out = ptr(&out[i]),
		};
	}
	ops[at] = *op;
	batch.flags = flags;
	if (flags && alone->result < 0) {
		done = at + 1;
		/* That an answer cannot be written is detected after other ops ran. */
		most = alone->ran && alone->result == -EFAULT ? count : done;
	}
	memset(results, CANARY, sizeof(results));
	memset(arena->batch, CANARY, alone->size);
	n = do_ioctl(fd, ALICE_IOC_BATCH, &batch);
	if (!expect(tally, n >= (int)done && n <= (int)most, "%d, want %u to %u", n,
		    done, most))
		return 0;
	done = (uint32_t)n;
	for (uint32_t i = 0; i < count; i++)
		right = right && (i >= done ? results[i] == UNTOUCHED :
				  i == at ? results[i] == alone->result :
				  results[i] == 1 && out[i] == in[i]);
	expect(tally, right, "cmd %#x in_len %u out_len %u flags %#x, %u of %u, flags %u: result %d, want %d, or another's is wrong",
	       op->cmd, op->in_len, op->out_len, op->flags, at, count, flags,
	       results[at], alone->result);
	expect(tally, !memcmp(arena->batch, alone->answer, alone->size),
	       "cmd %#x, %u of %u: another answer", op->cmd, at, count);
	return done - 1;
}

/* Batches with boundary values of every field at the beginning, in the middle and at the end. */
static void edges_test(int fd, const struct arena *arena)
{
	static const uint32_t counts[] = { 1, 2, 65, 63, 64, 128, MOST };
	static struct alone alone;
	struct tally results_tally = { 0 }, ran = { 0 };
	struct alice_op op;

	for (unsigned int e = 0; edge_op(arena, e, &op); e++) {
		long long batches = 0, echoes = 0;

		call_alone(fd, arena, &op, &alone);
		counts_read(fd, &from);
		for (unsigned int c = 0; c < ARRAY_SIZE(counts); c++) {
			/* Each with some counts, and a few with the largest. */
			if (c > 2 && (counts[c] == MOST ? e % 32 : e % 3 != c - 3))
				continue;
			for (unsigned int which = 0; which < 6; which++) {
				uint32_t at = which / 2 * (counts[c] - 1) / 2;

				echoes += edge_batch(&results_tally, fd, arena, &op,
						     &alone, counts[c], at, which % 2);
				batches++;
			}
		}
		counts_read(fd, &to);
		if (alone.ran && op.cmd == XEN_ALICE_OP_ECHO)
			echoes += batches;
		expect(&ran, calls_of(XEN_ALICE_OP_ECHO) == echoes,
		       "cmd %#x in_len %u out_len %u: %lld echoes, want %lld",
		       op.cmd, op.in_len, op.out_len, calls_of(XEN_ALICE_OP_ECHO),
		       echoes);
		if (op.cmd != XEN_ALICE_OP_ECHO && op.cmd != XEN_ALICE_OP_BATCH &&
		    op.cmd != XEN_ALICE_OP_VERSION && row_of(op.cmd))
			expect(&ran, calls_of(op.cmd) == (alone.ran ? batches : 0),
			       "cmd %#x in_len %u out_len %u: %lld calls, want %lld",
			       op.cmd, op.in_len, op.out_len, calls_of(op.cmd),
			       alone.ran ? batches : 0);
	}
	tally_ok(&results_tally, "boundary values of every field, at begin, middle and end: as alone");
	tally_ok(&ran, "and each ran as often as alone");
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

static uint32_t random_of(const uint32_t *values, size_t count)
{
	return values[(unsigned int)rand() % count];
}

static uint32_t random_length(void)
{
	switch (rand() % 16) {
	case 0:
		return random_of(edge_lens, ARRAY_SIZE(edge_lens));
	case 1:
		return (uint32_t)rand() % 5000;
	case 2:
		return XEN_ALICE_BATCH_LEN - 20 + (uint32_t)rand() % 24;
	case 3:
		return 0;
	default:
		return (uint32_t)rand() % 200;
	}
}

/*
 * A random op.  Its room is at @at of the arena's outputs; sometimes a field has a
 * boundary value, or its payload ends in the hole.
 */
static struct alice_op random_op(const struct arena *arena, uint32_t *at, bool stop)
{
	struct alice_op op = {
		.cmd = rand() % 8 ? random_of(some_cmds, ARRAY_SIZE(some_cmds)) :
				    random_of(edge_cmds, ARRAY_SIZE(edge_cmds)),
		.flags = rand() % 50 ? 0 : random_of(edge_flags, ARRAY_SIZE(edge_flags)),
		.in_len = random_length(),
		.out_len = random_length(),
		.generation = rand() % 4 ? 0 :
			edge_generations[(unsigned int)rand() %
					 ARRAY_SIZE(edge_generations)],
	};
	const struct alice_op_desc *row = row_of(op.cmd);
	uint32_t room = op.out_len < LONGEST ? op.out_len : LONGEST;

	if (row && rand() % 10 && (op.in_len < row->in_min || op.in_len > row->in_max))
		op.in_len = row->in_min + (row->in_max > row->in_min ?
			op.in_len % (row->in_max - row->in_min + 1) : 0);
	op.in = ptr(arena->in) + (uint64_t)rand() % (SPAN - LONGEST);
	if (op.cmd == XEN_ALICE_OP_DESCRIBE && rand() % 4)
		op.in = ptr(arena->in) + 4 * ((uint64_t)rand() % 64);
	if (!(rand() % 40))
		op.in = ptr(arena->in) + SPAN - op.in_len + 1;
	op.out = *at;
	*at += room;
	/* A batch may detect this after other ops ran, single calls would stop here. */
	if (!stop && !(rand() % 40))
		op.out = SPAN - room + 1;
	return op;
}

/* In a batch each op has the same result as alone, and writes the same bytes. */
static void random_case(struct tally *tally, int fd, const struct arena *arena,
			unsigned int seed)
{
	static const uint32_t counts[] = { 1, 2, 63, 64, 65, 128 };
	static int32_t want[MOST];
	static struct counts before, between, after;
	uint32_t count, used = 0, done = 0;
	struct alice_batch batch;
	int n;

	srand(seed);
	count = rand() % 4 ? random_of(counts, ARRAY_SIZE(counts)) :
		1 + (uint32_t)rand() % (rand() % 8 ? 30 : MOST);
	batch = batch_of(ops, count);
	batch.flags = rand() % 3 ? 0 : ALICE_BATCH_STOP_ON_ERROR;
	memset(arena->single, CANARY, SPAN);
	memset(arena->batch, CANARY, SPAN);
	memset(results, CANARY, sizeof(results));
	counts_read(fd, &before);
	for (uint32_t i = 0; i < count; i++) {
		struct alice_op op;

		/* Memory that is already in use may not be written twice. */
		if (used > SPAN - 2 * LONGEST)
			used = 0;
		ops[i] = op = random_op(arena, &used, batch.flags);
		op.out += ptr(arena->single);
		ops[i].out += ptr(arena->batch);
		if (done == i && !(i && batch.flags && want[i - 1] < 0)) {
			want[i] = op_ioctl(fd, &op);
			done++;
		}
	}
	counts_read(fd, &between);
	n = do_ioctl(fd, ALICE_IOC_BATCH, &batch);
	counts_read(fd, &after);
	expect(tally, n == (int)done, "seed %u: %d of %u, want %u", seed, n,
	       count, done);
	for (uint32_t i = 0; i < done; i++)
		expect(tally, results[i] == want[i],
		       "seed %u: op %u of %u, cmd %#x, %u in, room %u: %d, want %d",
		       seed, i, count, ops[i].cmd, ops[i].in_len, ops[i].out_len,
		       results[i], want[i]);
	expect(tally, untouched(done, MOST + 1), "seed %u: other results", seed);
	expect(tally, !memcmp(arena->single, arena->batch, SPAN),
	       "seed %u: other answers", seed);
	expect(tally, same_counts(&before, &between, &after),
	       "seed %u: the hypervisor ran other ops", seed);
}

static void random_test(int fd, const struct arena *arena)
{
	struct tally tally = { 0 };

	for (unsigned int seed = 1; seed <= 300; seed++)
		random_case(&tally, fd, arena, seed);
	tally_ok(&tally, "300 random batches do what single calls do");
}

void part_batch(void)
{
	int fd = device_open(O_RDWR);
	const struct arena arena = arena_make();

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
	edges_test(fd, &arena);
	random_test(fd, &arena);
	close(fd);
}

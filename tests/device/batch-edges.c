// SPDX-License-Identifier: GPL-2.0-only
/*
 * ALICE_IOC_BATCH with boundary values, and random batches: the results are compared with
 * those of single ops.
 */
#include "batch.h"
#include "device.h"
#include "tap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

void batch_edges_test(int fd)
{
	const struct arena arena = arena_make();

	edges_test(fd, &arena);
	random_test(fd, &arena);
}

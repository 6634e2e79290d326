// SPDX-License-Identifier: GPL-2.0-only
#include "request.h"
#include "device.h"
#include "random.h"

#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* A cmd that no table has, so the driver refuses it. */
#define UNKNOWN		1000

/* A result that was not written. */
#define UNTOUCHED	INT_MIN

/* Length of the answers that always have the same length. */
static const uint32_t lengths[OPS] = {
	[XEN_ALICE_OP_VERSION] = sizeof(struct xen_alice_version),
	[XEN_ALICE_OP_DESCRIBE] = sizeof(struct xen_alice_op_desc),
	[XEN_ALICE_OP_WHOAMI] = sizeof(struct xen_alice_whoami),
	[XEN_ALICE_OP_MEMORY] = sizeof(struct xen_alice_memory),
};

struct maker *maker_new(uint64_t seed, struct ledger *ledger, bool heavy)
{
	struct maker *maker = aligned_alloc(4096, (sizeof(*maker) + 4095) &
					    ~(size_t)4095);

	if (!maker)
		err(2, "no memory for a process");
	memset(maker, 0, sizeof(*maker));
	maker->random = seed ? seed : 1;
	maker->ledger = ledger;
	maker->heavy = heavy;
	pattern(maker->in, ARENA, (uint32_t)seed);
	return maker;
}

static uint32_t below(struct maker *maker, uint32_t n)
{
	return random_below(&maker->random, n);
}

static uint32_t chosen_cmd(struct maker *maker)
{
	static const uint32_t cmds[] = {
		XEN_ALICE_OP_VERSION, XEN_ALICE_OP_DESCRIBE, XEN_ALICE_OP_DESCRIBE,
		XEN_ALICE_OP_ECHO, XEN_ALICE_OP_ECHO, XEN_ALICE_OP_ECHO, XEN_ALICE_OP_WHOAMI,
		XEN_ALICE_OP_MEMORY,
	};

	switch (below(maker, 2000)) {
	case 0: return XEN_ALICE_OP_HELLO;
	case 1: case 2: case 3: case 4: return UNKNOWN;
	}
	return cmds[below(maker, ARRAY_SIZE(cmds))];
}

/* Make the input of op @i, and the expected answer. */
static void input(struct maker *maker, unsigned int i, uint32_t room)
{
	struct alice_op *op = &maker->ops[i];
	uint32_t index;

	if (op->cmd == XEN_ALICE_OP_ECHO) {
		op->in_len = below(maker, room + 1);
		maker->want[i] = (int)op->in_len;
	} else if (op->cmd == XEN_ALICE_OP_DESCRIBE) {
		index = below(maker, 2 * ROWS);
		if (index >= ROWS)
			index = UINT32_MAX;
		memcpy(maker->in + (op->in - ptr(maker->in)), &index, sizeof(index));
		op->in_len = sizeof(index);
		if (index >= ROWS)
			maker->want[i] = -ENOENT;
	}
}

/* Is the answer cut to the room? */
static bool grows(uint32_t cmd)
{
	return cmd == XEN_ALICE_OP_VERSION || cmd == XEN_ALICE_OP_DESCRIBE;
}

/* Make op @i, whose payloads have @slice bytes of the arenas. */
static void make_op(struct maker *maker, unsigned int i, uint32_t slice)
{
	uint32_t cmd = chosen_cmd(maker);
	struct alice_op *op = &maker->ops[i];

	*op = (struct alice_op){
		.cmd = cmd,
		.in = ptr(maker->in + i * slice),
		.out = ptr(maker->out + i * slice),
		.out_len = slice,
	};
	maker->want[i] = cmd == UNKNOWN ? -EOPNOTSUPP : (int)lengths[cmd];
	input(maker, i, slice);
	/* Sometimes there is a byte too little room. */
	if (maker->want[i] > 0 && !below(maker, 50))
		op->out_len = (uint32_t)maker->want[i] - 1;
	if (maker->want[i] > (int)op->out_len)
		maker->want[i] = grows(cmd) ? (int)op->out_len : -EINVAL;
	/* Remove an earlier answer from the arena. */
	if (maker->want[i] > 0 && cmd == XEN_ALICE_OP_ECHO) {
		maker->out[i * slice] = (uint8_t)~maker->in[i * slice];
		maker->out[i * slice + op->in_len - 1] =
			(uint8_t)~maker->in[i * slice + op->in_len - 1];
	}
}

/* Make op @i of a heavy batch: an echo; all ops use the same memory. */
static void make_heavy(struct maker *maker, unsigned int i, uint32_t len)
{
	maker->ops[i] = (struct alice_op){
		.cmd = XEN_ALICE_OP_ECHO,
		.in_len = len,
		.out_len = len,
		.in = ptr(maker->in),
		.out = ptr(maker->out),
	};
	maker->want[i] = (int)len;
}

/* Does this result mean that the op never reached the hypervisor? */
static bool unsent(int result)
{
	return result == -ENOMEM || result == -EOPNOTSUPP;
}

/* Account for the result of op @i; an op that was not sent has not begun. */
static void note(struct maker *maker, unsigned int i, int result)
{
	const struct alice_op *op = &maker->ops[i];
	struct xen_alice_stats *told;

	if (result != maker->want[i] && result != -ENOMEM)
		wrong(maker->ledger, "op %u, %u bytes in, room for %u: %d, not %d",
		      op->cmd, op->in_len, op->out_len, result, maker->want[i]);
	/* The driver asks the hypervisor whether its table is current. */
	maker->ledger->asked += result == -EOPNOTSUPP;
	if (op->cmd >= OPS)
		return;
	if (unsent(result)) {
		maker->ledger->begun[op->cmd]--;
		return;
	}

	told = &maker->ledger->told[op->cmd];
	told->calls++;
	if (result < 0) {
		told->errors++;
		return;
	}
	told->in_bytes += op->in_len;
	told->out_bytes += (uint32_t)result;
	if (op->cmd == XEN_ALICE_OP_ECHO &&
	    memcmp((void *)(uintptr_t)op->out, (void *)(uintptr_t)op->in,
		   op->in_len))
		wrong(maker->ledger, "an echo of %u bytes is another", op->in_len);
}

static void begin(struct maker *maker, unsigned int count)
{
	maker->ledger->requests++;
	for (unsigned int i = 0; i < count; i++) {
		maker->results[i] = UNTOUCHED;
		if (maker->ops[i].cmd < OPS)
			maker->ledger->begun[maker->ops[i].cmd]++;
	}
}

static void single(struct maker *maker, int fd)
{
	begin(maker, 1);
	note(maker, 0, op_ioctl(fd, &maker->ops[0]));
}

/* The op after which a batch with STOP_ON_ERROR ends, if nothing ends it before. */
static unsigned int end_of(const struct maker *maker, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		if (maker->want[i] < 0)
			return i + 1;
	return count;
}

static void batch(struct maker *maker, int fd, unsigned int count, bool stops)
{
	const struct alice_batch request = {
		.ops = ptr(maker->ops),
		.results = ptr(maker->results),
		.count = count,
		.op_size = sizeof(maker->ops[0]),
		.flags = stops ? ALICE_BATCH_STOP_ON_ERROR : 0,
	};
	unsigned int end = stops ? end_of(maker, count) : count;
	unsigned int done;
	int ret;

	begin(maker, count);
	ret = do_ioctl(fd, ALICE_IOC_BATCH, &request);
	maker->ledger->interrupted += ret > 0 && ret < (int)end;
	if (ret <= 0 && !unsent(ret))
		wrong(maker->ledger, "a batch of %u: %d", count, ret);
	if (ret > (int)end)
		wrong(maker->ledger, "a batch of %u went on after op %u, to %d", count,
		      end, ret);
	done = ret > 0 ? (unsigned int)ret : 0;
	for (unsigned int i = 0; i < done; i++)
		note(maker, i, maker->results[i]);
	for (unsigned int i = done; i < count; i++) {
		if (maker->ops[i].cmd < OPS)
			maker->ledger->begun[maker->ops[i].cmd]--;
		if (maker->results[i] != UNTOUCHED)
			wrong(maker->ledger, "op %u of %u: %d, after a batch of %d", i,
			      count, maker->results[i], ret);
	}
}

/* The number of ops in a batch: small ones are more frequent. */
static unsigned int chosen_count(struct maker *maker)
{
	switch (below(maker, 4)) {
	case 0: return 1 + below(maker, MOST_OPS);
	case 1: return 1 + below(maker, 130);
	}
	return 1 + below(maker, 16);
}

/* Make a request, and account for its results. */
void request_make(struct maker *maker, int fd)
{
	uint32_t heavy_len = below(maker, 2) ? ARENA : HEAVY_BYTES / MOST_OPS;
	unsigned int count = maker->heavy ? HEAVY_BYTES / heavy_len : chosen_count(maker);
	/* Align payloads for any type. */
	uint32_t slice = ARENA / count / 8 * 8;
	bool alone = !maker->heavy && below(maker, 2);

	if (alone)
		count = 1;
	for (unsigned int i = 0; i < count; i++) {
		if (maker->heavy)
			make_heavy(maker, i, heavy_len);
		else
			make_op(maker, i, slice);
	}
	if (alone)
		single(maker, fd);
	else
		batch(maker, fd, count, !below(maker, 4));
}

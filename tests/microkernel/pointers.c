// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that Xen can read or write only in part, or not at all.
 */
#include "check.h"
#include "parts.h"
#include "random.h"
#include "request.h"

#include <string.h>

/* Room for the answers of ops that use any room. */
#define SOME_ROOM 64u

/* The longest answer of the other ops. */
#define LONGEST (uint32_t)sizeof(struct xen_alice_op_desc)

/*
 * A batch that runs something and has an answer.  It has one op only: with more, it is not
 * known how many ran if the answer cannot be written, since Xen may end a batch early.
 */
static struct request request;

static void make_request(void)
{
	request_begin(&request, 0);
	request_add(&request, XEN_ALICE_OP_ECHO, "white rabbit", 12, 12);
}

/* A call of an op with a valid input, and room for its answer. */
static struct call call_of(const struct model_row *row, unsigned long arg)
{
	struct call call = {
		.cmd = row->cmd, .in_len = row->in_min,
		.out_len = row->out_max, .arg = arg,
	};

	if (row->in_max > row->in_min) {
		call.in_len = request.len;
		call.out_len = SOME_ROOM;
	}
	return call;
}

/* Write the input for any op to where the call reads it, as far as that is writable. */
static void put_input(const struct call *call)
{
	uint32_t len = arena_reach(call->arg, WRITE_ACCESS);
	uint8_t *to = (uint8_t *)call->arg;

	if (len > request.len)
		len = request.len;
	if (call->cmd == XEN_ALICE_OP_BATCH)
		memcpy(to, request.bytes, len);
	else
		memset(to, 1, len);
}

/*
 * part_null() - NULL: without a payload it is ignored, else it is EFAULT,
 * mapped or not
 */
void part_null(const char *when)
{
	struct tally tally = { 0 };

	make_request();
	for (unsigned int i = 0; i < MODEL_ROWS; i++) {
		struct call call = call_of(&model_rows[i], 0);

		check(&tally, &call);
		call.out_len = 0;
		check(&tally, &call);
		call.in_len = 0;
		check(&tally, &call);
	}
	check_counters(&tally);
	tally_ok(&tally, "%s: NULL%s", way->name, when);
}

static void bad_test(void)
{
	struct tally tally = { 0 };

	for (const unsigned long *bad = machine_bad; *bad; bad++) {
		/* A 32-bit caller cannot have this address. */
		if (way->caller->bits == 32 && *bad > 0xffffffff)
			continue;
		for (unsigned int i = 0; i < MODEL_ROWS; i++) {
			struct call call = call_of(&model_rows[i], *bad);

			check(&tally, &call);
			call.in_len = model_rows[i].in_max;
			check(&tally, &call);
			call.in_len = 0;
			call.out_len = 4096;
			check(&tally, &call);
		}
	}
	check_counters(&tally);
	tally_ok(&tally, "%s: unmapped, impossible and Xen's own addresses",
		 way->name);
}

/* Access rights from the last accessible page on. */
struct end {
	enum access last, beyond;
	const char *what;
};

/* Step size: one byte near a boundary, else one that covers all alignments. */
static uint32_t stride(const struct call *call, unsigned long room)
{
	const uint32_t lens[] = { 0, call->in_len, call->out_len };

	for (unsigned int i = 0; i < ARRAY_SIZE(lens); i++)
		if (room + 2 >= lens[i] && room <= lens[i] + 2)
			return 1;
	return 7;
}

/* Move a call across the end of a page. */
static void cross(struct tally *tally, const struct model_row *row,
		  const struct end *end)
{
	const unsigned long page_end = (unsigned long)arena + ARENA_END;
	struct call call = call_of(row, page_end);
	unsigned long room;

	for (room = 0; room <= SOME_ROOM + call.out_len; room += stride(&call, room)) {
		call.arg = page_end - room;
		arena_access(2, WRITE_ACCESS);
		arena_access(3, WRITE_ACCESS);
		random_fill(arena + ARENA_END - LONGEST, LONGEST + 64);
		put_input(&call);
		arena_access(2, end->last);
		arena_access(3, end->beyond);
		check(tally, &call);
	}
	arena_reset();
	check_counters(tally);
}

static void cross_test(const struct end *end)
{
	struct tally tally = { 0 };

	for (unsigned int i = 0; i < MODEL_ROWS; i++)
		cross(&tally, &model_rows[i], end);
	tally_ok(&tally, "%s: %s", way->name, end->what);
}

/* A call in a read-only page: ops that ran before the error did run. */
static void read_only_test(void)
{
	struct tally tally = { 0 };

	memcpy(arena + 2 * PAGE, request.bytes, request.len);
	arena_access(2, READ_ACCESS);
	for (unsigned int i = 0; i < MODEL_ROWS; i++) {
		struct call call = call_of(&model_rows[i],
					   (unsigned long)arena + 2 * PAGE);

		check(&tally, &call);
		check_counters(&tally);
		call.out_len = 0;
		check(&tally, &call);
		check_counters(&tally);
	}
	arena_reset();
	tally_ok(&tally, "%s: an answer that cannot be written: the op has run",
		 way->name);
}

/* part_pointers() - memory of all kinds, by one way to call */
void part_pointers(void)
{
	static const struct end ends[] = {
		{ WRITE_ACCESS, NO_ACCESS, "into a page that is not mapped" },
		{ WRITE_ACCESS, READ_ACCESS, "into a page that is read-only" },
		{ READ_ACCESS, NO_ACCESS,
		  "from a read-only page into one that is not mapped" },
	};

	part_null(", where it is mapped");
	bad_test();
	for (unsigned int i = 0; i < ARRAY_SIZE(ends); i++)
		cross_test(&ends[i]);
	read_only_test();
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * A random walk: calls of all kinds, by each way to call.
 */
#include "check.h"
#include "parts.h"
#include "random.h"
#include "request.h"

#include <string.h>

#define STEPS 10000u

/* A batch of one op without input, and no bytes for another. */
#define ONE_RECORD ((uint32_t)(sizeof(struct xen_alice_batch) + \
			       sizeof(struct xen_alice_batch_record)))

/* True once in @n times. */
static bool seldom(uint32_t n)
{
	return !random_below(n);
}

/* A length: mostly one that the op accepts, or next to it. */
static uint32_t random_len(uint32_t from, uint32_t to)
{
	uint32_t len = from + random_below(to - from + 1);

	if (seldom(8))
		len = to + random_below(3) - 1;
	if (seldom(16))
		len = from + random_below(3) - 1;
	if (seldom(64))
		random_fill(&len, sizeof(len));
	return len;
}

/* The number of an op, mostly, sometimes with other bits of the word. */
static uint32_t random_cmd(void)
{
	uint32_t cmd = random_below(MODEL_ROWS);

	if (seldom(64))
		cmd = random_below(1100);
	if (seldom(128))
		random_fill(&cmd, sizeof(cmd));
	/* Only a few hellos, to keep Xen's log short. */
	if (cmd == XEN_ALICE_OP_HELLO && !seldom(8))
		cmd = XEN_ALICE_OP_ECHO;
	if (seldom(8))
		return cmd | word_bits(random_below(WORDS));
	return cmd | word_bits(seldom(2) ? WORD_BARE : WORD_TAGGED);
}

/* @n records, mostly with lengths that their ops accept. */
static void random_request(struct request *request, uint32_t n)
{
	request_begin(request, seldom(4));
	while (n--) {
		uint32_t cmd = random_cmd(), in_len, out_len;
		const struct model_row *row = model_find(cmd & XEN_ALICE_CMD_NUMBER);
		static uint8_t in[XEN_ALICE_BATCH_LEN];

		in_len = random_below(40);
		out_len = random_below(48);
		if (row && !seldom(8)) {
			in_len = row->in_max > 40 ? in_len : row->in_max;
			out_len = row->out_max > 256 ? out_len : row->out_max;
		}
		random_fill(in, in_len);
		if (in_len >= 4 && !seldom(4))
			memcpy(in, &(uint32_t) { random_below(12) }, 4);
		if (request->room + out_len + 15 < XEN_ALICE_BATCH_LEN || seldom(64))
			request_add(request, cmd, in, in_len, out_len);
	}
	if (seldom(8))
		request->bytes[random_below(request->len)] ^=
			(uint8_t)(1u << random_below(8));
}

/* An address: in the two pages, at their ends, or an invalid one. */
static unsigned long random_arg(void)
{
	unsigned long begin = (unsigned long)arena + ARENA_BEGIN;
	const unsigned long *bad = machine_bad;

	if (seldom(64))
		return 0;
	if (seldom(64)) {
		for (uint32_t n = random_below(64); n && bad[1]; n--)
			bad++;
		return way->caller->bits == 32 && *bad > 0xffffffff ? 0 : *bad;
	}
	if (seldom(8))
		return begin + ARENA_END - ARENA_BEGIN - random_below(300);
	if (seldom(16))
		return begin - random_below(8);
	return begin + random_below(PAGE);
}

/* Write the input for the op at arg, and set the call's length. */
static void random_input(struct call *call, uint32_t number)
{
	static struct request request;
	uint32_t space = arena_reach(call->arg, WRITE_ACCESS);
	uint8_t *to = (uint8_t *)call->arg;

	if (number == XEN_ALICE_OP_BATCH && !seldom(16)) {
		random_request(&request, 1 + random_below(seldom(8) ? 511 : 12));
		call->in_len = request.len;
		call->out_len = seldom(8) ? random_below(request.room + 8) :
				4096;
		memcpy(to, request.bytes,
		       request.len < space ? request.len : space);
	} else if (space >= 4) {
		random_fill(to, space < 64 ? space : 64);
		if (!seldom(4))
			memcpy(to, &(uint32_t) { random_below(12) }, 4);
	}
	/*
	 * If a batch's answer may not be writable, it is not known how many of its ops ran:
	 * use at most one record, wherever the request comes from.
	 */
	if (number == XEN_ALICE_OP_BATCH && space < XEN_ALICE_BATCH_LEN &&
	    call->in_len > ONE_RECORD)
		call->in_len = ONE_RECORD;
}

/* Mostly at most a page, if more is allowed. */
static uint32_t most(uint32_t max)
{
	return max > PAGE && !seldom(8) ? PAGE : max;
}

static void step(struct tally *tally)
{
	struct call call = { .cmd = random_cmd() };
	const uint32_t number = call.cmd & XEN_ALICE_CMD_NUMBER;
	const struct model_row *row = model_find(number);

	way = &ways[random_below(ways_count)];
	call.arg = random_arg();
	call.in_len = row ? random_len(row->in_min, most(row->in_max)) :
		      random_below(100);
	call.out_len = row ? random_len(0, most(row->out_max)) : random_below(100);
	random_input(&call, number);
	check(tally, &call);
}

static void change_pages(void)
{
	arena_access(1, random_below(2) ? WRITE_ACCESS : READ_ACCESS);
	arena_access(3, random_below(3));
}

/* part_walk() - one test: the counters are checked from time to time, and at the end */
void part_walk(void)
{
	struct tally tally = { 0 };

	for (uint32_t i = 0; i < STEPS; i++) {
		if (seldom(32))
			change_pages();
		step(&tally);
		if (seldom(32)) {
			arena_access(1, WRITE_ACCESS);
			check_counters(&tally);
		}
		if (tally.bad)
			break;
	}
	way = &ways[0];
	arena_reset();
	check_counters(&tally);
	tally_ok(&tally, "a random walk of %u calls", STEPS);
}

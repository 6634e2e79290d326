// SPDX-License-Identifier: GPL-2.0-only
/*
 * Batches: valid ones, and ones with a fault at every byte.
 */
#include "check.h"
#include "parts.h"
#include "random.h"
#include "request.h"

#include <stddef.h>
#include <string.h>

static struct request request;

/* Submit the request, or part of it. */
static void submit_part(struct tally *tally, uint32_t in_len, uint32_t out_len)
{
	memcpy(arena + ARENA_BEGIN, request.bytes, request.len);
	check(tally, &(struct call) {
		.cmd = XEN_ALICE_OP_BATCH, .in_len = in_len, .out_len = out_len,
		.arg = (unsigned long)arena + ARENA_BEGIN,
	});
}

static void submit(struct tally *tally)
{
	submit_part(tally, request.len, XEN_ALICE_BATCH_LEN);
}

/* Every op, and every way to fail; the failures are in the middle. */
static void make_all(uint32_t flags)
{
	const uint32_t row = 3, past = ~0u;

	request_begin(&request, flags);
	request_add(&request, XEN_ALICE_OP_HELLO, NULL, 0, 0);
	request_add(&request, XEN_ALICE_OP_VERSION, NULL, 0, 32);
	request_add(&request, XEN_ALICE_OP_VERSION, NULL, 0, 21);
	request_add(&request, XEN_ALICE_OP_DESCRIBE, &row, 4, 256);
	request_add(&request, XEN_ALICE_OP_ECHO, "white rabbit", 12, 13);
	request_add(&request, XEN_ALICE_OP_WHOAMI, NULL, 0, 32);
	request_add(&request, XEN_ALICE_OP_DESCRIBE, &past, 4, 256);
	request_add(&request, XEN_ALICE_OP_ECHO, "white rabbit", 12, 11);
	request_add(&request, XEN_ALICE_OP_STATS, &row, 3, 32);
	request_add(&request, 1023, NULL, 0, 8);
	request_add(&request, ~0u, "data", 4, 8);
	request_add(&request, XEN_ALICE_OP_BATCH, request.bytes, 16, 8);
	request_add(&request, XEN_ALICE_OP_HELLO, "x", 1, 0);
	request_add(&request, XEN_ALICE_OP_MEMORY, NULL, 0, 24);
	request_add(&request, XEN_ALICE_OP_STATS, &row, 4, 32);
	request_add(&request, XEN_ALICE_OP_RESET_STATS, NULL, 0, 0);
	request_add(&request, XEN_ALICE_OP_STATS, &row, 4, 40);
}

/* A record of each op, and of none, with these bits beside its number. */
static void make_words(uint32_t flags, uint32_t bits)
{
	const uint32_t row = 3;

	request_begin(&request, flags);
	request_add(&request, XEN_ALICE_OP_HELLO | bits, NULL, 0, 0);
	request_add(&request, XEN_ALICE_OP_VERSION | bits, NULL, 0, 32);
	request_add(&request, XEN_ALICE_OP_ECHO | bits, "white rabbit", 12, 12);
	request_add(&request, XEN_ALICE_OP_DESCRIBE | bits, &row, 4, 256);
	request_add(&request, XEN_ALICE_OP_DESCRIBE | bits, &row, 3, 256);
	request_add(&request, 1023 | bits, NULL, 0, 8);
	request_add(&request, XEN_ALICE_OP_BATCH | bits, request.bytes, 16, 8);
	request_add(&request, XEN_ALICE_OP_STATS | bits, &row, 4, 32);
	request_add(&request, XEN_ALICE_OP_RESET_STATS | bits, NULL, 0, 0);
	request_add(&request, XEN_ALICE_OP_MEMORY, NULL, 0, 24);
}

/* A short batch, with payloads that need padding and others that do not. */
static void make_short(uint32_t flags)
{
	request_begin(&request, flags);
	request_add(&request, XEN_ALICE_OP_ECHO, "abc", 3, 3);
	request_add(&request, XEN_ALICE_OP_VERSION, NULL, 0, 16);
	request_add(&request, XEN_ALICE_OP_ECHO, "12345678", 8, 9);
}

static void whole_test(void)
{
	struct tally tally = { 0 };

	for (uint32_t flags = 0; flags < 4; flags++) {
		make_all(flags);
		submit(&tally);
		check_counters(&tally);
		make_short(flags);
		submit(&tally);
		check_counters(&tally);
	}
	tally_ok(&tally, "%s: batches of every op and every failure",
		 way->name);
	for (unsigned int kind = 0; kind < 2 * WORDS; kind++) {
		make_words(kind / WORDS, word_bits(kind));
		submit(&tally);
		check_counters(&tally);
	}
	tally_ok(&tally, "%s: batches of tags, bit 30 and PHYS", way->name);
}

/* One record for each room, and for each input length. */
static void length_test(void)
{
	static uint8_t in[XEN_ALICE_BATCH_LEN];
	struct tally tally = { 0 };

	random_fill(in, sizeof(in));
	for (uint32_t len = 0; len <= XEN_ALICE_BATCH_LEN - 16; len += len < 40 ? 1 : 97) {
		request_begin(&request, 0);
		request_add(&request, XEN_ALICE_OP_ECHO, in, len, len);
		submit(&tally);
	}
	for (uint32_t room = 0; room < 0x10000; room = room * 2 + 1) {
		request_begin(&request, 0);
		request_add(&request, XEN_ALICE_OP_ECHO, "abc", 3, room);
		submit(&tally);
		submit_part(&tally, request.len, ~0u);
	}
	for (uint32_t room = 4080; room < 4100; room++) {
		request_begin(&request, 0);
		request_add(&request, XEN_ALICE_OP_ECHO, "abc", 3, room);
		submit_part(&tally, request.len, ~0u);
	}
	check_counters(&tally);
	tally_ok(&tally, "batches of one echo of every length");
}

/* As many records as fit into a page, and as replies fit. */
static void full_test(void)
{
	struct tally tally = { 0 };
	uint32_t room;

	request_begin(&request, 0);
	while (request_add(&request, XEN_ALICE_OP_VERSION, NULL, 0, 0))
		;
	submit(&tally);
	for (room = 0; room < 32; room++) {
		request_begin(&request, 0);
		while (request.room + 24 <= XEN_ALICE_BATCH_LEN)
			request_add(&request, XEN_ALICE_OP_VERSION, NULL, 0, 16);
		request_add(&request, XEN_ALICE_OP_ECHO, NULL, 0, room);
		submit(&tally);
		check_counters(&tally);
	}
	tally_ok(&tally, "batches that fill a page");
}

/* Cut at every byte, and with room for every number of bytes of the replies. */
static void cut_test(void)
{
	struct tally tally = { 0 };

	make_short(0);
	for (uint32_t len = 0; len < request.len + 24; len++)
		submit_part(&tally, len, XEN_ALICE_BATCH_LEN);
	for (uint32_t room = 0; room < request.room + 24; room++)
		submit_part(&tally, request.len, room);
	make_all(0);
	for (uint32_t len = 0; len < request.len; len++) {
		submit_part(&tally, len, XEN_ALICE_BATCH_LEN);
		check_counters(&tally);
	}
	tally_ok(&tally, "batches cut at every byte");
}

/* Flip each bit of each byte, and set each byte to its extremes; check what ran. */
static void alter(struct tally *tally)
{
	for (uint32_t at = 0; at < request.len; at++) {
		uint8_t was = request.bytes[at];

		for (unsigned int bit = 0; bit < 8; bit++) {
			request.bytes[at] = was ^ (uint8_t)(1u << bit);
			submit(tally);
		}
		request.bytes[at] = (uint8_t)~was;
		submit(tally);
		request.bytes[at] = was ? 0 : 0xff;
		submit(tally);
		request.bytes[at] = was;
		check_counters(tally);
	}
}

static void altered_test(void)
{
	struct tally tally = { 0 };

	make_short(0);
	alter(&tally);
	make_short(XEN_ALICE_BATCH_STOP_ON_ERROR);
	alter(&tally);
	tally_ok(&tally, "a batch with each of its bytes altered");
	make_all(0);
	alter(&tally);
	tally_ok(&tally, "a batch of all ops with each of its bytes altered");
}

/* part_batch() - batches, by each way to call */
void part_batch(void)
{
	whole_test();
}

/* part_framing() - framing, which does not depend on the way to call */
void part_framing(void)
{
	length_test();
	full_test();
	cut_test();
	altered_test();
}

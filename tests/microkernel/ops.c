// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every op with every length that matters, all kinds of cmd words, and every
 * number that is no op.
 */
#include "check.h"
#include "parts.h"
#include "random.h"

#include <string.h>

/* Around lengths that ops declare, a page, the longest payload, and overflows. */
static const uint32_t lens[] = {
	0, 1, 3, 4, 5, 15, 16, 17, 23, 24, 25, 31, 32, 33, 255, 256, 257, 4095,
	4096, 4097, 65535, 65536, 65537, 0x7fffffff, 0x80000000, 0xfffff004, 0xffffffff,
};

/* Input for any op: a small number, which can be an index or a cmd, and random bytes. */
static void fill(uint32_t number)
{
	random_fill(arena + ARENA_BEGIN + 4, 60);
	memcpy(arena + ARENA_BEGIN, &number, sizeof(number));
}

static void op_test(const struct model_row *row)
{
	/* Length checks do not depend on the way to call: try only half of them by other ways. */
	unsigned int stride = way == &ways[0] ? 1 : 2;
	struct tally tally = { 0 };

	for (unsigned int i = random_below(stride); i < ARRAY_SIZE(lens);
	     i += stride) {
		for (unsigned int o = random_below(stride);
		     o < ARRAY_SIZE(lens); o += stride) {
			fill((i + o) % (MODEL_ROWS + 3));
			check(&tally, &(struct call) {
				.cmd = row->cmd, .in_len = lens[i],
				.out_len = lens[o],
				.arg = (unsigned long)arena + ARENA_BEGIN,
			});
		}
	}
	check_counters(&tally);
	tally_ok(&tally, "%s: %s, with lengths of all kinds", way->name,
		 row->name);
}

/* part_table() - rows by index, also past the end; counters of unknown ops */
void part_table(void)
{
	static const uint32_t numbers[] = {
		0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 63, 64, 255, 256, 1023, 1024,
		1025, 0xffff, 0x10000, 0x10001, 0x7fffffff, 0x80000000,
		0xfffffffe, 0xffffffff,
	};
	struct tally tally = { 0 };

	for (unsigned int i = 0; i < ARRAY_SIZE(numbers); i++) {
		fill(numbers[i]);
		check(&tally, &(struct call) {
			.cmd = XEN_ALICE_OP_DESCRIBE, .in_len = 4, .out_len = 256,
			.arg = (unsigned long)arena + ARENA_BEGIN,
		});
		fill(numbers[i]);
		check(&tally, &(struct call) {
			.cmd = XEN_ALICE_OP_STATS, .in_len = 4, .out_len = 32,
			.arg = (unsigned long)arena + ARENA_BEGIN,
		});
	}
	tally_ok(&tally, "%s: the op table, the counters, and their ends",
		 way->name);
}

/* part_others() - rows of ops that the model does not know; they are not called */
void part_others(void)
{
	struct tally tally = { 0 };

	for (uint32_t i = MODEL_ROWS; i < model_count; i++) {
		fill(i);
		check(&tally, &(struct call) {
			.cmd = XEN_ALICE_OP_DESCRIBE, .in_len = 4, .out_len = 256,
			.arg = (unsigned long)arena + ARENA_BEGIN,
		});
		diag("%s, which is not one of alice's, is not called",
		     model_rows[i].name ? model_rows[i].name : "what makes no sense");
	}
	check_counters(&tally);
	tally_ok(&tally, "rows of others: %u", model_count - MODEL_ROWS);
}

/* part_ops() - every op, by one way to call */
void part_ops(void)
{
	for (unsigned int i = 0; i < MODEL_ROWS; i++)
		op_test(&model_rows[i]);
	part_table();
}

/* Calls of one cmd: valid ones, ones with invalid length, ones with invalid memory. */
static void word_test(struct tally *tally, uint32_t cmd)
{
	const struct model_row *row = model_find(cmd & XEN_ALICE_CMD_NUMBER);
	struct call call = {
		.cmd = cmd, .in_len = row ? row->in_min : 4,
		.out_len = row ? row->out_max : 4,
		.arg = (unsigned long)arena + ARENA_BEGIN,
	};

	fill(XEN_ALICE_OP_ECHO);
	check(tally, &call);
	call.arg = 0;
	check(tally, &call);
	call.arg = machine_bad[0];
	check(tally, &call);
	call.in_len = row ? row->in_max + 1 : ~0u;
	check(tally, &call);
}

/* part_words() - each op, and some unknown ones, with each word, by one way to call */
void part_words(void)
{
	static const uint32_t others[] = { MODEL_ROWS, 63, 64, 1023 };
	struct tally tally = { 0 };

	for (unsigned int kind = 0; kind < WORDS; kind++) {
		for (uint32_t i = 0; i < MODEL_ROWS; i++)
			word_test(&tally, model_rows[i].cmd | word_bits(kind));
		for (uint32_t i = 0; i < ARRAY_SIZE(others); i++)
			word_test(&tally, others[i] | word_bits(kind));
		check_counters(&tally);
	}
	tally_ok(&tally, "%s: tags, bit 30 and PHYS", way->name);
}

/* part_long() - the longest payloads, by one way to call */
void part_long(void)
{
	const uint32_t most = model_max_len;
	const uint32_t sizes[] = {
		PAGE - 1, PAGE, PAGE + 1, 2 * PAGE + 1, most / 2 + 1, most - PAGE,
		most - 1, most, most + 1,
	};
	const uint32_t at[] = { ARENA_BEGIN, ARENA_BEGIN + 1, ARENA_END - 1 };
	struct tally tally = { 0 };

	for (unsigned int open = 0; open < 2; open++) {
		arena_access(3, open ? WRITE_ACCESS : NO_ACCESS);
		for (unsigned int i = 0; i < ARRAY_SIZE(sizes) * ARRAY_SIZE(sizes); i++) {
			random_fill(arena + ARENA_BEGIN, ARENA_END - ARENA_BEGIN);
			check(&tally, &(struct call) {
				.cmd = XEN_ALICE_OP_ECHO,
				.in_len = sizes[i % ARRAY_SIZE(sizes)],
				.out_len = sizes[i / ARRAY_SIZE(sizes)],
				.arg = (unsigned long)arena + at[i % ARRAY_SIZE(at)],
			});
		}
	}
	arena_reset();
	check_counters(&tally);
	tally_ok(&tally, "%s: payloads around a page and %u", way->name, most);
}

/* The number is checked before memory and lengths. */
static void no_op(struct tally *tally, uint32_t cmd)
{
	check(tally, &(struct call) { .cmd = cmd });
	check(tally, &(struct call) {
		.cmd = cmd, .arg = ~0ul, .in_len = 8192, .out_len = 8192,
	});
}

/* part_cmds() - numbers that are no op, by one way to call */
void part_cmds(void)
{
	struct tally tally = { 0 };

	for (uint32_t cmd = MODEL_ROWS; cmd < 300; cmd++)
		no_op(&tally, cmd);
	for (uint32_t cmd = 1000; cmd < 1050; cmd++)
		no_op(&tally, cmd);
	for (unsigned int bit = 9; bit < 32; bit++) {
		for (uint32_t cmd = 0; cmd < MODEL_ROWS; cmd++)
			no_op(&tally, 1u << bit | cmd);
		no_op(&tally, (1u << bit) - 1);
		no_op(&tally, ~0u << bit);
	}
	check_counters(&tally);
	tally_ok(&tally, "%s: numbers that are no op, and tags", way->name);
}

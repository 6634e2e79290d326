// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every op with every length that matters, and every number that is no op.
 */
#include "check.h"
#include "parts.h"
#include "random.h"

#include <string.h>

/* Around what some op declares, a page, and where numbers overflow. */
static const uint32_t lens[] = {
	0, 1, 3, 4, 5, 15, 16, 17, 23, 24, 25, 31, 32, 33, 255, 256, 257, 4095,
	4096, 4097, 0x10004, 0x7fffffff, 0x80000000, 0xfffff004, 0xffffffff,
};

/* Input for any op: a small number, which can be an index or a cmd, and noise. */
static void fill(uint32_t number)
{
	random_fill(arena + ARENA_BEGIN + 4, 60);
	memcpy(arena + ARENA_BEGIN, &number, sizeof(number));
}

static void op_test(const struct model_row *row)
{
	/* Lengths are checked by the same code for every way: half of them will do. */
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

/* Rows by their index, what is behind the last one, and counters of no op. */
static void table_test(void)
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
			.cmd = ALICE_OP_DESCRIBE, .in_len = 4, .out_len = 256,
			.arg = (unsigned long)arena + ARENA_BEGIN,
		});
		fill(numbers[i]);
		check(&tally, &(struct call) {
			.cmd = ALICE_OP_STATS, .in_len = 4, .out_len = 32,
			.arg = (unsigned long)arena + ARENA_BEGIN,
		});
	}
	tally_ok(&tally, "%s: the op table, the counters, and their ends",
		 way->name);
}

/* part_ops() - every op, by one way in */
void part_ops(void)
{
	for (unsigned int i = 0; i < MODEL_ROWS; i++)
		op_test(&model_rows[i]);
	table_test();
}

/* It is the number that is looked at first, not memory nor lengths. */
static void no_op(struct tally *tally, uint32_t cmd)
{
	check(tally, &(struct call) { .cmd = cmd });
	check(tally, &(struct call) {
		.cmd = cmd, .arg = ~0ul, .in_len = 8192, .out_len = 8192,
	});
}

/* part_cmds() - numbers that are no op, by one way in */
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
	tally_ok(&tally, "%s: numbers that are no op", way->name);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many calls in one multicall.
 */
#include "check.h"
#include "parts.h"

/* None of them changes memory: only their results are checked. */
static const struct call calls[] = {
	{ .cmd = XEN_ALICE_OP_HELLO },
	{ .cmd = XEN_ALICE_OP_ECHO, .in_len = 100, .out_len = 100,
	  .arg = (unsigned long)arena + ARENA_BEGIN + 7 },
	{ .cmd = XEN_ALICE_OP_ECHO, .in_len = 4096, .out_len = 4096,
	  .arg = (unsigned long)arena + ARENA_BEGIN + 4095 },
	{ .cmd = XEN_ALICE_OP_ECHO, .in_len = 2, .out_len = 2,
	  .arg = (unsigned long)arena + ARENA_END - 1 },
	{ .cmd = XEN_ALICE_OP_ECHO, .in_len = 12, .out_len = 11,
	  .arg = (unsigned long)arena + ARENA_BEGIN },
	{ .cmd = XEN_ALICE_OP_VERSION, .out_len = 16 },
	{ .cmd = XEN_ALICE_OP_WHOAMI, .out_len = 31,
	  .arg = (unsigned long)arena + ARENA_BEGIN },
	{ .cmd = 0xffffffff },
	{ .cmd = 9, .arg = ~0ul, .in_len = ~0u, .out_len = ~0u },
	{ .cmd = XEN_ALICE_OP_ECHO },
	{ .cmd = XEN_ALICE_OP_RESET_STATS, .in_len = 1,
	  .arg = (unsigned long)arena + ARENA_BEGIN },
};

/* part_multicall() - each call of a long multicall has the same result as alone */
void part_multicall(void)
{
	static multicall_entry_t entries[6 * ARRAY_SIZE(calls)];
	struct tally tally = { 0 };

	for (unsigned int i = 0; i < ARRAY_SIZE(entries); i++)
		multicall_fill(&entries[i], &calls[i % ARRAY_SIZE(calls)]);
	multicall(entries, ARRAY_SIZE(entries));
	for (unsigned int i = 0; i < ARRAY_SIZE(entries); i++)
		check_answer(&tally, &calls[i % ARRAY_SIZE(calls)],
			     (long)entries[i].result);
	check_counters(&tally);
	tally_ok(&tally, "a multicall of %zu", ARRAY_SIZE(entries));
}

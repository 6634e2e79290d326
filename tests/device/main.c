// SPDX-License-Identifier: GPL-2.0-only
/* All tests of /dev/alice in one program: main PART runs one of them. */
#include "parts.h"
#include "tap.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	void (*fn)(void);
} parts[] = {
	{ "table", part_table },
	{ "answers", part_answers },
	{ "errors", part_errors },
	{ "lengths", part_lengths },
	{ "structs", part_structs },
	{ "pointers", part_pointers },
	{ "batch", part_batch },
	{ "restrict", part_restrict },
	{ "races", part_races },
	{ "signals", part_signals },
	{ "access", part_access },
	{ "crowd", part_crowd },
	{ "legacy", part_legacy },
	{ "moved", part_moved },
	{ "narrow", part_narrow },
	{ "busy", part_busy },
	{ "honest", part_honest },
	{ "closed", part_closed },
	{ "nonsense", part_nonsense },
	{ "unwritten", part_unwritten },
	{ "batch_short", part_batch_short },
	{ "batch_cut", part_batch_short },
	{ "batch_early", part_batch_early },
	{ "batch_long", part_batch_long },
	{ "batch_none", part_batch_nothing },
	{ "batch_eio", part_batch_nothing },
	{ "batch_odd", part_batch_nothing },
	{ "batch_huge", part_batch_nothing },
	{ "batch_above_room", part_batch_nothing },
	{ "batch_unwritten", part_batch_unwritten },
	{ "reply_behind", part_reply_behind },
	{ "reply_above_room", part_batch_nothing },
	{ "reply_max", part_batch_nothing },
	{ "reply_min", part_batch_nothing },
	{ "reply_512", part_batch_nothing },
	{ "reply_enoent", part_reply_enoent },
	{ "counters", part_counters },
	{ "traced", part_traced },
	{ "hellos", part_hellos },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc == 2 && i < sizeof(parts) / sizeof(*parts); i++) {
		if (strcmp(argv[1], parts[i].name))
			continue;
		parts[i].fn();
		return tap_done();
	}
	fprintf(stderr, "usage: %s PART, one of:", argv[0]);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		fprintf(stderr, " %s", parts[i].name);
	fputc('\n', stderr);
	return 2;
}

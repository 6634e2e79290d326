// SPDX-License-Identifier: GPL-2.0-only
/* All tests of /dev/alice in one program: main PART runs one of them. */
#include "parts.h"
#include "tap-parts.h"

static const struct tap_part parts[] = {
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
	return tap_parts(parts, sizeof(parts) / sizeof(*parts), argc, argv);
}

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
	{ "amid", part_amid },
	{ "disturbed", part_disturbed },
	{ "access", part_access },
	{ "crowd", part_crowd },
	{ "moved", part_moved },
	{ "narrow", part_narrow },
	{ "busy", part_busy },
	{ "counters", part_counters },
	{ "traced", part_traced },
	{ "hellos", part_hellos },
};

int main(int argc, char **argv)
{
	return tap_parts(parts, sizeof(parts) / sizeof(*parts), argc, argv);
}

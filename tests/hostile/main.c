// SPDX-License-Identifier: GPL-2.0-only
/*
 * The driver on a faulty or odd hypervisor: main PART runs one part
 * of the tests. Those of tables load the module that MODULE in the environment names.
 */
#include "parts.h"
#include "tap-parts.h"

static const struct tap_part parts[] = {
	{ "shown", part_shown },
	{ "versions", part_versions },
	{ "rows", part_rows },
	{ "answers", part_answers },
	{ "changes", part_changes },
	{ "long", part_long },
	{ "events", part_events },
	{ "legacy", part_legacy },
};

int main(int argc, char **argv)
{
	return tap_parts(parts, sizeof(parts) / sizeof(*parts), argc, argv);
}

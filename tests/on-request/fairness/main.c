// SPDX-License-Identifier: GPL-2.0-only
/* What one member of the group can cost others: main PART measures one part. */
#include "parts.h"
#include "tap-parts.h"

static const struct tap_part parts[] = {
	{ "flood", part_flood },
	{ "callers", part_callers },
	{ "sleeper", part_sleeper },
	{ "killed", part_killed },
	{ "hypervisor", part_hypervisor },
};

int main(int argc, char **argv)
{
	return tap_parts(parts, sizeof(parts) / sizeof(*parts), argc, argv);
}

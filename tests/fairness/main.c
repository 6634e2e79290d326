// SPDX-License-Identifier: GPL-2.0-only
/* What one member of the group can cost others: main PART measures a part of it. */
#include "parts.h"
#include "tap.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	void (*fn)(void);
} parts[] = {
	{ "flood", part_flood },
	{ "callers", part_callers },
	{ "sleeper", part_sleeper },
	{ "killed", part_killed },
	{ "hypervisor", part_hypervisor },
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

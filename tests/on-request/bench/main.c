// SPDX-License-Identifier: GPL-2.0-only
/*
 * The benchmark: main PART prints figures, one per line, as a name and a number.
 */
#include "parts.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*fn)(void);
	} parts[] = {
		{ "calls", part_calls },
		{ "events", part_events },
		{ "lookup", part_lookup },
		{ "memory", part_memory },
		{ "scale", part_scale },
	};

	for (size_t i = 0; argc == 2 && i < sizeof(parts) / sizeof(*parts); i++) {
		if (strcmp(argv[1], parts[i].name))
			continue;
		parts[i].fn();
		return 0;
	}
	fprintf(stderr, "usage: %s calls|events|lookup|memory|scale\n", argv[0]);
	return 2;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "tap-parts.h"
#include "tap.h"

#include <string.h>

/**
 * tap_parts() - run the part that the command line names, or print which parts exist
 * @parts: the parts
 * @count: how many
 * @argc: of main()
 * @argv: of main()
 *
 * Return: the exit status for main().
 */
int tap_parts(const struct tap_part *parts, size_t count, int argc, char **argv)
{
	for (size_t i = 0; argc == 2 && i < count; i++) {
		if (strcmp(argv[1], parts[i].name))
			continue;
		parts[i].fn();
		return tap_done();
	}
	fprintf(stderr, "usage: %s PART, one of:", argv[0]);
	for (size_t i = 0; i < count; i++)
		fprintf(stderr, " %s", parts[i].name);
	fputc('\n', stderr);
	return 2;
}

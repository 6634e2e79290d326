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
	{ "races", part_races },
	{ "signals", part_signals },
	{ "access", part_access },
	{ "crowd", part_crowd },
	{ "legacy", part_legacy },
	{ "resume", part_resume },
	{ "honest", part_honest },
	{ "closed", part_closed },
	{ "nonsense", part_nonsense },
	{ "unwritten", part_unwritten },
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

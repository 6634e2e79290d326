// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of the hypercall itself: main PART runs one of them.
 *
 * main call NR [CMD [TEXT]] makes one call through privcmd, with TEXT as its input,
 * and prints the result.
 */
#include "calls.h"
#include "privcmd.h"
#include "tap.h"

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int call(int argc, char **argv)
{
	struct privcmd_hypercall hypercall = {
		.op = strtoul(argv[2], NULL, 0),
		.arg[0] = argc > 3 ? strtoul(argv[3], NULL, 0) : 0,
	};
	void *page;
	int fd = privcmd_open(&page, 4096), n;

	if (argc > 4) {
		n = snprintf(page, 4096, "%s", argv[4]);
		hypercall.arg[1] = (uintptr_t)page;
		hypercall.arg[2] = (uint64_t)n;
	}
	n = ioctl(fd, IOCTL_PRIVCMD_HYPERCALL, &hypercall);
	printf("%d\n", n < 0 ? -errno : n);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*fn)(void);
	} parts[] = {
		{ "raw", part_raw },
		{ "batch", part_batch },
		{ "privcmd", part_privcmd },
		{ "stats", part_stats },
		{ "variant", part_variant },
	};

	if (argc > 2 && !strcmp(argv[1], "call"))
		return call(argc, argv);
	for (size_t i = 0; argc == 2 && i < sizeof(parts) / sizeof(*parts); i++) {
		if (strcmp(argv[1], parts[i].name))
			continue;
		parts[i].fn();
		return tap_done();
	}
	fprintf(stderr, "usage: %s raw|batch|privcmd|stats|variant, or call NR [CMD [TEXT]]\n",
		argv[0]);
	return 2;
}

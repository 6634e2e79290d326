// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long a process lives on if it is killed in its largest batch, compared with one that
 * is killed while computing.
 */
#include "device.h"
#include "hostile.h"
#include "parts.h"
#include "sample.h"
#include "tap.h"

#include <unistd.h>

#define KILLS 20

/* Instructions more: some ops of a page, of a batch of 1024. */
#define MOST_LATER 1000000

static struct sample sample;

static uint32_t longest(enum hostility what)
{
	sample.count = 0;
	for (unsigned int i = 0; i < KILLS; i++) {
		pid_t pid = hostile_start(what);
		uint64_t from;

		hostile_wait(1);
		usleep(1000 + i * 997);
		from = now_ns();
		hostile_kill(pid);
		sample_add(&sample, now_ns() - from);
	}
	sample_sort(&sample);
	diag("killed during %s: it takes, in instructions: half below %u, all %u",
	     hostility_names[what], sample_at(&sample, 0.5), sample_at(&sample, 1));
	return sample_at(&sample, 0.9);
}

void part_killed(void)
{
	static const enum hostility kinds[] = { LARGE, PAGES, SMALL, WIDE, STATS, WRONG };
	uint32_t spin = longest(SPIN);

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		ok(longest(kinds[i]) <= spin + MOST_LATER,
		   "killed during %s: no more than %u instructions longer",
		   hostility_names[kinds[i]], MOST_LATER);
}

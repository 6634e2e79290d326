// SPDX-License-Identifier: GPL-2.0-only
/* Eight processes try to flood the logs for a minute. */
#include "hostile.h"
#include "parts.h"
#include "tap.h"

#include <unistd.h>

#define SECONDS 60

void part_flood(void)
{
	pid_t pids[MOST_HOSTILE];

	for (unsigned int i = 0; i < MOST_HOSTILE; i++)
		pids[i] = hostile_start(i % 2 ? HELLOS : WRONG);
	hostile_wait(MOST_HOSTILE);
	sleep(SECONDS);
	for (unsigned int i = 0; i < MOST_HOSTILE; i++)
		hostile_kill(pids[i]);
	ok(true, "%d processes, for %d s", MOST_HOSTILE, SECONDS);
}

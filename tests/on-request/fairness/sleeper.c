// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long a hostile process keeps the CPU from the most urgent process: a sleeper of
 * real-time priority wakes up again and again, and measures its latency. On a machine with
 * one processor, whose clock counts instructions, the largest latency is the longest section
 * that cannot be interrupted, plus the wake-up.
 */
#define _GNU_SOURCE
#include "device.h"
#include "hostile.h"
#include "parts.h"
#include "sample.h"
#include "tap.h"

#include <err.h>
#include <sched.h>
#include <sys/mman.h>
#include <time.h>

#define WAKES 700

/*
 * Instructions later than beside a program that computes: derived from the longest stay in
 * the hypervisor, and preparation of it in the driver, for a full page of ops.
 */
#define MOST_LATER 250000

static struct sample sample;

static void urgent(void)
{
	const struct sched_param param = { .sched_priority = 50 };

	if (sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &param))
		err(2, "SCHED_FIFO");
}

/* Sleep for varying times, to hit every point of the others' loops. */
static void wake(unsigned int i)
{
	uint64_t at = now_ns() + 500000 + (i * 7919u) % 100 * 10007;
	const struct timespec then = {
		.tv_sec = (time_t)(at / 1000000000),
		.tv_nsec = (long)(at % 1000000000),
	};

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &then, NULL);
	sample_add(&sample, now_ns() - at);
}

/* The largest latency beside such a process. */
static uint32_t latest(enum hostility what)
{
	pid_t pid = what == NOBODY ? 0 : hostile_start(what);

	if (pid)
		hostile_wait(1);
	sample.count = 0;
	for (unsigned int i = 0; i < WAKES; i++)
		wake(i);
	if (pid)
		hostile_kill(pid);
	sample_sort(&sample);
	diag("beside %s: woken late, in instructions: half below %u, 99 %% %u, all %u",
	     hostility_names[what], sample_at(&sample, 0.5),
	     sample_at(&sample, 0.99), sample_at(&sample, 1));
	return sample_at(&sample, 1);
}

void part_sleeper(void)
{
	static const enum hostility kinds[] = {
		LARGE, PAGES, SMALL, WIDE, STATS, HELLOS, WRONG,
	};
	uint32_t spin;

	if (mlockall(MCL_CURRENT))
		err(2, "mlockall");
	urgent();
	latest(NOBODY);
	spin = latest(SPIN);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		uint32_t got = latest(kinds[i]);

		ok(got <= spin + MOST_LATER,
		   "beside %s: no more than %u instructions later than beside a program that computes",
		   hostility_names[kinds[i]], MOST_LATER);
	}
}

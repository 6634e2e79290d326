// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many callers at once: calls per second of 1 to 8 processes, by alice and by privcmd.  It is
 * measured by the clock, so only the ratio is meaningful: the two ways alternate, so that
 * other load on the host affects both.
 */
#include "device.h"
#include "measure.h"
#include "parts.h"
#include "privcmd.h"

#include <err.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_CALLERS 8
#define TURNS 200
#define TURN_NS 10000000

/* The two ways. */
enum { VIA_ALICE, VIA_PRIVCMD, WAYS };

struct way {
	const char *path;
	unsigned long request;
	const void *arg;
};

/* Shared by all callers. */
struct crowd {
	/* The current turn: 0 for none, odd for alice, even for privcmd. */
	atomic_uint turn;
	atomic_uint ready;
	/* Calls of all callers in each turn. */
	atomic_ulong calls[2 * TURNS + 1];
};

static struct crowd *crowd;

static unsigned int way_of(unsigned int turn)
{
	return turn % 2 ? VIA_ALICE : VIA_PRIVCMD;
}

static _Noreturn void caller(const struct way *ways)
{
	int fds[WAYS];

	for (unsigned int i = 0; i < WAYS; i++)
		fds[i] = open_or_die(ways[i].path);
	atomic_fetch_add(&crowd->ready, 1);

	for (;;) {
		unsigned int turn = atomic_load(&crowd->turn);
		const unsigned int i = way_of(turn);
		unsigned long calls = 0;

		if (turn > 2 * TURNS)
			_exit(0);
		if (!turn) {
			sched_yield();
			continue;
		}
		for (; atomic_load(&crowd->turn) == turn; calls++)
			if (ioctl(fds[i], ways[i].request, ways[i].arg))
				err(2, "%s", ways[i].path);
		atomic_fetch_add(&crowd->calls[turn], calls);
	}
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/*
 * Let N processes call in turns, by both ways.  Sets the length of each turn in seconds,
 * which can be longer than planned.
 */
static void take_turns(unsigned int n, const struct way *ways, double *seconds)
{
	const struct timespec length = { 0, TURN_NS };
	double from;
	int status;

	memset(crowd, 0, sizeof(*crowd));
	for (unsigned int i = 0; i < n; i++) {
		pid_t pid = fork();

		if (pid < 0)
			err(2, "fork");
		if (!pid) {
			setpriority(PRIO_PROCESS, 0, 0);
			caller(ways);
		}
	}
	while (atomic_load(&crowd->ready) < n)
		sched_yield();
	from = now();
	for (unsigned int turn = 1; turn <= 2 * TURNS; turn++) {
		double to;

		atomic_store(&crowd->turn, turn);
		nanosleep(&length, NULL);
		to = now();
		seconds[turn] = to - from;
		from = to;
	}
	atomic_store(&crowd->turn, 2 * TURNS + 1);
	for (unsigned int i = 0; i < n; i++)
		if (wait(&status) < 0 || status)
			errx(2, "a caller failed");
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/*
 * Calls per second in the median turn of a way: other turns may have been disturbed by the
 * host.
 */
static double rate(unsigned int way, const double *seconds)
{
	double rates[TURNS] = { 0 };
	unsigned int n = 0;

	for (unsigned int turn = 1; turn <= 2 * TURNS; turn++)
		if (way_of(turn) == way)
			rates[n++] = (double)crowd->calls[turn] / seconds[turn];
	qsort(rates, n, sizeof(*rates), compare);
	return rates[n / 2];
}

static void scale(unsigned int n)
{
	const struct alice_op op = { .cmd = XEN_ALICE_OP_ECHO };
	const struct privcmd_hypercall hypercall = {
		.op = XEN_ALICE_HYPERCALL_NR,
		.arg = { XEN_ALICE_OP_ECHO },
	};
	const struct way ways[WAYS] = {
		[VIA_ALICE] = { DEVICE, ALICE_IOC_OP, &op },
		[VIA_PRIVCMD] = { PRIVCMD, IOCTL_PRIVCMD_HYPERCALL, &hypercall },
	};
	double seconds[2 * TURNS + 1];

	take_turns(n, ways, seconds);
	figure(name("callers.%u.alice", n), rate(VIA_ALICE, seconds), 1);
	figure(name("callers.%u.privcmd", n), rate(VIA_PRIVCMD, seconds), 1);
}

void part_scale(void)
{
	crowd = mmap(NULL, sizeof(*crowd), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (crowd == MAP_FAILED)
		err(2, "mmap");
	/* End turns in time, however many callers there are. */
	if (setpriority(PRIO_PROCESS, 0, -20))
		err(2, "setpriority");
	for (unsigned int n = 1; n <= MAX_CALLERS; n *= 2)
		scale(n);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The counters on more than one CPU, also while they are reset.
 */
#define _GNU_SOURCE
#include "calls.h"
#include "device.h"
#include "module.h"
#include "tap.h"

#include <err.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define CPUS 2

/* stay_on() - keep to a CPU from now on */
void stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(2, "CPU %d", cpu);
}

/* stats_call() - the counters of an op, without the driver */
struct xen_alice_stats stats_call(uint32_t cmd)
{
	struct xen_alice_stats stats;

	memcpy(memory, &cmd, sizeof(cmd));
	if (module_call(XEN_ALICE_OP_STATS, sizeof(cmd), sizeof(stats)) !=
	    sizeof(stats))
		errx(2, "stats of %u", cmd);
	memcpy(&stats, memory, sizeof(stats));
	return stats;
}

static void echo(unsigned int times)
{
	while (times--)
		module_call(XEN_ALICE_OP_ECHO, 12, 12);
}

static bool counted(struct tally *tally, uint64_t calls, const char *when)
{
	struct xen_alice_stats stats = stats_call(XEN_ALICE_OP_ECHO);

	return expect(tally, stats.calls == calls && !stats.errors &&
		      stats.in_bytes == 12 * calls && stats.out_bytes == 12 * calls,
		      "%s: %llu calls, %llu errors, %llu bytes in, %llu out; want %llu calls",
		      when, (unsigned long long)stats.calls,
		      (unsigned long long)stats.errors,
		      (unsigned long long)stats.in_bytes,
		      (unsigned long long)stats.out_bytes,
		      (unsigned long long)calls);
}

/* Each CPU sees a reset at its own time, and no CPU sees older counts afterwards. */
static void cpus_test(void)
{
	struct tally tally = { 0 };

	module_call(XEN_ALICE_OP_RESET_STATS, 0, 0);
	for (int resetter = 0; resetter < CPUS; resetter++) {
		for (int cpu = 0; cpu < CPUS; cpu++) {
			stay_on(cpu);
			echo(10);
		}
		counted(&tally, 10 * CPUS, "before a reset");
		stay_on(resetter);
		is(module_call(XEN_ALICE_OP_RESET_STATS, 0, 0), 0, "reset-stats");
		counted(&tally, 0, "after a reset");
		for (int cpu = 0; cpu < CPUS; cpu++) {
			stay_on(cpu);
			echo(1);
			counted(&tally, (uint64_t)cpu + 1, "a call on each CPU");
		}
		module_call(XEN_ALICE_OP_RESET_STATS, 0, 0);
	}
	tally_ok(&tally, "a reset is one on all CPUs");
}

/* Repeat that on the CPU.  Returns the process. */
static pid_t forever(int cpu, void (*what)(void))
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		err(2, "fork");
	if (pid)
		return pid;
	stay_on(cpu);
	for (;;)
		what();
}

/* How many echoes were started, in shared memory. */
static uint64_t *begun;

static void one_echo(void)
{
	(*begun)++;
	echo(1);
}

static void one_reset(void)
{
	module_call(XEN_ALICE_OP_RESET_STATS, 0, 0);
}

/* Counters that are reset all the time never exceed the number of calls. */
static void busy_test(void)
{
	struct tally tally = { 0 };
	pid_t children[2];

	begun = mmap(NULL, sizeof(*begun), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (begun == MAP_FAILED)
		err(2, "mmap");
	one_reset();
	children[0] = forever(1, one_echo);
	children[1] = forever(0, one_reset);
	for (unsigned int i = 0; i < 2000; i++) {
		struct xen_alice_stats stats = stats_call(XEN_ALICE_OP_ECHO);
		uint64_t most = __atomic_load_n(begun, __ATOMIC_SEQ_CST);

		expect(&tally, stats.calls <= most && !stats.errors &&
		       stats.in_bytes <= 12 * most && stats.out_bytes <= 12 * most,
		       "%llu calls of %llu", (unsigned long long)stats.calls,
		       (unsigned long long)most);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(children); i++) {
		kill(children[i], SIGKILL);
		waitpid(children[i], NULL, 0);
	}
	ok(*begun > 100, "%llu calls were made", (unsigned long long)*begun);
	one_reset();
	counted(&tally, 0, "then");
	echo(7);
	counted(&tally, 7, "and then");
	tally_ok(&tally, "counters that are read while they are reset");
}

void part_stats(void)
{
	cpus_test();
	busy_test();
}

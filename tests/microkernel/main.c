// SPDX-License-Identifier: GPL-2.0-only
/*
 * A kernel that does nothing but test alice_op, as dom0, and ends the machine.
 *
 * Its command line is "seed=N", for the random walk.
 */
#include "check.h"
#include "hypercall.h"
#include "machine.h"
#include "parts.h"
#include "random.h"

#include <string.h>
#include <xen/sched.h>

/* arguments_seed() - the number in the command line, which may begin with blanks */
static uint32_t arguments_seed(void)
{
	const char *text = machine_arguments();
	uint32_t seed = 0;

	while (*text && strncmp(text, "seed=", 5))
		text++;
	if (*text)
		text += 5;
	for (; *text >= '0' && *text <= '9'; text++)
		seed = seed * 10 + (uint32_t)(*text - '0');
	return seed;
}

/* The old tutorials' call is the first of all: nothing was set up for it. */
static void first_call(void)
{
	struct tally tally = { 0 };

	check(&tally, &(struct call) { 0 });
	check_counters(&tally);
	tally_ok(&tally, "cmd 0 and three zeros");
}

static void every_way(void)
{
	for (way = ways; way < ways + ways_count; way++) {
		part_ops();
		part_cmds();
		part_pointers();
		part_batch();
	}
	way = ways;
}

/* tests() - all of them.  Returns how the machine is to end. */
static int tests(void)
{
	uint32_t seed = arguments_seed();

	arena_reset();
	ok(ways_init(), "Xen tells how much memory there is");
	first_call();
	part_null(" at the start");
	machine_paging();
	random_seed(seed);
	every_way();
	part_framing();
	if (has_multicall)
		part_multicall();
	else
		skip("multicalls", "this Xen has none for PVH guests");
	diag("the random walk has seed %u", seed);
	part_walk();
	part_guest();
	return tap_done();
}

/* kernel() - where a kernel begins that has a stack */
void kernel(const void *start_info);
void kernel(const void *start_info)
{
	sched_shutdown_t end = { .reason = SHUTDOWN_reboot };
	int status;

	machine_init(start_info);
	printf("#begin#\n");
	status = tests();
	printf("#end# %d\n", status);
	hypercall(__HYPERVISOR_sched_op, SCHEDOP_shutdown, (unsigned long)&end,
		  0, 0);
}

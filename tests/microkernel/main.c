// SPDX-License-Identifier: GPL-2.0-only
/*
 * A kernel that only tests alice_op, as dom0, and then ends the machine.
 *
 * Its command line is "seed=N" for random numbers, "access=" with the value of Xen's
 * alice=, and "len=" with that of its alice-len=.
 */
#include "check.h"
#include "hypercall.h"
#include "machine.h"
#include "parts.h"
#include "random.h"

#include <string.h>
#include <xen/sched.h>

/* The value of an argument and everything after it; "" if it is missing. */
static const char *argument(const char *name)
{
	const char *text = machine_arguments();
	size_t len = strlen(name);

	while (*text && strncmp(text, name, len))
		text++;
	return *text ? text + len : text;
}

static uint32_t number_argument(const char *name)
{
	uint32_t number = 0;

	for (const char *s = argument(name); *s >= '0' && *s <= '9'; s++)
		number = number * 10 + (uint32_t)(*s - '0');
	return number;
}

static enum model_access access_argument(void)
{
	const char *value = argument("access=");

	return !strncmp(value, "control", 7) ? ACCESS_CONTROL :
	       !strncmp(value, "off", 3) ? ACCESS_OFF : ACCESS_ALL;
}

/*
 * The first call is that of the old tutorials, without any setup. The second reads the
 * generation.
 */
static void first_calls(void)
{
	struct tally tally = { 0 };

	check(&tally, &(struct call) { 0 });
	check_counters(&tally);
	tally_ok(&tally, "cmd 0 and three zeros");
	check(&tally, &(struct call) {
		.cmd = XEN_ALICE_OP_VERSION, .out_len = 32,
		.arg = (unsigned long)arena + ARENA_BEGIN,
	});
	tally_ok(&tally, "version, whose generation has a tag");
	if (model_count > MODEL_ROWS)
		part_others();
}

static void every_way(void)
{
	for (way = ways; way < ways + ways_count; way++) {
		part_ops();
		part_words();
		part_cmds();
		part_long();
		part_pointers();
		part_batch();
	}
	way = ways;
}

static void all_tests(void)
{
	every_way();
	part_framing();
	if (has_multicall)
		part_multicall();
	else
		skip("multicalls", "this Xen has none for PVH guests");
	part_walk();
}

/* tests() - run them.  Returns how to end the machine. */
static int tests(void)
{
	const bool lengths = *argument("len=");
	uint32_t seed = number_argument("seed=");

	diag("what is random here is so by seed %u", seed);
	random_seed(seed);
	model_access = access_argument();
	if (lengths)
		model_alice_len(number_argument("len="));
	arena_reset();
	ok(ways_init(), "Xen tells how much memory there is");
	first_calls();
	part_null(" at the start");
	machine_paging();
	if (lengths) {
		part_table();
		for (way = ways; way < ways + ways_count; way++)
			part_long();
		way = ways;
	} else if (model_access == ACCESS_ALL) {
		all_tests();
	} else {
		part_words();
		part_cmds();
	}
	if (!lengths)
		part_guest();
	return tap_done();
}

/* kernel() - entry of the kernel, once it has a stack */
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

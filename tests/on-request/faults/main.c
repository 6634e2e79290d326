// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fails every allocation and every copy of every step, one at a time, until a whole step
 * passes no new point of failure: faults64 MODULE, as root on a kernel with fault injection.
 */
#include "point.h"
#include "step.h"
#include "tap.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>

/* Upper bound for the points of a step. */
#define MANY 20000

/*
 * struct swept - results of failing each point of a step
 * @points: how many failed
 * @passed: of these, how many did not make the step fail
 * @no_memory: how many made it return ENOMEM
 * @bad_address: or EFAULT
 * @named: or EINVAL, which step.c accepts from module load only
 */
struct swept {
	unsigned int points;
	unsigned int passed;
	unsigned int no_memory;
	unsigned int bad_address;
	unsigned int named;
};

/* Run a step with its @nth point failing.  Returns whether it has that many. */
static bool try(const struct step *step, unsigned int nth, struct swept *swept,
		struct tally *tally)
{
	bool reached;
	int ret;

	step->before();
	point_arm(nth);
	ret = step->run();
	reached = point_reached();

	expect(tally, step->right(ret), "%s: point %u: %d", step->name, nth, ret);
	if (reached) {
		swept->points++;
		swept->passed += ret >= 0;
		swept->no_memory += ret == -ENOMEM;
		swept->bad_address += ret == -EFAULT;
		swept->named += ret == -EINVAL;
	} else {
		expect(tally, ret >= 0, "%s: nothing failed: %d", step->name, ret);
	}
	step->after(ret);
	return reached;
}

static struct swept sweep(const struct step *step, struct tally *tally)
{
	struct swept swept = { 0 };
	unsigned int nth = 1;

	while (nth < MANY && try(step, nth, &swept, tally))
		nth++;
	expect(tally, nth < MANY, "%s: it has no end", step->name);
	return swept;
}

static void step_test(const struct step *step)
{
	struct tally tally = { 0 };
	struct swept copies, all;
	unsigned int memory;

	points_allocations(false);
	copies = sweep(step, &tally);
	points_allocations(true);
	all = sweep(step, &tally);
	memory = all.points - copies.points;

	diag("%s: %u points: %u copies, %u allocations, of which %u were not missed",
	     step->name, all.points, copies.points, memory,
	     all.passed - copies.passed);
	tally_ok(&tally, "%s: after each failure all is right, and the next one works",
		 step->name);
	is(copies.bad_address + copies.passed, copies.points,
	   "%s: a copy that fails is EFAULT", step->name);
	is(all.no_memory + all.bad_address + all.named + all.passed, all.points,
	   "%s: an allocation that fails is ENOMEM", step->name);
	ok(!copies.points == !step->copies, "%s: %s", step->name,
	   step->copies ? "copies did fail" : "it copies nothing");
	ok(memory >= step->allocations, "%s: at least %u allocations did fail",
	   step->name, step->allocations);
}

static void steps_test(const struct step *of, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		step_test(&of[i]);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: %s MODULE\n", argv[0]);
		return 2;
	}
	points_init();
	steps_init(argv[1]);
	/* The program's own page faults would be points, too. */
	if (mlockall(MCL_CURRENT | MCL_FUTURE)) {
		perror("mlockall");
		return 2;
	}
	steps_test(listen_steps, listen_steps_count);
	steps_test(steps, steps_count);
	return tap_done();
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* What is done while things fail, one row a kind of step. */
#ifndef TESTS_FAULTS_STEP_H
#define TESTS_FAULTS_STEP_H

#include <stdbool.h>

/*
 * struct step - one step
 * @before: makes what it needs, with nothing failing
 * @run: does it; returns what the system call did, or -errno
 * @right: is everything as it has to be after a run that returned @ret?
 * @after: undoes it
 * @copies: it has copies from or to user memory for which the kernel has points
 * @allocations: how many of its points must at least be allocations
 */
struct step {
	const char *name;
	void (*before)(void);
	int (*run)(void);
	bool (*right)(int ret);
	void (*after)(int ret);
	bool copies;
	unsigned int allocations;
};

extern const struct step steps[], listen_steps[];
extern const unsigned int steps_count, listen_steps_count;

void steps_init(const char *module);

bool failed(int ret);
bool works(int on);
void table_change(int on);

#endif

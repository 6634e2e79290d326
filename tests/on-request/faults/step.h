/* SPDX-License-Identifier: GPL-2.0-only */
/* The steps under fault injection, one row for each kind. */
#ifndef TESTS_FAULTS_STEP_H
#define TESTS_FAULTS_STEP_H

#include <stdbool.h>

/*
 * struct step - one step
 * @before: sets up, without failures
 * @run: runs the step; returns the result of the system call, or -errno
 * @right: is the state right after a run that returned @ret?
 * @after: undoes it
 * @copies: it copies from or to user memory, where the kernel has points
 * @allocations: how many of its points, at least, are allocations
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

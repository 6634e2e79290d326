/* SPDX-License-Identifier: GPL-2.0-only */
/* Removing and loading the module during the soak. */
#ifndef TESTS_SOAK_MODULE_H
#define TESTS_SOAK_MODULE_H

#include <stdbool.h>

struct totals;

/*
 * struct reloads - the results
 * @done: how many times the module was removed and loaded
 * @busy: how many times an open file prevented it
 * @wrong: how many times it was removed in spite of an open file, or a step failed
 */
struct reloads {
	unsigned int done;
	unsigned int busy;
	unsigned int wrong;
};

void module_init(const char *path);
void module_reload(struct reloads *reloads, struct totals *totals,
		   void (*wait)(void));

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Taking the module out and putting it in again, amid everything. */
#ifndef TESTS_SOAK_MODULE_H
#define TESTS_SOAK_MODULE_H

#include <stdbool.h>

struct totals;

/*
 * struct reloads - what came of it
 * @done: how often the module went and came back
 * @busy: how often it was kept by those who had the device open
 * @wrong: how often it went although somebody had, or did not go or come
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

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which code of the driver requests came by, where the kernel has KCOV and the module
 * was built for it: then an input that reaches something new is worth keeping.
 */
#ifndef TESTS_FUZZ_COVERAGE_H
#define TESTS_FUZZ_COVERAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct coverage {
	uint64_t *pcs;
};

void coverage_open(struct coverage *coverage);
void coverage_begin(struct coverage *coverage);
bool coverage_news(struct coverage *coverage);
unsigned int coverage_count(void);
void coverage_write(FILE *to);

#endif

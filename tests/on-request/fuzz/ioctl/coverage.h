/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Code coverage of requests in the driver, if the kernel has KCOV and the module was built
 * for it: inputs that reach new code are kept.
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

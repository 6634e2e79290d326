/* SPDX-License-Identifier: GPL-2.0-only */
/* A sample: many measurements of the same. */
#ifndef TESTS_FAIRNESS_SAMPLE_H
#define TESTS_FAIRNESS_SAMPLE_H

#include <stdint.h>

#define MOST_SAMPLES 200000

/*
 * struct sample - measurements, in nanoseconds, which with --icount are instructions
 */
struct sample {
	unsigned int count;
	uint32_t ns[MOST_SAMPLES];
};

uint64_t now_ns(void);
void sample_add(struct sample *sample, uint64_t ns);
void sample_sort(struct sample *sample);
uint32_t sample_at(const struct sample *sample, double part);

#endif

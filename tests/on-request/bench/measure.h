/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Measures calls with the processor's time stamp counter, which counts executed
 * instructions in the lab's machines with --icount.
 */
#ifndef TESTS_BENCH_MEASURE_H
#define TESTS_BENCH_MEASURE_H

#include <stdint.h>

/* One ioctl, and its expected result. */
struct call {
	int fd;
	unsigned long request;
	const void *arg;
	int want;
};

/* The cost of the calls is not known. */
#define NO_SAMPLE UINT64_MAX

/* Make LOOPS calls.  Returns their total cost, or NO_SAMPLE. */
typedef uint64_t sample_fn(const void *arg, unsigned int loops);

int open_or_die(const char *path);

double least(sample_fn *sample, const void *arg);
double per_call(const struct call *call);

const char *name(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
void figure(const char *name, double value, unsigned int ops);

#endif

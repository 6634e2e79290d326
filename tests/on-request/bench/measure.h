/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Measuring calls by the processor's time stamp counter, which in the lab's
 * machines with --icount counts the instructions that it ran.
 */
#ifndef TESTS_BENCH_MEASURE_H
#define TESTS_BENCH_MEASURE_H

#include <stdint.h>

/* One ioctl, and what it has to return. */
struct call {
	int fd;
	unsigned long request;
	const void *arg;
	int want;
};

/* That it is not known what the calls took. */
#define NO_SAMPLE UINT64_MAX

/* Make LOOPS calls.  Returns what they took, all together, or NO_SAMPLE. */
typedef uint64_t sample_fn(const void *arg, unsigned int loops);

int open_or_die(const char *path);

double least(sample_fn *sample, const void *arg);
double per_call(const struct call *call);

const char *name(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
void figure(const char *name, double value, unsigned int ops);

#endif

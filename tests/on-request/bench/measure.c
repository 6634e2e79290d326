// SPDX-License-Identifier: GPL-2.0-only
#include "measure.h"

#include <err.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <x86intrin.h>

/*
 * A sample is short, so that few are hit by a timer interrupt, which comes every four million
 * instructions and costs thousands; the minimum of many samples has no interrupt.
 */
#define SAMPLES 20
#define SAMPLE_TICKS 200000
#define MAX_LOOPS 100

int open_or_die(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		err(2, "%s", path);
	return fd;
}

static uint64_t least_of(sample_fn *sample, const void *arg, unsigned int loops)
{
	uint64_t best = NO_SAMPLE;

	for (unsigned int i = 0; i < SAMPLES; i++) {
		uint64_t ticks = sample(arg, loops);

		if (ticks < best)
			best = ticks;
	}
	if (best == NO_SAMPLE)
		errx(2, "all of %d samples were disturbed", SAMPLES);
	return best;
}

/* The minimum cost of a call, of those that sample() makes. */
double least(sample_fn *sample, const void *arg)
{
	/* Reading the counter can trap into the hypervisor. */
	uint64_t none = least_of(sample, arg, 0);
	unsigned int loops;

	/* Warm up: the first call includes one-time costs. */
	sample(arg, 1);
	loops = (unsigned int)(SAMPLE_TICKS /
			       (least_of(sample, arg, 1) - none));
	if (loops < 1)
		loops = 1;
	if (loops > MAX_LOOPS)
		loops = MAX_LOOPS;
	return (double)(least_of(sample, arg, loops) - none) / loops;
}

static uint64_t ioctl_sample(const void *arg, unsigned int loops)
{
	const struct call *call = arg;
	uint64_t from = __rdtsc();

	for (unsigned int i = 0; i < loops; i++) {
		int n = ioctl(call->fd, call->request, call->arg);

		if (n != call->want)
			err(2, "ioctl %#lx: %d, not %d", call->request, n,
			    call->want);
	}
	return __rdtsc() - from;
}

/* The minimum cost of an ioctl. */
double per_call(const struct call *call)
{
	return least(ioctl_sample, call);
}

/* Format a name; the next call but one reuses its buffer. */
const char *name(const char *format, ...)
{
	static char bufs[2][64];
	static unsigned int turn;
	char *buf = bufs[turn++ % 2];
	va_list args;

	va_start(args, format);
	vsnprintf(buf, sizeof(bufs[0]), format, args);
	va_end(args);
	return buf;
}

/* Print the cost of one op in a call of several. */
void figure(const char *name, double value, unsigned int ops)
{
	printf("%s %.2f\n", name, value / ops);
	fflush(stdout);
}

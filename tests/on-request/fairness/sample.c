// SPDX-License-Identifier: GPL-2.0-only
#include "sample.h"

#include <stdlib.h>
#include <time.h>

uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

void sample_add(struct sample *sample, uint64_t ns)
{
	if (sample->count < MOST_SAMPLES)
		sample->ns[sample->count++] = ns > UINT32_MAX ? UINT32_MAX :
								(uint32_t)ns;
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

void sample_sort(struct sample *sample)
{
	qsort(sample->ns, sample->count, sizeof(sample->ns[0]), compare);
}

/* The quantile @part, from 0 to 1, of a sorted sample. */
uint32_t sample_at(const struct sample *sample, double part)
{
	unsigned int i = (unsigned int)(part * sample->count);

	return sample->ns[i < sample->count ? i : sample->count - 1];
}

// SPDX-License-Identifier: GPL-2.0-only
#include "random.h"

#include <string.h>

static uint64_t state;

/* random_seed() - start the sequence of a seed */
void random_seed(uint32_t seed)
{
	state = seed;
}

/* A counter in large steps, mixed: its low bits are as random as its high ones. */
static uint64_t next(void)
{
	uint64_t x = state += 0x9e3779b97f4a7c15;

	x = (x ^ x >> 31) * 0xd6e8feb86659fd93;
	x = (x ^ x >> 32) * 0xd6e8feb86659fd93;
	return x ^ x >> 32;
}

/* random_below() - a number from 0 to @end - 1 */
uint32_t random_below(uint32_t end)
{
	return (uint32_t)((next() >> 32) * end >> 32);
}

/* random_fill() - @len random bytes */
void random_fill(void *to, uint32_t len)
{
	uint8_t *p = to;

	while (len) {
		uint32_t part = len < 8 ? len : 8;
		uint64_t noise = next();

		memcpy(p, &noise, part);
		p += part;
		len -= part;
	}
}

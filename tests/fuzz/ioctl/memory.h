/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that pointers of requests point to: a thread's own, with nothing behind it,
 * and such as it should not be.
 */
#ifndef TESTS_FUZZ_MEMORY_H
#define TESTS_FUZZ_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input.h"

/* The longest payload, and some more; all of it is looked at after each call. */
#define AREA_LEN 4352
#define AREA_CANARY 0xa5

/* What a call can do with an address. */
enum reach {
	REACH_NONE,	/* nothing */
	REACH_READ,	/* read */
	REACH_ALL,	/* read and write */
	REACH_ANY,	/* nobody knows: another thread changes it */
};

/*
 * struct memory - a thread's
 * @in: AREA_LEN bytes, filled at random, and a hole behind them
 * @out: the same, filled with AREA_CANARY where nothing was answered
 */
struct memory {
	uint8_t *in;
	uint8_t *out;
};

/*
 * struct place - where a pointer points
 * @area: the area of the thread that it is in, or NULL
 */
struct place {
	uint64_t at;
	uint8_t *area;
	enum reach reach;
};

void memory_init(void);
void memory_make(struct memory *memory, uint64_t *random);
struct place memory_place(uint8_t *area, struct input *input, uint32_t len);
void memory_shake(uint64_t *random);

#endif

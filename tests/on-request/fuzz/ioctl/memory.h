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
#define AREA_LEN (65536 + 512)
#define AREA_CANARY 0xa5

/*
 * struct memory - a thread's
 * @in: AREA_LEN bytes, half of whose words are small numbers, and a hole behind them
 * @out: the same, filled with AREA_CANARY where nothing was answered
 */
struct memory {
	uint8_t *in;
	uint8_t *out;
};

/*
 * struct place - where a pointer points
 * @area: the area of the thread that it is in, or NULL
 * @shaky: nobody knows what is there: another thread changes it
 * @readable: how many bytes can be read there, if that is known
 * @writable: the same of writing
 * @word: its first 4 bytes, or NULL where others write
 */
struct place {
	uint64_t at;
	uint8_t *area;
	bool shaky;
	uint32_t readable;
	uint32_t writable;
	const uint8_t *word;
};

void memory_init(void);
void memory_make(struct memory *memory, uint64_t *random);
struct place memory_in(const struct memory *memory, struct input *input, uint32_t len);
struct place memory_out(const struct memory *memory, struct input *input, uint32_t len);
void memory_shake(uint64_t *random);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory for the pointers of requests: a thread's own, followed by a hole, and invalid
 * addresses.
 */
#ifndef TESTS_FUZZ_MEMORY_H
#define TESTS_FUZZ_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input.h"

/* The longest payload, and some bytes more; all of it is checked after each call. */
#define AREA_LEN (65536 + 512)
#define AREA_CANARY 0xa5

/*
 * struct memory - a thread's memory
 * @in: AREA_LEN bytes, half of whose words are small numbers, followed by a hole
 * @out: the same, filled with AREA_CANARY except for answers
 */
struct memory {
	uint8_t *in;
	uint8_t *out;
};

/*
 * struct place - where a pointer points
 * @area: the thread's area that it is in, or NULL
 * @shaky: another thread changes this memory, so its state is unknown
 * @readable: how many bytes can be read there, if known
 * @writable: how many can be written
 * @word: its first 4 bytes, or NULL if others write there
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

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inputs: the bytes that a request is decoded from. Any change of them is also a request,
 * and a request can be saved and repeated.
 */
#ifndef TESTS_FUZZ_INPUT_H
#define TESTS_FUZZ_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define INPUT_LEN 128

struct input {
	uint8_t bytes[INPUT_LEN];
	unsigned int read; /* how many were decoded */
};

void input_make(struct input *input, uint64_t *random);
void input_keep(const struct input *input);
unsigned int inputs_kept(void);
void inputs_write(FILE *to);
bool input_parse(struct input *input, const char *line);
void input_print(const struct input *input, FILE *to);

uint8_t input_u8(struct input *input);
uint16_t input_u16(struct input *input);
uint32_t input_u32(struct input *input);
uint64_t input_u64(struct input *input);

#endif

// SPDX-License-Identifier: GPL-2.0-only
#include "input.h"
#include "random.h"

#include <pthread.h>
#include <string.h>

/* Inputs that reached new code, shared by all threads. */
#define KEPT 4096
static struct input kept[KEPT];
static unsigned int kept_count;
static pthread_mutex_t kept_lock = PTHREAD_MUTEX_INITIALIZER;

static void fill(struct input *input, uint64_t *random)
{
	for (unsigned int i = 0; i < INPUT_LEN; i++)
		input->bytes[i] = (uint8_t)(random_next(random) >> 56);
}

/* Use a kept input, if there is any. */
static bool recall(struct input *input, uint64_t *random)
{
	bool any;

	pthread_mutex_lock(&kept_lock);
	any = kept_count;
	if (any)
		*input = kept[random_below(random, kept_count)];
	pthread_mutex_unlock(&kept_lock);
	return any;
}

/* Change a bit, a byte, or everything after some position. */
static void mutate(struct input *input, uint64_t *random)
{
	unsigned int at = random_below(random, INPUT_LEN);
	struct input other;

	switch (random_below(random, 8)) {
	case 0:
		if (recall(&other, random))
			memcpy(input->bytes + at, other.bytes + at, INPUT_LEN - at);
		break;
	case 1:
	case 2:
	case 3:
		input->bytes[at] ^= (uint8_t)(1u << random_below(random, 8));
		break;
	default:
		input->bytes[at] = (uint8_t)(random_next(random) >> 56);
	}
}

/* Make an input: half of them are new, half are mutations of kept ones. */
void input_make(struct input *input, uint64_t *random)
{
	if (random_below(random, 2) || !recall(input, random)) {
		fill(input, random);
	} else {
		for (unsigned int n = random_below(random, 4) + 1; n; n--)
			mutate(input, random);
	}
	input->read = 0;
}

/* Keep an input; replace another one if there are too many. */
void input_keep(const struct input *input)
{
	pthread_mutex_lock(&kept_lock);
	kept[kept_count < KEPT ? kept_count++ : input->bytes[0] * 16u % KEPT] = *input;
	pthread_mutex_unlock(&kept_lock);
}

unsigned int inputs_kept(void)
{
	return kept_count;
}

/* Write the kept inputs, one per line. No other thread runs any more. */
void inputs_write(FILE *to)
{
	for (unsigned int i = 0; i < kept_count; i++)
		input_print(&kept[i], to);
}

void input_print(const struct input *input, FILE *to)
{
	for (unsigned int i = 0; i < INPUT_LEN; i++)
		fprintf(to, "%02x", input->bytes[i]);
	fputc('\n', to);
}

/* Read the output of input_print(). Missing bytes are 0. */
bool input_parse(struct input *input, const char *line)
{
	unsigned int i = 0, byte;
	int used;

	memset(input, 0, sizeof(*input));
	for (; i < INPUT_LEN && sscanf(line, "%2x%n", &byte, &used) == 1; i++) {
		input->bytes[i] = (uint8_t)byte;
		line += used;
	}
	return i;
}

uint8_t input_u8(struct input *input)
{
	return input->read < INPUT_LEN ? input->bytes[input->read++] : 0;
}

uint16_t input_u16(struct input *input)
{
	return (uint16_t)(input_u8(input) | input_u8(input) << 8);
}

uint32_t input_u32(struct input *input)
{
	return input_u16(input) | (uint32_t)input_u16(input) << 16;
}

uint64_t input_u64(struct input *input)
{
	return input_u32(input) | (uint64_t)input_u32(input) << 32;
}

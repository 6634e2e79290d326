// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"
#include "device.h"
#include "random.h"

#include <err.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE 4096

/* Pages that are mapped and unmapped during calls. */
#define SHAKY_LEN (4 * PAGE)
static uint8_t *shaky;

static uint8_t *read_only;

/* Memory shared by all threads. */
void memory_init(void)
{
	/* Reserve the addresses behind it, so that longer payloads do not reach other memory. */
	shaky = mmap(NULL, SHAKY_LEN + AREA_LEN, PROT_NONE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	read_only = mmap(NULL, 2 * AREA_LEN, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);
	if (shaky == MAP_FAILED || read_only == MAP_FAILED)
		err(2, "mmap");
	/* Its first call creates the mapping, which may not happen in two threads. */
	unmapped();
}

/* A thread's own memory. */
void memory_make(struct memory *memory, uint64_t *random)
{
	memory->in = at_end(guarded(AREA_LEN), AREA_LEN, AREA_LEN);
	memory->out = at_end(guarded(AREA_LEN), AREA_LEN, AREA_LEN);
	for (unsigned int i = 0; i < AREA_LEN; i += 4) {
		uint32_t word = (uint32_t)(random_next(random) >> 32);

		if (word & 1)
			word = word >> 8 & 15;
		memcpy(memory->in + i, &word, sizeof(word));
	}
	memset(memory->out, AREA_CANARY, AREA_LEN);
}

/* Change the shaky pages once. */
void memory_shake(uint64_t *random)
{
	uint8_t *page = shaky + random_below(random, SHAKY_LEN / PAGE) * PAGE;
	void *now = page;

	switch (random_below(random, 4)) {
	case 0:
		/* Keep the addresses reserved. */
		now = mmap(page, PAGE, PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		break;
	case 1:
		now = mmap(page, PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		break;
	case 2:
		mprotect(page, PAGE, PROT_READ);
		break;
	default:
		madvise(page, PAGE, MADV_DONTNEED);
	}
	if (now == MAP_FAILED)
		err(2, "mmap");
}

/* The place at @at in @area. */
static struct place inside(const struct memory *memory, uint8_t *area, size_t at)
{
	uint32_t left = (uint32_t)(AREA_LEN - at);

	return (struct place){
		.at = ptr(area + at),
		.area = area,
		.readable = left,
		.writable = left,
		.word = area == memory->in && left >= 4 ? area + at : NULL,
	};
}

/* Addresses that are not mapped, may be mapped, or wrap around. */
static struct place elsewhere(unsigned int which)
{
	static const uint64_t nothing[] = {
		0, 1, PAGE, 1ull << 47, (1ull << 47) - PAGE, 0x8000000000000000,
		0xffff800000000000, 0xffff888000000000, 0xffffffff81000000, UINT64_MAX,
		UINT64_MAX - PAGE,
	};
	static const uint64_t perhaps[] = { 1ull << 31, 1ull << 32 };

	which %= ARRAY_SIZE(nothing) + ARRAY_SIZE(perhaps);
	if (which < ARRAY_SIZE(nothing))
		return (struct place){ .at = nothing[which] };
	return (struct place){ .at = perhaps[which - ARRAY_SIZE(nothing)], .shaky = true };
}

/*
 * Decode the address of @len bytes: mostly a valid one in @area, sometimes an invalid one.
 */
static struct place decode_place(const struct memory *memory, uint8_t *area,
				 struct input *input, uint32_t len)
{
	uint8_t kind = input_u8(input);
	uint16_t where = input_u16(input);
	size_t last = len <= AREA_LEN ? AREA_LEN - len : 0;

	if (kind < 160)
		return inside(memory, area, where % (last + 1) / 4 * 4);
	if (kind < 192)
		return inside(memory, area, last);
	if (kind < 200)
		return inside(memory, area, AREA_LEN - where % 512);
	if (kind < 212)
		return (struct place){ .at = ptr(shaky + where % SHAKY_LEN), .shaky = true };
	if (kind < 224)
		return (struct place){ .at = ptr(read_only + where), .readable = AREA_LEN,
				       .word = read_only };
	if (kind < 236)
		return (struct place){ .at = ptr(unmapped()) + where % PAGE };
	return elsewhere(where);
}

/* The place of an input. */
struct place memory_in(const struct memory *memory, struct input *input, uint32_t len)
{
	/* Sometimes the answer overwrites it. */
	bool over = input_u8(input) < 24;

	return decode_place(memory, over ? memory->out : memory->in, input, len);
}

/* The place of an answer. */
struct place memory_out(const struct memory *memory, struct input *input, uint32_t len)
{
	return decode_place(memory, memory->out, input, len);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"
#include "device.h"
#include "random.h"

#include <err.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE 4096

/* Pages that are there, and are not, while calls run. */
#define SHAKY_LEN (4 * PAGE)
static uint8_t *shaky;

static uint8_t *read_only;

/* What all threads share. */
void memory_init(void)
{
	shaky = mmap(NULL, SHAKY_LEN, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	read_only = mmap(NULL, 2 * AREA_LEN, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);
	if (shaky == MAP_FAILED || read_only == MAP_FAILED)
		err(2, "mmap");
	/* Made by whoever asks first, which no two threads may do. */
	unmapped();
}

/* A thread's own. */
void memory_make(struct memory *memory, uint64_t *random)
{
	memory->in = at_end(guarded(AREA_LEN), AREA_LEN, AREA_LEN);
	memory->out = at_end(guarded(AREA_LEN), AREA_LEN, AREA_LEN);
	for (unsigned int i = 0; i < AREA_LEN; i++)
		memory->in[i] = (uint8_t)(random_next(random) >> 56);
	memset(memory->out, AREA_CANARY, AREA_LEN);
}

/* Change the pages that are shaky, once. */
void memory_shake(uint64_t *random)
{
	uint8_t *page = shaky + random_below(random, SHAKY_LEN / PAGE) * PAGE;
	void *now = page;

	switch (random_below(random, 4)) {
	case 0:
		/* Kept reserved, so that nobody else gets these addresses. */
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

/* @len bytes from @at on, in @area or running out of it. */
static struct place inside(uint8_t *area, size_t at, uint32_t len)
{
	return (struct place){
		.at = ptr(area + at),
		.area = area,
		.reach = at + len <= AREA_LEN ? REACH_ALL : REACH_NONE,
	};
}

/*
 * Decode where @len bytes are: mostly in @area, wherever that goes well, and now and
 * then where it does not.
 */
struct place memory_place(uint8_t *area, struct input *input, uint32_t len)
{
	uint8_t kind = input_u8(input);
	uint16_t where = input_u16(input);
	/* Kernel addresses, such as no machine has, and what wraps. */
	const uint64_t odd[] = {
		0, 1, PAGE, 1ull << 31, 1ull << 32, 1ull << 47, (1ull << 47) - PAGE,
		0x8000000000000000, 0xffff800000000000, 0xffff888000000000,
		0xffffffff81000000, UINT64_MAX, UINT64_MAX - PAGE,
	};

	if (kind < 160)
		return inside(area, len <= AREA_LEN ? where % (AREA_LEN - len + 1) : 0, len);
	if (kind < 192)
		return inside(area, len <= AREA_LEN ? AREA_LEN - len : 0, len);
	if (kind < 200)
		return inside(area, where % AREA_LEN, len);
	if (kind < 212)
		return (struct place){ ptr(shaky + where % SHAKY_LEN), NULL, REACH_ANY };
	if (kind < 224)
		return (struct place){ ptr(read_only + where % AREA_LEN), NULL,
				       len <= AREA_LEN ? REACH_READ : REACH_ANY };
	if (kind < 236)
		return (struct place){ ptr(unmapped()) + where % PAGE, NULL, REACH_NONE };

	/* The first page and what is below the top may be somebody's. */
	return (struct place){ odd[where % ARRAY_SIZE(odd)], NULL, REACH_ANY };
}

// SPDX-License-Identifier: GPL-2.0-only
#include "arena.h"

uint8_t arena[ARENA_SIZE] __attribute__((aligned(PAGE)));

/* A kernel's memory is all its own at first. */
static enum access accesses[ARENA_PAGES] = {
	WRITE_ACCESS, WRITE_ACCESS, WRITE_ACCESS, WRITE_ACCESS,
};

/* arena_access_of() - what Xen may do with a page, by its number */
enum access arena_access_of(uint32_t page)
{
	return accesses[page];
}

/* arena_access() - let Xen, and us, do no more with a page than @access */
void arena_access(uint32_t page, enum access access)
{
	if (accesses[page] != access)
		machine_access(arena + page * PAGE, access);
	accesses[page] = access;
}

/* arena_reset() - two pages to use, and none around them */
void arena_reset(void)
{
	for (uint32_t page = 0; page < ARENA_PAGES; page++)
		arena_access(page, page && page < ARENA_PAGES - 1 ?
			     WRITE_ACCESS : NO_ACCESS);
}

/* arena_reach() - how many bytes from @address on can be accessed */
uint32_t arena_reach(unsigned long address, enum access least)
{
	unsigned long at = address - (unsigned long)arena;
	unsigned long end = at;

	while (end < ARENA_SIZE && accesses[end / PAGE] >= least)
		end = (end / PAGE + 1) * PAGE;
	return (uint32_t)(end - at);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "arena.h"

/* It is near the page tables that the tests change: see kernel.lds. */
uint8_t arena[ARENA_WHOLE] __attribute__((aligned(PAGE), section(".bss.near")));

/* At first, all of it is accessible. */
static struct arena_state now = {
	.of = { WRITE_ACCESS, WRITE_ACCESS, WRITE_ACCESS, WRITE_ACCESS },
};

/* arena_access_of() - the access rights of a page, by its number */
enum access arena_access_of(uint32_t page)
{
	return page < ARENA_PAGES ? now.of[page] : WRITE_ACCESS;
}

/* arena_access() - limit the access rights of a page, for Xen and for us, to @access */
void arena_access(uint32_t page, enum access access)
{
	if (now.of[page] != access)
		machine_access(arena + page * PAGE, access);
	now.of[page] = access;
}

/* arena_every() - the same for all four pages */
void arena_every(enum access access)
{
	for (uint32_t page = 0; page < ARENA_PAGES; page++)
		arena_access(page, access);
}

/* arena_state() - save the access rights, for arena_restore() */
struct arena_state arena_state(void)
{
	return now;
}

/* arena_restore() - restore the access rights */
void arena_restore(const struct arena_state *state)
{
	for (uint32_t page = 0; page < ARENA_PAGES; page++)
		arena_access(page, state->of[page]);
}

/* arena_reset() - two accessible pages, between inaccessible ones */
void arena_reset(void)
{
	static const struct arena_state usual = {
		.of = { NO_ACCESS, WRITE_ACCESS, WRITE_ACCESS, NO_ACCESS },
	};

	arena_restore(&usual);
}

/* arena_reach() - how many bytes from @address on are accessible */
uint32_t arena_reach(unsigned long address, enum access least)
{
	unsigned long at = address - (unsigned long)arena;
	unsigned long end = at;

	while (end < ARENA_WHOLE && arena_access_of((uint32_t)(end / PAGE)) >= least)
		end = (end / PAGE + 1) * PAGE;
	return (uint32_t)(end - at);
}

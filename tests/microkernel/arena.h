/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The memory of the calls: two pages, between two that
 * are not mapped, unless a test maps them. These four are followed by room for the
 * longest payload, which a call reaches if the last of them is mapped, or by
 * physical addresses.
 */
#ifndef ARENA_H
#define ARENA_H

#include "machine.h"

#include <stdint.h>

#include "alice.h"

#define ARENA_PAGES 4u
#define ARENA_SIZE (ARENA_PAGES * PAGE)
#define ARENA_WHOLE (ARENA_SIZE + XEN_ALICE_LEN_MOST + PAGE)

extern uint8_t arena[ARENA_WHOLE];

/* The default bounds of the accessible part. */
#define ARENA_BEGIN PAGE
#define ARENA_END (ARENA_SIZE - PAGE)

/* The access rights of the four pages. */
struct arena_state {
	enum access of[ARENA_PAGES];
};

void arena_reset(void);
enum access arena_access_of(uint32_t page);
void arena_access(uint32_t page, enum access access);
void arena_every(enum access access);
struct arena_state arena_state(void);
void arena_restore(const struct arena_state *state);
uint32_t arena_reach(unsigned long address, enum access least);

#endif

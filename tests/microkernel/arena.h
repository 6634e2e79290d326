/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The memory that calls are about: two pages, and one before and after them that
 * are not mapped, unless a test says otherwise.
 */
#ifndef ARENA_H
#define ARENA_H

#include "machine.h"

#include <stdint.h>

#define ARENA_PAGES 4u
#define ARENA_SIZE (ARENA_PAGES * PAGE)

extern uint8_t arena[ARENA_SIZE];

/* Where the accessible part begins and ends when nobody changed it. */
#define ARENA_BEGIN PAGE
#define ARENA_END (ARENA_SIZE - PAGE)

void arena_reset(void);
enum access arena_access_of(uint32_t page);
void arena_access(uint32_t page, enum access access);
uint32_t arena_reach(unsigned long address, enum access least);

#endif

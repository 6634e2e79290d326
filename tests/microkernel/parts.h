/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of the tests.
 */
#ifndef PARTS_H
#define PARTS_H

void part_null(const char *when);
void part_others(void);
void part_ops(void);
void part_words(void);
void part_long(void);
void part_table(void);
void part_cmds(void);
void part_pointers(void);
void part_batch(void);
void part_framing(void);
void part_multicall(void);
void part_walk(void);
#ifdef GUEST
void part_guest(void);
#else
static inline void part_guest(void) {}
#endif

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the benchmark: each prints figures. */
#ifndef TESTS_BENCH_PARTS_H
#define TESTS_BENCH_PARTS_H

void part_calls(void);
void part_events(void);
void part_lookup(void);
void part_memory(void);
void part_scale(void);

#endif

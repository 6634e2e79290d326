/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls of alice_op without the driver. */
#ifndef TESTS_HYPERCALL_CALLS_H
#define TESTS_HYPERCALL_CALLS_H

#include <stdint.h>

#include <alice.h> /* xen/public */

void part_raw(void);
void part_batch(void);
void part_privcmd(void);
void part_stats(void);
void part_variant(void);

int privcmd_cut_short(void);
void stay_on(int cpu);
struct xen_alice_stats stats_call(uint32_t cmd);

#endif

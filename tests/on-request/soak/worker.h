/* SPDX-License-Identifier: GPL-2.0-only */
/* One process of a soak. */
#ifndef TESTS_SOAK_WORKER_H
#define TESTS_SOAK_WORKER_H

#include <stdint.h>

/*
 * What a process does until it is told to stop, or killed: STEADY makes all kinds of
 * requests; HEAVY makes the largest batches, and is killed in them; OPENER opens and
 * closes the device all the time, also while the module is removed, and makes no calls;
 * LISTENER emits events, and receives those of others.
 */
enum kind { STEADY, HEAVY, OPENER, LISTENER, KINDS };

enum kind kind_of(unsigned int slot);
void worker_run(unsigned int slot, uint64_t seed);

#endif

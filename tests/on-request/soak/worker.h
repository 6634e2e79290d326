/* SPDX-License-Identifier: GPL-2.0-only */
/* One process of a soak. */
#ifndef TESTS_SOAK_WORKER_H
#define TESTS_SOAK_WORKER_H

#include <stdint.h>

/*
 * What a process does until it is told to stop, or killed: STEADY ones make all kinds of
 * requests, HEAVY ones the largest batches, and are killed amid them; OPENERS open and
 * close the device all the time, also while the module goes, and make no calls;
 * LISTENERS have events happen, and are told of each other's.
 */
enum kind { STEADY, HEAVY, OPENER, LISTENER, KINDS };

enum kind kind_of(unsigned int slot);
void worker_run(unsigned int slot, uint64_t seed);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls of alice_op that do not go through the driver. */
#ifndef TESTS_HYPERCALL_CALLS_H
#define TESTS_HYPERCALL_CALLS_H

#include <stdint.h>

void part_raw(void);
void part_batch(void);
void part_privcmd(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls of alice_op from the kernel, by the module batch-test. */
#ifndef TESTS_HYPERCALL_MODULE_H
#define TESTS_HYPERCALL_MODULE_H

#include <stdbool.h>
#include <stdint.h>

#include "module/batch-test.h"

/*
 * The memory of the next call: its input, and then its answer. The other buffer, of the
 * largest possible size, is for a few calls.
 */
#define MEMORY_SIZE 8192
extern uint8_t memory[MEMORY_SIZE];
extern uint8_t long_memory[BATCH_TEST_SIZE];

long module_call(uint32_t cmd, uint32_t in_len, uint32_t out_len);
long module_call_long(uint32_t cmd, uint32_t in_len, uint32_t out_len);
long module_call_null(uint32_t cmd, uint32_t in_len, uint32_t out_len);

#endif

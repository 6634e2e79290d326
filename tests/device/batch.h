/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the tests of ALICE_IOC_BATCH. */
#ifndef TESTS_DEVICE_BATCH_H
#define TESTS_DEVICE_BATCH_H

#include "device.h"

#define MOST 1024

#define CANARY 0xa5
#define UNTOUCHED ((int32_t)0xa5a5a5a5)

extern struct alice_op ops[MOST + 1];
extern int32_t results[MOST + 1];
/* The hypervisor's counters before and after a test's calls; submit() reads both. */
extern struct counts from, to;

/* A batch that fills results[]. */
struct alice_batch batch_of(const void *entries, uint32_t count);

/* Submit a batch, with results[] filled and the counters read before and after. */
int submit(int fd, const struct alice_batch *batch);

/* How many calls of an op the hypervisor counted between from and to. */
long long calls_of(uint32_t cmd);

/* Whether no result was written in this range. */
bool untouched(uint32_t first, uint32_t end);

/* batch-edges.c */
void batch_edges_test(int fd);

#endif

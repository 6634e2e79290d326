/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The three counts that have to agree: the hypervisor's, the driver's, and the
 * programs'.
 */
#ifndef TESTS_SOAK_TOTALS_H
#define TESTS_SOAK_TOTALS_H

#include "share.h"

/*
 * struct totals - calls through one driver
 * @driver: its counters, summed over all times that it was loaded
 * @batches: its calls of op batch
 * @reads: how many times it read the op table
 * @asked: its other calls of version, which are not a program's
 * @programs: the accounts of its callers
 */
struct totals {
	struct xen_alice_stats driver;
	uint64_t batches;
	uint64_t reads;
	uint64_t asked;
	struct ledger programs;
};

void totals_take(struct totals *totals);
void totals_write(const struct totals *totals, const char *path);

void books_open(const char *path);
void books_judge(const char *path, char **totals);

#endif

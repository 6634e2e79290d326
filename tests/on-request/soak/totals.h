/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The three books that have to agree: what the hypervisor counted, what the driver
 * counted, and what the programs were told.
 */
#ifndef TESTS_SOAK_TOTALS_H
#define TESTS_SOAK_TOTALS_H

#include "share.h"

/*
 * struct totals - what went through one driver
 * @driver: its counters, of all times that it was loaded
 * @batches: calls of op batch, by it
 * @reads: how often it read the op table
 * @asked: how often else it asked for the version, which is no call of a program's
 * @programs: what those who called by it did
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

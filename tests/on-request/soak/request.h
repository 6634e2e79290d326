/* SPDX-License-Identifier: GPL-2.0-only */
/* Random requests with known results. */
#ifndef TESTS_SOAK_REQUEST_H
#define TESTS_SOAK_REQUEST_H

#include "share.h"

#include <linux/alice.h>

/* Upper bounds for the ops of a request, and for the bytes of all their payloads. */
#define MOST_OPS	1024
#define ARENA		XEN_ALICE_LEN_DEFAULT

/* Size of a heavy batch: 1024 echoes of a page, or 64 of the longest payload. */
#define HEAVY_BYTES	(4 << 20)

/*
 * struct maker - the state of one thread that makes requests
 * @random: state of its random numbers
 * @ledger: its account of calls
 * @heavy: it makes only batches of HEAVY_BYTES of echoes
 * @want: the expected result of each op
 */
struct maker {
	uint64_t random;
	struct ledger *ledger;
	bool heavy;
	struct alice_op ops[MOST_OPS];
	int want[MOST_OPS];
	int results[MOST_OPS];
	uint8_t in[ARENA] __attribute__((aligned(8)));
	uint8_t out[ARENA] __attribute__((aligned(8)));
};

struct maker *maker_new(uint64_t seed, struct ledger *ledger, bool heavy);
void request_make(struct maker *maker, int fd);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests by chance, of which it is known what has to come of them. */
#ifndef TESTS_SOAK_REQUEST_H
#define TESTS_SOAK_REQUEST_H

#include "share.h"

#include <linux/alice.h>

/* The most ops of one request, and the bytes that all their payloads have. */
#define MOST_OPS	1024
#define ARENA		XEN_ALICE_LEN_DEFAULT

/* Of a heavy batch: 1024 echoes of a page, or 64 of the longest payload. */
#define HEAVY_BYTES	(4 << 20)

/*
 * struct maker - what one thread makes requests of
 * @random: the state of its chance
 * @ledger: where it notes what it did
 * @heavy: batches of HEAVY_BYTES of echoes are all it makes
 * @want: what each op has to answer
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

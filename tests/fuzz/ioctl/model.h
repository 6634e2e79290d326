/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What has to come of a call, by the contract and the op table: docs/abi.md, and not
 * the driver.
 */
#ifndef TESTS_FUZZ_MODEL_H
#define TESTS_FUZZ_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/alice.h>

#include "memory.h"

/* The open files that all threads share. */
enum open_as {
	OPEN_WRITE,	/* for reading and writing */
	OPEN_READ,	/* for reading alone */
	OPEN_FEW,	/* for both, restricted to open_few */
	OPENS,
};

/* What OPEN_FEW is restricted to; one of them is no op. */
extern const uint32_t open_few[];
extern const uint32_t open_few_count;

/*
 * struct call - a call of one op, and what is known of its pointers
 * @in: where the input is
 * @out: where the answer goes
 * @size: of the structure in the program
 * @tail: a byte of the structure behind what this version of it has is not 0
 */
struct call {
	struct alice_op op;
	struct place in;
	struct place out;
	uint32_t size;
	bool tail;
};

uint32_t call_room(const struct call *call);
bool call_result_ok(const struct call *call, enum open_as as, int result);

#endif

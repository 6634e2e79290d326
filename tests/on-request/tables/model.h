/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The expected behaviour on a hypervisor that answers from a seed, written from the
 * contract, docs/abi.md, and not from the driver.
 */
#ifndef TESTS_FUZZ_TABLES_MODEL_H
#define TESTS_FUZZ_TABLES_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/alice.h>

/* The cmd that takes a seed. */
extern const uint32_t seed_cmd;

/*
 * struct expected - the table that the driver should use; empty if it is invalid
 * @seed: what it was generated from
 * @load: the result of loading the driver: 0; -ENODEV or -EPROTO if it is invalid; -ENOMEM
 *	or -EAGAIN if it cannot be read
 * @generation: the driver's, which the model does not know
 */
struct expected {
	uint64_t seed;
	int load;
	uint32_t rows;
	uint16_t minor;
	uint32_t max_len;
	uint32_t features;
	uint64_t generation;
	struct alice_op_desc row[ALICE_MAX_CMDS];
};

/*
 * struct answer - of a call that reaches the hypervisor
 * @single: the result of a single call
 * @batched: the result of the op in a batch of the hypervisor
 * @broken: the rest of that batch cannot be parsed
 * @written: how many bytes of the answer the hypervisor wrote
 * @cursor: how many of these are a cursor, which the program does not get
 */
struct answer {
	int single;
	int batched;
	bool broken;
	uint32_t written;
	uint32_t cursor;
};

void expect_table(struct expected *expected, uint64_t seed);
bool expect_same(const struct expected *a, const struct expected *b);
int expect_refusal(const struct alice_op_desc *row, uint32_t in_len, bool writable);
struct answer expect_answer(uint64_t seed, const struct alice_op_desc *row,
			    uint32_t in_len, uint32_t room);
bool expect_bytes(uint64_t seed, uint32_t cmd, const struct answer *answer,
		  const uint8_t *in, uint32_t in_len, const uint8_t *out, uint32_t len);
bool expect_special(uint32_t cmd);

#endif

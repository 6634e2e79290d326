/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls of one op: decoded from an input, and compared with the model of the contract.
 */
#ifndef TESTS_FUZZ_CALL_H
#define TESTS_FUZZ_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/alice.h>

#include "memory.h"
#include "model.h"

/* The open files that all threads share. */
enum open_as {
	OPEN_WRITE,	/* for reading and writing */
	OPEN_READ,	/* for reading only */
	OPEN_FEW,	/* for both, restricted to open_few */
	OPENS,
};

/* The restriction of OPEN_FEW; one of them is no op. */
extern const uint32_t open_few[];
extern const uint32_t open_few_count;

/*
 * struct call - a call of one op, and what is known about its pointers
 * @in: memory of the input
 * @out: memory of the answer
 * @tail: a non-zero byte behind this version of the structure, if the structure is larger
 */
struct call {
	struct alice_op op;
	struct place in;
	struct place out;
	bool tail;
};

/* Upper bound for structures of ops. */
#define MOST_OP_SIZE 4096

extern struct model_table the_table;
extern struct model_domain this_domain;

void call_init(void);
struct model_file file_model(enum open_as as, bool admin);

uint32_t decode_cmd(struct input *input);
void decode_call(const struct memory *memory, struct input *input, struct call *call,
		 const struct call *before);
uint32_t decode_size(struct input *input);
void call_image(struct call *call, uint32_t size, uint8_t *image);

bool call_result_ok(const struct call *call, const struct model_file *file, int result,
		    struct model_op *op);

#endif

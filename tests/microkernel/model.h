/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A model of the contract: the result of each call, and its effect on the counters.  It is
 * written from docs/abi.md, without knowledge of xen/alice.c.
 */
#ifndef MODEL_H
#define MODEL_H

#include "call.h"

#include <stdbool.h>

struct payload;

/**
 * struct model_row - one op
 * @cmd, @flags, @in_min, @in_max, @out_max, @name, @in_fmt, @out_fmt: as
 *	describe has to report them; a text that is NULL can have any value
 * @answer: computes the answer, see struct payload; NULL for an op that the model does
 *	not know, which is never called
 */
struct model_row {
	uint32_t cmd, flags, in_min, in_max, out_max;
	const char *name, *in_fmt, *out_fmt;
	int32_t (*answer)(const struct payload *p);
};

/**
 * struct view - the memory of a call
 * @in: memory at arg before it
 * @got: memory at arg now; zeros if it cannot be read
 * @result: what Xen returned
 * @readable: how many bytes at arg can be read
 * @writable: how many can be written
 */
struct view {
	const uint8_t *in;
	const uint8_t *got;
	long result;
	uint32_t readable;
	uint32_t writable;
};

/**
 * struct answer - the expected effect of a call
 * @result: its result
 * @len: how many bytes it writes; if @result is -EFAULT, these are the bytes that it
 *	may have written before it reached the end of writable memory
 * @bytes: those bytes
 */
struct answer {
	int32_t result;
	uint32_t len;
	uint8_t bytes[XEN_ALICE_LEN_MOST];
};

/* Rows of this project, and the largest number of other rows, which the model does not know. */
#define MODEL_ROWS 13
#define MODEL_OTHERS 128
extern struct model_row model_rows[MODEL_ROWS + MODEL_OTHERS];

/* Number of rows: version reports it, and describe the rows that are not in the model. */
extern uint32_t model_count;

/* Which domains may call: Xen's boot parameter alice=. */
enum model_access { ACCESS_ALL, ACCESS_CONTROL, ACCESS_OFF };
extern enum model_access model_access;

/* The table's generation, from version; 0 before that. */
extern uint64_t model_generation;

/* The upper bound for payloads, from Xen's boot parameter alice-len=. */
extern uint32_t model_max_len;
void model_alice_len(uint32_t len);

void model_call(const struct call *call, const struct caller *by,
		const struct view *view, struct answer *answer);
bool model_foresees(const struct call *call, const struct view *view);
const struct model_row *model_find(uint32_t number);

#endif

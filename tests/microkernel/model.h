/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A model of the contract: what each call has to answer, and what it does to the
 * counters.  It is written from docs/abi.md, and knows nothing of xen/alice.c.
 */
#ifndef MODEL_H
#define MODEL_H

#include "call.h"

#include <stdbool.h>

struct payload;

/**
 * struct model_row - one op
 * @cmd, @flags, @in_min, @in_max, @out_max, @name, @in_fmt, @out_fmt: as
 *	describe has to tell them; a NULL text is not promised
 * @answer: what it answers, see struct payload; NULL for an op of others, which is
 *	not called
 */
struct model_row {
	uint32_t cmd, flags, in_min, in_max, out_max;
	const char *name, *in_fmt, *out_fmt;
	int32_t (*answer)(const struct payload *p);
};

/**
 * struct view - the memory of a call
 * @in: what was at arg before it
 * @got: what is there now; zeros where it cannot be read
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
 * struct answer - what a call has to do
 * @result: what it returns
 * @len: how many bytes it writes; where @result is -EFAULT, these are the bytes
 *	that it may have written before it met the end of writable memory
 * @bytes: those bytes
 */
struct answer {
	int32_t result;
	uint32_t len;
	uint8_t bytes[XEN_ALICE_LEN_MOST];
};

/* Rows of this project, and how many others, of which nothing is known, there can be. */
#define MODEL_ROWS 13
#define MODEL_OTHERS 128
extern struct model_row model_rows[MODEL_ROWS + MODEL_OTHERS];

/* How many there are: version tells it, and describe the others, one after the other. */
extern uint32_t model_count;

/* Which domains may call: what Xen's boot parameter alice= has. */
enum model_access { ACCESS_ALL, ACCESS_CONTROL, ACCESS_OFF };
extern enum model_access model_access;

/* The table's, as version told it; 0 until it did. */
extern uint64_t model_generation;

/* The longest payload: what comes of Xen's boot parameter alice-len=. */
extern uint32_t model_max_len;
void model_alice_len(uint32_t len);

void model_call(const struct call *call, const struct caller *by,
		const struct view *view, struct answer *answer);
bool model_foresees(const struct call *call, const struct view *view);
const struct model_row *model_find(uint32_t number);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One call of an op: from the words that were written for it to its answer.
 */
#ifndef ALICECTL_CALL_H
#define ALICECTL_CALL_H

#include <stddef.h>
#include <stdint.h>

#include <linux/alice.h>

#include "err.h"
#include "fields.h"
#include "output.h"
#include "table.h"

/**
 * struct call - one call of an op
 * @row: the op
 * @out: what it answers, unless that is written as the bytes that it is
 * @request: the request, or NULL
 * @request_len: its length, in bytes
 * @answer: room for the answer, of the op's out_max bytes
 */
struct call {
	const struct alice_describe *row;
	struct fields out;
	uint8_t *request;
	size_t request_len;
	uint8_t *answer;
};

/**
 * call_prepare() - find the op and make the request
 * @c: filled in; give it back with call_free(), also after an error
 * @t: the op table; must live as long as @c
 * @name: name or number of the op
 * @args: what was written for it
 * @raw: the answer is not looked at, and the request is what standard input
 *	holds where nothing was written
 * @e: says what is wrong
 *
 * Return: a status.
 */
int call_prepare(struct call *c, const struct table *t, const char *name,
		 const struct args *args, bool raw, struct err *e);

/**
 * call_op() - the call as the driver takes it
 * @c: the call
 *
 * Return: the structure, which points into @c.
 */
struct alice_op call_op(const struct call *c);

/**
 * call_judge() - what the result of a call means
 * @c: the call
 * @result: how many bytes were answered, or a negative errno
 * @raw: the answer is not looked at
 * @e: says what is wrong
 *
 * Return: 0; STATUS_REFUSED where there is no answer; STATUS_NONSENSE where there
 * is one that does not fit its field list.
 */
int call_judge(const struct call *c, int result, bool raw, struct err *e);

/**
 * call_write() - write the answer
 * @c: the call
 * @len: length of the answer
 * @o: where to, and how
 */
void call_write(const struct call *c, size_t len, const struct output *o);

/**
 * call_write_json() - write the answer as an object within other JSON
 * @c: the call
 * @len: length of the answer
 * @j: where to
 */
void call_write_json(const struct call *c, size_t len, struct json *j);

/**
 * call_free() - give back what a call holds
 * @c: the call
 */
void call_free(struct call *c);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The op table, as the hypervisor describes it.  Nothing in it is believed
 * before it was checked.
 */
#ifndef ALICECTL_TABLE_H
#define ALICECTL_TABLE_H

#include <stdint.h>

#include <linux/alice.h>

#include "backend.h"
#include "err.h"
#include "text.h"

/* Longer payloads than this are not believed, whatever the table says. */
#define PAYLOAD_MAX (1u << 20)

/**
 * struct table - the op table
 * @rows: in the hypervisor's order
 * @count: how many there are
 * @generation: of struct alice_info; another one is another table
 */
struct table {
	struct alice_describe *rows;
	unsigned int count;
	__u64 generation;
};

/**
 * table_load() - read the whole table
 * @t: filled in; give it back with table_free() if this succeeds
 * @b: where to read it
 * @e: says what failed
 *
 * Return: 0, STATUS_NO_DEVICE, STATUS_NONSENSE for a table without an end, or
 * STATUS_IO when memory runs out.
 */
int table_load(struct table *t, struct backend *b, struct err *e);

/**
 * table_refresh() - read the table again if there is another one by now
 * @t: a table that was read
 * @b: where to read it
 * @e: says what failed; the table is empty then
 *
 * Return: as table_load().
 */
int table_refresh(struct table *t, struct backend *b, struct err *e);

/**
 * table_free() - give the table back
 * @t: the table
 */
void table_free(struct table *t);

/**
 * table_find() - an op by its name or number
 * @t: the table
 * @name: a name, or else a number
 *
 * Return: the row, or NULL.
 */
const struct alice_describe *table_find(const struct table *t,
					const char *name);

/**
 * table_name() - the name of an op, for a message
 * @desc: the op
 * @q: where the text goes
 *
 * Return: the text in @q: the name as it is, or quoted where it is none.
 */
const char *table_name(const struct alice_op_desc *desc, struct quoted *q);

/**
 * table_nearest() - look for the op that was meant
 * @t: the table
 * @n: the search
 */
void table_nearest(const struct table *t, struct nearest *n);

/**
 * table_check() - whether a row makes sense
 * @t: the table
 * @row: one of its rows
 * @e: says what is wrong with it
 *
 * This is about the row itself and its place in the table; its field lists are
 * fields_parse()'s to judge.
 *
 * Return: 0 or STATUS_NONSENSE.
 */
int table_check(const struct table *t, const struct alice_describe *row,
		struct err *e);

#endif

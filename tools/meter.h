/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How often each op is called, from what the hypervisor counts: its op stats,
 * asked about each op in turn.
 */
#ifndef ALICECTL_METER_H
#define ALICECTL_METER_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "backend.h"
#include "call.h"
#include "err.h"
#include "table.h"

/**
 * struct meter - the counters of all ops, at two times
 * @b: the way to them
 * @table: the op table
 * @calls: the call of stats for each of its rows
 * @ops: the same, as the driver takes them
 * @results: theirs
 * @column: the fields of stats that are counters
 * @columns: how many there are, at least one
 * @count: counters at the later time, @columns for each row
 * @rate: by how much they rose in a second, in the same order
 * @read: when @count was read
 * @seconds: what lies between the two times
 */
struct meter {
	struct backend *b;
	struct table table;
	struct call *calls;
	struct alice_op *ops;
	__s32 *results;
	const struct field *column[FIELDS_MAX];
	unsigned int columns;
	uint64_t *count;
	double *rate;
	struct timespec read;
	double seconds;
};

/**
 * meter_start() - read the counters for the first time
 * @m: filled in; give it back with meter_stop(), also after an error
 * @b: the way to them
 * @e: says what failed
 *
 * Return: a status.
 */
int meter_start(struct meter *m, struct backend *b, struct err *e);

/**
 * meter_read() - read the counters again
 * @m: gets new rates
 * @fresh: set where there are none, because the op table is another one by now
 * @e: says what failed
 *
 * Return: a status.
 */
int meter_read(struct meter *m, bool *fresh, struct err *e);

/**
 * meter_stop() - give back what a meter holds
 * @m: the meter
 */
void meter_stop(struct meter *m);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device with a recorded op table, to test the library without one: it answers the
 * ioctls as the contract says.
 */
#ifndef FAKE_H
#define FAKE_H

#include <stdbool.h>

#include "alice.h"

/**
 * struct fake_op - an op
 * @desc: its row
 * @access: access as reported by the driver
 * @run: runs it: returns bytes written to @out, or a negative errno
 */
struct fake_op {
	struct alice_op_desc desc;
	int access;
	int (*run)(const void *in, unsigned int in_len, void *out, unsigned int out_len);
};

/**
 * struct fake - a device
 * @ops: its table
 * @count: number of rows
 * @generation: of the table
 * @since: of every row
 * @calls: how many ops ran
 * @info_error: result of INFO, 0 or a negative errno
 * @batch_error: result of BATCH, likewise
 * @restrict_error: result of RESTRICT, likewise
 * @no_batch: there is no ioctl for batches
 * @limit: upper bound for the ops that one batch attempts, 0 for no limit
 * @late: a batch that ends with a failure ends one op after it
 * @on_describe: called before a row is returned, or NULL
 * @restricted: restricted to the one op @allowed
 * @allowed: its number
 * @no_events: result of LISTEN, 0 or a negative errno
 * @on_listen: called after LISTEN succeeded, or NULL
 * @on_restrict: likewise for RESTRICT
 * @listens: how many times LISTEN was called
 * @listening: number of events in the last LISTEN
 * @listened: cmd of the first of them
 */
struct fake {
	const struct fake_op *ops;
	unsigned int count;
	uint64_t generation;
	uint64_t since;
	unsigned int calls;
	int info_error;
	int batch_error;
	int restrict_error;
	bool no_batch;
	unsigned int limit;
	bool late;
	void (*on_describe)(struct fake *f);
	bool restricted;
	unsigned int allowed;
	int no_events;
	void (*on_listen)(struct fake *f);
	void (*on_restrict)(struct fake *f);
	unsigned int listens;
	unsigned int listening;
	unsigned int listened;
};

/* An alice_ioctl() whose context is a struct fake. */
int fake_ioctl(void *context, unsigned long request, void *arg);

/* A device with the recorded table. */
struct fake fake_recorded(void);

#endif

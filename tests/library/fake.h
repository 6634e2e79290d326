/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The device of a domain whose table was recorded, for a library that is tested without
 * one: it answers the ioctls as the contract says.
 */
#ifndef FAKE_H
#define FAKE_H

#include <stdbool.h>

#include "alice.h"

/**
 * struct fake_op - an op
 * @desc: its row
 * @access: what the driver says of calling it
 * @run: what it does: returns bytes written to @out, or a negative errno
 */
struct fake_op {
	struct alice_op_desc desc;
	int access;
	int (*run)(const void *in, unsigned int in_len, void *out, unsigned int out_len);
};

/**
 * struct fake - a device
 * @ops: its table
 * @count: how many rows
 * @generation: of the table
 * @since: of every row
 * @calls: how many ops ran
 * @info_error: what INFO answers, 0 or a negative errno
 * @batch_error: what BATCH answers, likewise
 * @restrict_error: what RESTRICT answers, likewise
 * @no_batch: whether there are single calls alone
 * @limit: the most ops that one batch attempts, 0 for no limit
 * @late: whether a batch that ends with a failure ends one op behind it
 * @on_describe: called before a row is answered, or NULL
 * @restricted: whether it is, to the one op @allowed
 * @allowed: its number
 * @no_events: what LISTEN answers, 0 or a negative errno
 * @on_listen: called when LISTEN succeeded, or NULL
 * @on_restrict: the same of RESTRICT
 * @listens: how often LISTEN was asked
 * @listening: how many events it was told to listen to last
 * @listened: the number of the first
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

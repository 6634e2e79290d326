/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What alicectl can be told to do.  No verb knows any op: they go by the op
 * table alone.
 */
#ifndef ALICECTL_VERBS_H
#define ALICECTL_VERBS_H

#include <stdbool.h>

#include "backend.h"
#include "err.h"
#include "fields.h"
#include "options.h"
#include "output.h"
#include "table.h"

/**
 * struct verb - something to be told to do
 * @name: what it is called; NULL for calling an op, which has no name of ours
 * @run: does it; returns a status
 * @min: how many words there must be after it
 * @max: how many there may be
 * @takes: the same as the middle of a sentence; NULL where there is no limit
 * @special: which options of enum special mean something to it
 * @options: whether options may follow it, because its words are no op's
 * @alone: whether it takes no open way to the ops, but looks for itself
 */
struct verb {
	const char *name;
	int (*run)(struct backend *b, const struct options *o, struct err *e);
	unsigned int min;
	unsigned int max;
	const char *takes;
	unsigned int special;
	bool options;
	bool alone;
};

/**
 * verb_find() - what a word tells to do
 * @name: the word
 *
 * Return: the verb; one without a name where the word can be an op only.
 */
const struct verb *verb_find(const char *name);

/**
 * verb_ops() - list the op table
 * @b: the way to it
 * @o: where the list goes
 * @e: says what failed
 *
 * Rows that make no sense are listed, too, with a warning.
 *
 * Return: 0, STATUS_NONSENSE where a row makes none, or table_load()'s.
 */
int verb_ops(struct backend *b, const struct output *o, struct err *e);

/**
 * verb_info() - write what driver and hypervisor offer
 * @b: the way to them
 * @o: where it goes
 * @e: says what failed
 *
 * Return: 0 or STATUS_NO_DEVICE.
 */
int verb_info(struct backend *b, const struct output *o, struct err *e);

/**
 * verb_help() - say how one op is used
 * @b: the way to the op table
 * @o: where it goes
 * @name: name or number of the op
 * @e: says what failed
 *
 * Return: 0, STATUS_USAGE where there is no such op, or table_load()'s.
 */
int verb_help(struct backend *b, const struct output *o, const char *name,
	      struct err *e);

/**
 * verb_call() - call one op
 * @b: the way to it
 * @o: where the answer goes
 * @name: name or number of the op
 * @args: what was written for it
 * @e: says what failed
 *
 * Return: a status.
 */
int verb_call(struct backend *b, const struct output *o, const char *name,
	      const struct args *args, struct err *e);

/**
 * verb_batch() - call many ops, one a line
 * @b: the way to them
 * @o: where the answers go
 * @path: what to read the lines from, NULL or "-" for standard input
 * @stop: call nothing after an op that failed
 * @e: says what failed
 *
 * What single ops failed with goes to stderr, with the number of the line.
 *
 * Return: 0; STATUS_REFUSED where an op failed; STATUS_NONSENSE where an answer
 * makes none; STATUS_USAGE where a line is wrong; or what else ended it.
 */
int verb_batch(struct backend *b, const struct output *o, const char *path,
	       bool stop, struct err *e);

/**
 * verb_top() - write how often each op is called, again and again
 * @b: the way to the op that counts
 * @o: where it goes
 * @interval: seconds from one round to the next
 * @rounds: how many, 0 for no end but a signal
 * @e: says what failed
 *
 * Return: 0 after @rounds and after SIGINT, or a status.
 */
int verb_top(struct backend *b, const struct output *o, double interval,
	     uint64_t rounds, struct err *e);

/**
 * verb_doctor() - say what is right on the way from Xen to a call, and what not
 * @o: where it goes
 * @device: path of the device
 * @e: says how much is not right
 *
 * Return: 0 where everything is, or STATUS_REFUSED.
 */
int verb_doctor(const struct output *o, const char *device, struct err *e);

/**
 * verb_version() - write the versions of this program, the driver and the ABI
 * @o: where they go
 * @device: path of the device
 *
 * What is not there, or may not be seen, is left out.
 */
void verb_version(const struct output *o, const char *device);

/**
 * unknown_op() - say that there is no such op, and which was perhaps meant
 * @t: the op table
 * @name: what was asked for
 * @e: where it is said
 *
 * Return: STATUS_USAGE.
 */
int unknown_op(const struct table *t, const char *name, struct err *e);

/**
 * row_parse() - read the field lists of a row
 * @row: the row
 * @in: set to what the op takes, or NULL
 * @out: set to what the op answers, or NULL
 * @e: says which list is wrong, and how
 *
 * Return: 0 or STATUS_NONSENSE.
 */
int row_parse(const struct alice_describe *row, struct fields *in,
	      struct fields *out, struct err *e);

/**
 * row_json() - write a row as JSON
 * @o: where it goes
 * @t: the op table
 * @row: one of its rows
 */
void row_json(const struct output *o, const struct table *t,
	      const struct alice_describe *row);

/**
 * struct flag - one bit of an op's flags
 * @bit: of ALICE_OP_F_*
 * @name: what it is called
 * @meaning: what it says of the op, as the end of a sentence
 */
struct flag {
	__u32 bit;
	const char *name;
	const char *meaning;
};

/* The known flags; the last has the bit 0. */
extern const struct flag op_flags[];

#endif

// SPDX-License-Identifier: GPL-2.0-only
/* The verbs' names, and how each takes what stands on the command line. */
#include <limits.h>
#include <string.h>

#include "verbs.h"

static int run_ops(struct backend *b, const struct options *o, struct err *e)
{
	return verb_ops(b, &o->output, e);
}

static int run_info(struct backend *b, const struct options *o, struct err *e)
{
	return verb_info(b, &o->output, e);
}

static int run_help(struct backend *b, const struct options *o, struct err *e)
{
	return verb_help(b, &o->output, o->words[0], e);
}

static int run_batch(struct backend *b, const struct options *o, struct err *e)
{
	return verb_batch(b, &o->output, o->words[0], o->stop_on_error, e);
}

static int run_top(struct backend *b, const struct options *o, struct err *e)
{
	return verb_top(b, &o->output, o->interval, o->rounds, e);
}

static int run_doctor(struct backend *b, const struct options *o, struct err *e)
{
	(void)b;
	return verb_doctor(&o->output, options_device(o), e);
}

static int call(struct backend *b, const struct options *o, const char *name,
		char *const *words, unsigned int count, struct err *e)
{
	bool stdin_taken = false;
	struct args args = {
		.word = words,
		.count = count,
		.stdin_taken = &stdin_taken,
	};

	return verb_call(b, &o->output, name, &args, e);
}

static int run_call(struct backend *b, const struct options *o, struct err *e)
{
	return call(b, o, o->words[0], o->words + 1, o->count - 1, e);
}

static int run_op(struct backend *b, const struct options *o, struct err *e)
{
	return call(b, o, o->name, o->words, o->count, e);
}

static const struct verb verbs[] = {
	{ "ops", run_ops, 0, 0, "stands alone", 0, true, false },
	{ "info", run_info, 0, 0, "stands alone", 0, true, false },
	{ "help", run_help, 1, 1, "takes one op", 0, true, false },
	{ "call", run_call, 1, UINT_MAX, NULL, SPECIAL_RAW, false, false },
	{ "batch", run_batch, 0, 1, "takes one file", SPECIAL_STOP, true, false },
	{ "top", run_top, 0, 0, "stands alone", SPECIAL_PACE, true, false },
	{ "doctor", run_doctor, 0, 0, "stands alone", 0, true, true },
};

/* Any other word is an op. */
static const struct verb other = {
	NULL, run_op, 0, UINT_MAX, NULL, SPECIAL_RAW, false, false
};

const struct verb *verb_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];
	return &other;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls that are compared with the model.
 */
#ifndef CHECK_H
#define CHECK_H

#include "arena.h"
#include "call.h"
#include "model.h"
#include "tap.h"
#include "word.h"

/* The current way to make calls. */
extern const struct way *way;

bool check(struct tally *tally, const struct call *call);
bool check_answer(struct tally *tally, const struct call *call, long got);
bool check_counters(struct tally *tally);

#endif

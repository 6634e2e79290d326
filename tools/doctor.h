/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From what is the case to what is right, what is not, and what mends it.
 */
#ifndef ALICECTL_DOCTOR_H
#define ALICECTL_DOCTOR_H

#include <stdbool.h>

#include "facts.h"

/* How many things there are to be judged. */
#define DOCTOR_CHECKS 12

/**
 * enum state - the judgement on one thing
 * @STATE_OK: it is as it should be
 * @STATE_MISSING: it is not there
 * @STATE_WRONG: it is there, and not as it should be
 * @STATE_UNKNOWN: it cannot be seen from here, or comes after something that is
 *	missing
 */
enum state {
	STATE_OK,
	STATE_MISSING,
	STATE_WRONG,
	STATE_UNKNOWN,
};

/**
 * struct finding - what was found of one thing
 * @check: the thing
 * @state: the judgement on it
 * @text: what is the case, for people
 * @mend: the command that mends it, "" where there is none
 * @root: whether that is for root
 */
struct finding {
	const char *check;
	enum state state;
	char text[1024];
	char mend[512];
	bool root;
};

/**
 * doctor_judge() - judge everything
 * @f: what is the case
 * @x: set to DOCTOR_CHECKS findings, on the way from Xen to a call
 */
void doctor_judge(const struct facts *f, struct finding *x);

/**
 * doctor_state() - what a state is called
 * @state: the state
 *
 * Return: its name.
 */
const char *doctor_state(enum state state);

#endif

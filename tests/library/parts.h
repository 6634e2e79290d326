/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the tests of libalice, each in its own file, and what they share. */
#ifndef PARTS_H
#define PARTS_H

#include "fake.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

extern struct fake device;

/* Reset the device, and open it. */
struct alice *opened(void);

/* Is the error as expected: a code, who refused, and a part of its text? */
bool said(const struct alice_error *e, int code, int who, const char *part);

/* A call with a valid value in every field. */
struct alice_call *filled(struct alice *a, const char *op);

void part_fields(void);
void part_values(void);
void part_calls(void);
void part_table(void);
void part_batch(void);
void part_events(void);
void part_open(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the driver counts, as sysfs shows it: a file a counter, in directories
 * that group them.  Which there are is the driver's to say.
 */
#ifndef ALICECTL_COUNTERS_H
#define ALICECTL_COUNTERS_H

#include <stdint.h>

#include "err.h"

/* Room for the name of a counter. */
#define COUNTER_LEN 32

/**
 * struct counter - one of them
 * @name: letters, digits and '_'
 * @value: what it says
 */
struct counter {
	char name[COUNTER_LEN];
	uint64_t value;
};

/**
 * struct counters - a group of them
 * @counter: in the order of their names
 * @count: how many there are
 */
struct counters {
	struct counter *counter;
	unsigned int count;
};

/**
 * counters_read() - read a group
 * @c: filled in; give it back with counters_free() if this succeeds
 * @dir: the device's directory, "" where it has none
 * @group: the directory in there
 * @e: says what failed
 *
 * What is not a counter is passed over.  Without the directory, or without sysfs,
 * there are none.
 *
 * Return: 0, or STATUS_IO.
 */
int counters_read(struct counters *c, const char *dir, const char *group,
		  struct err *e);

/**
 * counters_free() - give them back
 * @c: the group
 */
void counters_free(struct counters *c);

#endif

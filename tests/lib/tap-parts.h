/* SPDX-License-Identifier: GPL-2.0-only */
/* A test program of many parts, of which its argument chooses one. */
#ifndef TAP_PARTS_H
#define TAP_PARTS_H

#include <stddef.h>

/**
 * struct tap_part - a part of a test program
 * @name: what the argument is for it
 * @fn: its tests
 */
struct tap_part {
	const char *name;
	void (*fn)(void);
};

int tap_parts(const struct tap_part *parts, size_t count, int argc, char **argv);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* A test program of many parts, one of which is selected by its argument. */
#ifndef TAP_PARTS_H
#define TAP_PARTS_H

#include <stddef.h>

/**
 * struct tap_part - a part of a test program
 * @name: the argument that selects it
 * @fn: runs its tests
 */
struct tap_part {
	const char *name;
	void (*fn)(void);
};

int tap_parts(const struct tap_part *parts, size_t count, int argc, char **argv);

#endif

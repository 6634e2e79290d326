/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Many calls at once, where the way to the ops can do that, and one after the
 * other where it cannot.
 */
#ifndef ALICECTL_MANY_H
#define ALICECTL_MANY_H

#include <stdbool.h>

#include "backend.h"
#include "err.h"

/**
 * many_call() - call ops in their order
 * @b: the way to them
 * @ops: the ops
 * @results: set to what each answered: a number of bytes, or a negative errno
 * @count: how many they are
 * @stop: call nothing after one that failed
 * @done: set to how many were called, and have a result
 * @e: says why not all were
 *
 * Return: 0, where all were called or one of them failed with @stop; or else
 * STATUS_REFUSED or STATUS_NO_DEVICE.
 */
int many_call(struct backend *b, const struct alice_op *ops, __s32 *results,
	      unsigned int count, bool stop, unsigned int *done,
	      struct err *e);

#endif

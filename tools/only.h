/* SPDX-License-Identifier: GPL-2.0-only */
/* alicectl --only: a command that may call some ops alone. */
#ifndef ALICECTL_ONLY_H
#define ALICECTL_ONLY_H

#include "backend.h"
#include "err.h"

/* As a shell and env(1) have it. */
#define STATUS_CANNOT_RUN 126
#define STATUS_NO_COMMAND 127

/**
 * run_only() - restrict the device, and become a command that gets it
 * @b: the way to the ops, through the driver
 * @list: names or numbers of the ops that are left, with commas between
 * @command: the command and its arguments, up to a NULL
 * @e: says what failed
 *
 * Return: only if it failed: a status, STATUS_CANNOT_RUN or STATUS_NO_COMMAND.
 */
int run_only(struct backend *b, const char *list, char *const *command,
	     struct err *e);

#endif

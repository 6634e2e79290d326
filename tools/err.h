/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How functions of alicectl fail: they return an exit status and leave a
 * sentence for a person in a struct err.
 */
#ifndef ALICECTL_ERR_H
#define ALICECTL_ERR_H

#include <stddef.h>

/**
 * enum status - what alicectl exits with
 * @STATUS_DONE: the op was done
 * @STATUS_REFUSED: the driver or the hypervisor refused the op, or it failed
 * @STATUS_USAGE: the command line or a value is wrong; nothing was called
 * @STATUS_NO_DEVICE: there is no way to the hypervisor's ops from here
 * @STATUS_NONSENSE: what the hypervisor says of its ops, or answered, makes no
 *	sense
 * @STATUS_IO: reading a file, writing the output or getting memory failed
 */
enum status {
	STATUS_DONE = 0,
	STATUS_REFUSED = 1,
	STATUS_USAGE = 2,
	STATUS_NO_DEVICE = 3,
	STATUS_NONSENSE = 4,
	STATUS_IO = 5,
};

/**
 * struct err - why a function failed
 * @text: one or more sentences, NUL-terminated, safe to print on a terminal
 */
struct err {
	char text[1024];
};

/**
 * fail() - say why, and with which status
 * @e: where the text goes; it is cut off where there is no more room
 * @status: of enum status, not STATUS_DONE
 * @fmt: as for printf(); what comes from outside goes through quote() first
 *
 * Return: @status, so that a function can end with "return fail(...)".
 */
int fail(struct err *e, int status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * err_prefix() - put a beginning in front of what a callee said
 * @e: holds the callee's text
 * @fmt: as for printf()
 */
void err_prefix(struct err *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * warn() - say something on stderr that does not end the program
 * @fmt: as for printf(), without the newline
 */
void warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif

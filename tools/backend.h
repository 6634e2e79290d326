/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A way to the hypervisor's ops: the driver's device, or privcmd.  What the
 * verbs do is the same for both.
 */
#ifndef ALICECTL_BACKEND_H
#define ALICECTL_BACKEND_H

#include <stdbool.h>

#include <linux/alice.h>

#include "err.h"

/*
 * The descriptor on which a command gets the device, and the environment
 * variable that tells its number.
 */
#define DEVICE_FD 3
#define DEVICE_FD_TEXT "3"
#define DEVICE_FD_VARIABLE "ALICE_FD"

/* Room for the name of a directory of sysfs. */
#define SYSFS_LEN 64

/**
 * struct backend - an open way to the ops
 * @info: fill in what the hypervisor offers; returns 0 or a negative errno
 * @describe: fill in the row that its index says; returns 0 or a negative
 *	errno, -ENOENT past the end of the table
 * @call: call one op; returns the bytes written at its out, at most its
 *	out_len, or a negative errno
 * @batch: call many ops; returns how many of the results were written, from 1
 *	up, or a negative errno; NULL where there are single calls alone
 * @restrict_to: leave these ops alone to this open way, and to whoever shares
 *	it; returns 0 or a negative errno; NULL where nothing can be taken away
 * @close: give everything back
 * @path: what it goes through, for messages
 * @sysfs: directory in which the driver shows what it counts, "" where there is
 *	none
 * @fd: for the device
 * @handle: for privcmd
 * @info_read: for privcmd, what @info says
 */
struct backend {
	int (*info)(struct backend *b, struct alice_info *info);
	int (*describe)(struct backend *b, struct alice_describe *row);
	int (*call)(struct backend *b, struct alice_op *op);
	int (*batch)(struct backend *b, struct alice_batch *batch);
	int (*restrict_to)(struct backend *b, struct alice_restrict *ops);
	void (*close)(struct backend *b);
	const char *path;
	char sysfs[SYSFS_LEN];
	int fd;
	void *handle;
	struct alice_info info_read;
};

/**
 * device_open() - go through the driver
 * @b: filled in
 * @path: of the device node; must live as long as @b
 * @e: says what is in the way, and what to do
 *
 * Return: 0 or STATUS_NO_DEVICE.
 */
int device_open(struct backend *b, const char *path, struct err *e);

/**
 * device_inherit() - go through the driver by a descriptor that is open already
 * @b: filled in
 * @fd: its number, as the environment has it
 * @e: says what is wrong with it
 *
 * Return: 0 or STATUS_NO_DEVICE.
 */
int device_inherit(struct backend *b, const char *fd, struct err *e);

/* Whether privcmd_open() is in this build. */
extern const bool privcmd_built;

/**
 * privcmd_open() - make the hypercall as the toolstack does, past the driver
 * @b: filled in
 * @number: of the hypercall
 * @e: says what is in the way, and what to do
 *
 * Return: 0, STATUS_NO_DEVICE, or STATUS_USAGE for a number that belongs to
 * another hypercall.
 */
int privcmd_open(struct backend *b, unsigned int number, struct err *e);

#endif

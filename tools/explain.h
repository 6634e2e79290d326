/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From an errno to sentences that say what went wrong and what to do.
 */
#ifndef ALICECTL_EXPLAIN_H
#define ALICECTL_EXPLAIN_H

#include <stdbool.h>
#include <sys/types.h>

#include <linux/alice.h>

#include "err.h"
#include "system.h"

/* The device node, unless the user names another. */
#define DEVICE_PATH "/dev/alice"

/**
 * struct situation - what matters when the device cannot be opened
 * @path: of the device node
 * @err: the errno of opening it
 * @xen: whether this system runs on Xen
 * @module: whether the module alice is loaded
 * @mode: of the node, 0 where there is none
 * @group: name of the node's group, or its number
 * @root_group: whether that is root's
 * @person: who asks, and whether that is in the group
 */
struct situation {
	const char *path;
	int err;
	enum answer xen;
	enum answer module;
	mode_t mode;
	char group[PERSON_LEN];
	bool root_group;
	struct person person;
};

/* Values beyond this are not read by anybody. */
#define VALUES_LEN 80

/**
 * struct failed_call - a call of an op that failed
 * @desc: the op
 * @access: what the driver said of calling it: 0 or a negative errno
 * @err: the errno of the call
 * @in_len: length of the request, in bytes
 * @values: what it asks for, "a=1 b=2"; "" where that is not known, or is long
 * @root: whether the caller is root
 */
struct failed_call {
	const struct alice_op_desc *desc;
	int access;
	int err;
	unsigned int in_len;
	char values[VALUES_LEN];
	bool root;
};

/**
 * explain_situation() - say why the device cannot be opened
 * @e: where the sentences go
 * @s: what is the case
 *
 * Return: STATUS_NO_DEVICE.
 */
int explain_situation(struct err *e, const struct situation *s);

/**
 * explain_open() - look at the system, and say why the device cannot be opened
 * @e: where the sentences go
 * @path: of the device node
 * @err: the errno of opening it
 *
 * Return: STATUS_NO_DEVICE.
 */
int explain_open(struct err *e, const char *path, int err);

/**
 * explain_info() - say why a device that was opened does not serve
 * @e: where the sentences go
 * @path: of the device node
 * @err: the errno of asking it what it offers
 *
 * Return: STATUS_NO_DEVICE.
 */
int explain_info(struct err *e, const char *path, int err);

/**
 * explain_inherited() - say why a descriptor that was handed down does not serve
 * @e: where the sentences go
 * @fd: its number, as the environment has it
 * @err: the errno of asking it what it offers
 *
 * Return: STATUS_NO_DEVICE.
 */
int explain_inherited(struct err *e, const char *fd, int err);

/**
 * explain_errno() - say what an errno of the driver or the hypervisor means
 * @e: where the sentence goes
 * @err: the errno, positive
 *
 * Return: STATUS_REFUSED.
 */
int explain_errno(struct err *e, int err);

/**
 * explain_flags() - the flags by which the driver refuses an op
 * @c: what a call would fail with
 *
 * Return: those that explain_access() goes by, or 0.
 */
__u32 explain_flags(const struct failed_call *c);

/**
 * explain_access() - say why an op may not be called
 * @e: where the sentence goes
 * @c: what a call would fail with
 *
 * Return: STATUS_REFUSED.
 */
int explain_access(struct err *e, const struct failed_call *c);

/**
 * explain_call() - say why an op was refused or failed
 * @e: where the sentences go
 * @c: what failed
 *
 * Return: STATUS_REFUSED.
 */
int explain_call(struct err *e, const struct failed_call *c);

/**
 * explain_errno_name() - the symbol of an errno
 * @err: the errno, positive
 *
 * Return: such as "EPERM", or NULL for one that ops do not use.
 */
const char *explain_errno_name(int err);

/**
 * under_xen() - whether this system runs on Xen
 *
 * Return: the answer, ANSWER_UNKNOWN where sysfs is not mounted.
 */
enum answer under_xen(void);

/**
 * module_loaded() - whether the module alice is loaded
 *
 * Return: the answer, ANSWER_UNKNOWN where sysfs is not mounted.
 */
enum answer module_loaded(void);

#endif

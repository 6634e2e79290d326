/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requests of ALICE_IOC_OP with faults.  Each fault has an errno of its own; of several
 * faults, the first in this order has to win.
 */
#ifndef TESTS_DEVICE_REQUEST_H
#define TESTS_DEVICE_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/alice.h>

/* In the contract's order. */
enum fault {
	FAULT_IOCTL,	/* ENOTTY: no ioctl of the device */
	FAULT_STRUCT,	/* EFAULT: the structure ends in a hole */
	FAULT_FLAG,	/* EINVAL */
	FAULT_CMD,	/* EOPNOTSUPP */
	FAULT_RESTRICT,	/* EACCES */
	FAULT_PERM,	/* EPERM */
	FAULT_MODE,	/* EBADF: not open for writing */
	FAULT_LEN,	/* EINVAL */
	FAULT_PTR,	/* EFAULT: the payload is in a hole */
	FAULTS,
};

#define FAULT(f) (1u << (f))
#define ALL_FAULTS (FAULT(FAULTS) - 1)

/*
 * struct files - the device, opened in several modes, and the caller's rights
 * @fds: index: whether the file is open for writing, and whether it is restricted to
 *	no op at all
 * @admin: the caller has CAP_SYS_ADMIN, so that only KERNEL ops answer EPERM
 */
struct files {
	int fds[2][2];
	bool admin;
};

/*
 * struct request - one request
 * @op: its contents; the caller copies it to the right address
 * @readable: number of bytes of @op that can be read there
 */
struct request {
	int fd;
	unsigned long ioctl;
	struct alice_op op;
	size_t readable;
};

struct files files_open(void);
void files_close(const struct files *files);
struct request request_with(const struct files *files, unsigned int faults);
int request_errno(unsigned int faults);
const char *faults_name(unsigned int faults);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hypercalls through privcmd, as root in the control domain: the way of old tutorials, and
 * for tests a way around the driver.  The interface is
 * Linux's (include/uapi/xen/privcmd.h, which no package installs).
 */
#ifndef TESTS_PRIVCMD_H
#define TESTS_PRIVCMD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>

#define PRIVCMD "/dev/xen/privcmd"

/*
 * Memory that a hypercall can access without a page fault: other memory of a
 * process may move or be missing at any moment.
 */
#define PRIVCMD_BUFFER "/dev/xen/hypercall"

struct privcmd_hypercall {
	uint64_t op;
	uint64_t arg[5];
};

#define IOCTL_PRIVCMD_HYPERCALL \
	_IOC(_IOC_NONE, 'P', 0, sizeof(struct privcmd_hypercall))

/* Open privcmd, and map @size bytes of such memory at *@memory.  Ends the program if that fails. */
int privcmd_open(void **memory, size_t size);

#endif

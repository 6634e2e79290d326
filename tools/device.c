// SPDX-License-Identifier: GPL-2.0-only
/* The way through the driver: /dev/alice. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "backend.h"
#include "explain.h"
#include "value.h"

static int device_ioctl(struct backend *b, unsigned long request, void *arg)
{
	int ret = ioctl(b->fd, request, arg);

	return ret < 0 ? -errno : ret;
}

static int device_info(struct backend *b, struct alice_info *info)
{
	return device_ioctl(b, ALICE_IOC_INFO, info);
}

static int device_describe(struct backend *b, struct alice_describe *row)
{
	return device_ioctl(b, ALICE_IOC_DESCRIBE, row);
}

/* In legacy mode a result is whatever the hypervisor says, and no length. */
static int device_length(const struct alice_op *op, int ret)
{
	return ret > 0 && (unsigned int)ret > op->out_len ? (int)op->out_len
							  : ret;
}

static int device_call(struct backend *b, struct alice_op *op)
{
	return device_length(op, device_ioctl(b, ALICE_IOC_OP, op));
}

static int device_batch(struct backend *b, struct alice_batch *batch)
{
	const struct alice_op *ops = (const void *)(uintptr_t)batch->ops;
	__s32 *results = (void *)(uintptr_t)batch->results;
	int ret = device_ioctl(b, ALICE_IOC_BATCH, batch), i;

	/* None of them, and no reason: that would be tried for ever. */
	if (!ret || (ret > 0 && (unsigned int)ret > batch->count))
		return -EIO;
	for (i = 0; i < ret; i++)
		results[i] = device_length(&ops[i], results[i]);
	return ret;
}

static int device_restrict(struct backend *b, struct alice_restrict *ops)
{
	return device_ioctl(b, ALICE_IOC_RESTRICT, ops);
}

static void device_close(struct backend *b)
{
	(void)close(b->fd);
}

/* Make a backend of an open descriptor. */
static void device_init(struct backend *b, const char *path, int fd)
{
	struct stat node;

	*b = (struct backend){
		.info = device_info,
		.describe = device_describe,
		.call = device_call,
		.batch = device_batch,
		.restrict_to = device_restrict,
		.close = device_close,
		.path = path,
		.fd = fd,
	};
	if (!fstat(fd, &node) && S_ISCHR(node.st_mode))
		(void)snprintf(b->sysfs, sizeof(b->sysfs),
			       "/sys/dev/char/%u:%u", major(node.st_rdev),
			       minor(node.st_rdev));
}

int device_open(struct backend *b, const char *path, struct err *e)
{
	/* Not to wait for whatever else may be there under that name. */
	const int flags = O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	struct alice_info info;
	int ret, fd = open(path, O_RDWR | flags);

	/* Ops without a side effect can be called with less. */
	if (fd < 0 && (errno == EACCES || errno == EROFS))
		fd = open(path, O_RDONLY | flags);
	if (fd < 0)
		return explain_open(e, path, errno);
	device_init(b, path, fd);
	ret = device_info(b, &info);
	if (ret) {
		device_close(b);
		return explain_info(e, path, -ret);
	}
	return 0;
}

int device_inherit(struct backend *b, const char *fd, struct err *e)
{
	struct alice_info info;
	uint64_t number;
	int ret;

	if (!value_unsigned(fd, &number) || number > INT_MAX)
		return explain_inherited(e, fd, EBADF);
	device_init(b, DEVICE_FD_VARIABLE, (int)number);
	ret = device_info(b, &info);
	return ret ? explain_inherited(e, fd, -ret) : 0;
}

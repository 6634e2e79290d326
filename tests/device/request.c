// SPDX-License-Identifier: GPL-2.0-only
#include "request.h"
#include "device.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
	int error;
	const char *name;
} about[FAULTS] = {
	[FAULT_IOCTL] = { ENOTTY, "ioctl" },
	[FAULT_STRUCT] = { EFAULT, "struct" },
	[FAULT_FLAG] = { EINVAL, "flag" },
	[FAULT_CMD] = { EOPNOTSUPP, "cmd" },
	[FAULT_RESTRICT] = { EACCES, "restriction" },
	[FAULT_PERM] = { EPERM, "permission" },
	[FAULT_MODE] = { EBADF, "mode" },
	[FAULT_LEN] = { EINVAL, "length" },
	[FAULT_PTR] = { EFAULT, "payload" },
};

static bool has(unsigned int faults, enum fault fault)
{
	return faults & FAULT(fault);
}

/* An op whose call has those faults that depend on the op. */
static uint32_t cmd_with(const struct files *files, unsigned int faults)
{
	if (has(faults, FAULT_CMD))
		return ALICE_MAX_CMDS - 1;
	if (has(faults, FAULT_PERM))
		return files->admin ? XEN_ALICE_OP_BATCH : XEN_ALICE_OP_RESET_STATS;
	if (has(faults, FAULT_MODE))
		return XEN_ALICE_OP_HELLO;
	return XEN_ALICE_OP_ECHO;
}

/* Open the device in every mode that a request needs. */
struct files files_open(void)
{
	struct files files = { .admin = !geteuid() };

	for (unsigned int writable = 0; writable < 2; writable++) {
		int *fds = files.fds[writable];

		fds[0] = device_open(writable ? O_RDWR : O_RDONLY);
		fds[1] = device_open(writable ? O_RDWR : O_RDONLY);
		if (restrict_to(fds[1], NULL, 0))
			errx(2, "ALICE_IOC_RESTRICT does not work");
	}
	return files;
}

void files_close(const struct files *files)
{
	for (unsigned int writable = 0; writable < 2; writable++) {
		close(files->fds[writable][0]);
		close(files->fds[writable][1]);
	}
}

/* Make a request that has exactly @faults, and would succeed without them. */
struct request request_with(const struct files *files, unsigned int faults)
{
	static uint8_t in[16], out[XEN_ALICE_BATCH_LEN];
	uint32_t cmd = cmd_with(files, faults);
	const struct alice_op_desc *row = row_of(cmd);
	struct request r = {
		.fd = files->fds[!has(faults, FAULT_MODE)]
				[has(faults, FAULT_RESTRICT)],
		.ioctl = has(faults, FAULT_IOCTL) ?
			_IOW(ALICE_IOC_TYPE, 77, struct alice_op) : ALICE_IOC_OP,
		.op.cmd = cmd,
		.op.flags = has(faults, FAULT_FLAG),
		.op.in = ptr(in),
		.op.out = ptr(out),
		.readable = has(faults, FAULT_STRUCT) ?
			offsetof(struct alice_op, out) : sizeof(r.op),
	};

	/* 16 is a valid length for every op with an input of variable length. */
	r.op.in_len = row && row->in_max < 16 ? row->in_max : 16;
	r.op.out_len = row ? row->out_max : 16;
	if (has(faults, FAULT_LEN))
		r.op.in_len = (row ? row->in_max : max_len()) + 1;
	if (has(faults, FAULT_PTR)) {
		r.op.in = ptr(unmapped());
		r.op.out = ptr(unmapped());
	}
	return r;
}

/* The expected errno of a request with @faults: that of the first fault. */
int request_errno(unsigned int faults)
{
	for (unsigned int f = 0; f < FAULTS; f++)
		if (has(faults, f))
			return about[f].error;
	return 0;
}

/* The names of the faults. */
const char *faults_name(unsigned int faults)
{
	static char name[128];

	name[0] = '\0';
	for (unsigned int f = 0; f < FAULTS; f++) {
		if (!has(faults, f))
			continue;
		if (name[0])
			strcat(name, "+");
		strcat(name, about[f].name);
	}
	return name[0] ? name : "none";
}

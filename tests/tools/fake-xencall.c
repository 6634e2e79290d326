// SPDX-License-Identifier: GPL-2.0-only
/*
 * A libxencall without Xen.  The environment variable XEN selects how hypercall 47 behaves:
 * alice (the default), future, legacy, other, none, denied, liar; with closed, privcmd cannot
 * be opened.  All other numbers behave as those that a hypervisor does not have; xen_version
 * returns XEN_VERSION.
 *
 * With TRACE set, every hypercall is printed to stderr.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xencall.h>
#include <xentoollog.h>
#include <xen/xen.h>

#include "xen/public/alice.h"

struct xencall_handle {
	struct xentoollog_logger *logger;
};

static const struct xen_alice_op_desc rows[] = {
	{ .cmd = XEN_ALICE_OP_HELLO, .name = "hello", .flags = XEN_ALICE_OP_F_WRITE },
	{ .cmd = XEN_ALICE_OP_ECHO, .name = "echo",
	  .in_max = XEN_ALICE_LEN_DEFAULT, .out_max = XEN_ALICE_LEN_DEFAULT,
	  .in_fmt = "data:bytes", .out_fmt = "data:bytes" },
};

static const char *env(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return value ? value : otherwise;
}

static int error(int err)
{
	errno = err;
	return -1;
}

__attribute__((format(printf, 3, 4)))
static void say(struct xencall_handle *h, int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	h->logger->vmessage(h->logger, XTL_ERROR, err, "xencall", fmt, args);
	va_end(args);
}

xencall_handle *xencall_open(struct xentoollog_logger *logger, unsigned int flags)
{
	xencall_handle *h = calloc(1, sizeof(*h));

	(void)flags;
	if (!h)
		return NULL;
	h->logger = logger;
	if (!strcmp(env("XEN", ""), "closed")) {
		say(h, ENOENT, "no %s", "privcmd");
		free(h);
		errno = 0;
		return NULL;
	}
	return h;
}

int xencall_close(xencall_handle *h)
{
	say(h, -1, "%s", "closed");
	free(h);
	return 0;
}

void *xencall_alloc_buffer(xencall_handle *h, size_t size)
{
	(void)h;
	return malloc(size);
}

void xencall_free_buffer(xencall_handle *h, void *p)
{
	(void)h;
	free(p);
}

int xencall2(xencall_handle *h, unsigned int op, uint64_t arg1, uint64_t arg2)
{
	(void)h;
	if (op != __HYPERVISOR_xen_version || arg1 || arg2)
		return error(ENOSYS);
	return (int)strtol(env("XEN_VERSION", "0x40011"), NULL, 0);
}

static int alice_op(uint64_t cmd, void *arg, uint64_t in_len, uint64_t out_len)
{
	struct xen_alice_version version = {
		.magic = XEN_ALICE_MAGIC, .major = 1, .ops = 2,
		.max_len = XEN_ALICE_LEN_DEFAULT, .generation = 0xb1a5e,
		.features = XEN_ALICE_FEATURE_PHYS,
	};
	uint32_t index;

	if (!strcmp(env("XEN", ""), "future"))
		version.major = 2;
	switch (cmd & (XEN_ALICE_MAX_CMDS - 1)) {
	case XEN_ALICE_OP_HELLO:
		return in_len || out_len ? error(EINVAL) : 0;
	case XEN_ALICE_OP_VERSION:
		memcpy(arg, &version, sizeof(version));
		return sizeof(version);
	case XEN_ALICE_OP_DESCRIBE:
		memcpy(&index, arg, sizeof(index));
		if (index >= sizeof(rows) / sizeof(rows[0]))
			return error(ENOENT);
		memcpy(arg, &rows[index], sizeof(rows[index]));
		return sizeof(rows[index]);
	case XEN_ALICE_OP_ECHO:
		if (!strcmp(env("XEN", ""), "liar"))
			return (int)out_len + 1;
		return in_len > out_len ? error(EINVAL) : (int)in_len;
	default:
		return error(EOPNOTSUPP);
	}
}

int xencall4(xencall_handle *h, unsigned int op, uint64_t arg1, uint64_t arg2,
	     uint64_t arg3, uint64_t arg4)
{
	const char *xen = env("XEN", "alice");

	(void)h;
	if (getenv("TRACE"))
		fprintf(stderr, "hypercall %u(%u, %s, %u, %u)\n", op,
			(unsigned int)arg1, arg2 ? "buffer" : "0",
			(unsigned int)arg3, (unsigned int)arg4);
	if (op != (unsigned int)strtol(env("XEN_NUMBER", "47"), NULL, 0) ||
	    !strcmp(xen, "none"))
		return error(ENOSYS);
	if (!strcmp(xen, "denied"))
		return error(EPERM);
	if (!strcmp(xen, "legacy"))
		return 0;
	if (!strcmp(xen, "other"))
		return 16;
	return alice_op(arg1, (void *)(uintptr_t)arg2, arg3, arg4);
}

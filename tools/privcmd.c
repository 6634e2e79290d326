// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way past the driver: the hypercall itself, through libxencall, as the
 * toolstack makes its own.  For root, for comparison and for debugging.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xen/xen.h>
#include <xen/version.h>
#include <xencall.h>
#include <xentoollog.h>

#include "xen/public/alice.h"

#include "backend.h"
#include "explain.h"

/* One row of the table has one layout, on both sides of the driver. */
_Static_assert(sizeof(struct xen_alice_op_desc) == sizeof(struct alice_op_desc),
	       "the layouts of an op's description differ");

#define PRIVCMD_PATH "/dev/xen/privcmd"

/* The number that the first tutorials took, and the Xen that gave it away. */
#define NUMBER_OF_ARGO 39
#define ARGO_SINCE (4 << 16 | 12)

/**
 * struct privcmd - an open libxencall, and what it logs to
 * @logger: used by @call as long as it is open
 * @err: the last errno that it logged
 * @call: the handle
 * @is_long: whether the op of a cmd takes many steps
 */
struct privcmd {
	struct xentoollog_logger logger;
	int err;
	xencall_handle *call;
	bool is_long[XEN_ALICE_MAX_CMDS];
};

/* What libxencall logs would only repeat what explains the errno. */
__attribute__((format(printf, 5, 0)))
static void quiet_message(struct xentoollog_logger *logger,
			  xentoollog_level level, int err, const char *context,
			  const char *format, va_list args)
{
	struct privcmd *p = (struct privcmd *)logger;

	(void)context;
	(void)format;
	(void)args;
	if (level >= XTL_ERROR && err > 0)
		p->err = err;
}

/*
 * One op, in as many steps as it takes.  Payloads are copied, as Xen may not fault a
 * page in.
 */
static int alice_call(struct backend *b, const struct alice_op *op)
{
	struct privcmd *p = b->handle;
	const __u32 cursor = p->is_long[op->cmd % XEN_ALICE_MAX_CMDS]
				     ? XEN_ALICE_CURSOR_LEN : 0;
	const __u32 in_len = cursor + op->in_len, out_len = cursor + op->out_len;
	const size_t size = in_len > out_len ? in_len : out_len;
	/* Its steps are to be of one table: another op would take a cursor for input. */
	const __u32 tag = cursor ? b->info_read.generation & XEN_ALICE_TAG : 0;
	void *in = (void *)(uintptr_t)op->in, *out = (void *)(uintptr_t)op->out;
	char *buf = NULL;
	int ret;

	if (size) {
		buf = xencall_alloc_buffer(p->call, size);
		if (!buf)
			return -ENOMEM;
		(void)memset(buf, 0, size);
	}
	if (op->in_len)
		(void)memcpy(buf + cursor, in, op->in_len);
	do {
		ret = xencall4(p->call, b->info_read.hypercall_nr,
			       op->cmd | tag << XEN_ALICE_CMD_TAG_SHIFT,
			       (uintptr_t)buf, in_len, out_len);
	} while (cursor && ret < 0 && errno == XEN_ALICE_ERESTART);
	if (ret < 0)
		ret = -errno;
	else if ((__u32)ret > out_len || (__u32)ret < cursor)
		ret = -EIO;
	else
		ret -= (int)cursor;
	if (ret > 0)
		(void)memcpy(out, buf + cursor, (size_t)ret);
	if (buf)
		xencall_free_buffer(p->call, buf);
	return ret;
}

static int privcmd_info(struct backend *b, struct alice_info *info)
{
	*info = b->info_read;
	return 0;
}

/* The table of a hypervisor that cannot describe its ops. */
static int describe_legacy(struct alice_describe *row)
{
	if (row->index)
		return -ENOENT;
	row->access = 0;
	row->desc = (struct alice_op_desc){
		.cmd = XEN_ALICE_OP_HELLO,
		.flags = XEN_ALICE_OP_F_WRITE,
		.name = "hello",
		.summary = "the hypervisor's own alice_op, which takes no arguments",
	};
	return 0;
}

static int privcmd_describe(struct backend *b, struct alice_describe *row)
{
	struct privcmd *p = b->handle;
	struct xen_alice_describe which = { .index = row->index };
	struct alice_op op = {
		.cmd = XEN_ALICE_OP_DESCRIBE,
		.in_len = sizeof(which),
		.out_len = sizeof(row->desc),
		.in = (uintptr_t)&which,
		.out = (uintptr_t)&row->desc,
	};
	int ret;

	if (b->info_read.flags & ALICE_INFO_LEGACY)
		return describe_legacy(row);
	ret = alice_call(b, &op);
	if (ret < 0)
		return ret;
	p->is_long[row->desc.cmd % XEN_ALICE_MAX_CMDS] =
		row->desc.flags & XEN_ALICE_OP_F_LONG;
	/* Without the driver there is nobody else who could refuse. */
	row->access = 0;
	return ret == sizeof(row->desc) ? 0 : -EIO;
}

static int privcmd_call(struct backend *b, struct alice_op *op)
{
	return alice_call(b, op);
}

static void privcmd_close(struct backend *b)
{
	struct privcmd *p = b->handle;

	(void)xencall_close(p->call);
	free(p);
}

/* The numbers that no other hypercall has, as the driver accepts them. */
static int check_number(unsigned int number, struct err *e)
{
	if ((number >= 43 && number <= 47) || (number >= 56 && number <= 63) ||
	    number == NUMBER_OF_ARGO)
		return 0;
	return fail(e, STATUS_USAGE,
		    "hypercall number %u belongs to another hypercall: alice_op can have 43 to 47, 56 to 63, or 39 before Xen 4.12",
		    number);
}

/* One of them has been given away since. */
static int check_argo(struct backend *b, struct err *e)
{
	struct privcmd *p = b->handle;
	int version;

	if (b->info_read.hypercall_nr != NUMBER_OF_ARGO)
		return 0;
	version = xencall2(p->call, __HYPERVISOR_xen_version, XENVER_version,
			   0);
	if (version < 0)
		return fail(e, STATUS_NO_DEVICE,
			    "this hypervisor does not say its version: %s.",
			    strerror(errno));
	if (version >= ARGO_SINCE)
		return fail(e, STATUS_USAGE,
			    "hypercall number 39 is Argo's since Xen 4.12, and this is Xen %d.%d: choose another number",
			    version >> 16, version & 0xffff);
	return 0;
}

static int explain_version(struct backend *b, int err, struct err *e)
{
	unsigned int number = b->info_read.hypercall_nr;

	switch (err) {
	case ENOSYS:
		return fail(e, STATUS_NO_DEVICE,
			    "this hypervisor has no alice_op: no hypercall has number %u. Boot a Xen that was wired with alice, or give its number with --number.",
			    number);
	case EPERM:
		return fail(e, STATUS_NO_DEVICE,
			    "the hypercall was refused (EPERM): privcmd makes it for the control domain's root only, and Xen's boot parameter alice= can forbid it.");
	default:
		return fail(e, STATUS_NO_DEVICE,
			    "hypercall %u does not answer as alice_op does: %s. Is its number another one (--number)?",
			    number, strerror(err));
	}
}

/* Learn who answers, and by which ABI. */
static int read_version(struct backend *b, struct err *e)
{
	struct xen_alice_version version = { 0 };
	struct alice_op op = {
		.cmd = XEN_ALICE_OP_VERSION,
		.out_len = sizeof(version),
		.out = (uintptr_t)&version,
	};
	int ret = alice_call(b, &op);

	if (ret < 0)
		return explain_version(b, -ret, e);
	if (!ret) {
		(void)fprintf(stderr,
			      "alicectl: this hypervisor's alice_op takes no arguments and cannot describe itself (legacy): its only op is hello\n");
		b->info_read.flags = ALICE_INFO_LEGACY;
		b->info_read.ops = 1;
		return 0;
	}
	if (ret != sizeof(version) || version.magic != XEN_ALICE_MAGIC)
		return explain_version(b, EIO, e);
	if (version.major != XEN_ALICE_ABI_MAJOR)
		return fail(e, STATUS_NO_DEVICE,
			    "this hypervisor speaks version %u.%u of alice's ABI, and this program %u: install the program that belongs to the hypervisor.",
			    version.major, version.minor, XEN_ALICE_ABI_MAJOR);
	b->info_read.abi_major = version.major;
	b->info_read.abi_minor = version.minor;
	b->info_read.ops = version.ops;
	b->info_read.max_len = version.max_len;
	b->info_read.generation = version.generation;
	b->info_read.features = version.features;
	return 0;
}

static int explain_privcmd(struct err *e, int err)
{
	if (err == EACCES || (err == EPERM && geteuid()))
		return fail(e, STATUS_NO_DEVICE,
			    "cannot open " PRIVCMD_PATH ": %s. It is for root: run this as root, or without --via privcmd.",
			    strerror(err));
	if (under_xen() == ANSWER_NO)
		return fail(e, STATUS_NO_DEVICE,
			    "cannot open " PRIVCMD_PATH ": %s. This system does not run on Xen (/sys/hypervisor/type does not say so), so there is no hypervisor to call.",
			    strerror(err));
	if (err == ENOENT)
		return fail(e, STATUS_NO_DEVICE,
			    "there is neither " PRIVCMD_PATH " nor /proc/xen/privcmd: run 'modprobe xen-privcmd' as root.");
	return fail(e, STATUS_NO_DEVICE, "cannot open " PRIVCMD_PATH ": %s.",
		    strerror(err));
}

const bool privcmd_built = true;

int privcmd_open(struct backend *b, unsigned int number, struct err *e)
{
	struct privcmd *p;
	int ret;

	if (!number)
		number = XEN_ALICE_HYPERCALL_NR;
	ret = check_number(number, e);
	if (ret)
		return ret;
	p = calloc(1, sizeof(*p));
	if (!p)
		return fail(e, STATUS_IO, "memory ran out");
	p->logger.vmessage = quiet_message;
	*b = (struct backend){
		.info = privcmd_info,
		.describe = privcmd_describe,
		.call = privcmd_call,
		.close = privcmd_close,
		.path = PRIVCMD_PATH,
		.fd = -1,
		.handle = p,
		.info_read.hypercall_nr = number,
	};
	p->call = xencall_open(&p->logger, 0);
	if (!p->call) {
		ret = explain_privcmd(e, p->err ? p->err : errno);
		free(p);
		return ret;
	}
	ret = check_argo(b, e);
	if (!ret)
		ret = read_version(b, e);
	if (ret)
		privcmd_close(b);
	return ret;
}

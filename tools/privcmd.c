// SPDX-License-Identifier: GPL-2.0-only
/*
 * --via privcmd: make the hypercall through libxencall, as the toolstack does, without the
 * driver. For root, to compare and to debug. This implements the device's ioctls for
 * alice_open_by().
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xen/xen.h>
#include <xen/version.h>
#include <xencall.h>
#include <xentoollog.h>

#include "xen/public/alice.h"

#include "alicectl.h"

/* describe() lets Xen write directly into a struct alice_op_desc. */
_Static_assert(sizeof(struct xen_alice_op_desc) == sizeof(struct alice_op_desc),
	       "the layouts of an op's description differ");

#define PRIVCMD_PATH "/dev/xen/privcmd"

/* The number used in old tutorials; Xen 4.12 assigned it to Argo. */
#define NUMBER_OF_ARGO 39
#define ARGO_SINCE (4 << 16 | 12)

/**
 * struct privcmd - state of --via privcmd
 * @logger: logger of @call
 * @err: last errno passed to @logger
 * @call: libxencall's handle
 * @number: of the hypercall
 * @tag: of the table that was read
 * @legacy: the hypervisor's alice_op takes no arguments
 * @is_long: by cmd: the op is a long op
 */
static struct privcmd {
	struct xentoollog_logger logger;
	int err;
	xencall_handle *call;
	unsigned int number;
	uint32_t tag;
	bool legacy;
	bool is_long[XEN_ALICE_MAX_CMDS];
} privcmd;

/* Drop libxencall's messages, which repeat our own, but keep the errno. */
__attribute__((format(printf, 5, 0)))
static void quiet_message(struct xentoollog_logger *logger, xentoollog_level level, int err,
			  const char *context, const char *format, va_list args)
{
	struct privcmd *p = (struct privcmd *)logger;

	(void)context;
	(void)format;
	(void)args;
	if (level >= XTL_ERROR && err > 0)
		p->err = err;
}

/*
 * Call one op; repeat while a long op wants another step. The payload is copied to a locked
 * buffer because Xen cannot fault pages in.
 */
static int call(struct privcmd *p, uint32_t tag, const struct alice_op *op)
{
	const uint32_t cursor = p->is_long[op->cmd % XEN_ALICE_MAX_CMDS]
					? XEN_ALICE_CURSOR_LEN : 0;
	const uint32_t in_len = cursor + op->in_len, out_len = cursor + op->out_len;
	const size_t size = in_len > out_len ? in_len : out_len;
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
		ret = xencall4(p->call, p->number,
			       op->cmd | tag << XEN_ALICE_CMD_TAG_SHIFT, (uintptr_t)buf,
			       in_len, out_len);
	} while (cursor && ret < 0 && errno == XEN_ALICE_ERESTART);
	if (ret < 0)
		ret = -errno;
	else if ((uint32_t)ret > out_len || (uint32_t)ret < cursor)
		ret = -EIO;
	else
		ret -= (int)cursor;
	if (ret > 0)
		(void)memcpy(out, buf + cursor, (size_t)ret);
	if (buf)
		xencall_free_buffer(p->call, buf);
	return ret;
}

/* ALICE_IOC_INFO */
static int info(struct privcmd *p, struct alice_info *info)
{
	struct xen_alice_version version = { 0 };
	struct alice_op op = {
		.cmd = XEN_ALICE_OP_VERSION,
		.out_len = sizeof(version),
		.out = (uintptr_t)&version,
	};
	int ret = call(p, 0, &op);

	if (ret < 0)
		return ret;
	*info = (struct alice_info){ .hypercall_nr = p->number, .generation = 1 };
	p->legacy = !ret;
	if (p->legacy) {
		info->flags = ALICE_INFO_LEGACY;
		info->ops = 1;
		return 0;
	}
	if (ret != sizeof(version) || version.magic != XEN_ALICE_MAGIC)
		return -EIO;
	info->abi_major = version.major;
	info->abi_minor = version.minor;
	info->ops = version.ops;
	info->max_len = version.max_len;
	info->generation = version.generation;
	info->features = version.features;
	p->tag = version.generation & XEN_ALICE_TAG;
	return 0;
}

/* The op table in legacy mode. */
static int describe_legacy(struct alice_describe *row)
{
	if (row->index)
		return -ENOENT;
	row->desc = (struct alice_op_desc){
		.cmd = XEN_ALICE_OP_HELLO,
		.flags = XEN_ALICE_OP_F_WRITE,
		.name = "hello",
		.summary = "the hypervisor's own alice_op, which takes no arguments",
	};
	return 0;
}

/* ALICE_IOC_DESCRIBE. "access" is 0: without the driver nothing but Xen refuses ops. */
static int describe(struct privcmd *p, struct alice_describe *row)
{
	struct xen_alice_describe which = { .index = row->index };
	struct alice_op op = {
		.cmd = XEN_ALICE_OP_DESCRIBE,
		.in_len = sizeof(which),
		.out_len = sizeof(row->desc),
		.in = (uintptr_t)&which,
		.out = (uintptr_t)&row->desc,
	};
	int ret;

	row->access = 0;
	/* Xen knows no "since" of a row: use the table's tag. */
	row->since = p->tag;
	if (p->legacy)
		return describe_legacy(row);
	ret = call(p, 0, &op);
	if (ret < 0)
		return ret;
	p->is_long[row->desc.cmd % XEN_ALICE_MAX_CMDS] = row->desc.flags & XEN_ALICE_OP_F_LONG;
	return ret == sizeof(row->desc) ? 0 : -EIO;
}

static int privcmd_ioctl(void *context, unsigned long request, void *arg)
{
	struct privcmd *p = context;
	struct alice_op *op = arg;

	switch (request) {
	case ALICE_IOC_INFO:
		return info(p, arg);
	case ALICE_IOC_DESCRIBE:
		return describe(p, arg);
	case ALICE_IOC_OP:
		return call(p, op->generation ? (uint32_t)op->generation : p->tag, op);
	default:
		return -ENOTTY;
	}
}

/* Check for a hypercall number that is free in Xen. The driver has the same list. */
static int check_number(unsigned int number, struct alice_error *e)
{
	if ((number >= 43 && number <= 47) || (number >= 56 && number <= 63) ||
	    number == NUMBER_OF_ARGO)
		return 0;
	return fail(e, STATUS_USAGE,
		    "hypercall number %u belongs to another hypercall: alice_op can have 43 to 47, 56 to 63, or 39 before Xen 4.12",
		    number);
}

/* Number 39 is free only before Xen 4.12. */
static int check_argo(const struct privcmd *p, struct alice_error *e)
{
	int version;

	if (p->number != NUMBER_OF_ARGO)
		return 0;
	version = xencall2(p->call, __HYPERVISOR_xen_version, XENVER_version, 0);
	if (version < 0)
		return fail(e, STATUS_NO_DEVICE, "this hypervisor does not say its version: %s.",
			    strerror(errno));
	if (version >= ARGO_SINCE)
		return fail(e, STATUS_USAGE,
			    "hypercall number 39 is Argo's since Xen 4.12, and this is Xen %d.%d: choose another number",
			    version >> 16, version & 0xffff);
	return 0;
}

/* Check that alice_op answers, and its ABI version. */
static int check_version(struct privcmd *p, struct alice_error *e)
{
	struct alice_info version = { .abi_major = 0 };
	int ret = info(p, &version);

	switch (-ret) {
	case 0:
		break;
	case ENOSYS:
		return fail(e, STATUS_NO_DEVICE,
			    "this hypervisor has no alice_op: no hypercall has number %u. Boot a Xen that was wired with alice, or give its number with --number.",
			    p->number);
	case EPERM:
		return fail(e, STATUS_NO_DEVICE,
			    "the hypercall was refused (EPERM): privcmd makes it for the control domain's root only, and Xen's boot parameter alice= can forbid it.");
	default:
		return fail(e, STATUS_NO_DEVICE,
			    "hypercall %u does not answer as alice_op does: %s. Is another number needed (--number)?",
			    p->number, strerror(-ret));
	}
	if (p->legacy)
		(void)fputs("alicectl: this hypervisor's alice_op takes no arguments and cannot describe itself (legacy): its only op is hello\n",
			    stderr);
	else if (version.abi_major != XEN_ALICE_ABI_MAJOR)
		return fail(e, STATUS_NO_DEVICE,
			    "this hypervisor has version %u.%u of alice's ABI, and this program needs %u: install the alicectl that matches the hypervisor.",
			    version.abi_major, version.abi_minor, XEN_ALICE_ABI_MAJOR);
	return 0;
}

static int explain_open(struct alice_error *e, int err)
{
	if (err == EACCES || (err == EPERM && geteuid()))
		return fail(e, STATUS_NO_DEVICE,
			    "cannot open " PRIVCMD_PATH ": %s. It is for root: run this as root, or without --via privcmd.",
			    strerror(err));
	if (err == ENOENT)
		return fail(e, STATUS_NO_DEVICE,
			    "there is neither " PRIVCMD_PATH " nor /proc/xen/privcmd: on Xen, 'modprobe xen-privcmd' as root creates it.");
	return fail(e, STATUS_NO_DEVICE, "cannot open " PRIVCMD_PATH ": %s.", strerror(err));
}

/**
 * privcmd_open() - open a handle that makes hypercalls without the driver
 * @a: set to the handle, to be closed with alice_close()
 * @o: the command line, for the number of the hypercall
 * @e: error
 *
 * Return: 0, STATUS_NO_DEVICE, or STATUS_USAGE for a number that belongs to another
 * hypercall.
 */
int privcmd_open(struct alice **a, const struct options *o, struct alice_error *e)
{
	struct privcmd *p = &privcmd;
	int ret;

	p->number = o->number ? o->number : XEN_ALICE_HYPERCALL_NR;
	p->logger.vmessage = quiet_message;
	ret = check_number(p->number, e);
	if (ret)
		return ret;
	p->call = xencall_open(&p->logger, 0);
	if (!p->call)
		return explain_open(e, p->err ? p->err : errno);
	ret = check_argo(p, e);
	if (!ret)
		ret = check_version(p, e);
	if (!ret)
		*a = alice_open_by(privcmd_ioctl, p, -1, "privcmd", e);
	return ret || *a ? ret : status_of(e);
}

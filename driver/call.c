// SPDX-License-Identifier: GPL-2.0-only
/*
 * The call: payload in, hypercall, payload out.
 *
 * Xen only ever sees kernel memory. A payload is copied in once, and what is
 * copied out is what Xen said that it wrote, after that was bounded.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <xen/interface/xen.h>
#include <xen/interface/version.h>
#include <public/alice.h>

#include "alice.h"
#include "counters.h"
#include "hypercall.h"
#include "payload.h"

/* The old tutorials' number, which is Argo's since Xen 4.12. */
#define ALICE_NR_TUTORIAL	39
#define ALICE_XEN_ARGO		((4 << 16) | 12)

static unsigned int alice_nr __ro_after_init;

/**
 * alice_hv_xen_version() - the version of the running Xen
 *
 * Context: Any, in a Xen domain.
 * Return: major << 16 | minor.
 */
unsigned int alice_hv_xen_version(void)
{
	return alice_hypercall(__HYPERVISOR_xen_version, XENVER_version, NULL,
			       0, 0);
}

/*
 * A number outside these is another hypercall's, upstream or of the
 * architecture, and this device must never make that one.
 */
static bool alice_nr_allowed(unsigned int nr)
{
	if (nr == ALICE_NR_TUTORIAL)
		return alice_hv_xen_version() < ALICE_XEN_ARGO;

	return (nr >= 43 && nr <= 47) || (nr >= 56 && nr <= 63);
}

/**
 * alice_hv_init() - choose the number of the hypercall, once
 * @nr: the number
 *
 * Context: Module initialisation, in a Xen domain.
 * Return: 0, or -EINVAL for a number that alice_op cannot have.
 */
int __init alice_hv_init(unsigned int nr)
{
	if (!alice_nr_allowed(nr))
		return -EINVAL;

	alice_nr = nr;
	return 0;
}

/**
 * alice_hv_nr() - the number of the hypercall
 *
 * Return: the number.
 */
unsigned int alice_hv_nr(void)
{
	return alice_nr;
}

/* As alice_hv_call(), on the way of every call. */
static __always_inline long alice_hv_enter(u32 cmd, void *buf, u32 in_len,
					   u32 room)
{
	long ret = alice_hypercall(alice_nr, cmd, buf, in_len, room);

	/* From ERESTARTSYS up, errnos are the kernel's own: not for programs. */
	if (likely(ret <= (long)room && ret > -ERESTARTSYS))
		return ret;

	pr_warn_ratelimited("op %u: Xen answered %ld, with room for %u bytes: report this to whoever built Xen\n",
			    cmd, ret, room);
	return -EIO;
}

/**
 * alice_hv_call() - call one op of the hypervisor
 * @cmd: the op's number
 * @buf: the input, and room for the answer over it
 * @in_len: length of the input, in bytes
 * @room: room for the answer, in bytes
 *
 * Context: Any. Xen does not wait, and holds the CPU no longer than it takes
 *	to copy a page.
 * Return: length of the answer, at most @room, or the hypervisor's negative
 *	errno, or -EIO for an answer that is neither.
 */
long alice_hv_call(u32 cmd, void *buf, u32 in_len, u32 room)
{
	return alice_hv_enter(cmd, buf, in_len, room);
}

/* Make the call, unless a signal is waiting. */
static __always_inline long alice_enter(const struct alice_op *op, u32 room,
					void *buf)
{
	long ret;

	if (signal_pending(current))
		return -ERESTARTSYS;

	ret = alice_hv_enter(op->cmd, buf, op->in_len, room);
	alice_count_call(op->in_len, ret);

	return ret;
}

/* Make the call by way of @buf, which has room for input and answer. */
static __always_inline long alice_bounce(const struct alice_op *op, u32 room, void *buf)
{
	u32 in_len = op->in_len;

	if (alice_payload_in(buf, op->in, in_len) ||
	    alice_payload_probe(op->out, room))
		return alice_count_refused(-EFAULT);

	/* What Xen claims to have written and did not must not be a leak. */
	if (room > in_len)
		memset(buf + in_len, 0, room - in_len);

	return alice_payload_out(op->out, buf, alice_enter(op, room, buf));
}

/* The short payloads, kept apart so that no other call pays for the stack. */
static noinline long alice_call_small(const struct alice_op *op, u32 room)
{
	u8 buf[ALICE_SHORT_LEN] __aligned(8);

	return alice_bounce(op, room, buf);
}

static noinline long alice_call_large(const struct alice_op *op, u32 room,
				      const struct file *file, u32 len)
{
	void *buf = alice_memory_get(alice_file(file), len);
	long ret;

	if (!buf)
		return alice_count_refused(-ENOMEM);

	ret = alice_bounce(op, room, buf);
	alice_memory_put(alice_file(file), len, buf);

	return ret;
}

/**
 * alice_call_op() - call one op for a program
 * @op: the program's request, copied from it
 * @room: how much of the room for its answer it can use, in bytes
 * @file: the open file
 *
 * alice_check_op() has let the call through, and has said how much that is.
 *
 * Context: Process context; may sleep, but not while in Xen.
 * Return: bytes written at @op->out, or a negative errno: -EFAULT for a bad
 *	payload pointer, -ENOMEM, what alice_hv_call() returns, or -ERESTARTSYS,
 *	which that never does, where a signal came before the op ran.
 */
long alice_call_op(const struct alice_op *op, u32 room, const struct file *file)
{
	u32 len = max(op->in_len, room);

	if (!len)
		return alice_enter(op, 0, NULL);
	if (len <= ALICE_SHORT_LEN)
		return alice_call_small(op, room);

	return alice_call_large(op, room, file, len);
}
